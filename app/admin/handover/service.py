"""Handing over what a leaver holds: one act, one reason, a trail entry for each thing and for the whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy import select

from app.accounts import grants
from app.accounts.models import Person
from app.accounts.people import person_row, subject_of
from app.admin.handover.holdings import HeldKind, leads_on
from app.approvals import handover as approvals
from app.foundation.errors import Conflict, Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.kinds import KINDS, KindKey
from app.organisation.managers import manager_of, set_manager
from app.organisation.models import BusinessProcess, ManagerOf
from app.organisation.service import change, entry
from app.records.handover import rename_on_records
from app.trail import record
from app.workflow import handover as open_tasks

Takers = Mapping[HeldKind, int | None]


class StillAtWork(Conflict):
    """The account is open, so the person keeps what they hold."""


class HandoverInvalid(Invalid):
    """The hand-over cannot be done like this; all problems are listed."""


def hand_over(uow: UnitOfWork, person_id: int, takers: Takers, reason: str) -> dict[HeldKind, int]:
    """Let others take over what a disabled person holds; return how many things of each kind changed hands.

    Shape: `takers` names a person for each kind that is handed over; None offers tasks to their groups again,
    withdraws roles, and leaves processes and people without the name. Kinds it does not name stay.
    Errors: PersonUnknown; StillAtWork; HandoverInvalid; ManagerInvalid; ChainInvalid.
    Effects: what still lies with a group that nobody is in goes to those who stand in. Safe to call again.
    Source: design.md, Nobody is lost.
    """
    leaver = person_row(uow.session, person_id)
    if leaver.is_active:
        raise StillAtWork(
            _("%(name)s still has an open account. Close it first, then hand over.", name=leaver.name)
        )
    _refuse(_problems(uow, leaver, takers, reason))
    open_tasks.forget_pools(uow, person_id)
    order = _order(takers)
    counts = {kind: _HANDERS[kind](uow, person_id, takers[kind], reason.strip()) for kind in order}
    uow.session.flush()
    open_tasks.reroute_emptied(uow, person_id)
    after = {kind.value: {"person": takers[kind], "count": counts[kind]} for kind in order}
    record(uow, verb="person.handed_over", subject=subject_of(leaver), after=after, reason=reason.strip())
    return counts


def _order(takers: Takers) -> list[HeldKind]:
    """Return the kinds in the order in which they must change hands.

    Places in approvals go first: their tasks follow them. Tasks given to a person go before the roles, which
    tell which groups are left empty; tasks offered again go after the records and roles by which they find
    their people.
    """
    goes_by_name = takers.get(HeldKind.TASKS) is not None
    tasks_first = (HeldKind.TASKS, HeldKind.RECORDS, HeldKind.ROLES)
    tasks_last = (HeldKind.RECORDS, HeldKind.ROLES, HeldKind.TASKS)
    order = (*(tasks_first if goes_by_name else tasks_last), *HeldKind)
    return [kind for kind in dict.fromkeys((HeldKind.CHAINS, *order)) if kind in takers]


def _tasks(uow: UnitOfWork, from_id: int, to_id: int | None, reason: str) -> int:
    if to_id is None:
        return open_tasks.offer_again(uow, from_id, reason)
    return open_tasks.give_tasks(uow, from_id, to_id, reason)


def _records(uow: UnitOfWork, from_id: int, to_id: int | None, reason: str) -> int:
    assert to_id is not None, "checked before"
    return rename_on_records(uow, from_id, to_id, reason)


def _processes(uow: UnitOfWork, from_id: int, to_id: int | None, _reason: str) -> int:
    kind = KINDS[KindKey.PROCESS]
    owned = select(BusinessProcess.id).where(BusinessProcess.owner_id == from_id, BusinessProcess.is_active)
    ids = list(uow.session.scalars(owned))
    for id_ in ids:
        change(uow, kind, id_, replace(entry(uow.session, kind, id_).entry, owner_id=to_id))
    return len(ids)


def _led(uow: UnitOfWork, from_id: int, to_id: int | None, _reason: str) -> int:
    """Name who leads the people; somebody who takes over and was led themselves goes one level up."""
    today = uow.now.date()
    led = select(Person).join(ManagerOf, ManagerOf.person_id == Person.id)
    led = led.where(ManagerOf.manager_id == from_id, leads_on(today), Person.is_active)
    people = list(uow.session.scalars(led.order_by(Person.id != to_id, Person.id)))
    for one in people:
        leader = manager_of(uow.session, from_id, today) if one.id == to_id else to_id
        set_manager(uow, subject_of(one), leader, today)
    return len(people)


def _chains(uow: UnitOfWork, from_id: int, to_id: int | None, reason: str) -> int:
    assert to_id is not None, "checked before"
    return approvals.take_over(uow, from_id, to_id, reason)


_HANDERS: Mapping[HeldKind, Callable[[UnitOfWork, int, int | None, str], int]] = {
    HeldKind.TASKS: _tasks,
    HeldKind.RECORDS: _records,
    HeldKind.ROLES: grants.hand_over,
    HeldKind.PROCESSES: _processes,
    HeldKind.LED: _led,
    HeldKind.CHAINS: _chains,
}


def _problems(uow: UnitOfWork, leaver: Person, takers: Takers, reason: str) -> list[Problem]:
    problems = []
    if not reason.strip():
        problems.append(Problem("reason", "required", _("Say why others take over.")))
    if not takers:
        problems.append(Problem("everything", "required", _("Choose somebody for at least one kind.")))
    for kind, taker in takers.items():
        if taker is None and kind is HeldKind.RECORDS:
            problems.append(Problem(kind.value, "required", _("Records need somebody by name.")))
        if taker is None and kind is HeldKind.CHAINS:
            problems.append(Problem(kind.value, "required", _("Approvals need somebody by name.")))
        if taker is not None and not _can_take_over(uow, leaver, taker):
            problems.append(Problem(kind.value, "inactive", _("This person cannot work with Keel.")))
    return problems


def _can_take_over(uow: UnitOfWork, leaver: Person, taker: int) -> bool:
    person = uow.session.get(Person, taker)
    return person is not None and person.is_active and person.id != leaver.id


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise HandoverInvalid(_("Nothing was handed over."), problems)
