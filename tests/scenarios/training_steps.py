"""The steps of a training with plausible answers; a scenario names only what matters to it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.organisation.managers import set_manager
from app.trail import Subject
from app.training.competence import MatrixFilter, QualificationOrder, matrix_of, qualify
from app.training.entries import LISTS, EntryKey
from app.training.exams import ExamResult, answer
from app.training.maintain import add_entry
from app.training.quizzes import Answered, QuizOrder, keep_quiz
from app.training.reading_models import QuizSubject
from app.training.rules import Standing
from app.workflow.acts import perform
from app.workflow.tasks import reassign
from tests.factories.accounts import actor_for
from tests.scenarios.dsl import Scenario

QUESTION = {
    "text": "How flat must a face be?",
    "options": [{"text": "0.9 µm", "is_right": True}, {"text": "As flat as it gets", "is_right": False}],
}
RIGHT, WRONG = ((0,),), ((1,),)
LEARNER, MANAGER, TRAINER = "action_owner", "site_manager", "verifier"
_forms = count(1)


def a_school(scenario: Scenario, *, is_control: bool = False) -> dict[str, int]:
    """A skill that action owners need at level 3, an item that teaches it, who trains, and who leads whom."""
    people = scenario.company.people
    with unit_of_work() as uow:
        skill = add_entry(uow, LISTS[EntryKey.SKILL], {"name": "Lapping"})
        need = {"role": LEARNER, "skill_id": skill, "level": 3, "is_control": is_control}
        add_entry(uow, LISTS[EntryKey.REQUIREMENT], need)
        taught = {"name": "Lapping by hand", "kind": "ojt", "material": "Lap ten plates.", "skill_id": skill}
        more = {"level": 3, "validity_months": 12, "trainer_id": people[TRAINER]}
        item = add_entry(uow, LISTS[EntryKey.ITEM], taught | more)
        qualify(uow, QualificationOrder(people[TRAINER], skill, 4, "Trained for years.", uow.now.date()))
        set_manager(uow, Subject("person", people[LEARNER], LEARNER), people[MANAGER], uow.now.date())
    return {"skill": skill, "item": item}


def want(scenario: Scenario, school: dict[str, int], **answers: Any) -> Scenario:
    """The quality manager wants somebody trained."""
    given = {
        "person_id": str(scenario.company.people[LEARNER]),
        "item_id": f"training_item:{school['item']}",
        "reason": "The new machine needs it.",
    }
    return scenario.as_("quality_manager").start("training", given | answers)


def learn(scenario: Scenario) -> Scenario:
    """The person learns it."""
    today = clock.now().date().isoformat()
    return scenario.as_(LEARNER).complete("do_training", {"learned_on": today, "learned_note": "Ten plates."})


def assess(scenario: Scenario, verdict: str = "passed", who: str = TRAINER) -> Scenario:
    """Somebody who can do it says whether it is learned."""
    answers = {"assessment": verdict, "assessment_note": "Watched two plates."}
    return scenario.as_(who).complete("observe_skill", answers)


def evaluate(scenario: Scenario, verdict: str = "effective", follow_up: str = "") -> Scenario:
    """The manager says whether it shows at work."""
    more = {"follow_up": follow_up} if follow_up else {}
    answers = {"evaluation": verdict, "evaluation_note": "Looked at four weeks of work."}
    return scenario.as_(MANAGER).complete("evaluate_training", answers | more)


def decide(scenario: Scenario, decision: str) -> Scenario:
    """The manager says what follows from the failed attempts."""
    answers = {"failure_decision": decision, "failure_note": "We talked."}
    return scenario.as_(MANAGER).complete("decide_after_failure", answers)


def waive(scenario: Scenario, days: int = 60, decision: str = "grant") -> Scenario:
    """The quality manager decides on a waiver."""
    until = {"waive_until": (clock.now().date() + timedelta(days=days)).isoformat()}
    answers = {"waiver_decision": decision, "waiver_reason": "Works beside a lapper."}
    return scenario.as_("quality_manager").complete(
        "decide_waiver", answers | (until if decision == "grant" else {})
    )


def write_questions(school: dict[str, int]) -> None:
    """The trainer writes a question about the item."""
    with unit_of_work() as uow:
        keep_quiz(uow, QuizSubject.ITEM, str(school["item"]), QuizOrder((QUESTION,)))


def sit(scenario: Scenario, choices: tuple[tuple[int, ...], ...], token: str = "") -> ExamResult:
    """The person answers the questions."""
    actor = actor_for(scenario.company.people[LEARNER])
    answered = Answered(choices, token or f"exam-{next(_forms)}")
    return perform(actor.id, lambda uow: answer(uow, actor, scenario.record_id, answered))


def standing(scenario: Scenario, skill_id: int) -> Standing | None:
    """Where the learner stands with a skill, as the matrix shows it today."""
    db.session.rollback()
    person = scenario.company.people[LEARNER]
    found = matrix_of(db.session(), MatrixFilter(), clock.now().date(), person_id=person)
    place = found.cells.get((person, skill_id))
    return place.standing if place else None


def today() -> date:
    """The day of the story."""
    return clock.now().date()


def hand(scenario: Scenario, element_id: str, who: str) -> None:
    """An open step is given to somebody."""
    task_id = scenario.task(element_id).id
    with unit_of_work() as uow:
        reassign(uow, task_id, scenario.company.people[who], "for the test")
