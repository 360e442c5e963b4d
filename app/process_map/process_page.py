"""Prepares the page of a process: the turtle, its open records as doors, its gaps and its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor, initials_of
from app.accounts.groups import holds_on
from app.accounts.models import Person as PersonRow
from app.accounts.models import RoleGrant
from app.accounts.roles import Role, title_of
from app.foundation.i18n import gettext as _
from app.organisation.kinds import process_kind_title
from app.organisation.models import BusinessProcess
from app.process_map.history import OwnerTerm, history_of, owner_terms
from app.process_map.map_page import gap_points, process_url
from app.process_map.models import ProcessFlow, ProcessMeasure
from app.process_map.processes import (
    Profile,
    flows_in,
    latest_records,
    may_edit,
    measures_of,
    open_counts,
    process_lines,
    process_row,
    profile_of,
)
from app.process_map.words import direction_words
from app.records.register import Register, registers
from app.records.urls import icon_of, record_url, status_word
from app.web.addresses import address
from app.web.parts import Chip, Count, Deed, Link, Linked, OpenPoint, Person

SHOWN = 3
MOST_COUNTS = 6  # one row of doors; the lists below lead to the rest
DOCUMENT = "document"
ALWAYS = ("risk", DOCUMENT, "audit", "finding", "nonconformity", "capa")


@dataclass(frozen=True, slots=True)
class Passing:
    """Something that comes in or goes out: what, from or to whom, and the doors to both."""

    what: str
    other: Link
    edit_url: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure in words."""

    name: str
    target: str
    where: str
    edit_url: str


@dataclass(frozen=True, slots=True)
class RecordList:
    """The latest open records of a kind; the figure above is the door to all of them."""

    title: str
    url: str
    items: tuple[Linked, ...]


@dataclass(frozen=True, slots=True)
class ProcessPage:
    """Everything the template of a process draws. Shape: `documents` say how; None without their register."""

    id: int
    name: str
    code: str
    chips: tuple[Chip, ...]
    owner: Person | None
    owner_since: date | None
    terms: tuple[OwnerTerm, ...]
    profile: Profile
    inputs: tuple[Passing, ...]
    outputs: tuple[Passing, ...]
    people: tuple[str, ...]
    measures: tuple[Measure, ...]
    documents: RecordList | None
    points: tuple[OpenPoint, ...]
    counts: tuple[Count, ...]
    lists: tuple[RecordList, ...]
    deeds: tuple[Deed, ...]
    may_edit: bool


def process_page(session: Session, actor: Actor, process_id: int, today: date) -> ProcessPage:
    """Return the page of a process. Errors: ProcessUnknown."""
    row = process_row(session, process_id)
    profile, _versions = profile_of(session, process_id)
    line = next((one for one in process_lines(session, today) if one.id == process_id), None)
    flows = flows_in(session, process_id)
    names = _names(session, flows)
    kinds = _registers(open_counts(session, actor, process_id))
    terms = owner_terms(session, process_id)
    return ProcessPage(
        id=row.id,
        name=row.name,
        code=row.code,
        chips=_chips(row, line.kind if line else None),
        owner=Person(line.owner, initials_of(line.owner)) if line and line.owner else None,
        owner_since=terms[0].starts_on if terms and terms[0].ends_on is None else None,
        terms=terms[1:] if line and line.owner else terms,
        profile=profile,
        inputs=tuple(_input(flow, names) for flow in flows if flow.to_process_id == process_id),
        outputs=tuple(_output(flow, names) for flow in flows if flow.from_process_id == process_id),
        people=_people(session, process_id, today),
        measures=tuple(_measure(one) for one in measures_of(session, process_id)),
        documents=_documents(session, actor, process_id),
        points=tuple(gap_points(line, is_own_page=True)) if line else (),
        counts=tuple(_count(register, number, process_id) for register, number in kinds[:MOST_COUNTS]),
        lists=tuple(_list(session, actor, process_id, register) for register, number in kinds if number),
        deeds=history_of(session, "process", process_id),
        may_edit=may_edit(actor, row),
    )


def _chips(row: BusinessProcess, kind: object) -> tuple[Chip, ...]:
    found = [Chip(process_kind_title(kind), "line")] if kind else [Chip(_("Out of use"))]  # type: ignore[arg-type]
    if row.importance:
        found.append(Chip(_("Importance %(level)s of 5", level=row.importance), "line"))
    return tuple(found)


def _names(session: Session, flows: Sequence[ProcessFlow]) -> dict[int, str]:
    ids = {one for flow in flows for one in (flow.from_process_id, flow.to_process_id) if one}
    rows = session.execute(
        select(BusinessProcess.id, BusinessProcess.name).where(BusinessProcess.id.in_(ids))
    )
    return {row.id: row.name for row in rows}


def _input(flow: ProcessFlow, names: Mapping[int, str]) -> Passing:
    return Passing(flow.what, _end(flow.from_process_id, flow.from_party, names), _edit("flow", flow.id))


def _output(flow: ProcessFlow, names: Mapping[int, str]) -> Passing:
    return Passing(flow.what, _end(flow.to_process_id, flow.to_party, names), _edit("flow", flow.id))


def _end(process_id: int | None, party: str, names: Mapping[int, str]) -> Link:
    return Link(names[process_id], process_url(process_id)) if process_id else Link(party)


def _edit(part_key: str, part_id: int) -> str:
    return address("process_parts.change_page", part_key=part_key, part_id=part_id)


def _measure(row: ProcessMeasure) -> Measure:
    figure = f"{row.target}\N{NO-BREAK SPACE}{row.unit}".strip()
    target = f"{direction_words()[row.direction]} {figure}"
    return Measure(row.name, target, row.where_measured, _edit("measure", row.id))


def _people(session: Session, process_id: int, today: date) -> tuple[str, ...]:
    """Return who holds a role for this very process, with the role."""
    rows = session.execute(
        select(PersonRow.name, RoleGrant.role)
        .join(PersonRow, PersonRow.id == RoleGrant.person_id)
        .where(RoleGrant.process_id == process_id, PersonRow.is_active, holds_on(today))
        .order_by(RoleGrant.role, PersonRow.name)
    )
    return tuple(dict.fromkeys(f"{title_of(Role(row.role))}: {row.name}" for row in rows))


def _registers(counts: Mapping[str, int]) -> list[tuple[Register, int]]:
    """Return the registers to show: what always belongs to a turtle, then what else is open here."""
    keys = [*ALWAYS, *(kind for kind in sorted(counts) if kind not in ALWAYS)]
    found = [(registers.of_kind(kind), counts.get(kind, 0)) for kind in keys]
    return [(register, number) for register, number in found if register is not None]


def _rows_url(register: Register, process_id: int) -> str:
    return address(f"{register.kind}.listing", process=process_id, state="open")


def _count(register: Register, number: int, process_id: int) -> Count:
    return Count(register.title(), number, _rows_url(register, process_id), icon=register.icon)


def _documents(session: Session, actor: Actor, process_id: int) -> RecordList | None:
    register = registers.of_kind(DOCUMENT)
    return _list(session, actor, process_id, register) if register else None


def _list(session: Session, actor: Actor, process_id: int, register: Register) -> RecordList:
    rows = latest_records(session, actor, process_id, register.kind, SHOWN)
    items = tuple(
        Linked(
            icon=icon_of(row.kind),
            number=row.number,
            url=record_url(row.kind, row.id),
            title=row.title,
            chip=Chip(status_word(row.kind, row.status)),
        )
        for row in rows
    )
    return RecordList(register.title(), _rows_url(register, process_id), items)
