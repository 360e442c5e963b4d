"""The review of the trail: asked for by the calendar, a sample drawn, looked at, signed off."""

from __future__ import annotations

import json
from datetime import date

import pytest

from app.accounts.grants import GrantOrder, give
from app.accounts.roles import Role
from app.evidence.reviews.models import TrailReview
from app.evidence.reviews.rules import drawn, due_on, unanswered
from app.evidence.reviews.sampling import open_due_review
from app.foundation.db import db
from app.foundation.errors import Invalid
from app.foundation.unit_of_work import unit_of_work
from app.trail.service import entries_for
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import report


@pytest.fixture
def due(scenario: Scenario) -> Scenario:
    """A house in which something was done, a year later, with its review open."""
    report(scenario)
    with unit_of_work() as uow:
        for who in ("quality_manager", "top_management"):
            give(uow, scenario.company.people[who], GrantOrder(Role(who), None))
    scenario.after(days=366)
    assert open_due_review() == 1
    scenario.after(hours=1)
    return scenario.turn_to(scenario.records(TrailReview)[0].id)


def judged(story: Scenario, finding: str = "right", note: str = "") -> dict[str, object]:
    rows = [dict(row, finding="right") for row in story.record.sample]
    rows[0] |= {"finding": finding, "note": note}
    return {"sample": rows, "conclusion": "Nobody did what they may not."}


def test_a_sample_is_drawn_once_and_shows_what_wants_a_second_look(due: Scenario) -> None:
    told = " ".join(row["title"] for row in due.record.sample)

    assert open_due_review() == 0
    assert 0 < len(due.record.sample) <= 25
    assert due.steps == ["look_at_sample"]
    assert "gave" in told
    assert due.record.check_result


def test_what_was_found_is_signed_off_and_stands_in_the_trail(due: Scenario) -> None:
    due.as_("quality_manager").complete("look_at_sample", judged(due, "asked", "Asked the admin."))

    due.as_("top_management").approve("sign_off")

    assert due.outcome == "reviewed"
    last = next(
        one
        for one in entries_for(db.session(), "trail_review", due.record_id)
        if one.verb == "trail.reviewed"
    )
    assert json.loads(last.after or "")["doubted"] == 1
    assert open_due_review() == 0


def test_an_entry_left_out_is_refused(due: Scenario) -> None:
    with pytest.raises(Invalid):
        due.as_("quality_manager").complete("look_at_sample", judged(due, ""))

    assert due.steps == ["look_at_sample"]


def test_an_entry_that_is_doubted_without_a_word_is_refused(due: Scenario) -> None:
    with pytest.raises(Invalid) as refusal:
        due.as_("quality_manager").complete("look_at_sample", judged(due, "wrong"))

    assert [problem.rule for problem in refusal.value.problems] == ["trail.reasons"]
    assert due.steps == ["look_at_sample"]


def test_a_review_that_is_sent_back_is_looked_at_again(due: Scenario) -> None:
    due.as_("quality_manager").complete("look_at_sample", judged(due))

    due.as_("top_management").refuse("sign_off", "Look at the roles once more.")

    assert due.steps == ["look_at_sample"]
    assert "Look at the roles" in due.record.verdict_comment


def test_the_same_seed_draws_the_same_and_never_beyond_the_span() -> None:
    assert drawn(10, 500, 7, "a") == drawn(10, 500, 7, "a") != drawn(10, 500, 7, "b")
    assert drawn(3, 5, 9, "a") == [3, 4, 5]
    assert all(10 <= one <= 500 for one in drawn(10, 500, 7, "c"))


def test_the_next_review_is_due_after_whole_months() -> None:
    assert due_on(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert due_on(date(2026, 3, 17), 12) == date(2027, 3, 17)


def test_a_doubt_needs_a_word_and_every_entry_a_judgement() -> None:
    rows = [{"reference": "1"}, {"reference": "2"}, {"reference": "3"}]
    answers = [{"reference": "1", "finding": "right"}, {"reference": "2", "finding": "wrong", "note": " "}]

    assert unanswered(rows, answers) == (["3"], ["2"])
