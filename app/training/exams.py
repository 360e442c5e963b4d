"""The questions of a training, answered by the person who learns: once for each attempt."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.foundation.errors import Conflict, NotFound
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.training import quizzes
from app.training.reading_models import Quiz, QuizSubject
from app.training.training_models import TrainingRecord
from app.workflow.completion import Attempt, complete
from app.workflow.models import Task, TaskState

ELEMENT = "answer_questions"
PASSED, FAILED = "passed", "failed"


class ExamUnknown(NotFound):
    """There is no such page, or it is not for this person."""


class ExamOver(Conflict):
    """The questions are not asked at the moment: they are answered, or the trainer took them away."""


@dataclass(frozen=True, slots=True)
class Exam:
    """A training whose questions are asked, the questions, and the step that they finish."""

    row: TrainingRecord
    quiz: Quiz
    task: Task


@dataclass(frozen=True, slots=True)
class ExamResult:
    """What came of the answers. Units: `score` in percent."""

    score: int
    is_passed: bool


def exam_of(session: Session, person_id: int, training_id: int) -> Exam:
    """Return the questions of a person's own training.

    Errors: ExamUnknown; ExamOver when they are not asked at the moment.
    """
    row = session.get(TrainingRecord, training_id)
    if row is None or row.person_id != person_id:
        raise ExamUnknown(_("There is no such page, or it is not for you to see."))
    task = session.scalars(
        select(Task).where(
            Task.record_id == row.id, Task.element_id == ELEMENT, Task.state == TaskState.OPEN.value
        )
    ).one_or_none()
    if task is None:
        raise ExamOver(_("These questions are not asked at the moment."))
    quiz = quizzes.quiz_of(session, QuizSubject.ITEM, str(row.item_id))
    if quiz is None:
        raise ExamOver(_("The questions were taken away. Ask the trainer to write them again."))
    return Exam(row, quiz, task)


def answer(uow: UnitOfWork, actor: Actor, training_id: int, answered: quizzes.Answered) -> ExamResult:
    """Score a person's answers; they finish the step, passed or not.

    Errors: ExamUnknown; ExamOver; AnswersMissing; those of `completion.complete`.
    Effects: one attempt with the questions as they stand, the completed task. The same form sent again gives
        the first answer.
    """
    earlier = quizzes.attempt_of(uow.session, answered.form_token)
    if earlier is not None and earlier.person_id == actor.id and earlier.training_id == training_id:
        return ExamResult(earlier.score, earlier.is_passed)
    exam = exam_of(uow.session, actor.id, training_id)
    subject = quizzes.AttemptSubject(actor.id, exam.row.site_id, training_id=training_id)
    tried = quizzes.attempt(uow, exam.quiz, answered, subject)
    row = uow.session.get_one(TrainingRecord, training_id)
    row.score, row.answered_round = tried.score, row.attempts
    row.assessment = PASSED if tried.is_passed else FAILED
    uow.session.flush()  # the guard of the step reads it
    complete(uow, exam.task.id, actor, Attempt({}, answered.form_token, exam.task.row_version))
    return ExamResult(tried.score, tried.is_passed)
