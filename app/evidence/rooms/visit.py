"""Prepares what a guest reads: the room, its records, one record, documents in force, the trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.people import names_of
from app.documents.models import Document, DocumentRevision
from app.evidence.clauses import edition_of
from app.evidence.coverage import Cell, CoveredClause, coverage, is_fresh
from app.evidence.packs.matter import Matter, marks_then, matter_of, was_attached
from app.evidence.packs.record_paper import Told, record_paper, status_then, until_words
from app.evidence.rooms.models import AuditRoom
from app.evidence.rooms.scope import (
    NotInThisRoom,
    end_of,
    get_in_room,
    has_clause,
    in_force_for,
    in_room,
    on_its_days,
    shows_clause,
    span_of,
)
from app.foundation import clock
from app.foundation.files import StoredFile
from app.foundation.i18n import gettext as _
from app.organisation.models import BusinessProcess, Site
from app.printing.paper import Part, Picture, Words
from app.records.models import Attachment, Record
from app.records.register import registers
from app.records.stages import diagram_of
from app.records.timeline import sentence_of, task_titles
from app.records.urls import status_word
from app.trail.models import TrailEntry
from app.web.addresses import address
from app.web.dates import exact_in_words
from app.web.parts import Chip, Column, Fact, Link
from app.web.reader import Reader
from app.workflow.definitions import definitions
from app.workflow.models import Task
from app.workflow.picture import render_svg

PAGE = 50


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """A clause of the room with its evidence at the room's sites."""

    number: str
    title: str
    url: str
    chips: Sequence[tuple[Chip, str]]
    excluded: str


@dataclass(frozen=True, slots=True)
class RoomPage:
    """The entrance of a room."""

    title: str
    facts: Sequence[Fact]
    counts: Sequence[Fact]
    sites: Sequence[str]
    lines: Sequence[CoverageLine]


@dataclass(frozen=True, slots=True)
class RoomRecord:
    """One record as a guest reads it: the parts of its paper, its diagram, its files.

    Shape: `note` says on which day it ends, empty where it is shown whole.
    """

    id: int
    number: str
    title: str
    note: str
    parts: Sequence[Part]
    diagram: str
    files: list[Link]
    documents: list[Link]


def entrance(session: Session, room: AuditRoom, reader: Reader, now: datetime) -> RoomPage:
    """Return the entrance of a room: what it is about, how much it shows, clause by clause.

    Shape: evidence is that of the room's records on its days, and as fresh as it was on the last of them.
    """
    sites, at = _sites(session, room), _judged_at(room, now)
    only = and_(in_room(session, room), on_its_days(room, Task.completed_at))
    found = coverage(session, edition_of(room.edition), at, only=only)
    lines = [_line(one, sites, reader, at) for one in found if has_clause(room, one.clause.number)]
    return RoomPage(
        room.title, room_facts(session, room, reader), _counts(session, room), list(sites.values()), lines
    )


def room_facts(session: Session, room: AuditRoom, reader: Reader) -> Sequence[Fact]:
    """Return the limits of a room in words."""
    processes = session.execute(
        select(BusinessProcess.name).where(BusinessProcess.id.in_(room.process_ids or [0]))
    ).scalars()
    kinds = [kind_word(one) for one in room.kinds]
    days = span_of(room)
    span = _span(*days, reader) if days else ""
    return [
        Fact(_("Open"), _span(room.first, room.last, reader)),
        Fact(_("Edition"), edition_of(room.edition).title),
        Fact(_("Sites"), ", ".join(_sites(session, room).values()) if room.site_ids else _("all")),
        Fact(_("Processes"), ", ".join(processes) if room.process_ids else _("all")),
        Fact(_("Clauses"), ", ".join(room.clauses) if room.clauses else _("all")),
        Fact(_("Kinds of record"), ", ".join(kinds) if kinds else _("all")),
        Fact(
            _("Records of"),
            span or _("any time"),
            note=_("opened or closed then, as they stood at the end of the last day; documents in force then")
            if span
            else "",
        ),
    ]


def records_page(
    session: Session, room: AuditRoom, *, kind: str, clause: str, before: int | None
) -> tuple[Sequence[Record], int]:
    """Return a page of the records of a room, the latest first.

    Shape: below the second value, an id, the next page begins; 0 at the end.
    """
    statement = select(Record).where(in_room(session, room)).order_by(Record.id.desc()).limit(PAGE + 1)
    if kind:
        statement = statement.where(Record.kind == kind)
    if clause:
        statement = statement.where(shows_clause(session, room, clause))
    if before is not None:
        statement = statement.where(Record.id < before)
    rows = session.scalars(statement).all()
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else 0


