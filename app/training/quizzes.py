"""The questions about a revision or a training item: kept by authors and trainers, answered by people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.errors import Conflict, Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.settings import value_of
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record
from app.training.reading_models import Quiz, QuizAttempt, QuizSubject
from app.training.rules import score_of
from app.training.settings import PASS_SCORE

MOST_QUESTIONS, MOST_OPTIONS = 50, 8
QUESTION_LENGTH = 500


class QuizInvalid(Invalid):
    """The questions cannot be kept like this; all problems are listed."""


class QuizChangedMeanwhile(Conflict):
    """Somebody else changed the questions after the page was shown."""


class AnswersMissing(Invalid):
    """Some question has no answer."""


@dataclass(frozen=True, slots=True)
class QuizOrder:
    """A quiz as its author writes it.

    Shape: `questions` are {"text", "options": [{"text", "is_right"}]}; one right option or several.
    Units: `pass_score` in percent, None for the setting.
    """

    questions: Sequence[Mapping[str, Any]]
    pass_score: int | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """Somebody's answers: the numbers of the chosen options for each question, and the mark of the form."""

    choices: Sequence[Sequence[int]]
    form_token: str


@dataclass(frozen=True, slots=True)
class AttemptSubject:
    """Who answers, at which site, and what for: an acknowledgement or a training."""

    person_id: int
    site_id: int | None
    acknowledgement_id: int | None = None
    training_id: int | None = None


def quiz_of(session: Session, kind: QuizSubject, key: str) -> Quiz | None:
    """Return the questions about something, None when there are none."""
    quiz = kept_quiz(session, kind, key)
    return quiz if quiz is not None and quiz.questions else None


def kept_quiz(session: Session, kind: QuizSubject, key: str) -> Quiz | None:
    """Return what is kept of questions about something, also when all of them were taken away."""
    statement = select(Quiz).where(Quiz.subject_kind == kind.value, Quiz.subject_key == key)
    return session.scalars(statement).one_or_none()


def keep_quiz(
    uow: UnitOfWork, kind: QuizSubject, key: str, order: QuizOrder, *, row_version: int | None = None
) -> Quiz:
    """Keep the questions about something; none takes the quiz away. Attempts keep the old ones.

    Errors: QuizInvalid; QuizChangedMeanwhile. Effects: a trail entry.
    """
    questions = _checked(order)
    statement = select(Quiz).where(Quiz.subject_kind == kind.value, Quiz.subject_key == key)
    quiz = uow.session.scalars(statement.with_for_update()).one_or_none()
    if quiz is None:
        quiz = Quiz(subject_kind=kind.value, subject_key=key, questions=[], row_version=0, changed_at=uow.now)
        uow.session.add(quiz)
    elif row_version is not None and row_version != quiz.row_version:
        raise QuizChangedMeanwhile(_("Somebody changed these questions meanwhile. Look at them again."))
    before = len(quiz.questions)
    quiz.questions, quiz.pass_score = questions, order.pass_score
    quiz.changed_by_id, quiz.changed_at = uow.actor_id, uow.now
    quiz.row_version += 1
    uow.session.flush()  # the trail names it by its id
    record(
        uow,
        verb="quiz.kept",
        subject=Subject(kind="quiz", id=quiz.id, label=key[:40]),
        before={"questions": before},
        after={"questions": len(questions), "pass_score": order.pass_score, "version": quiz.row_version},
    )
    return quiz


def attempt_of(session: Session, form_token: str) -> QuizAttempt | None:
    """Return the attempt that the same form made before."""
    return session.scalars(select(QuizAttempt).where(QuizAttempt.form_token == form_token)).one_or_none()


def attempt(uow: UnitOfWork, quiz: Quiz, answered: Answered, subject: AttemptSubject) -> QuizAttempt:
    """Score somebody's answers and keep them with the questions as they stand.

    Errors: AnswersMissing. Effects: one row; whoever calls counts the attempts.
    """
    choices = _choices(quiz, answered.choices)
    score = score_of(quiz.questions, choices)
    row = QuizAttempt(
        quiz_id=quiz.id,
        person_id=subject.person_id,
        acknowledgement_id=subject.acknowledgement_id,
        training_id=subject.training_id,
        form_token=answered.form_token,
        questions=quiz.questions,
        answers=choices,
        score=score,
        is_passed=score >= pass_score_of(uow.session, quiz, subject.site_id),
        attempted_at=uow.now,
    )
    uow.session.add(row)
    return row


def pass_score_of(session: Session, quiz: Quiz, site_id: int | None) -> int:
    """Return the percentage that passes: the quiz's own, else the setting of the site."""
    return quiz.pass_score or value_of(session, PASS_SCORE, site_id)


def _choices(quiz: Quiz, given: Sequence[Sequence[int]]) -> list[list[int]]:
    problems = []
    choices = []
    for number, question in enumerate(quiz.questions):
        options = range(len(question["options"]))
        chosen = sorted({one for one in (given[number] if number < len(given) else ()) if one in options})
        if not chosen:
            problems.append(
                Problem(f"question-{number}", "required", _("Question %(n)s has no answer.", n=number + 1))
            )
        choices.append(chosen)
    if problems:
        raise AnswersMissing(_("Answer every question first. Nothing was counted."), problems)
    return choices


def _checked(order: QuizOrder) -> list[dict[str, Any]]:
    problems: list[Problem] = []
    questions = [_question(number, one, problems) for number, one in enumerate(order.questions)]
    if len(questions) > MOST_QUESTIONS:
        sentence = _("At most %(most)s questions.", most=MOST_QUESTIONS)
        problems.append(Problem("questions", "many", sentence, _("Ask what matters most.")))
    if order.pass_score is not None and not 1 <= order.pass_score <= 100:
        problems.append(Problem("pass_score", "range", _("The pass score is a percentage from 1 to 100.")))
    if problems:
        raise QuizInvalid(_("The questions are not kept."), problems)
    return questions


def _question(number: int, given: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    where = f"question-{number}"
    text = " ".join(str(given.get("text") or "").split())[:QUESTION_LENGTH]
    options = [
        {"text": words[:QUESTION_LENGTH], "is_right": bool(one.get("is_right"))}
        for one in given.get("options") or ()
        if (words := " ".join(str(one.get("text") or "").split()))
    ][:MOST_OPTIONS]
    if not text:
        problems.append(Problem(where, "required", _("Question %(n)s has no text.", n=number + 1)))
    if len(options) < 2:
        sentence = _("Question %(n)s needs at least two answers to choose from.", n=number + 1)
        problems.append(Problem(where, "options", sentence))
    elif not any(one["is_right"] for one in options):
        sentence = _("Question %(n)s has no right answer.", n=number + 1)
        problems.append(Problem(where, "right", sentence, _("Mark at least one answer as right.")))
    return {"text": text, "options": options}
