"""What the paper and the pack of a record are made from: all there is, or what there was by a moment.

A record to which nothing happened since that moment is told whole. Of any other, what its columns say today
is not told: the answers, words, files, signatures and deeds from before say what was known then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.foundation.dated import then
from app.foundation.files import StoredFile
from app.records.models import Attachment, Comment, Record
from app.trail.models import Signature, TrailEntry
from app.workflow.models import ProcessInstance, Submission, Task, TaskState
from app.workflow.picture.svg import Mark

OWN_DEEDS = "evidence.%"  # packs made of a record do not change it


@dataclass(frozen=True, slots=True)
class Matter:
    """What a record is told from; read once.

    Shape: with `until`, nothing of that moment or later, and the record's own columns are not told.
    """

    row: Record
    runs: Sequence[ProcessInstance]
    submissions: Sequence[Submission]
    entries: Sequence[TrailEntry]
    files: Sequence[StoredFile]
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record belonged and when it was due, at a moment."""

    site_id: int | None
    process_id: int | None
    due_at: datetime | None


def before(column: InstrumentedAttribute[Any], until: datetime | None) -> ColumnElement[bool]:
    """Return the condition that a moment lies before another; without one it always holds."""
    return true() if until is None else column < until


def matter_of(session: Session, row: Record, until: datetime | None = None) -> Matter:
    """Read what a record is told from, by a moment."""
    if until is not None and not _happened_since(session, row, until):
        until = None
    runs = session.scalars(
        select(ProcessInstance)
        .where(
            ProcessInstance.record_kind == row.kind,
            ProcessInstance.record_id == row.id,
            before(ProcessInstance.started_at, until),
        )
        .order_by(ProcessInstance.id)
    ).all()
    submissions = session.scalars(
        select(Submission)
        .where(Submission.instance_id.in_([one.id for one in runs]), before(Submission.submitted_at, until))
        .order_by(Submission.id)
    ).all()
    entries = session.scalars(
        select(TrailEntry).where(*_entries(row), before(TrailEntry.at, until)).order_by(TrailEntry.seq)
    ).all()
    return Matter(row, runs, submissions, entries, _files(session, row, until), until)


def was_attached(until: datetime | None) -> ColumnElement[bool]:
    """Return the condition on `Attachment`: it is there, or was there just before a moment."""
    if until is None:
        return Attachment.removed_at.is_(None)
    was_there = or_(Attachment.removed_at.is_(None), Attachment.removed_at >= until)
    return was_there & (Attachment.added_at < until)


def comments_of(session: Session, matter: Matter) -> Sequence[Comment]:
    """Return what was said about the record, oldest first."""
    return session.scalars(
        select(Comment)
        .where(Comment.record_id == matter.row.id, before(Comment.created_at, matter.until))
        .order_by(Comment.id)
    ).all()


def signatures_of(session: Session, matter: Matter) -> Sequence[Signature]:
    """Return the signatures under the record, oldest first."""
    row = matter.row
    return session.scalars(
        select(Signature)
        .where(
            Signature.subject_kind == row.kind,
            Signature.subject_id == str(row.id),
            before(Signature.signed_at, matter.until),
        )
        .order_by(Signature.id)
    ).all()


def place_of(session: Session, matter: Matter) -> Place:
    """Return where the record belonged and when it was due."""
    row = matter.row
    if matter.until is None:
        return Place(row.site_id, row.process_id, row.due_at)
    until = matter.until
    found = session.execute(
        select(
            then(Record.site_id, until).label("site_id"),
            then(Record.process_id, until).label("process_id"),
            then(Record.due_at, until).label("due_at"),
        ).where(Record.id == row.id)
    ).one()
    return Place(found.site_id, found.process_id, found.due_at)


def marks_then(session: Session, run: ProcessInstance, until: datetime) -> dict[str, Mark]:
    """Return which steps of people were done, or in hand, just before a moment, by element of the diagram."""
    rows = session.scalars(
        select(Task)
        .where(
            Task.instance_id == run.id,
            Task.created_at < until,
            Task.state != TaskState.CANCELLED.value,
        )
        .order_by(Task.id)
    )
    return {
        one.spot.step_id: "done" if one.completed_at is not None and one.completed_at < until else "here"
        for one in rows
    }


def _happened_since(session: Session, row: Record, until: datetime) -> bool:
    """Tell whether anything was done, said or attached at the moment or later."""
    run = select(ProcessInstance.id).where(
        ProcessInstance.record_kind == row.kind, ProcessInstance.record_id == row.id
    )
    attached = or_(Attachment.added_at >= until, Attachment.removed_at >= until)
    deed = TrailEntry.verb.not_like(OWN_DEEDS)
    later = (
        exists().where(*_entries(row), TrailEntry.at >= until, deed),
        exists().where(Submission.instance_id.in_(run), Submission.submitted_at >= until),
        exists().where(Comment.record_id == row.id, Comment.created_at >= until),
        exists().where(Attachment.record_id == row.id, attached),
    )
    is_closed_since = row.closed_at is not None and row.closed_at >= until
    return is_closed_since or bool(session.scalar(select(or_(*later))))


def _entries(row: Record) -> tuple[ColumnElement[bool], ...]:
    return (TrailEntry.subject_kind == row.kind, TrailEntry.subject_id == str(row.id))


def _files(session: Session, row: Record, until: datetime | None) -> Sequence[StoredFile]:
    return session.scalars(
        select(StoredFile)
        .join(Attachment, Attachment.file_id == StoredFile.id)
        .where(Attachment.record_id == row.id, was_attached(until))
        .order_by(StoredFile.id)
    ).all()
