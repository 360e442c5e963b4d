"""Other records ask that people learn something: they wait for it, and count who has."""

from __future__ import annotations

import pytest

from app.training.training_models import TrainingRecord
from app.workflow.completion import GuardRefused
from tests.scenarios import audit_steps
from tests.scenarios import finding_steps as findings
from tests.scenarios import steps as capa
from tests.scenarios import training_steps as steps
from tests.scenarios.company import Company
from tests.scenarios.dsl import Scenario

School = dict[str, int]


@pytest.fixture
def school(scenario: Scenario) -> School:
    return steps.a_school(scenario)


def planned(scenario: Scenario, school: School, **row: str) -> Scenario:
    """A CAPA whose one planned action is a training."""
    action = {
        "type": "corrective",
        "text": "Everybody who laps learns the limit.",
        "owner_id": str(scenario.company.people["second_owner"]),
        "due_on": steps.today().replace(month=12).isoformat(),
        "deliverable": "training",
        "training_item_id": f"training_item:{school['item']}",
    }
    story = capa.plan(capa.analyse(capa.open_capa(scenario)), planned_actions=[action | row])
    return capa.approve(story)


def trained(scenario: Scenario, capa_id: int) -> Scenario:
    """The learner of the company learns what was asked for; the story goes back to the CAPA."""
    learner = scenario.company.people[steps.LEARNER]
    found = [one for one in scenario.records(TrainingRecord) if one.person_id == learner]
    steps.assess(steps.learn(scenario.turn_to(found[-1].id)))
    return scenario.turn_to(capa_id)


def test_a_planned_training_is_asked_of_everybody_with_the_role_and_holds_the_capa(
    scenario: Scenario, school: School
) -> None:
    story = planned(scenario, school, training_role=steps.LEARNER)
    capa_id = story.record_id

    found = story.records(TrainingRecord)
    assert [(one.source, one.item_id) for one in found] == [("capa", school["item"])]
    assert story.steps == ["verify_implementation"]
    with pytest.raises(GuardRefused, match="not possible") as refused:
        capa.verify(story)
    assert "0 of 1 have learned it" in refused.value.problems[0].sentence

    assert capa.verify(trained(story, capa_id)).record.status == "effectiveness_wait"


def test_without_a_role_the_owner_of_the_row_learns_it(scenario: Scenario, school: School) -> None:
    planned(scenario, school)

    learners = [one.person_id for one in scenario.records(TrainingRecord)]
    assert learners == [scenario.company.people["second_owner"]]


def test_a_training_without_an_item_is_named_by_the_plan_and_assessed_by_a_trainer(
    scenario: Scenario, school: School
) -> None:
    planned(scenario, school, training_item_id="")

    row = scenario.records(TrainingRecord)[0]
    assert (row.item_id, row.skill_id) == (None, None)
    assert row.title.endswith("Everybody who laps learns the limit.")


def test_who_is_released_is_not_waited_for(scenario: Scenario, school: School) -> None:
    story = planned(scenario, school, training_role=steps.LEARNER)
    capa_id = story.record_id
    story.turn_to(story.records(TrainingRecord)[0].id)
    for _attempt in range(3):
        steps.assess(steps.learn(story), "failed")
    steps.decide(story, "stop")

    assert capa.verify(story.turn_to(capa_id)).record.status == "effectiveness_wait"


def test_two_records_that_ask_the_same_wait_for_one_training(scenario: Scenario, school: School) -> None:
    steps.want(scenario.sibling(), school)
    story = planned(scenario, school, training_role=steps.LEARNER)

    assert len(story.records(TrainingRecord)) == 1
    assert any(one.startswith("training:") for one in story.unmet)
    assert not any(one.startswith("training:") for one in trained(story, story.record_id).unmet)


def test_an_accepted_answer_to_a_finding_asks_for_the_training_and_waits_for_it(
    scenario: Scenario, school: School, company: Company
) -> None:
    audit_steps.auditors(scenario)
    risk = [company.link("risk", capa.a_risk(scenario))]
    findings.issue(findings.note(scenario, source="internal", risks=risk))
    what = {"training_role": steps.LEARNER, "training_item_id": f"training_item:{school['item']}"}
    findings.accept(findings.respond(scenario, is_training_needed=True, **what))
    finding_id = scenario.record_id
    findings.verify(scenario)

    with pytest.raises(GuardRefused) as refused:
        findings.close(scenario)

    assert any("0 of 1 have learned it" in one.sentence for one in refused.value.problems)
    assert findings.close(trained(scenario, finding_id)).outcome == "closed"


def test_an_answer_that_needs_no_training_asks_for_none(scenario: Scenario, company: Company) -> None:
    audit_steps.auditors(scenario)
    risk = [company.link("risk", capa.a_risk(scenario))]

    findings.answered(findings.issue(findings.note(scenario, source="internal", risks=risk)))

    assert scenario.records(TrainingRecord) == []
