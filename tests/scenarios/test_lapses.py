"""A proof ends: trainings are asked for ahead of it, and its end asks the manager what follows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.foundation.db import db
from app.foundation.settings import SettingRow
from app.foundation.unit_of_work import unit_of_work
from app.quality_events.models import QualityEvent
from app.training import expiry
from app.training.competence import QualificationOrder, qualify
from app.training.models import Qualification
from app.training.rules import Standing
from app.training.training_models import LapsedSkill, TrainingRecord
from app.workflow import tasks
from app.workflow.acts import perform
from app.workflow.competence import NotCompetent
from app.workflow.completion import GuardRefused
from app.workflow.delivery import deliver_due
from tests.factories.accounts import actor_for
from tests.scenarios import training_steps as steps
from tests.scenarios.company import Company
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import report
from tests.scenarios.test_actions import DONE, plan

School = dict[str, int]
DAYS = 90


@pytest.fixture
def school(scenario: Scenario, company: Company) -> School:
    """A learner whose proof of a skill that keeps a risk in check ends in ninety days."""
    school = steps.a_school(scenario, is_control=True)
    with unit_of_work() as uow:
        last = uow.now.date() + timedelta(days=DAYS)
        qualify(
            uow,
            QualificationOrder(
                company.people[steps.LEARNER], school["skill"], 3, "Examined.", uow.now.date(), last
            ),
        )
    return school


def night(scenario: Scenario, days: int) -> Scenario:
    """Let days pass and the job run that looks after qualifications."""
    scenario.after(days=days)
    expiry.run_due("http://keel.test")
    return scenario


def lapsed(scenario: Scenario) -> Scenario:
    return night(scenario, DAYS + 1).turn_to(scenario.records(LapsedSkill)[0].id)


def decide(scenario: Scenario, decision: str) -> Scenario:
    answers = {"lapse_decision": decision, "lapse_note": "We talked."}
    return scenario.as_(steps.MANAGER).complete("decide_after_lapse", answers)


@pytest.mark.usefixtures("school")
def test_the_warnings_ask_for_one_training_due_on_the_last_day(scenario: Scenario) -> None:
    for days in (29, 2, 30, 20):
        night(scenario, days)

    found = scenario.records(TrainingRecord)
    assert [(one.source, one.level, (one.due_on - steps.today()).days) for one in found] == [("expiry", 3, 9)]
    assert len(scenario.sent("training.requested")) == 3


def test_a_renewed_proof_asks_nobody(scenario: Scenario, school: School) -> None:
    night(scenario, 31).turn_to(scenario.records(TrainingRecord)[0].id)
    steps.assess(steps.learn(scenario))

    night(scenario, DAYS)

    assert scenario.records(LapsedSkill) == []
    assert steps.standing(scenario, school["skill"]) is Standing.HELD


def test_the_end_of_a_proof_is_the_manager_s_task_and_an_event(scenario: Scenario, school: School) -> None:
    lapsed(scenario)

    task = scenario.task("decide_after_lapse")
    assert (task.assignee_id, task.title) == (scenario.company.people[steps.MANAGER], "Decide what follows")
    assert steps.standing(scenario, school["skill"]) is Standing.EXPIRED
    kinds = list(db.session.scalars(select(QualityEvent.kind)))
    assert kinds == ["competence_gap"]


@pytest.mark.usefixtures("school")
def test_the_job_asks_once_however_often_it_runs(scenario: Scenario) -> None:
    night(scenario, DAYS + 1)
    night(scenario, 1)

    assert len(scenario.records(LapsedSkill)) == 1


@pytest.mark.usefixtures("school")
def test_the_manager_asks_for_the_training_that_renews_it(scenario: Scenario) -> None:
    decide(lapsed(scenario), "train")

    assert (scenario.outcome, scenario.record.status) == ("training_requested", "training_requested")
    assert [one.source for one in scenario.records(TrainingRecord)] == ["expiry"]


def test_the_quality_manager_waives_it_until_a_day(scenario: Scenario, school: School) -> None:
    decide(lapsed(scenario), "waive")
    with pytest.raises(GuardRefused):
        steps.waive(scenario, days=400)

    steps.waive(scenario, days=40)

    assert (scenario.outcome, steps.standing(scenario, school["skill"])) == ("waived", Standing.WAIVED)


@pytest.mark.usefixtures("school")
def test_a_waiver_that_ends_asks_the_manager_again(scenario: Scenario) -> None:
    steps.waive(decide(lapsed(scenario), "waive"), days=40)

    night(scenario, 41)

    assert [one.status for one in scenario.records(LapsedSkill)] == ["waived", "open"]


@pytest.mark.usefixtures("school")
def test_a_refused_waiver_goes_back_and_the_person_does_other_work(scenario: Scenario) -> None:
    steps.waive(decide(lapsed(scenario), "waive"), decision="refuse")

    decide(scenario, "other_work")

    assert (scenario.outcome, scenario.record.status) == ("other_work", "other_work")


@pytest.mark.usefixtures("school")
def test_a_lapsed_skill_blocks_taking_and_doing_a_task_until_it_is_waived(
    scenario: Scenario, company: Company
) -> None:
    with unit_of_work() as uow:
        uow.session.add(SettingRow(key="training.lapsed_skill", site_id=company.site, value="block"))
    lapsed(scenario)
    story = scenario.sibling().as_("quality_manager")
    story.start("action", plan(company, due_on="2026-09-15"))
    with pytest.raises(NotCompetent):
        story.as_(steps.LEARNER).complete("carry_out", DONE)

    steps.waive(decide(scenario, "waive"))

    assert story.as_(steps.LEARNER).complete("carry_out", DONE).steps == ["verify_action"]


def prove(scenario: Scenario, school: School, level: int = 3) -> Scenario:
    """The quality manager records a certificate from outside."""
    person, today = scenario.company.people[steps.LEARNER], steps.today()
    order = QualificationOrder(person, school["skill"], level, "A certificate.", today)
    perform(None, lambda uow: qualify(uow, order))
    deliver_due()
    return scenario


def test_a_new_proof_answers_the_manager_s_question(scenario: Scenario, school: School) -> None:
    lapsed(scenario)

    prove(scenario, school)

    assert (scenario.steps, scenario.outcome, scenario.record.status) == ([], "renewed", "renewed")
    assert scenario.record.closed_at is not None


def test_a_new_proof_answers_the_question_of_a_waiver_too(scenario: Scenario, school: School) -> None:
    decide(lapsed(scenario), "waive")

    prove(scenario, school)

    assert (scenario.steps, scenario.outcome) == ([], "renewed")


def test_a_proof_of_a_lower_level_leaves_the_question_open(scenario: Scenario, school: School) -> None:
    prove(lapsed(scenario), school, level=2)

    assert scenario.steps == ["decide_after_lapse"]


def test_an_answered_question_does_not_answer_the_next_one(scenario: Scenario, school: School) -> None:
    prove(lapsed(scenario), school)
    with unit_of_work() as uow:
        proof = uow.session.scalars(select(Qualification).order_by(Qualification.id.desc())).first()
        assert proof is not None
        proof.valid_until = steps.today()

    night(scenario, 1)

    assert [one.status for one in scenario.records(LapsedSkill)] == ["renewed", "open"]


@pytest.mark.usefixtures("school")
def test_a_lapsed_skill_keeps_nobody_from_renewing_it(scenario: Scenario, company: Company) -> None:
    with unit_of_work() as uow:
        uow.session.add(SettingRow(key="training.lapsed_skill", site_id=company.site, value="block"))
        need = {"role": "reporter", "skill_id": 1, "level": 3, "is_control": False}
        steps.add_entry(uow, steps.LISTS[steps.EntryKey.REQUIREMENT], need)
    decide(lapsed(scenario), "train").turn_to(scenario.records(TrainingRecord)[-1].id)

    assert steps.assess(steps.learn(scenario)).record.status == "completed"


def test_an_offered_task_is_not_taken_without_proof(
    scenario: Scenario, company: Company, school: School
) -> None:
    with unit_of_work() as uow:
        uow.session.add(SettingRow(key="training.lapsed_skill", site_id=company.site, value="block"))
        need = {"role": "process_owner", "skill_id": school["skill"], "level": 3, "is_control": False}
        steps.add_entry(uow, steps.LISTS[steps.EntryKey.REQUIREMENT], need)
    task, actor = report(scenario).task("contain"), actor_for(company.people["process_owner"])

    with pytest.raises(NotCompetent, match="Lapping"), unit_of_work(actor.id) as uow:
        tasks.claim(uow, task.id, actor)
    with unit_of_work() as uow:
        qualify(uow, QualificationOrder(actor.id, school["skill"], 3, "Examined.", steps.today()))
    with unit_of_work(actor.id) as uow:
        assert tasks.claim(uow, task.id, actor).assignee_id == actor.id
