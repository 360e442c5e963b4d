"""Submissions and records changed or deleted past the trail are named with the entry that knows better."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.evidence.witnesses import ENTRY_WITNESSES
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.trail import entries_for
from app.trail.service import destroy_values
from app.trail.verification import verify
from app.trail.witnesses import entry_contradictions
from tests.scenarios.conftest import app, company, scenario, template
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import confirmed

__all__ = ["app", "company", "scenario", "template"]


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    """A nonconformity that was reported, contained and confirmed: three submissions."""
    return confirmed(scenario)


def found() -> list[str]:
    db.session.rollback()
    return [problem.sentence for problem in entry_contradictions(db.session(), ENTRY_WITNESSES)]


def run_sql(statement: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(statement))


def test_what_was_left_alone_contradicts_nothing(story: Scenario) -> None:
    assert found() == []
    assert story.record.number


@pytest.mark.parametrize(
    "change",
    [
        "answers = '{}'",
        "actor_id = 99",
        "form_sha256 = 'x'",
        "submitted_at = '2026-03-17 09:00:00.000001'",
        'signature = \'{"meaning": "approval"}\'',
    ],
)
def test_a_changed_submission_is_named_with_its_entry(story: Scenario, change: str) -> None:
    last = [one for one in entries_for(db.session(), "nonconformity", story.record_id) if one.after]
    seq = [one.seq for one in last if one.verb == "task.completed"][-1]

    run_sql(f"UPDATE submission SET {change} WHERE id = (SELECT max(id) FROM submission)")

    assert found() == [
        f"The answers of {story.record.number} were changed past the trail: entry {seq} says otherwise."
    ]


def test_the_answers_of_a_start_form_are_watched_too(story: Scenario) -> None:
    run_sql("UPDATE submission SET answers = '{}' WHERE task_id IS NULL")

    assert [story.record.number in sentence for sentence in found()] == [True]


def test_a_deleted_submission_is_missed(story: Scenario) -> None:
    run_sql("DELETE FROM submission WHERE id = (SELECT max(id) FROM submission)")

    assert ["are gone" in sentence for sentence in found()] == [True]
    assert story.record


@pytest.mark.parametrize("change", ["number = 'NC-2026-9999'", "kind = 'record'"])
def test_a_record_with_another_number_or_kind_is_named(story: Scenario, change: str) -> None:
    run_sql(f"UPDATE record SET {change} WHERE id = {story.record_id}")

    assert [f"The record {story.record_id} is " in sentence for sentence in found()] == [True]


def test_destroyed_values_are_no_contradiction(story: Scenario) -> None:
    entries = entries_for(db.session(), "nonconformity", story.record_id)
    with unit_of_work() as uow:
        for entry in entries:
            destroy_values(uow, entry.seq, reason="asked for by the person")
    run_sql("UPDATE submission SET answers = '{}'")

    assert found() == []
    assert verify(db.session()).is_intact
