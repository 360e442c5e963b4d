"""What a person holds, of every kind: tasks, records, roles, processes, people they lead, approvals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts.actor import Actor
from app.accounts.grants import grants_of
from app.accounts.groups import groups_left_by
from app.accounts.handover import Holding
from app.accounts.models import CandidateGroup, Person, RoleGrant
from app.accounts.roles import Role, title_of
from app.approvals.handover import chains_naming, people_in_chains, seats_of
from app.foundation import clock
from app.foundation.i18n import gettext as _
from app.organisation.models import BusinessProcess, ManagerOf, Site
from app.records.handover import NamedRecord, people_named, records_naming
from app.records.models import Record
from app.records.urls import record_url
from app.records.visibility import seen_among
from app.web.account_fields import where_of
from app.web.addresses import address
from app.workflow.handover import tasks_held_by
from app.workflow.models import Task, TaskState


class HeldKind(StrEnum):
    """A kind of thing a person holds. The value names the field of the form."""

    TASKS = "tasks"
    RECORDS = "records"
    ROLES = "roles"
    PROCESSES = "processes"
    LED = "led"
    CHAINS = "chains"


@dataclass(frozen=True, slots=True)
class HeldThing:
    """One thing a person holds, with the page that shows it."""

    title: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Whose holdings are asked for, on which day, and who looks.

    Shape: titles of records are for those who may see the record, numbers for every admin, and of restricted
    records neither; without a reader nothing but counts is of use.
    """

    session: Session
    person_id: int
    on: date
    reader: Actor | None = None


Lister = Callable[[Leaving], Sequence[HeldThing]]


def held_by(leaving: Leaving) -> dict[HeldKind, Sequence[HeldThing]]:
    """Return everything a person holds on a day, by kind; kinds of which they hold nothing are left out."""
    found = {kind: lister(leaving) for kind, lister in LISTERS.items()}
    return {kind: things for kind, things in found.items() if things}


def holdings_of(session: Session, person_id: int) -> list[Holding]:
    """Return how many things of each kind a person holds, each with the door to its list."""
    titles = kind_titles()
    page = address("admin_handover.page", person_id=person_id)
    return [
        Holding(titles[kind], len(things), f"{page}#{kind.value}")
        for kind, things in held_by(Leaving(session, person_id, clock.now().date())).items()
    ]


def people_to_hand_over(session: Session, on: date) -> list[int]:
    """Return the disabled people who still hold something."""
    found = people_named(session)
    for statement in _of_disabled(on):
        found |= set(session.scalars(statement))
    named = people_in_chains(session)
    found |= set(session.scalars(select(Person.id).where(Person.id.in_(named), ~Person.is_active)))
    return sorted(found)


def groups_without_them(it: Leaving) -> list[HeldThing]:
    """Return the groups in which the person is the last one, with their sites."""
    groups = groups_left_by(it.session, it.person_id, it.on)
    ids = {group.site_id for group in groups if group.site_id}
    sites = {
        row.id: row.name for row in it.session.execute(select(Site.id, Site.name).where(Site.id.in_(ids)))
    }
    return [HeldThing(title_of(Role(group.role)), _place(group, sites)) for group in groups]


def kind_titles() -> Mapping[HeldKind, str]:
    """Return the title of each kind in the reader's language."""
    return {
        HeldKind.TASKS: _("Open tasks"),
        HeldKind.RECORDS: _("Records that name them"),
        HeldKind.ROLES: _("Roles"),
        HeldKind.PROCESSES: _("Processes they answer for"),
        HeldKind.LED: _("People they lead"),
        HeldKind.CHAINS: _("Approvals that ask them by name"),
    }


def _tasks(it: Leaving) -> list[HeldThing]:
    held = tasks_held_by(it.session, it.person_id, it.on)
    seen = _seen(it, {task.record_id for task in held})
    restricted = _restricted(it.session, {task.record_id for task in held}) - seen
    return [
        _task(it, task, is_seen=task.record_id in seen, is_hidden=task.record_id in restricted)
        for task in held
    ]


def _task(it: Leaving, task: Task, *, is_seen: bool, is_hidden: bool) -> HeldThing:
    if is_hidden:
        return HeldThing(_("A task of a restricted record"))
    parts = [task.record_title] if is_seen else []
    if task.assignee_id != it.person_id:
        parts.append(_("offered to a group in which nobody else is"))
    url = address("inbox.task", task_id=task.id) if is_seen else ""
    return HeldThing(f"{task.record_number} {task.title}", ", ".join(parts), url)


