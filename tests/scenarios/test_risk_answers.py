"""The answer to a risk by band: watched, treated, accepted, and what ends each of them."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.foundation import clock
from app.foundation.db import db
from app.quality_events.rules.kinds import EventKind
from app.quality_events.service import EventOrder, record_event
from app.risks.models import Reassessment, Risk, Treatment
from app.workflow import messages
from app.workflow.acts import perform
from app.workflow.completion import GuardRefused
from app.workflow.holds import cancel
from app.workflow.models import Task, TaskState
from tests.scenarios.dsl import Scenario
from tests.scenarios.risk_steps import (
    TARGET,
    acceptance,
    accepted,
    asked_to_accept,
    carried_out,
    justified,
    planned,
    reassessed,
    registered,
    reviewed,
    treatment,
)


def test_a_low_risk_is_watched_for_a_year_and_then_assessed_again(scenario: Scenario) -> None:
    registered(scenario, "1-4")
    assert scenario.records(Treatment) == []
    assert scenario.record.next_review_on.isoformat() == "2027-03-17"

    scenario.after(days=366)

    assert scenario.record.status == "reassessment_due"
    reassessed(scenario, "1-4")
    assert (scenario.record.status, scenario.record.next_review_on.isoformat()) == ("monitored", "2028-03-18")


def test_a_medium_risk_is_treated_without_approval_and_assessed_again(scenario: Scenario) -> None:
    registered(scenario, "2-4")
    story = planned(treatment(scenario))
    assert scenario.record.status == "treating"

    reviewed(carried_out(story), "met")

    assert (story.outcome, scenario.record.status) == ("treated", "reassessment_due")
    reassessed(scenario, TARGET)
    assert (scenario.record.score, scenario.record.status) == (4, "monitored")


def test_an_unmet_target_asks_for_another_treatment(scenario: Scenario) -> None:
    registered(scenario, "2-4")
    story = carried_out(planned(treatment(scenario)))

    reviewed(story, "unmet")

    assert (story.steps, story.record.round) == (["plan_treatment"], 2)
    assert scenario.record.status == "treatment_planned"
    carried_out(planned(story))
    assert story.steps == ["verify_effect"]


@pytest.mark.parametrize(("residual", "who"), [("3-4", "quality_manager"), ("4-5", "top_management")])
def test_the_band_decides_who_approves_a_treatment(scenario: Scenario, residual: str, who: str) -> None:
    registered(scenario, residual)
    story = planned(treatment(scenario))
    assert [task.assignee_id for task in story.places("approve_treatment")] == [story.company.people[who]]

    story.as_(who).refuse("approve_treatment", "Too slow.")
    assert (story.steps, story.record.plan_comment) == (["plan_treatment"], f"{who.title()}: Too slow.")

    planned(story).as_(who).approve("approve_treatment")
    assert scenario.record.status == "treating"


@pytest.mark.parametrize(
    ("residual", "who"), [("2-4", "process_owner"), ("3-4", "quality_manager"), ("4-5", "top_management")]
)
def test_the_band_decides_who_accepts(scenario: Scenario, residual: str, who: str) -> None:
    registered(scenario, residual)

    story = accepted(scenario, who)

    risk = scenario.record
    assert (risk.status, risk.acceptance_status, risk.accepted_until) == (
        "accepted",
        "accepted",
        story.record.expires_on,
    )
    assert story.record.accepted_state == risk.assessed_state


def test_an_unacceptable_risk_is_accepted_for_ninety_days_at_most(scenario: Scenario) -> None:
    registered(scenario, "4-5")
    story = asked_to_accept(scenario)

    with pytest.raises(GuardRefused) as refused:
        justified(story, days=91)
    assert "90 days" in refused.value.problems[0].sentence
    assert justified(story, days=90).steps == ["decide_acceptance"]


def test_a_refused_acceptance_asks_for_another_answer(scenario: Scenario) -> None:
    registered(scenario, "2-4")
    story = justified(asked_to_accept(scenario))

    story.as_("process_owner").refuse("decide_acceptance", "Do something.")

    assert (story.outcome, scenario.record.acceptance_status) == ("rejected", "rejected")
    assert treatment(scenario).steps == ["plan_treatment"]


def test_an_acceptance_warns_thirty_days_before_and_expires_on_its_day(scenario: Scenario) -> None:
    registered(scenario, "2-4")
    story = accepted(scenario)

    story.after(days=51)
    (warning,) = scenario.records(Reassessment)
    assert story.record.number in warning.reason
    assert story.record.status == "accepted"

    story.after(days=31)
    assert (story.outcome, story.record.status) == ("expired", "expired")
    assert (scenario.record.acceptance_status, treatment(scenario).steps) == ("expired", ["plan_treatment"])


def test_a_reassessment_revokes_the_acceptance_of_the_state_before(scenario: Scenario) -> None:
    registered(scenario, "2-4")
    story = accepted(scenario)
    _ask(scenario.record)

    reassessed(scenario, "3-4")

    assert (story.outcome, scenario.record.acceptance_status) == ("revoked", "revoked")
    assert treatment(scenario).steps == ["plan_treatment"]
    assert treatment(scenario).record.band == "high"


def test_events_that_move_a_risk_into_a_graver_band_revoke_its_acceptance(scenario: Scenario) -> None:
    registered(scenario, "2-4")
    story = accepted(scenario)
    risk_id = scenario.record_id

    _strike(risk_id, EventKind.NEAR_MISS)
    story.after(hours=1)
    assert story.record.status == "accepted"

    _strike(risk_id, EventKind.INCIDENT)
    story.after(hours=1)

    assert (story.outcome, story.record.status) == ("revoked", "revoked")
    assert treatment(scenario).steps == ["plan_treatment"]
    (asked,) = scenario.records(Reassessment)
    assert (asked.indicated_score, asked.former_score) == (16, 8)


def test_who_disagrees_with_the_events_says_why_and_is_reviewed(scenario: Scenario) -> None:
    registered(scenario, "2-4")
    _strike(scenario.record_id, EventKind.INCIDENT)
    scenario.after(hours=1)
    story = scenario.sibling().turn_to(scenario.records(Reassessment)[-1].id)

    story.as_("risk_owner").complete(
        "reassess_risk",
        {
            "assessment": "2-4",
            "agree_with_indicated": "no",
            "disagree_reason": "It was another pump.",
            "answer": "unchanged",
            "rationale": "The control held.",
        },
    )

    assert story.steps == ["confirm_lower"]


def test_a_red_risk_that_stays_red_goes_to_top_management(scenario: Scenario) -> None:
    registered(scenario, "4-5")
    for _review in range(3):
        _ask(scenario.record)
        reassessed(scenario, "4-5", answer="unchanged")
    assert (scenario.steps, scenario.record.red_reviews) == (["judge_red_risk"], 3)

    scenario.as_("top_management").complete(
        "judge_red_risk", {"top_decision": "more_means", "top_view": "A second plate is bought."}
    )

    assert (scenario.steps, scenario.record.red_reviews) == ([], 0)


def test_a_risk_that_is_gone_leaves_the_register_after_a_second_look(scenario: Scenario) -> None:
    registered(scenario, "1-4")
    _ask(scenario.record)

    reassessed(scenario, "1-4", answer="gone")

    assert (scenario.outcome, scenario.record.status) == ("retired", "closed")


def test_a_cancelled_treatment_is_asked_for_again(scenario: Scenario) -> None:
    registered(scenario, "2-4")
    story = treatment(scenario)

    _cancel(story)

    assert [row.status for row in scenario.records(Treatment)] == ["cancelled", "planned"]


def test_a_cancelled_review_is_asked_for_again(scenario: Scenario) -> None:
    registered(scenario, "1-4").after(days=366)

    _cancel(scenario.sibling().turn_to(scenario.records(Reassessment)[-1].id))

    assert [row.status for row in scenario.records(Reassessment)] == ["cancelled", "requested"]


def test_an_opportunity_is_left_only_with_consent(scenario: Scenario) -> None:
    registered(scenario, "3-3", risk_kind="opportunity", title="Sell spare seals")
    story = treatment(scenario)

    story.as_("risk_owner").complete(
        "plan_treatment", {"pursuit_option": "ignore", "treatment_note": "No hands for it."}
    )

    assert story.outcome == "acceptance_requested"
    assert acceptance(scenario).record.risk_kind == "opportunity"


def _strike(risk_id: int, kind: EventKind) -> None:
    """Let something happen that somebody linked to the risk."""
    order = EventOrder(
        kind=kind,
        subject_kind="risk",
        subject_id=risk_id,
        severity=4,
        occurred_at=clock.now(),
        risk_ids=(risk_id,),
    )
    perform(None, lambda uow: record_event(uow, order))


def _cancel(story: Scenario) -> None:
    """Cancel what runs for a record of the story."""
    instance_id = story.instance_id
    perform(None, lambda uow: cancel(uow, instance_id, "Asked by mistake"))
    story.after(hours=1)


def _ask(risk: Risk) -> None:
    payload = {"risk_id": risk.id, "reason": "Two pumps leaked", "severity": 3, "trigger": None}
    perform(
        None,
        lambda uow: messages.send(
            uow,
            "risk.reassessment_requested",
            f"risk:{risk.id}",
            source=f"test:{clock.now().isoformat()}:{_open_tasks()}",
            payload=payload,
        ),
    )


def _open_tasks() -> int:
    closed = select(func.count()).select_from(Task).where(Task.state != TaskState.OPEN.value)
    return db.session.scalar(closed) or 0
