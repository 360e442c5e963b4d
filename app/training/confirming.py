"""One person confirms one revision: read, understood, and the questions about it where there are some."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.foundation.errors import Conflict, Invalid, NotFound, Problem
from app.foundation.i18n import gettext as _
from app.foundation.settings import value_of
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.managers import manager_of
from app.trail import Subject, record
from app.training import quizzes
from app.training.acknowledgements import tell_when_reached
from app.training.reading_models import (
    Acknowledgement,
    AcknowledgementRequest,
    QuizAttempt,
    QuizSubject,
    ReadingState,
)
from app.training.rules import attempts_left
from app.training.settings import MOST_ATTEMPTS
from app.workflow import messages

FAILED = "acknowledgement.failed"


class ReadingUnknown(NotFound):
    """Nothing of that number is to be read by this person."""


class ReadingClosed(Conflict):
    """It needs no acknowledgement any longer, or has it already."""


class NotUnderstood(Invalid):
    """The person did not say that they have understood it."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the page of an acknowledgement sends."""

    is_understood: bool
    answered: quizzes.Answered


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it. Shape: `score` None without questions. Units: `left` counts attempts."""

    state: ReadingState
    score: int | None = None
    left: int = 0


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """Something a person has to read, as lists show it."""

    id: int
    number: str
    title: str
    due_at: datetime


def confirm(uow: UnitOfWork, person_id: int, acknowledgement_id: int, given: Given) -> Result:
    """Confirm that a person has read and understood a revision; the right answers come with it.

    Errors: ReadingUnknown; ReadingClosed; NotUnderstood; AnswersMissing.
    Effects: the row, an attempt, a trail entry; the last failed attempt asks the manager; the message when
        enough have acknowledged. The same form sent again gives the first answer.
    """
    row = own_row(uow.session, person_id, acknowledgement_id)
    request = uow.session.get_one(AcknowledgementRequest, row.request_id, with_for_update=True)
    if given.answered.form_token and quizzes.attempt_of(uow.session, given.answered.form_token) is not None:
        return _result(uow.session, row, request)
    _refuse_closed(row)
    if not given.is_understood:
        sentence = _("Confirm only what you have understood. Ask your manager when something is not clear.")
        raise NotUnderstood(sentence, [Problem("is_understood", "required", sentence)])
    quiz = quizzes.quiz_of(uow.session, QuizSubject.READING, request.revision_key)
    row.read_at, row.is_understood = uow.now, True
    row.row_version += 1
    if quiz is None:
        close_as_done(uow, row, request)
    else:
        subject = quizzes.AttemptSubject(person_id, request.site_id, acknowledgement_id=row.id)
        tried = quizzes.attempt(uow, quiz, given.answered, subject)
        _count(uow, row, request, tried)
    return _result(uow.session, row, request)


def own_row(session: Session, person_id: int, acknowledgement_id: int) -> Acknowledgement:
    """Return a person's own acknowledgement, locked to the end of the act. Errors: ReadingUnknown."""
    row = session.get(Acknowledgement, acknowledgement_id, with_for_update=True)
    if row is None or row.person_id != person_id:
        raise ReadingUnknown(_("There is no such page, or it is not for you to read."))
    return row


def open_readings(session: Session, person_id: int) -> list[ReadingLine]:
    """Return what a person has to read and acknowledge, the first due first."""
    rows = session.execute(
        select(
            Acknowledgement.id,
            AcknowledgementRequest.number,
            AcknowledgementRequest.title,
            Acknowledgement.due_at,
        )
        .join(AcknowledgementRequest, AcknowledgementRequest.id == Acknowledgement.request_id)
        .where(Acknowledgement.person_id == person_id, Acknowledgement.state == ReadingState.OPEN.value)
        .order_by(Acknowledgement.due_at, Acknowledgement.id)
    )
    return [ReadingLine(*row) for row in rows]


def count_open(session: Session, person_id: int) -> int:
    """Return how much a person has to read and acknowledge."""
    mine = (Acknowledgement.person_id == person_id, Acknowledgement.state == ReadingState.OPEN.value)
    return session.scalar(select(func.count()).select_from(Acknowledgement).where(*mine)) or 0


def close_as_done(uow: UnitOfWork, row: Acknowledgement, request: AcknowledgementRequest) -> None:
    """Close one acknowledgement as done. Effects: a trail entry; the message when the quota is in."""
    row.state = ReadingState.DONE.value
    row.closed_at = uow.now
    row.nudge_at = None
    after = {"person": row.person_id, "revision": request.revision_key, "score": row.score}
    record(uow, verb="acknowledgement.given", subject=subject_of(row, request), after=after)
    uow.session.flush()  # it counts
    tell_when_reached(uow, request)


def subject_of(row: Acknowledgement, request: AcknowledgementRequest) -> Subject:
    """Return how the trail names an acknowledgement."""
    return Subject(kind="acknowledgement", id=row.id, label=request.number)


def _count(
    uow: UnitOfWork, row: Acknowledgement, request: AcknowledgementRequest, tried: QuizAttempt
) -> None:
    row.attempts += 1
    row.score = tried.score
    if tried.is_passed:
        close_as_done(uow, row, request)
    elif _left(uow.session, row, request) == 0:
        _fail(uow, row, request)


def _fail(uow: UnitOfWork, row: Acknowledgement, request: AcknowledgementRequest) -> None:
    row.state = ReadingState.FAILED.value
    row.nudge_at = None
    messages.send(
        uow,
        FAILED,
        f"acknowledgement:{row.id}",
        source=f"acknowledgement:{row.id}:{row.attempts}",
        payload={
            "acknowledgement_id": row.id,
            "person_id": row.person_id,
            "manager_id": manager_of(uow.session, row.person_id, uow.now.date()),
            "number": request.number,
            "title": request.title,
        },
    )
    after = {"person": row.person_id, "attempts": row.attempts, "score": row.score}
    record(uow, verb="acknowledgement.failed", subject=subject_of(row, request), after=after)


def _refuse_closed(row: Acknowledgement) -> None:
    sentences = {
        ReadingState.DONE.value: _("You have acknowledged this already."),
        ReadingState.FAILED.value: _("Your attempts are used up. Your manager will talk to you."),
        ReadingState.WITHDRAWN.value: _("You need not acknowledge this any longer."),
    }
    if row.state in sentences:
        raise ReadingClosed(sentences[row.state])


def _left(session: Session, row: Acknowledgement, request: AcknowledgementRequest) -> int:
    most = value_of(session, MOST_ATTEMPTS, request.site_id)
    return attempts_left(row.attempts, most, row.more_attempts)


def _result(session: Session, row: Acknowledgement, request: AcknowledgementRequest) -> Result:
    return Result(ReadingState(row.state), row.score, _left(session, row, request))
