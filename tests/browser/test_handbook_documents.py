"""The pictures of the chapter on documents."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.browser.company import as_person
from tests.browser.conftest import OpenView
from tests.browser.rig import View
from tests.browser.test_handbook import Place, id_of, record, show, task
from tests.factories.accounts import Somebody

pytestmark = pytest.mark.slow


def below(title: str, part: str) -> Callable[[], str]:
    """A page below the document of that title."""
    page = record(title, "document")
    return lambda: f"/documents/{page().rpartition('/')[2]}/{part}"


PICTURES: tuple[tuple[str, str, Place, int], ...] = (
    ("register", "ingrid.lund", "/documents", 1280),
    ("document", "lars.ek", record("Tightening of couplings", "document"), 1280),
    ("compare", "lars.ek", below("Tightening of couplings", "compare"), 1280),
    ("change", "ingrid.lund", record("SOP-PUR-001: Look for pores", "document_change"), 1280),
    ("draft", "elin.sund", task("write_draft"), 1280),
    ("look", "lars.ek", task("review_document"), 1280),
    ("copies", "ingrid.lund", below("Tightening of couplings", "copies"), 1280),
)


def test_every_page_of_the_chapter_is_there_for_its_reader(look: OpenView, demo: Flask) -> None:
    wrong: list[str] = []
    views: dict[str, View] = {}

    for name, reader, place, width in PICTURES:
        if reader not in views:
            views[reader] = as_person(look(demo, width=width), Somebody(id_of(reader), reader))
        wrong += show(views[reader], f"documents-{name}", place)

    assert wrong == []
