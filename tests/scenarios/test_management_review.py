"""A management review from the calendar to the day on which everything it decided is verified."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from app.accounts.grants import GrantOrder, give
from app.accounts.roles import Role
from app.actions.models import Action
from app.capa.models import Nonconformity
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Invalid
from app.foundation.unit_of_work import unit_of_work
from app.management_review.models import ManagementReview
from app.management_review.pack import PACKS, is_whole
from app.management_review.rules import INPUTS
from app.management_review.schedule import open_due
from app.trail.witnesses import entry_contradictions
from app.workflow.delivery import deliver_due
from app.workflow.models import Message
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import report

DONE = {"done_text": "Bought and in use.", "done_on": "2026-03-17"}
ACCEPTED = {"verification": "accepted", "verification_note": "Seen on the shop floor"}

OVERALL = {
    "suitable": "yes",
    "adequate": "partly",
    "effective": "yes",
    "aligned": "yes",
    "summary": "It works.",
}
NONE_NEEDED = {
    "no_change_reason": "The diagrams fit.",
    "no_resource_reason": "Two people began in spring.",
}


@pytest.fixture
def house(scenario: Scenario) -> Scenario:
    """A house whose leaders answer for all sites."""
    with unit_of_work() as uow:
        for who in ("quality_manager", "top_management", "site_manager"):
            give(uow, scenario.company.people[who], GrantOrder(Role(who), None))
    return scenario


@pytest.fixture
def begun(house: Scenario) -> Scenario:
    """A review whose pack is frozen."""
    today = clock.now().date()
    answers = {
        "period_from": (today - timedelta(days=181)).isoformat(),
        "period_to": today.isoformat(),
        "meeting_on": (today + timedelta(days=10)).isoformat(),
        "participants": "Oskar, Ingrid, the site managers",
    }
    return house.as_("quality_manager").start("management_review", answers)


def rows(story: Scenario, name: str, **values: str) -> list[dict[str, Any]]:
    return [{**row, **values} for row in getattr(story.record, name)]


def commented(story: Scenario) -> Scenario:
    story.as_("quality_manager").complete(
        "comment_quality", {"quality_comments": rows(story, "quality_comments", comment="As expected.")}
    )
    return story.as_("site_manager").complete(
        "comment_sites", {"site_comments": rows(story, "site_comments", resource_need="A second lapper")}
    )


def held(story: Scenario) -> Scenario:
    conclusions = rows(story, "conclusions", conclusion="adequate", note="No data is fine for now.")
    return story.as_("top_management").complete(
        "hold_review", {"attendance": "All", "conclusions": conclusions}
    )


def output(story: Scenario, what: str = "Buy a second lapping plate") -> dict[str, Any]:
    return {
        "category": "improvement",
        "text": what,
        "action_owner_id": story.company.people["action_owner"],
        "verifier_id": story.company.people["verifier"],
        "due_on": (clock.now().date() + timedelta(days=30)).isoformat(),
        "source_input": "c4",
    }


def decided(story: Scenario, **more: Any) -> Scenario:
    answers = {"outputs": [output(story)], **NONE_NEEDED, **OVERALL, **more}
    return story.as_("top_management").complete("decide_outputs", answers)


def test_a_review_runs_from_the_pack_to_the_verified_decision(begun: Scenario) -> None:
    decided(held(commented(begun))).as_("top_management").approve("approve_minutes")
    action = begun.records(Action)[0]
    review_id = begun.record_id

    with pytest.raises(Invalid) as refused:
        begun.as_("quality_manager").complete("close_review", {})
    begun.turn_to(action.id).as_("action_owner").complete("carry_out", DONE)
    begun.as_("verifier").complete("verify_action", ACCEPTED)
    begun.turn_to(review_id).as_("quality_manager").complete("close_review", {"lessons": "Begin earlier."})

    assert action.number in refused.value.problems[0].sentence
    assert begun.record.status == "closed"
    assert begun.outcome == "closed"


def test_every_input_of_the_standard_stands_in_the_frozen_pack(begun: Scenario) -> None:
    pack = begun.record.pack

    assert [one["reference"] for one in pack["inputs"]] == list(INPUTS)
    assert all(one["figures"] or one["sentences"] or one["reason"] for one in pack["inputs"])
    assert is_whole(begun.record)


def test_comments_of_both_stand_beside_the_conclusions(begun: Scenario) -> None:
    commented(begun)

    assert begun.record.conclusions[0]["comments"] == "As expected.\nA second lapper"
    assert begun.steps == ["hold_review"]


@pytest.mark.parametrize(("left_out", "note"), [(True, "x"), (False, "")])
def test_no_input_is_left_out(begun: Scenario, *, left_out: bool, note: str) -> None:
    commented(begun)
    conclusions = rows(begun, "conclusions", conclusion="watch", note=note)
    conclusions = conclusions[1:] if left_out else conclusions

    with pytest.raises(Invalid) as refused:
        begun.as_("top_management").complete("hold_review", {"attendance": "All", "conclusions": conclusions})

    assert "a" in refused.value.problems[0].sentence


def test_each_kind_of_decision_is_made_or_explained(begun: Scenario) -> None:
    held(commented(begun))

    with pytest.raises(Invalid) as refused:
        decided(begun, no_resource_reason="", no_change_reason=" ")

    assert [one.where for one in refused.value.problems] == ["no_change_reason", "no_resource_reason"]


def test_minutes_sent_back_are_decided_again(begun: Scenario) -> None:
    decided(held(commented(begun))).as_("top_management").refuse("approve_minutes", "Name the budget.")

    assert begun.steps == ["decide_outputs"]
    assert "Name the budget." in begun.record.minutes_comment
    decided(begun).as_("top_management").approve("approve_minutes")
    assert begun.record.minutes_comment is None
    assert begun.steps == ["close_review"]


def test_a_pack_changed_by_hand_is_found(begun: Scenario) -> None:
    with db.engine.connect() as connection:
        connection.execute(
            text(
                "UPDATE management_review SET pack = json_set(pack, '$.since', '2020-01-01') WHERE id = :id"
            ),
            {"id": begun.record_id},
        )
        connection.commit()

    assert not is_whole(begun.record)
    problems = list(entry_contradictions(db.session(), [PACKS]))
    assert [one.rule for one in problems] == ["past_the_trail"]


def test_the_calendar_asks_once_a_month_before_it_is_due(house: Scenario) -> None:
    report(house)
    house.after(days=140)
    too_early = open_due()
    house.after(days=20)

    asked, again = open_due(), open_due()
    deliver_due()

    assert (too_early, asked, again) == (0, 1, 0)
    assert len(house.records(ManagementReview)) == 1


def test_a_year_without_a_review_is_a_nonconformity_of_our_own(house: Scenario) -> None:
    report(house)
    house.after(days=370)

    open_due()
    deliver_due()

    titles = db.session.scalars(select(Nonconformity.title)).all()
    assert "No management review for a year" in titles
    assert not db.session.scalars(select(Message).where(Message.state == "dead")).all()


def test_a_review_that_nobody_holds_does_not_hide_the_year(house: Scenario) -> None:
    report(house)
    house.after(days=170)
    open_due()
    deliver_due()
    house.after(days=200)

    open_due()
    deliver_due()

    titles = db.session.scalars(select(Nonconformity.title)).all()
    assert titles.count("No management review for a year") == 1


def test_two_meetings_of_a_year_cover_the_inputs_together(begun: Scenario) -> None:
    decided(held(commented(begun))).as_("top_management").approve("approve_minutes")
    begun.after(days=90)
    today = clock.now().date()
    answers = {
        "period_from": (today - timedelta(days=89)).isoformat(),
        "period_to": today.isoformat(),
        "meeting_on": today.isoformat(),
        "participants": "The same",
    }
    commented(begun.as_("quality_manager").start("management_review", answers))
    conclusions = [
        {**row, "conclusion": "watch" if row["reference"] == "c4" else "", "note": ""}
        for row in begun.record.conclusions
    ]

    begun.as_("top_management").complete("hold_review", {"attendance": "All", "conclusions": conclusions})

    assert begun.steps == ["decide_outputs"]


def test_what_is_not_verified_is_an_input_of_the_next_review(begun: Scenario) -> None:
    decided(held(commented(begun))).as_("top_management").approve("approve_minutes")
    (action,) = begun.records(Action)
    begun.after(days=40)
    today = clock.now().date()
    answers = {
        "period_from": (today - timedelta(days=60)).isoformat(),
        "period_to": today.isoformat(),
        "meeting_on": today.isoformat(),
        "participants": "The same",
    }

    begun.as_("quality_manager").start("management_review", answers)

    first = begun.record.pack["inputs"][0]
    figure = next(one for one in first["figures"] if one["key"] == "review_actions_open")
    assert first["reference"] == "a"
    assert (figure["value"], figure["previous"], figure["records"]) == ("1", "0", [action.id])
