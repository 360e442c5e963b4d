"""The yearly review of context and interested parties, from the day it is due to the signature."""

from __future__ import annotations

import pytest

from app.accounts.grants import GrantOrder, give
from app.accounts.roles import Role
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Invalid
from app.foundation.unit_of_work import unit_of_work
from app.process_map.context import issues, open_due_review, parties, review_standing
from app.process_map.maintain import add_part
from app.process_map.models import ContextReview
from app.process_map.parts import PARTS, PartKey
from app.trail.service import entries_for
from tests.scenarios.dsl import Scenario

ISSUE = {
    "title": "Castings come from one foundry",
    "origin": "external",
    "effect": "A halt there halts us within a week.",
    "is_climate_relevant": False,
    "climate_rationale": "The foundry stands on high ground.",
}
PARTY = {
    "name": "Neighbours of the test field",
    "needs": "Quiet nights.",
    "is_relevant": True,
    "has_climate_requirement": False,
}


@pytest.fixture
def due(scenario: Scenario) -> Scenario:
    """A house with two issues and a party, a year later."""
    with unit_of_work() as uow:
        for who in ("quality_manager", "top_management"):
            give(uow, scenario.company.people[who], GrantOrder(Role(who), None))
        add_part(uow, PARTS[PartKey.ISSUE], ISSUE)
        add_part(uow, PARTS[PartKey.ISSUE], ISSUE | {"title": "Few people know lapping"})
        add_part(uow, PARTS[PartKey.PARTY], PARTY)
    scenario.after(days=366)
    return scenario


def test_a_review_opens_once_when_the_year_is_over(due: Scenario) -> None:
    before = review_standing(db.session, clock.now().date())

    opened = open_due_review()
    due.after(hours=1)
    again = open_due_review()

    assert (before.is_overdue, before.running) == (True, None)
    assert (opened, again) == (1, 0)
    assert len(due.records(ContextReview)) == 1


def test_what_is_gone_ends_with_the_signature_and_the_rest_is_good_for_a_year(due: Scenario) -> None:
    story = _running(due)
    story.as_("quality_manager").complete(
        "review_context", _answers(story, second="gone", note="Two joined.")
    )

    story.as_("top_management").approve("sign_off")

    today = clock.now().date()
    standing = review_standing(db.session, today)
    assert story.outcome == "reviewed"
    assert [row.title for row in issues(db.session)] == [ISSUE["title"]]
    assert [row.reviewed_on for row in parties(db.session)] == [today]
    assert standing.due_on == today.replace(year=today.year + 1)
    gone = issues(db.session, with_gone=True)[1]
    assert gone.gone_reason == "Two joined."
    assert entries_for(db.session, "context_issue", gone.id)[-1].verb == "context_issue.ended"


def test_a_review_that_changes_something_without_a_reason_is_refused(due: Scenario) -> None:
    story = _running(due)

    with pytest.raises(Invalid) as refusal:
        story.as_("quality_manager").complete("review_context", _answers(story, second="gone", note=""))

    assert "context.reasons" in {problem.rule for problem in refusal.value.problems}
    assert story.steps == ["review_context"]


def test_a_review_that_top_management_sends_back_is_gone_through_again(due: Scenario) -> None:
    story = _running(due)
    story.as_("quality_manager").complete("review_context", _answers(story))

    story.as_("top_management").refuse("sign_off", "And the new law on noise?")

    assert story.steps == ["review_context"]
    assert story.record.status == "open"
    assert story.record.verdict_comment == "Top_Management: And the new law on noise?"


def _running(story: Scenario) -> Scenario:
    open_due_review()
    story.after(hours=1)
    return story.turn_to(story.records(ContextReview)[0].id)


def _answers(story: Scenario, second: str = "right", note: str = "") -> dict[str, object]:
    asked = [dict(row, finding="right") for row in story.record.issue_answers]
    asked[1] |= {"finding": second, "note": note}
    return {
        "issue_answers": asked,
        "party_answers": [dict(row, finding="right") for row in story.record.party_answers],
        "climate_answer": "no",
        "climate_rationale": "Looked at water, heat and law; nothing bears on pumps yet.",
        "conclusion": "One issue less.",
    }
