"""Comments leave a trail entry without their words, and a comment changed past the trail is named."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.records.models import Comment
from app.records.witnesses import COMMENTS
from app.trail.models import TrailEntry
from app.trail.witnesses import entry_contradictions
from tests.factories.accounts import Somebody, a_person
from tests.factories.browser import enter
from tests.factories.organisation import a_site
from tests.factories.records import a_record

WORDS = "Anna measured 54 Nm."


@pytest.fixture
def said(app: Flask) -> tuple[Somebody, int]:
    """Somebody who commented on a record, and that record."""
    with app.app_context(), unit_of_work() as uow:
        site = a_site(uow)
        staff = a_person(uow, roles=[("reporter", site)])
        record = a_record(uow, site_id=site)
    enter(app.test_client(), staff).post(f"/records/{record}/comments", text=WORDS)
    return staff, record


def problems() -> list[str]:
    db.session.rollback()
    return [one.sentence for one in entry_contradictions(db.session(), [COMMENTS])]


def past_the_trail(statement: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(statement))


def test_a_comment_leaves_an_entry_that_does_not_repeat_its_words(said: tuple[Somebody, int]) -> None:
    staff, record = said
    entry = db.session.scalars(select(TrailEntry).where(TrailEntry.verb == "record.commented")).one()
    comment = db.session.scalars(select(Comment)).one()

    assert (entry.actor_id, entry.subject_id) == (staff.id, str(record))
    assert json.loads(entry.after or "")["comment"] == comment.id
    assert "Anna" not in (entry.after or "")


def test_a_question_leaves_an_entry_that_names_who_was_asked(app: Flask, said: tuple[Somebody, int]) -> None:
    with unit_of_work() as uow:
        expert = a_person(uow, roles=[("quality_manager", None)])

    enter(app.test_client(), said[0]).post(
        f"/records/{said[1]}/comments", text="Which?", asked=str(expert.id)
    )

    entry = db.session.scalars(select(TrailEntry).where(TrailEntry.verb == "record.asked")).one()
    assert json.loads(entry.after or "")["person"] == expert.id


def test_a_comment_stands_once_in_the_story(app: Flask, said: tuple[Somebody, int]) -> None:
    story = enter(app.test_client(), said[0]).get(f"/records/{said[1]}?part=timeline").text

    assert story.count(WORDS) == 1
    assert "wrote a comment" not in story


def test_an_untouched_comment_fits_the_trail(said: tuple[Somebody, int]) -> None:
    assert said
    assert problems() == []


def test_a_comment_changed_past_the_trail_is_named(said: tuple[Somebody, int]) -> None:
    assert said
    past_the_trail("UPDATE comment SET text = 'Anna measured 45 Nm.'")

    assert [("changed past the trail" in one) for one in problems()] == [True]


def test_a_comment_deleted_past_the_trail_is_named(said: tuple[Somebody, int]) -> None:
    assert said
    past_the_trail("DELETE FROM comment")

    assert [("deleted past the trail" in one) for one in problems()] == [True]
