"""One person learns one thing: assigned, done, assessed, in the matrix, judged by its effect at work."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.capa.models import Nonconformity
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.records.facts import FactsInvalid
from app.training.competence import QualificationOrder, qualify
from app.training.exams import ExamOver, ExamUnknown
from app.training.models import Qualification
from app.training.reading_models import QuizAttempt
from app.training.rules import Standing
from app.training.training_models import TrainingRecord, TrainingSource
from app.training.trainings import TrainingWish, ask_training
from app.workflow.acts import perform
from app.workflow.completion import GuardRefused
from tests.scenarios import training_steps as steps
from tests.scenarios.company import Company
from tests.scenarios.dsl import Scenario

School = dict[str, int]


@pytest.fixture
def school(scenario: Scenario) -> School:
    return steps.a_school(scenario)


def test_what_is_learned_shows_in_the_matrix_and_later_at_work(scenario: Scenario, school: School) -> None:
    steps.want(scenario, school)
    assert (scenario.steps, scenario.record.title) == (["do_training"], "Action_Owner: Lapping by hand")
    assert scenario.task("do_training").assignee_id == scenario.company.people[steps.LEARNER]
    assert steps.standing(scenario, school["skill"]) is Standing.MISSING

    steps.assess(steps.learn(scenario))
    assert (scenario.steps, scenario.record.status) == ([], "completed")
    assert steps.standing(scenario, school["skill"]) is Standing.HELD

    scenario.after(days=59)
    assert scenario.steps == []
    scenario.after(days=2)
    assert scenario.task("evaluate_training").assignee_id == scenario.company.people[steps.MANAGER]
    steps.evaluate(scenario)

    assert (scenario.outcome, scenario.record.status) == ("effective", "effective")


def test_the_proof_says_where_it_comes_from_and_ends_when_the_item_says(
    scenario: Scenario, school: School
) -> None:
    begun = steps.today()
    steps.assess(steps.learn(steps.want(scenario, school)))

    proof = db.session.get_one(Qualification, scenario.record.proof_id)
    assert proof.evidence == f"{scenario.record.number}: Watched two plates."
    assert (proof.level, proof.valid_until) == (3, begun.replace(year=begun.year + 1))


@pytest.mark.usefixtures("school")
def test_a_training_of_nothing_is_refused_when_it_is_asked_for(scenario: Scenario, company: Company) -> None:
    wanted = {"person_id": str(company.people[steps.LEARNER]), "reason": "Why not?"}

    with pytest.raises(FactsInvalid, match="what is to be learned"):
        scenario.as_("quality_manager").start("training", wanted)


def test_a_skill_alone_finds_the_item_that_teaches_it(scenario: Scenario, school: School) -> None:
    steps.want(scenario, school, item_id=None, skill_id=f"skill:{school['skill']}", level="2")

    assert (scenario.record.item_id, scenario.record.material) == (school["item"], "Lap ten plates.")


def test_only_somebody_who_can_do_it_assesses_and_nobody_themselves(
    scenario: Scenario, school: School, company: Company
) -> None:
    steps.learn(steps.want(scenario, school))
    steps.hand(scenario, "observe_skill", "process_owner")

    with pytest.raises(GuardRefused) as refused:
        steps.assess(scenario, who="process_owner")

    assert "level 4 or above" in refused.value.problems[0].sentence
    with unit_of_work() as uow:
        owner = company.people["process_owner"]
        qualify(uow, QualificationOrder(owner, school["skill"], 4, "Certificate.", steps.today()))
    assert steps.assess(scenario, who="process_owner").record.status == "completed"


def test_without_anybody_who_can_do_it_the_trainers_of_the_site_are_asked(
    scenario: Scenario, school: School
) -> None:
    with unit_of_work() as uow:
        uow.session.query(Qualification).delete()

    steps.learn(steps.want(scenario, school))

    assert scenario.task("observe_skill").assignee_id is None


def test_who_fails_learns_again_and_the_last_attempt_asks_the_manager(
    scenario: Scenario, school: School
) -> None:
    steps.want(scenario, school)
    for _attempt in range(2):
        steps.assess(steps.learn(scenario), "failed")
        assert scenario.steps == ["do_training"]
    steps.assess(steps.learn(scenario), "failed")

    assert (scenario.steps, scenario.record.attempts) == (["decide_after_failure"], 3)
    report = scenario.records(Nonconformity)[0]
    assert (report.title, report.requirement_ref) == (
        f"A training was not passed: {scenario.record.number}",
        "ISO 9001, 7.2",
    )
    steps.assess(steps.learn(steps.decide(scenario, "again")))
    assert (scenario.record.status, len(scenario.records(Nonconformity))) == ("completed", 1)


def failed(scenario: Scenario, school: School) -> Scenario:
    steps.want(scenario, school)
    for _attempt in range(3):
        steps.assess(steps.learn(scenario), "failed")
    return scenario


def test_a_waiver_needs_the_quality_manager_and_ends_by_itself(scenario: Scenario, school: School) -> None:
    steps.decide(failed(scenario, school), "waive")
    assert scenario.task("decide_waiver").role == "quality_manager"
    with pytest.raises(GuardRefused):
        steps.waive(scenario, days=181)

    steps.waive(scenario, days=60)

    assert (scenario.outcome, steps.standing(scenario, school["skill"])) == ("waived", Standing.WAIVED)
    scenario.after(days=61)
    assert steps.standing(scenario, school["skill"]).is_gap


def test_a_refused_waiver_goes_back_to_the_manager_who_gives_other_work(
    scenario: Scenario, school: School
) -> None:
    steps.waive(steps.decide(failed(scenario, school), "waive"), decision="refuse")
    assert scenario.steps == ["decide_after_failure"]

    steps.decide(scenario, "stop")

    assert (scenario.outcome, scenario.record.status) == ("stopped", "stopped")


def evaluated(scenario: Scenario, school: School, follow_up: str) -> Scenario:
    steps.assess(steps.learn(steps.want(scenario, school))).after(days=61)
    return steps.evaluate(scenario, "not_effective", follow_up)


def test_what_does_not_show_at_work_loses_its_proof_and_is_reported(
    scenario: Scenario, school: School
) -> None:
    evaluated(scenario, school, "nonconformity")

    assert (scenario.outcome, scenario.record.status) == ("not_effective", "not_effective")
    assert steps.standing(scenario, school["skill"]) is Standing.MISSING
    assert scenario.records(Nonconformity)[0].title.startswith("A training was not effective")


def test_what_does_not_show_at_work_is_learned_again(scenario: Scenario, school: School) -> None:
    evaluated(scenario, school, "again")

    assert (scenario.steps, scenario.record.attempts_left) == (["do_training"], 3)
    assert scenario.record.due_at is not None
    steps.evaluate(steps.assess(steps.learn(scenario)).after(days=61))
    assert scenario.outcome == "effective"


def test_what_is_not_needed_ends_without_effect(scenario: Scenario, school: School) -> None:
    evaluated(scenario, school, "nothing")

    assert (scenario.outcome, scenario.records(Nonconformity)) == ("not_effective", [])


def test_questions_are_answered_on_their_page_and_finish_the_step(scenario: Scenario, school: School) -> None:
    steps.write_questions(school)
    steps.learn(steps.want(scenario, school))
    with pytest.raises(GuardRefused):
        scenario.as_(steps.LEARNER).complete("answer_questions", {})

    assert steps.sit(scenario, steps.WRONG).is_passed is False
    assert scenario.steps == ["do_training"]
    steps.learn(scenario)
    first, again = steps.sit(scenario, steps.RIGHT, "one"), steps.sit(scenario, steps.RIGHT, "one")

    assert (first.is_passed, again.score, scenario.record.status) == (True, 100, "completed")
    assert [one.training_id for one in db.session.query(QuizAttempt)] == [scenario.record_id] * 2


def test_nobody_answers_for_somebody_else_and_not_before_it_is_asked(
    scenario: Scenario, school: School, company: Company
) -> None:
    steps.write_questions(school)
    steps.want(scenario, school)
    with pytest.raises(ExamOver):
        steps.sit(scenario, steps.RIGHT)
    steps.learn(scenario)
    company.people[steps.LEARNER] = company.people["reporter"]

    with pytest.raises(ExamUnknown):
        steps.sit(scenario, steps.RIGHT)


def test_a_second_wish_joins_the_open_training_and_may_bring_its_day_forward(
    scenario: Scenario, school: School, company: Company
) -> None:
    steps.want(scenario, school)
    sooner = steps.today() + timedelta(days=7)
    wish = TrainingWish(
        person_id=company.people[steps.LEARNER],
        source=TrainingSource.GAP,
        skill_id=school["skill"],
        level=2,
        due_on=sooner,
    )

    perform(None, lambda uow: ask_training(uow, wish, source="matrix:1"))

    assert [one.due_on for one in scenario.records(TrainingRecord)] == [sooner]
