"""Other records ask that people learn something: they wait for it, and count who has."""

from __future__ import annotations

import pytest

from app.accounts.grants import GrantOrder, give
from app.accounts.roles import Role
from app.foundation.unit_of_work import unit_of_work
from app.training.training_models import TrainingRecord
from app.workflow.completion import GuardRefused
from tests.factories.accounts import a_person
from tests.scenarios import audit_steps, risk_steps
from tests.scenarios import document_steps as documents
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


def changed(scenario: Scenario, **impact: object) -> Scenario:
    """A change of a document whose impact says that reading is not enough, approved."""
    documents.writers(scenario)
    documents.take_up(documents.ask(scenario, documents.in_force(scenario)))
    documents.assess(scenario, is_training_needed=True, **impact)
    return documents.approve(documents.reviewed(documents.write(scenario)))


def test_a_changed_document_asks_its_roles_to_learn_it_until_it_comes_into_force(
    scenario: Scenario, school: School
) -> None:
    item = f"training_item:{school['item']}"
    story = changed(scenario, training_roles=[steps.LEARNER, "verifier"], training_item_id=item)

    found = story.records(TrainingRecord)
    people = {story.company.people[who] for who in (steps.LEARNER, "verifier")}
    assert {one.person_id for one in found} == people
    assert {(one.source, one.item_id, one.due_on) for one in found} == {
        ("document_change", school["item"], story.record.effective_on)
    }
    assert any(one.startswith("training:") for one in story.unmet)


def test_a_document_for_all_sites_asks_its_roles_at_every_site(scenario: Scenario, school: School) -> None:
    with unit_of_work() as uow:
        there = a_person(uow, "learner.there", roles=[(steps.LEARNER, scenario.company.other_site)]).id
    documents.writers(scenario)
    documents.take_up(documents.ask(scenario, documents.in_force(scenario)))
    documents.assess(scenario, is_training_needed=True, training_roles=[steps.LEARNER])

    story = documents.approve(documents.reviewed(documents.write(scenario, is_draft_for_all_sites=True)))

    assert school
    people = {one.person_id for one in story.records(TrainingRecord)}
    assert people == {story.company.people[steps.LEARNER], there}


def test_somebody_with_two_of_the_roles_learns_it_once(scenario: Scenario, school: School) -> None:
    with unit_of_work() as uow:
        learner = scenario.company.people[steps.LEARNER]
        give(uow, learner, GrantOrder(Role.VERIFIER, scenario.company.site))

    story = changed(scenario, training_roles=[steps.LEARNER, "verifier"])

    assert school
    people = [one.person_id for one in story.records(TrainingRecord)]
    assert len(people) == len(set(people)) == 2


def test_a_revision_comes_into_force_though_people_still_learn_it(scenario: Scenario, school: School) -> None:
    story = documents.release(changed(scenario, training_roles=[steps.LEARNER]))

    story.after(days=15)

    assert school
    assert (story.record.status, story.records(TrainingRecord)[0].status) == ("effective", "assigned")


def test_an_emergency_asks_for_the_training_once_it_is_assessed_and_approved(
    scenario: Scenario, school: School
) -> None:
    documents.writers(scenario)
    asked = documents.take_up(documents.ask(scenario, documents.in_force(scenario)), change_class="emergency")
    documents.write(asked).as_("quality_manager").complete("release_emergency", {"emergency_note": "Now."})
    documents.assess(scenario, is_training_needed=True, training_roles=[steps.LEARNER])
    assert scenario.records(TrainingRecord) == []

    documents.approve(scenario)

    assert school
    assert [one.source for one in scenario.records(TrainingRecord)] == ["document_change"]


def test_a_change_that_needs_no_training_asks_for_none(scenario: Scenario) -> None:
    documents.writers(scenario)

    documents.approved(scenario, documents.in_force(scenario))

    assert scenario.records(TrainingRecord) == []


def treated(scenario: Scenario, school: School) -> Scenario:
    """A treatment that relies on people who learn something, its action carried out."""
    risk_steps.registered(scenario, "2-4")
    row = {"text": "Lap by hand", "training_role": steps.LEARNER}
    rows = [row | {"training_item_id": f"training_item:{school['item']}"}]
    return risk_steps.carried_out(risk_steps.planned(risk_steps.treatment(scenario), trainings=rows))


def test_a_treatment_is_not_treated_before_people_have_learned_what_it_relies_on(
    scenario: Scenario, school: School
) -> None:
    story = treated(scenario, school)
    treatment_id = story.record_id
    assert [one.source for one in story.records(TrainingRecord)] == ["treatment"]
    with pytest.raises(GuardRefused) as refused:
        risk_steps.reviewed(story, "met")
    assert any("0 of 1 have learned it" in one.sentence for one in refused.value.problems)

    assert risk_steps.reviewed(trained(story, treatment_id), "met").outcome == "treated"
