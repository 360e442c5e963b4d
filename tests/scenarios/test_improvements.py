"""An improvement by every way: declined, improved, in part, planned again, and asked for by a finding."""

from __future__ import annotations

import pytest

from app.actions.models import Action
from app.improvements.models import Improvement
from app.improvements.service import IMPROVEMENT_REQUESTED
from app.workflow import messages
from app.workflow.acts import perform
from app.workflow.delivery import deliver_due
from app.workflow.separation import SeparationBroken
from tests.scenarios import audit_steps, finding_steps
from tests.scenarios import improvement_steps as steps
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import do_actions, grant


def judged(scenario: Scenario, reached: str, next_step: str = "close") -> Scenario:
    do_actions(steps.plan(steps.consider(steps.suggest(scenario))))
    return steps.judge(scenario, reached, next_step)


def test_an_idea_may_be_declined_with_a_reason(scenario: Scenario) -> None:
    steps.consider(steps.suggest(scenario), "decline")

    assert (scenario.outcome, scenario.record.status) == ("declined", "declined")
    assert scenario.record.closed_at is not None
    assert scenario.record.decision_reason == "We move out of that hall."


def test_the_status_follows_from_idea_to_benefit(scenario: Scenario) -> None:
    statuses = [steps.suggest(scenario).record.status]
    statuses.append(steps.consider(scenario).record.status)
    statuses.append(steps.plan(scenario).record.status)
    statuses.append(steps.judge(do_actions(scenario)).record.status)

    assert statuses == ["suggested", "planning", "under_way", "improved"]
    assert scenario.outcome == "improved"


def test_who_carries_it_owns_it_and_its_actions_are_improvements(scenario: Scenario) -> None:
    steps.plan(steps.consider(steps.suggest(scenario)))

    assert scenario.record.owner_id == scenario.company.people["action_owner"]
    assert [one.action_type for one in scenario.records(Action)] == ["improvement"]


@pytest.mark.parametrize(("reached", "status"), [("partly", "partly_improved"), ("no", "no_benefit")])
def test_what_brought_less_is_closed_as_what_it_is(scenario: Scenario, reached: str, status: str) -> None:
    judged(scenario, reached)

    assert (scenario.outcome, scenario.record.status) == ("improved", status)


def test_what_brought_nothing_may_be_planned_again(scenario: Scenario) -> None:
    judged(scenario, "no", "again")
    assert (scenario.steps, scenario.record.round) == (["plan_improvement"], 2)

    do_actions(steps.plan(scenario, "Buy two gauges"))
    steps.judge(scenario)

    assert (scenario.outcome, scenario.record.status) == ("improved", "improved")


def test_the_same_plan_again_does_not_wait_for_what_is_verified(scenario: Scenario) -> None:
    judged(scenario, "no", "again")

    do_actions(steps.plan(scenario))

    assert scenario.steps == ["judge_benefit"]


def test_who_planned_it_does_not_judge_it(scenario: Scenario) -> None:
    grant(scenario, "action_owner", "quality_coordinator")
    do_actions(steps.plan(steps.consider(steps.suggest(scenario))))

    with pytest.raises(SeparationBroken):
        scenario.as_("action_owner").complete(
            "judge_benefit", {"benefit_reached": "yes", "benefit_note": "I saw it."}
        )


def test_what_a_finding_asks_for_begins_with_its_plan(scenario: Scenario) -> None:
    audit_steps.auditors(scenario)
    finding_steps.issue(finding_steps.note(scenario, source="internal", proposed_grade="ofi"))
    finding_steps.take_up(scenario)
    finding_id = scenario.record_id

    (row,) = scenario.records(Improvement)
    story = scenario.turn_to(row.id)

    assert (row.source, row.status, story.steps) == ("audit", "planning", ["plan_improvement"])
    assert [one["text"] for one in row.planned_actions or ()] == ["Rate suppliers by delivery"]
    assert row.request_key == f"finding:{finding_id}"


def test_what_is_asked_for_twice_is_one_improvement(scenario: Scenario) -> None:
    for source in ("review:7:output", "review:7:output:again"):
        payload = {"key": "review:7:1", "title": "Train the night shift", "source": "review"}
        site = {"site_id": scenario.company.site, "process_id": scenario.company.process}

        def ask(uow: object, source: str = source, payload: dict[str, object] = payload | site) -> None:
            messages.send(uow, IMPROVEMENT_REQUESTED, "review:7:1", source=source, payload=payload)

        perform(None, ask)
        deliver_due()

    (row,) = scenario.records(Improvement)
    assert scenario.turn_to(row.id).steps == ["consider_idea"]
