"""Who a member of a chain is on a day: people found by name, by role, or by what the record says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.groups import holders_of
from app.accounts.models import Absence, Person
from app.accounts.roles import Role
from app.approvals.cases import Case
from app.approvals.chain import Member, MemberKind
from app.approvals.rules import SUBSTITUTE_DEPTH
from app.organisation.managers import manager_of
from app.organisation.models import BusinessProcess


@dataclass(frozen=True, slots=True)
class Away:
    """An absence of today: until which day, and who stands in."""

    until: date
    substitute_id: int


def people_of(session: Session, member: Member, case: Case) -> tuple[int, ...]:
    """Return the active people a member stands for, in the order in which they are asked."""
    return _active(session, _FINDERS[member.kind](session, member.value, case))


def away_on(session: Session, people: Collection[int], on: date) -> Mapping[int, Away]:
    """Return who of these people, and of their substitutes in turn, is away on a day.

    Shape: of several absences the one that ends last counts. At most one statement for each step.
    """
    found: dict[int, Away] = {}
    ahead = set(people)
    for _step in range(SUBSTITUTE_DEPTH):
        if not ahead:
            break
        rows = session.execute(
            select(Absence.person_id, Absence.substitute_id, Absence.ends_on)
            .where(
                Absence.person_id.in_(ahead),
                Absence.cancelled_at.is_(None),
                Absence.starts_on <= on,
                Absence.ends_on >= on,
            )
            .order_by(Absence.ends_on)
        )
        fresh = {row.person_id: Away(row.ends_on, row.substitute_id) for row in rows}
        found |= fresh
        ahead = {one.substitute_id for one in fresh.values()} - found.keys()
    return found


def substitutes(away: Mapping[int, Away]) -> dict[int, int]:
    """Return the substitute of each absent person, as the rule of stand-ins reads it."""
    return {person_id: one.substitute_id for person_id, one in away.items()}


def _by_name(_session: Session, value: str, _case: Case) -> list[int]:
    return [int(value)] if value.isdecimal() else []


def _by_role(session: Session, value: str, case: Case) -> list[int]:
    if value not in set(Role):
        return []
    role = Role(value)
    if role is not Role.PROCESS_OWNER:
        return holders_of(session, role, case.site_id, case.at.date())
    held = holders_of(session, role, case.site_id, case.at.date(), case.process_id)
    owner = session.scalar(select(BusinessProcess.owner_id).where(BusinessProcess.id == case.process_id))
    return [owner, *held] if owner is not None else held


def _by_record(_session: Session, value: str, case: Case) -> list[int]:
    person = case.person(value)
    return [] if person is None else [person]


def _by_manager(session: Session, value: str, case: Case) -> list[int]:
    led = case.person(value)
    manager = None if led is None else manager_of(session, led, case.at.date())
    return [] if manager is None else [manager]


def _by_named_role(session: Session, value: str, case: Case) -> list[int]:
    return _by_role(session, str(case.record.get(value) or ""), case)


_FINDERS: Mapping[MemberKind, Callable[[Session, str, Case], list[int]]] = {
    MemberKind.PERSON: _by_name,
    MemberKind.ROLE: _by_role,
    MemberKind.NAMED: _by_record,
    MemberKind.MANAGER: _by_manager,
    MemberKind.ROLE_NAMED: _by_named_role,
}


def _active(session: Session, people: list[int]) -> tuple[int, ...]:
    if not people:
        return ()
    at_work = set(session.scalars(select(Person.id).where(Person.id.in_(people), Person.is_active)))
    return tuple(dict.fromkeys(one for one in people if one in at_work))
