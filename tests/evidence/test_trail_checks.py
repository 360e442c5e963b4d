"""The daily check compares what the trail vouches for as well: answers, records, signatures."""

from __future__ import annotations

from flask import current_app

from app.evidence import trail_checks
from app.foundation.db import db
from tests.scenarios.conftest import app, company, scenario, template
from tests.scenarios.dsl import Scenario
from tests.scenarios.test_signatures import APPROVED, STEP, disposed
from tests.trail.forgery import drop_triggers, run_sql

__all__ = ["app", "company", "scenario", "template"]


def checked() -> str:
    """What the daily check says; empty when all is well."""
    trail_checks.job(current_app.config["KEEL"].home, "http://keel.test")()
    db.session.rollback()
    found = trail_checks.last_check(db.session())
    assert found is not None
    return found.sentence


def test_signatures_that_were_left_alone_are_whole(scenario: Scenario) -> None:
    disposed(scenario).complete(STEP, APPROVED)

    assert checked() == ""


def test_a_signature_changed_past_the_trail_is_found_by_the_daily_check(scenario: Scenario) -> None:
    disposed(scenario).complete(STEP, APPROVED)
    drop_triggers()

    run_sql("UPDATE signature SET meaning = 'rejection'")

    assert "was changed past the trail" in checked()


def test_a_signature_copied_to_another_record_is_found_by_the_daily_check(scenario: Scenario) -> None:
    disposed(scenario).complete(STEP, APPROVED)
    drop_triggers()

    run_sql("UPDATE signature SET subject_id = '999'")

    assert "signature" in checked()


def test_an_answer_changed_past_the_trail_is_found_by_the_daily_check(scenario: Scenario) -> None:
    disposed(scenario)

    run_sql("UPDATE submission SET answers = '{}' WHERE id = (SELECT max(id) FROM submission)")

    assert "answers" in checked()
