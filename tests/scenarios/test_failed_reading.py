"""Somebody uses up the attempts at the questions about a revision; their manager decides what follows."""

from __future__ import annotations

import pytest

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.organisation.managers import set_manager
from app.trail import Subject
from app.training.acknowledgements import REQUESTED
from app.training.confirming import Given, ReadingClosed, Result, confirm
from app.training.quizzes import Answered, AnswersMissing, QuizInvalid, QuizOrder, keep_quiz
from app.training.reading_models import Acknowledgement, FailedReading, QuizAttempt, QuizSubject, ReadingState
from app.workflow import messages
from app.workflow.acts import perform
from tests.scenarios.company import Company
from tests.scenarios.dsl import Scenario

KEY = "document_revision:1"
QUESTION = {
    "text": "How flat must a face be?",
    "options": [{"text": "0.9 µm", "is_right": True}, {"text": "As flat as it gets", "is_right": False}],
}
RIGHT, WRONG = ((0,), (0,)), ((0,), (1,))


@pytest.fixture
def asked(scenario: Scenario, company: Company) -> Scenario:
    """A revision with two questions that action owners have to read; one of them is led by the verifier."""
    payload = {
        "revision_id": 1,
        "document_id": 7,
        "number": "SOP-LAP-001",
        "title": "Lapping",
        "audience": ["action_owner"],
        "site_id": company.site,
        "due_days": 14,
    }
    with unit_of_work() as uow:
        keep_quiz(uow, QuizSubject.READING, KEY, QuizOrder((QUESTION, QUESTION)))
        owner = Subject("person", company.people["action_owner"], "owner")
        set_manager(uow, owner, company.people["verifier"], uow.now.date())
    perform(None, lambda uow: messages.send(uow, REQUESTED, KEY, source="document:7", payload=payload))
    return scenario


def row() -> Acknowledgement:
    db.session.rollback()
    return db.session.query(Acknowledgement).one()


def answer(company: Company, choices: tuple[tuple[int, ...], ...], token: str) -> Result:
    person = company.people["action_owner"]
    given = Given(is_understood=True, answered=Answered(choices, token))
    return perform(person, lambda uow: confirm(uow, person, row().id, given))


def fail_three_times(story: Scenario) -> Scenario:
    for number in range(3):
        answer(story.company, WRONG, f"wrong-{number}")
    return story.turn_to(story.records(FailedReading)[0].id)


@pytest.mark.usefixtures("asked")
def test_the_right_answers_acknowledge_and_are_kept_with_the_questions(company: Company) -> None:
    first = answer(company, WRONG, "one")
    second = answer(company, RIGHT, "two")

    assert (first.state, first.score, first.left) == (ReadingState.OPEN, 50, 2)
    assert (second.state, second.score) == (ReadingState.DONE, 100)
    kept = db.session.query(QuizAttempt).all()
    assert [(one.score, one.is_passed, one.questions[0]["text"]) for one in kept] == [
        (50, False, QUESTION["text"]),
        (100, True, QUESTION["text"]),
    ]


def test_the_same_form_sent_twice_counts_once(asked: Scenario, company: Company) -> None:
    answer(company, WRONG, "one")
    again = answer(company, WRONG, "one")

    assert again.left == 2
    assert asked.records(FailedReading) == []


def test_a_question_without_an_answer_counts_no_attempt(asked: Scenario, company: Company) -> None:
    with pytest.raises(AnswersMissing):
        answer(company, ((0,),), "one")

    assert (row().attempts, asked.records(FailedReading)) == (0, [])


def test_after_the_last_attempt_the_manager_lets_the_person_try_again(
    asked: Scenario, company: Company
) -> None:
    fail_three_times(asked)
    with pytest.raises(ReadingClosed):
        answer(company, RIGHT, "too late")
    task = asked.task("decide_after_reading")
    assert task.assignee_id == company.people["verifier"]

    asked.as_("verifier").complete(
        "decide_after_reading", {"reading_decision": "again", "reading_note": "Showed the gauge."}
    )

    assert (asked.outcome, row().state) == ("asked_again", ReadingState.OPEN)
    assert answer(company, WRONG, "again").left == 2
    assert answer(company, RIGHT, "right").state == ReadingState.DONE


def test_the_manager_vouches_for_what_was_explained(asked: Scenario) -> None:
    fail_three_times(asked)

    asked.as_("verifier").complete(
        "decide_after_reading", {"reading_decision": "understood", "reading_note": "Went through it."}
    )

    assert (asked.outcome, row().state) == ("understood", ReadingState.DONE)
    assert asked.record.closed_at is not None
    assert len(asked.sent("acknowledgement.reached")) == 1


def test_who_need_not_know_it_is_asked_no_longer(asked: Scenario) -> None:
    fail_three_times(asked)

    asked.as_("verifier").complete(
        "decide_after_reading", {"reading_decision": "not_needed", "reading_note": "Never laps."}
    )

    assert (asked.outcome, row().state) == ("not_needed", ReadingState.WITHDRAWN)


def test_without_a_manager_the_site_manager_is_asked(scenario: Scenario, asked: Scenario) -> None:
    with unit_of_work() as uow:
        owner = Subject("person", scenario.company.people["action_owner"], "owner")
        set_manager(uow, owner, None, uow.now.date())

    fail_three_times(asked)

    assert asked.task("decide_after_reading").role == "site_manager"
    assert asked.task("decide_after_reading").assignee_id is None


@pytest.mark.usefixtures("app")
def test_questions_that_nobody_could_answer_are_refused_together() -> None:
    lonely = {"text": "", "options": [{"text": "Yes", "is_right": True}]}
    nothing_right = {"text": "Why?", "options": [{"text": "A"}, {"text": "B"}]}

    with pytest.raises(QuizInvalid) as refused, unit_of_work() as uow:
        keep_quiz(uow, QuizSubject.READING, KEY, QuizOrder((lonely, nothing_right), 200))

    assert [one.rule for one in refused.value.problems] == ["required", "options", "right", "range"]
