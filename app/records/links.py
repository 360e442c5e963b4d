"""Typed links between records: stored once, read from both ends, only as far as the reader may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.foundation.errors import Refused
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.upsert import insert_into
from app.records.models import FormerLink, Record, RecordLink
from app.records.visibility import visible
from app.trail import Subject
from app.trail import record as record_deed


class LinkKind(StrEnum):
    """How one record relates to another, read from the first to the second."""

    LEADS_TO = "leads_to"
    REPEATS = "repeats"
    TOUCHES = "touches"
    CONTROLS = "controls"
    BELONGS_TO = "belongs_to"
    RELATES_TO = "relates_to"


class LinkToItself(Refused):
    """A record cannot be linked to itself."""


@dataclass(frozen=True, slots=True)
class LinkedRecord:
    """The other end of a link; `words` say how this record relates to it."""

    link_id: int
    kind: LinkKind
    words: str
    record_id: int
    record_kind: str
    number: str
    title: str
    status: str
    severity: int | None
    is_closed: bool


def link_records(uow: UnitOfWork, from_id: int, to_id: int, kind: LinkKind) -> None:
    """Link two records. Safe to call again.

    Errors: LinkToItself.
    Effects: one row, and a trail entry at the record it starts from.
    """
    if from_id == to_id:
        raise LinkToItself(_("A record cannot be linked to itself."))
    values = {
        "from_id": from_id,
        "to_id": to_id,
        "kind": kind.value,
        "created_by_id": uow.actor_id,
        "created_at": uow.now,
    }
    done = uow.session.execute(
        insert_into(uow.session, RecordLink)
        .values(values)
        .on_conflict_do_nothing(index_elements=["from_id", "to_id", "kind"])
        .returning(RecordLink.id)
    )
    if done.first() is None:
        return
    ends = uow.session.execute(
        select(Record.id, Record.kind, Record.number).where(Record.id.in_([from_id, to_id]))
    )
    named = {row.id: row for row in ends}
    start, end = named[from_id], named[to_id]
    record_deed(
        uow,
        verb="record.linked",
        subject=Subject(kind=start.kind, id=from_id, label=start.number),
        after={"to": end.number, "kind": kind.value},
    )


def unlink_records(uow: UnitOfWork, from_id: int, to_id: int, kind: LinkKind) -> None:
    """Take a link away. Safe to call again.

    Effects: a row that says how long it held, and a trail entry at the record it started from.
    """
    gone = uow.session.execute(
        delete(RecordLink)
        .where(RecordLink.from_id == from_id, RecordLink.to_id == to_id, RecordLink.kind == kind.value)
        .returning(RecordLink.created_at)
    ).first()
    if gone is None:
        return
    uow.session.add(
        FormerLink(
            from_id=from_id,
            to_id=to_id,
            kind=kind.value,
            created_at=gone.created_at,
            ended_at=uow.now,
        )
    )
    ends = uow.session.execute(
        select(Record.id, Record.kind, Record.number).where(Record.id.in_([from_id, to_id]))
    )
    named = {row.id: row for row in ends}
    record_deed(
        uow,
        verb="record.unlinked",
        subject=Subject(kind=named[from_id].kind, id=from_id, label=named[from_id].number),
        before={"to": named[to_id].number, "kind": kind.value},
    )


def linked_records(session: Session, actor: Actor, record_id: int) -> Sequence[LinkedRecord]:
    """Return what a record is linked to, in both directions, as far as the person may see; latest last."""
    other = or_(
        (RecordLink.from_id == record_id) & (Record.id == RecordLink.to_id),
        (RecordLink.to_id == record_id) & (Record.id == RecordLink.from_id),
    )
    statement = select(
        RecordLink.id.label("link_id"),
        RecordLink.kind.label("link_kind"),
        RecordLink.from_id,
        Record.id,
        Record.kind,
        Record.number,
        Record.title,
        Record.status,
        Record.severity,
        Record.closed_at,
    ).join(Record, other)
    rows = session.execute(visible(statement, actor).order_by(RecordLink.id))
    return [
        LinkedRecord(
            link_id=row.link_id,
            kind=LinkKind(row.link_kind),
            words=words_for(LinkKind(row.link_kind), is_forward=row.from_id == record_id),
            record_id=row.id,
            record_kind=row.kind,
            number=row.number,
            title=row.title,
            status=row.status,
            severity=row.severity,
            is_closed=row.closed_at is not None,
        )
        for row in rows
    ]


def words_for(kind: LinkKind, *, is_forward: bool) -> str:
    """Return how a record relates to the other end, in the reader's language."""
    forward, backward = {
        LinkKind.LEADS_TO: (_("leads to"), _("follows from")),
        LinkKind.REPEATS: (_("repeats"), _("repeated by")),
        LinkKind.TOUCHES: (_("touches"), _("touched by")),
        LinkKind.CONTROLS: (_("controls"), _("controlled by")),
        LinkKind.BELONGS_TO: (_("belongs to"), _("includes")),
        LinkKind.RELATES_TO: (_("relates to"), _("relates to")),
    }[kind]
    return forward if is_forward else backward
