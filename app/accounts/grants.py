"""Gives and withdraws roles. A grant is never deleted: who might do what on a day stays answerable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.handover import Handover
from app.accounts.models import Person, RoleGrant
from app.accounts.roles import Role
from app.foundation.errors import Invalid, NotFound, Problem, Refused
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.models import BusinessProcess, Site
from app.trail import Subject, record


class GrantInvalid(Invalid):
    """The grant cannot be given as it is."""


class GrantUnknown(NotFound):
    """There is no such grant."""


class LastAdmin(Refused):
    """Without this person nobody could administer Keel."""


@dataclass(frozen=True, slots=True)
class GrantOrder:
    """What is to be granted: no site means all sites, no process all processes, no end for good."""

    role: Role
    site_id: int | None
    process_id: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A grant as a list shows it: with the codes of its site and process, None for all."""

    id: int
    role: Role
    site: str | None
    process: str | None
    starts_on: date
    ends_on: date | None


def give(uow: UnitOfWork, person_id: int, order: GrantOrder, handover: Handover | None = None) -> int:
    """Give a role and return the grant's id; starts today unless told otherwise.

    Errors: GrantInvalid. Effects: a trail entry; a signed-in person has it on the next request; `handover` is
        told, so that what the role asks of the person is asked at once.
    """
    person = uow.session.get_one(Person, person_id)
    starts_on = order.starts_on or uow.now.date()
    problems = _problems(uow.session, order, starts_on)
    if problems:
        raise GrantInvalid(_("The role cannot be given like this."), problems)
    row = RoleGrant(
        person_id=person_id,
        role=order.role.value,
        site_id=order.site_id,
        process_id=order.process_id,
        starts_on=starts_on,
        ends_on=order.ends_on,
        granted_by_id=uow.actor_id,
        granted_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()  # the caller needs the id
    record(uow, verb="role.given", subject=_subject(person), after=_values(row))
    for tell in handover.when_given if handover else ():
        tell(uow, person_id)
    return row.id


def withdraw(
    uow: UnitOfWork, grant_id: int, handover: Handover | None = None, *, reason: str | None = None
) -> None:
    """Take a role away at once. Safe to call again.

    Errors: GrantUnknown; LastAdmin when nobody could administer Keel afterwards.
    Effects: a trail entry; acts on the person's next request; `handover` is told, so that nothing is left
        with a group that became empty.
    """
    row = uow.session.get(RoleGrant, grant_id)
    if row is None:
        raise GrantUnknown(_("There is no such grant."))
    if row.withdrawn_at is not None:
        return
    row.withdrawn_at = uow.now
    uow.session.flush()  # the check below counts what is left
    refuse_without_admin(uow)
    person = uow.session.get_one(Person, row.person_id)
    record(uow, verb="role.withdrawn", subject=_subject(person), before=_values(row), reason=reason)
    for tell in handover.when_withdrawn if handover else ():
        tell(uow, row.person_id)


def hand_over(uow: UnitOfWork, from_id: int, to_id: int | None, reason: str) -> int:
    """Withdraw all grants of a leaver, give the same to somebody else, and return how many there were.

    Shape: the role of admin is withdrawn and never passed on in a bundle; whoever has a grant gets no second.
    Errors: LastAdmin; GrantInvalid. Effects: trail entries. Safe to call again.
    """
    today = uow.now.date()
    lines = grants_of(uow.session, from_id, today)
    for line in lines:
        row = uow.session.get_one(RoleGrant, line.id)
        if to_id is not None and line.role is not Role.ADMIN and not _has_same(uow.session, to_id, row):
            starts_on = max(row.starts_on, today)
            give(uow, to_id, GrantOrder(line.role, row.site_id, row.process_id, starts_on, row.ends_on))
        withdraw(uow, row.id, reason=reason)
    return len(lines)


def grants_of(session: Session, person_id: int, on: date) -> list[GrantLine]:
    """Return the grants of a person that hold on a day or later, by role and site."""
    rows = session.execute(
        select(RoleGrant, Site.name, BusinessProcess.name)
        .outerjoin(Site, Site.id == RoleGrant.site_id)
        .outerjoin(BusinessProcess, BusinessProcess.id == RoleGrant.process_id)
        .where(
            RoleGrant.person_id == person_id,
            RoleGrant.withdrawn_at.is_(None),
            or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= on),
        )
        .order_by(RoleGrant.role, Site.name, RoleGrant.id)
    )
    return [
        GrantLine(row.id, Role(row.role), site, process, row.starts_on, row.ends_on)
        for row, site, process in rows
    ]


def refuse_without_admin(uow: UnitOfWork) -> None:
    """Pass when somebody active still administers all sites.

    Errors: LastAdmin.
    """
    today = uow.now.date()
    one = uow.session.scalar(
        select(Person.id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            Person.is_active,
            RoleGrant.role == Role.ADMIN.value,
            RoleGrant.site_id.is_(None),
            RoleGrant.process_id.is_(None),
            RoleGrant.withdrawn_at.is_(None),
            RoleGrant.starts_on <= today,
            or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= today),
        )
        .limit(1)
    )
    if one is None:
        raise LastAdmin(_("Somebody must administer Keel. Give another person the role of admin first."))


def _has_same(session: Session, person_id: int, like: RoleGrant) -> bool:
    found = select(RoleGrant.id).where(
        RoleGrant.person_id == person_id,
        RoleGrant.role == like.role,
        RoleGrant.site_id.is_not_distinct_from(like.site_id),
        RoleGrant.process_id.is_not_distinct_from(like.process_id),
        RoleGrant.ends_on.is_not_distinct_from(like.ends_on),
        RoleGrant.withdrawn_at.is_(None),
    )
    return session.scalar(found.limit(1)) is not None


def _problems(session: Session, order: GrantOrder, starts_on: date) -> list[Problem]:
    problems = []
    if order.site_id is not None and session.get(Site, order.site_id) is None:
        problems.append(Problem("site_id", "unknown", _("There is no such site.")))
    if order.process_id is not None and session.get(BusinessProcess, order.process_id) is None:
        problems.append(Problem("process_id", "unknown", _("There is no such process.")))
    if order.ends_on is not None and order.ends_on < starts_on:
        problems.append(Problem("ends_on", "span", _("The last day is before the first.")))
    return problems


def _values(row: RoleGrant) -> dict[str, object]:
    names = ("role", "site_id", "process_id", "starts_on", "ends_on")
    return {name: getattr(row, name) for name in names}


def _subject(person: Person) -> Subject:
    return Subject(kind="person", id=person.id, label=person.user_name)