def record_columns() -> tuple[Column, ...]:
    """Return the columns of the list of records."""
    return (
        Column("record", _("Record"), "link"),
        Column("kind", _("Kind")),
        Column("status", _("Status")),
        Column("opened", _("Opened"), "date"),
        Column("closed", _("Closed"), "date"),
    )


def record_row(row: Record, end: datetime | None) -> Mapping[str, Any]:
    """Return a record as a row of that list; of what came after the end of the room's days nothing."""
    is_closed = row.closed_at is not None and (end is None or row.closed_at < end)
    status = status_word(row.kind, row.status) if end is None or is_closed else status_then(row, end)
    return {
        "record": Link(f"{row.number} {row.title}", address("audit_room.record", record_id=row.id)),
        "kind": kind_word(row.kind),
        "status": status,
        "opened": row.opened_at.date(),
        "closed": row.closed_at.date() if row.closed_at and is_closed else None,
    }


def record_of_room(session: Session, room: AuditRoom, record_id: int, told: Told) -> RoomRecord:
    """Return a record of the room. Errors: NotInThisRoom."""
    row = get_in_room(session, room, record_id)
    matter = matter_of(session, row, told.until)
    paper, note = record_paper(session, matter, told), until_words(matter.until, told.reader)
    revision = text_in_force(session, room, row.id) if row.kind == "document" else None
    files = [
        Link(one.name, address("audit_room.file", record_id=row.id, file_id=one.id)) for one in matter.files
    ]
    return RoomRecord(
        id=row.id,
        number=row.number,
        title=revision.title if revision else row.title,
        note=note,
        parts=[one for one in paper.parts if not isinstance(one, Picture) and one != Words(note)],
        diagram=_diagram(session, matter),
        files=files,
        documents=_revision_doors(session, row, revision),
    )


def file_of_room(session: Session, room: AuditRoom, record_id: int, file_id: int) -> StoredFile:
    """Return a file of a record of the room: one attached, or a revision in force in the time of the room.

    Errors: NotInThisRoom.
    """
    row = get_in_room(session, room, record_id)
    attached = exists().where(
        Attachment.file_id == StoredFile.id,
        Attachment.record_id == row.id,
        was_attached(end_of(room, clock.now())),
    )
    in_force = exists().where(
        DocumentRevision.file_id == StoredFile.id,
        DocumentRevision.document_id == row.id,
        in_force_for(room),
    )
    stored = session.scalars(
        select(StoredFile).where(StoredFile.id == file_id, or_(attached, in_force))
    ).one_or_none()
    if stored is None:
        raise NotInThisRoom(_("This is not in the room you were invited to."))
    return stored


def text_in_force(session: Session, room: AuditRoom, record_id: int) -> DocumentRevision | None:
    """Return the revision of a document in force in the time of the room, of several the last.

    Shape: None when the record is no document or had none.
    """
    return session.scalars(
        select(DocumentRevision)
        .where(DocumentRevision.document_id == record_id, in_force_for(room))
        .order_by(DocumentRevision.effective_at.desc(), DocumentRevision.id.desc())
    ).first()


def documents_in_force(session: Session, room: AuditRoom) -> Sequence[Mapping[str, Any]]:
    """Return the documents of the room by number, with each revision in force in the time of the room."""
    rows = session.execute(
        select(Document, DocumentRevision)
        .join(DocumentRevision, DocumentRevision.document_id == Document.id)
        .where(in_room(session, room), in_force_for(room))
        .order_by(Record.number, DocumentRevision.effective_at, DocumentRevision.id)
    )
    return [
        {
            "record": Link(f"{row.number} {revision.title}", address("audit_room.record", record_id=row.id)),
            "revision": revision.label,
            "since": revision.effective_from,
            "clauses": ", ".join(str(one) for one in row.clauses),
        }
        for row, revision in rows
    ]


def document_columns() -> tuple[Column, ...]:
    """Return the columns of the list of documents."""
    return (
        Column("record", _("Document"), "link"),
        Column("revision", _("Revision")),
        Column("since", _("In force since"), "date"),
        Column("clauses", _("Clauses")),
    )


