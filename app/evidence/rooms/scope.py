"""What a room shows: one condition for its list, its pages, its packs, its coverage and its trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.documents.models import Document, DocumentRevision, RevisionStatus
from app.evidence.clauses import edition_of
from app.evidence.coverage import clauses_of_steps
from app.evidence.packs.scopes import within
from app.evidence.rooms.models import AuditRoom
from app.foundation import clock
from app.foundation.errors import NotFound
from app.foundation.i18n import gettext as _
from app.records.models import Record
from app.workflow.models import Task, TaskState

Statement = TypeVar("Statement", bound=Select[*tuple[Any, ...]])


class NotInThisRoom(NotFound):
    """The room does not show this, or it does not exist."""


def span_of(room: AuditRoom) -> tuple[date, date] | None:
    """Return the first and the last day a room is about, None for any time."""
    if room.records_first is None or room.records_last is None:
        return None
    return room.records_first, room.records_last


def end_of(room: AuditRoom, now: datetime) -> datetime | None:
    """Return the end of the last day a room is about where that is over: what came later is not shown."""
    span = span_of(room)
    if span is None:
        return None
    end = datetime.combine(span[1] + timedelta(days=1), time(), UTC)
    return end if end <= now else None


def in_room(session: Session, room: AuditRoom) -> ColumnElement[bool]:
    """Return the condition on `Record`: within the room's sites, processes, kinds, days and clauses.

    Shape: a restricted record is in no room.
    """
    conditions: list[ColumnElement[bool]] = [Record.restricted_to.is_(None)]
    if room.site_ids:
        conditions.append(or_(Record.site_id.in_(room.site_ids), Record.is_for_all_sites))
    if room.process_ids:
        conditions.append(Record.process_id.in_(room.process_ids))
    if room.kinds:
        conditions.append(Record.kind.in_(room.kinds))
    span = span_of(room)
    if span is not None:
        conditions.append(
            or_(
                within(Record.opened_at, *span),
                within(Record.closed_at, *span),
                _was_in_force(*span),
            )
        )
    if room.clauses:
        conditions.append(_shows_one(session, room, room.clauses))
    return and_(*conditions)


def in_force_for(room: AuditRoom) -> ColumnElement[bool]:
    """Return the condition on `DocumentRevision`: in force on a day of the room, now if it names none."""
    span = span_of(room)
    if span is None:
        return DocumentRevision.status == RevisionStatus.EFFECTIVE.value
    return _in_force_on(DocumentRevision, *span)


def _was_in_force(first: date, last: date) -> ColumnElement[bool]:
    """Hold for documents that had a revision in force on one of these days, whenever they were begun."""
    own = aliased(DocumentRevision)
    return exists().where(own.document_id == Record.id, _in_force_on(own, first, last))


def _in_force_on(revision: type[DocumentRevision], first: date, last: date) -> ColumnElement[bool]:
    begin, end = (datetime.combine(day, time(), UTC) for day in (first, last + timedelta(days=1)))
    return and_(revision.effective_at < end, or_(revision.ended_at.is_(None), revision.ended_at >= begin))


def on_its_days(room: AuditRoom, column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Return the condition that a moment lies on one of the days a room is about."""
    span = span_of(room)
    return true() if span is None else within(column, *span)


def shows_clause(session: Session, room: AuditRoom, number: str) -> ColumnElement[bool]:
    """Return the condition on `Record` that it shows one clause."""
    return _shows_one(session, room, [number])


def get_in_room(session: Session, room: AuditRoom, record_id: int) -> Record:
    """Return a record of the room. Errors: NotInThisRoom, the same for one that does not exist."""
    row = session.scalars(select(Record).where(Record.id == record_id, in_room(session, room))).one_or_none()
    if row is None:
        raise NotInThisRoom(_("This is not in the room you were invited to."))
    return row


def has_clause(room: AuditRoom, number: str) -> bool:
    """Tell whether the room is about a clause."""
    return not room.clauses or number in room.clauses


def _shows_one(session: Session, room: AuditRoom, numbers: Sequence[str]) -> ColumnElement[bool]:
    """Tell in SQL whether a record had a finished step of a clause by then, or is a document about it."""
    edition, end = edition_of(room.edition), end_of(room, clock.now())
    steps = [key for key, text in clauses_of_steps(session).items() if edition.place_of(text) in numbers]
    task = aliased(Task)  # whoever asks may read tasks as well
    places = [and_(task.definition_key == key, task.element_id == element) for key, element in steps]
    by_step = (
        exists().where(
            task.record_id == Record.id,
            task.record_kind == Record.kind,
            task.state == TaskState.DONE.value,
            true() if end is None else task.completed_at < end,
            or_(*places),
        )
        if places
        else ~true()
    )
    documents = [
        row.id
        for row in session.execute(select(Document.id, Document.clauses))
        if any(edition.place_of(str(one)) in numbers for one in row.clauses)
    ]
    return or_(by_step, Record.id.in_(documents))