def _records(it: Leaving) -> list[HeldThing]:
    named = records_naming(it.session, it.person_id)
    seen = _seen(it, {one.record.id for one in named})
    return [_record(one, is_seen=one.record.id in seen) for one in named]


def _record(one: NamedRecord, *, is_seen: bool) -> HeldThing:
    places = ", ".join(sorted({_column_word(key) for key in one.columns}))
    if is_seen:
        url = record_url(one.record.kind, one.record.id)
        return HeldThing(f"{one.record.number} {one.record.title}", places, url)
    return HeldThing(_("A restricted record") if one.record.restricted_to else one.record.number, places)


def _seen(it: Leaving, record_ids: set[int]) -> set[int]:
    if it.reader is None or not record_ids:
        return set()
    return set(seen_among(it.session, it.reader, record_ids))


def _restricted(session: Session, record_ids: set[int]) -> set[int]:
    statement = select(Record.id).where(Record.id.in_(record_ids), Record.restricted_to.is_not(None))
    return set(session.scalars(statement))


def _roles(it: Leaving) -> list[HeldThing]:
    held = grants_of(it.session, it.person_id, it.on)
    return [HeldThing(title_of(one.role), where_of(one)) for one in held]


def _processes(it: Leaving) -> list[HeldThing]:
    owned = select(BusinessProcess).where(BusinessProcess.owner_id == it.person_id, BusinessProcess.is_active)
    return [HeldThing(row.name, row.code) for row in it.session.scalars(owned.order_by(BusinessProcess.name))]


def _led(it: Leaving) -> list[HeldThing]:
    led = select(Person.name).join(ManagerOf, ManagerOf.person_id == Person.id)
    statement = led.where(ManagerOf.manager_id == it.person_id, leads_on(it.on), Person.is_active)
    return [HeldThing(name) for name in it.session.scalars(statement.order_by(Person.name))]


def _chains(it: Leaving) -> list[HeldThing]:
    """Return the places in running approvals and the chains in force that name the person."""
    seats = seats_of(it.session, it.person_id)
    numbers = _numbers_seen(it, {one.record_id for one in seats})
    running = [
        HeldThing(
            _("Running approval of %(what)s", what=numbers.get(one.record_id) or _("a restricted record")),
            one.stage,
            address("approvals.page", approval_id=one.approval_id) if one.record_id in numbers else "",
        )
        for one in seats
    ]
    chains = [
        HeldThing(
            _("Approval chain “%(title)s”", title=one.title),
            _("a version without them waits for a second person") if one.is_decided_on else "",
            address("admin_chains.builder", key=one.key),
        )
        for one in chains_naming(it.session, it.person_id)
    ]
    return [*running, *chains]


def _numbers_seen(it: Leaving, record_ids: set[int]) -> Mapping[int, str]:
    hidden = _restricted(it.session, record_ids) - _seen(it, record_ids)
    rows = it.session.execute(select(Record.id, Record.number).where(Record.id.in_(record_ids - hidden)))
    return {row.id: row.number for row in rows}


LISTERS: Mapping[HeldKind, Lister] = {
    HeldKind.TASKS: _tasks,
    HeldKind.RECORDS: _records,
    HeldKind.ROLES: _roles,
    HeldKind.PROCESSES: _processes,
    HeldKind.LED: _led,
    HeldKind.CHAINS: _chains,
}


def leads_on(on: date) -> ColumnElement[bool]:
    """Return the condition that somebody leads on a day or later."""
    return or_(ManagerOf.ends_on.is_(None), ManagerOf.ends_on >= on)


def _of_disabled(on: date) -> list[Select[Any]]:
    holders: list[tuple[InstrumentedAttribute[Any], ColumnElement[bool]]] = [
        (Task.assignee_id, Task.state == TaskState.OPEN.value),
        (
            RoleGrant.person_id,
            RoleGrant.withdrawn_at.is_(None) & or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= on),
        ),
        (BusinessProcess.owner_id, BusinessProcess.is_active.is_(True)),
        (ManagerOf.manager_id, leads_on(on)),
    ]
    return [
        select(Person.id).join_from(Person, column.class_, column == Person.id).where(~Person.is_active, held)
        for column, held in holders
    ]


def _column_word(key: str) -> str:
    role = key.removesuffix("_id")
    known = {one.value for one in Role}
    words = {"owner": _("Owner"), "authority": _("Authority for the disposition")}
    return title_of(Role(role)) if role in known else words.get(role, role.replace("_", " ").capitalize())


def _place(group: CandidateGroup, sites: Mapping[int, str]) -> str:
    return sites.get(group.site_id or 0) or _("All sites")
