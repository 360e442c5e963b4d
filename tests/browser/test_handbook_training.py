"""The pictures of trainings and talks, and their pages on a phone and in the dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.browser.company import as_person
from tests.browser.conftest import OpenView
from tests.browser.test_handbook import Place, id_of, of, record, show, task
from tests.factories.accounts import Somebody

pytestmark = pytest.mark.slow

LEARNER, MANAGER = "nils.dahl", "ingrid.lund"
WRENCH = "Nils Dahl: The torque wrench"


def person(user_name: str) -> Callable[[], str]:
    return lambda: f"/training/people/{id_of(user_name)}"


PICTURES: tuple[tuple[str, str, Place, int], ...] = (
    ("trainings", MANAGER, "/trainings?state=all", 1280),
    ("training", MANAGER, record(WRENCH, "training_record"), 1280),
    ("start", MANAGER, "/start/training", 1280),
    ("learn", "hanna.strand", task("do_training", "Hanna Strand"), 1280),
    ("exam", LEARNER, of("training_record", "/trainings/{}/questions", WRENCH), 1280),
    ("person-gaps", MANAGER, person("nils.dahl"), 1280),
    ("talks", MANAGER, "/training/talks", 1280),
    ("talk", MANAGER, "/training/talks/1", 1280),
    ("phone-exam", LEARNER, of("training_record", "/trainings/{}/questions", WRENCH), 360),
    ("phone-talk", MANAGER, "/training/talks/1", 360),
)


def test_every_page_of_the_chapter_is_there_for_its_reader(look: OpenView, demo: Flask) -> None:
    wrong: list[str] = []

    for name, reader, place, width in PICTURES:
        view = as_person(look(demo, width=width), Somebody(id_of(reader), reader))
        wrong += show(view, f"training-{name}", place)

    assert wrong == []