def trail_of_room(
    session: Session, room: AuditRoom, before: int | None
) -> tuple[Sequence[Mapping[str, Any]], int]:
    """Return a page of the deeds done to the records of a room on its days, latest first; 0 at the end."""
    of_record = exists().where(
        Record.kind == TrailEntry.subject_kind,
        cast(Record.id, String) == TrailEntry.subject_id,
        in_room(session, room),
    )
    shown = and_(of_record, on_its_days(room, TrailEntry.at))
    statement = select(TrailEntry).where(shown).order_by(TrailEntry.seq.desc()).limit(PAGE + 1)
    if before is not None:
        statement = statement.where(TrailEntry.seq < before)
    rows = session.scalars(statement).all()
    names = names_of(session, sorted({one.actor_id for one in rows if one.actor_id}))
    titles = task_titles(session, rows)
    deeds = [
        {
            "seq": str(one.seq),
            "when": one.at,
            "who": names.get(one.actor_id or 0, "Keel"),
            "what": sentence_of(one, names, titles),
            "about": Link(one.label or "", address("audit_room.record", record_id=int(one.subject_id))),
        }
        for one in rows[:PAGE]
    ]
    return deeds, rows[PAGE - 1].seq if len(rows) > PAGE else 0


def trail_columns() -> tuple[Column, ...]:
    """Return the columns of the trail."""
    return (
        Column("seq", _("Entry")),
        Column("when", _("When"), "past"),
        Column("who", _("Who")),
        Column("what", _("What")),
        Column("about", _("About"), "link"),
    )


def kinds_in(session: Session, room: AuditRoom) -> Mapping[str, int]:
    """Return how many records of each kind a room shows."""
    rows = session.execute(
        select(Record.kind, func.count()).where(in_room(session, room)).group_by(Record.kind)
    )
    return {kind: count for kind, count in rows}  # noqa: C416 - the rows are not plain pairs to the type checker


def told_to(room: AuditRoom, actor: Actor, reader: Reader, now: datetime) -> Told:
    """Return for whom papers of the room are made, and until when they tell."""
    return Told(actor, reader, now, end_of(room, now))


def _counts(session: Session, room: AuditRoom) -> Sequence[Fact]:
    found = kinds_in(session, room)
    return [
        Fact(kind_word(kind), str(found[kind]), address("audit_room.records", kind=kind))
        for kind in sorted(found, key=kind_word)
    ]


def _line(one: CoveredClause, sites: Mapping[int, str], reader: Reader, now: datetime) -> CoverageLine:
    chips = [_chip(one, one.cells.get(site_id, Cell()), reader, now) for site_id in sites]
    url = address("audit_room.records", clause=one.clause.number)
    return CoverageLine(one.clause.number, one.clause.title, url, chips, one.excluded)


def _chip(one: CoveredClause, cell: Cell, reader: Reader, now: datetime) -> tuple[Chip, str]:
    if cell.last_at is None:
        return Chip(_("none"), "line"), ""
    on = exact_in_words(cell.last_at.astimezone(reader.zone_info).date(), reader=reader)
    is_young = is_fresh(cell.last_at, one.clause, now)
    return (Chip(_("fresh"), "ok") if is_young else Chip(_("old"), "warn")), on


def _judged_at(room: AuditRoom, now: datetime) -> datetime:
    return end_of(room, now) or now


def _diagram(session: Session, matter: Matter) -> str:
    """Return the diagram of the latest run that is told."""
    if not matter.runs:
        return ""
    if matter.until is None:
        return diagram_of(session, matter.runs[-1])
    run = matter.runs[-1]
    definition = definitions.get(session, run.definition_version_id)
    marks = marks_then(session, run, matter.until)
    return render_svg(definition.bundle.diagram, marks, _("Diagram: %(title)s", title=definition.title))


def _sites(session: Session, room: AuditRoom) -> Mapping[int, str]:
    statement = select(Site.id, Site.name).where(Site.is_active).order_by(Site.name)
    if room.site_ids:
        statement = statement.where(Site.id.in_(room.site_ids))
    return {row.id: row.name for row in session.execute(statement)}


def _revision_doors(session: Session, row: Record, revision: DocumentRevision | None) -> list[Link]:
    if revision is None or revision.file_id is None:
        return []
    name = session.get_one(StoredFile, revision.file_id).name
    return [Link(name, address("audit_room.file", record_id=row.id, file_id=revision.file_id))]


def kind_word(kind: str) -> str:
    """Return the name of a kind of record."""
    register = registers.of_kind(kind)
    return register.title() if register else kind.replace("_", " ").capitalize()


def _span(first: Any, last: Any, reader: Reader) -> str:
    return _(
        "%(first)s to %(last)s",
        first=exact_in_words(first, reader=reader),
        last=exact_in_words(last, reader=reader),
    )
