"""Reads what there is to acknowledge: one person's page, and where each revision stands with its audience."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.accounts.models import Person
from app.accounts.policy import ALL
from app.foundation.i18n import gettext as _
from app.foundation.settings import value_of
from app.organisation.models import Site
from app.training.confirming import ReadingUnknown, own_row
from app.training.quizzes import quiz_of
from app.training.reading_models import (
    Acknowledgement,
    AcknowledgementRequest,
    Quiz,
    QuizSubject,
    ReadingState,
)
from app.training.rules import attempts_left
from app.training.settings import MOST_ATTEMPTS
from app.workflow.lifecycle import registry
from app.workflow.readings import Reading

READ = "training.read"
MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class ToRead:
    """What one person has in front of them. Shape: no reading means that its owner shows none any more."""

    row: Acknowledgement
    request: AcknowledgementRequest
    reading: Reading | None
    quiz: Quiz | None
    left: int


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A revision and how far its audience is."""

    id: int
    number: str
    title: str
    site: str
    requested_at: datetime
    done: int
    required: int
    overdue: int
    failed: int
    is_reached: bool
    is_ended: bool


@dataclass(frozen=True, slots=True)
class ReaderLine:
    """One person of an audience."""

    name: str
    site: str
    state: ReadingState
    due_at: datetime
    closed_at: datetime | None
    score: int | None
    attempts: int


def to_read(session: Session, person_id: int, acknowledgement_id: int) -> ToRead:
    """Return a person's own acknowledgement with the text and the questions. Errors: ReadingUnknown."""
    row = own_row(session, person_id, acknowledgement_id)
    request = session.get_one(AcknowledgementRequest, row.request_id)
    most = value_of(session, MOST_ATTEMPTS, request.site_id)
    return ToRead(
        row=row,
        request=request,
        reading=registry.reading(session, request.content_kind, request.revision_id),
        quiz=quiz_of(session, QuizSubject.READING, request.revision_key),
        left=attempts_left(row.attempts, most, row.more_attempts),
    )


def done_readings(
    session: Session, person_id: int, *, limit: int = 20
) -> Sequence[tuple[str, str, datetime | None]]:
    """Return what a person has acknowledged, latest first: number, title, when."""
    rows = session.execute(
        select(AcknowledgementRequest.number, AcknowledgementRequest.title, Acknowledgement.closed_at)
        .join(Acknowledgement, Acknowledgement.request_id == AcknowledgementRequest.id)
        .where(Acknowledgement.person_id == person_id, Acknowledgement.state == ReadingState.DONE.value)
        .order_by(Acknowledgement.closed_at.desc(), Acknowledgement.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def request_lines(session: Session, actor: Actor, now: datetime) -> list[RequestLine]:
    """Return the revisions asked for at the sites the person answers for, those under way first."""
    return _lines(session, now, _is_seen(actor))


def request_line(session: Session, actor: Actor, request_id: int, now: datetime) -> RequestLine:
    """Return one revision and how far its audience is. Errors: ReadingUnknown."""
    found = _lines(session, now, _is_seen(actor), AcknowledgementRequest.id == request_id)
    if not found:
        raise ReadingUnknown(_("There is no such page, or it is not for you to see."))
    return found[0]


def readers_of(session: Session, request_id: int) -> list[ReaderLine]:
    """Return the audience of a revision, who has not acknowledged first, by name."""
    rows = session.execute(
        select(Acknowledgement, Person.name, Site.name)
        .join(Person, Person.id == Acknowledgement.person_id)
        .outerjoin(Site, Site.id == Person.site_id)
        .where(Acknowledgement.request_id == request_id)
        .order_by(_open_first(), Person.name, Person.id)
    )
    return [
        ReaderLine(
            name=name,
            site=site or "",
            state=ReadingState(row.state),
            due_at=row.due_at,
            closed_at=row.closed_at,
            score=row.score,
            attempts=row.attempts,
        )
        for row, name, site in rows
    ]


def _lines(session: Session, now: datetime, *conditions: ColumnElement[bool]) -> list[RequestLine]:
    figures = _figures(now).subquery()
    counts = [func.coalesce(figures.c[name], 0) for name in ("done", "required", "overdue", "failed")]
    rows = session.execute(
        select(AcknowledgementRequest, Site.name, *counts)
        .outerjoin(Site, Site.id == AcknowledgementRequest.site_id)
        .outerjoin(figures, figures.c.request_id == AcknowledgementRequest.id)
        .where(*conditions)
        .order_by(AcknowledgementRequest.ended_at.is_not(None), AcknowledgementRequest.id.desc())
        .limit(MOST_SHOWN)
    )
    return [
        RequestLine(
            id=row.id,
            number=row.number,
            title=row.title,
            site=site or "",
            requested_at=row.requested_at,
            done=done,
            required=required,
            overdue=overdue,
            failed=failed,
            is_reached=row.reached_at is not None,
            is_ended=row.ended_at is not None,
        )
        for row, site, done, required, overdue, failed in rows
    ]


def _figures(now: datetime) -> Select[int, int, int, int, int]:
    state = Acknowledgement.state

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    return select(
        Acknowledgement.request_id,
        count(state == ReadingState.DONE.value).label("done"),
        count(state != ReadingState.WITHDRAWN.value).label("required"),
        count(and_(state == ReadingState.OPEN.value, Acknowledgement.due_at < now)).label("overdue"),
        count(state == ReadingState.FAILED.value).label("failed"),
    ).group_by(Acknowledgement.request_id)


def _open_first() -> ColumnElement[int]:
    order = [ReadingState.FAILED, ReadingState.OPEN, ReadingState.DONE, ReadingState.WITHDRAWN]
    return case(*((Acknowledgement.state == one.value, place) for place, one in enumerate(order)), else_=9)


def _is_seen(actor: Actor) -> ColumnElement[bool]:
    sites = policy.sites_for(actor, READ)
    if sites is ALL:
        return AcknowledgementRequest.id.is_not(None)
    return or_(AcknowledgementRequest.site_id.is_(None), AcknowledgementRequest.site_id.in_(sites))
