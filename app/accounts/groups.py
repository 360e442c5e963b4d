"""Candidate groups: the people of a role at a site and process, as one number tasks are offered to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from app.accounts.actor import Grant
from app.accounts.models import Absence, CandidateGroup, Person, RoleGrant
from app.accounts.roles import Role
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.upsert import insert_into


@dataclass(frozen=True, slots=True)
class Rights:
    """What a person's grants of one day amount to; fields as on the actor."""

    grants: tuple[Grant, ...] = ()
    group_ids: frozenset[int] = frozenset()
    borrowed_groups: dict[int, int] = field(default_factory=dict)
    stands_in_for: frozenset[int] = frozenset()


def group_for(uow: UnitOfWork, role: Role, site_id: int | None, process_id: int | None = None) -> int:
    """Return the id of the group of a role at a site, making it at first use. Safe to call again."""
    key = f"{role}/{site_id or 0}/{process_id or 0}"
    values = {"key": key, "role": role.value, "site_id": site_id, "process_id": process_id}
    pick = select(CandidateGroup.id).where(CandidateGroup.key == key)
    known = uow.session.scalar(pick)
    if known is not None:
        return known
    uow.session.execute(insert_into(uow.session, CandidateGroup).values(values).on_conflict_do_nothing())
    return uow.session.execute(pick).scalar_one()


def groups_of(session: Session, person_id: int, on: date) -> Rights:
    """Return what a person's grants amount to on a day, with those of absent people they stand in for.

    Shape: one statement. A substitution of a substitution counts; the role of admin is never lent.
    """
    rows = session.connection().execute(_RIGHTS, {"person_id": person_id, "on": on}).all()
    lent = {row.person_id for row in rows} - {person_id}
    usable = [row for row in rows if row.role and not (row.person_id in lent and row.role == Role.ADMIN)]
    own = frozenset(row.group_id for row in usable if row.group_id and row.person_id == person_id)
    borrowed = {row.group_id: row.person_id for row in usable if row.group_id and row.group_id not in own}
    return Rights(
        grants=tuple(dict.fromkeys(_grant(row, person_id) for row in usable)),
        group_ids=frozenset(own | borrowed.keys()),
        borrowed_groups=borrowed,
        stands_in_for=frozenset(lent),
    )


def members_of(session: Session, group_id: int, on: date) -> list[int]:
    """Return the active people whose grants of that day put them into a group, by name."""
    statement = (
        select(Person.id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(CandidateGroup, _grant_reaches_group())
        .where(CandidateGroup.id == group_id, Person.is_active, holds_on(on))
        .group_by(Person.id, Person.name)
        .order_by(Person.name, Person.id)
    )
    return list(session.scalars(statement))


def holders_of(
    session: Session, role: Role, site_id: int | None, on: date, process_id: int | None = None
) -> list[int]:
    """Return the active people who have a role at a site (and process) on a day, by name."""
    return _people_with(
        session,
        role,
        on,
        or_(RoleGrant.site_id.is_(None), RoleGrant.site_id == site_id),
        or_(RoleGrant.process_id.is_(None), RoleGrant.process_id == process_id),
    )


def holders_anywhere(session: Session, role: Role, on: date) -> list[int]:
    """Return the active people who have a role on a day, at whatever site and process, by name."""
    return _people_with(session, role, on)


def _people_with(session: Session, role: Role, on: date, *where: ColumnElement[bool]) -> list[int]:
    statement = (
        select(Person.id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(Person.is_active, RoleGrant.role == role.value, holds_on(on), *where)
        .group_by(Person.id, Person.name)
        .order_by(Person.name, Person.id)
    )
    return list(session.scalars(statement))


def empty_groups(session: Session, on: date) -> list[int]:
    """Return the groups that nobody active is in on a day."""
    return list(
        session.scalars(select(CandidateGroup.id).where(~_has_member(on)).order_by(CandidateGroup.id))
    )


def groups_left_by(session: Session, person_id: int, on: date) -> list[CandidateGroup]:
    """Return the groups that the person's own grants of a day reach, and nobody else's does."""
    reached = select(RoleGrant.id).where(
        RoleGrant.person_id == person_id, holds_on(on), _grant_reaches_group()
    )
    statement = (
        select(CandidateGroup)
        .where(reached.exists(), ~_has_member(on, besides=person_id))
        .order_by(CandidateGroup.role, CandidateGroup.id)
    )
    return list(session.scalars(statement))


def _has_member(on: date, *, besides: int | None = None) -> ColumnElement[bool]:
    statement = (
        select(RoleGrant.id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.is_active, Person.id != (besides or 0), holds_on(on), _grant_reaches_group())
    )
    return statement.exists()


def _rights_query() -> Select[Any]:
    on = bindparam("on", type_=Date())
    covered = _covered_people(bindparam("person_id", type_=Integer()), on)
    return (
        select(
            covered.c.person_id,
            RoleGrant.role,
            RoleGrant.site_id,
            RoleGrant.process_id,
            CandidateGroup.id.label("group_id"),
        )
        .select_from(covered)
        .outerjoin(RoleGrant, and_(RoleGrant.person_id == covered.c.person_id, holds_on(on)))
        .outerjoin(CandidateGroup, _grant_reaches_group())
        .order_by(RoleGrant.id, CandidateGroup.id)
    )


def _covered_people(person_id: BindParameter[int], on: BindParameter[date]) -> CTE:
    """Select the person and, over any number of hops, everybody absent whose substitute they are."""
    base = select(Person.id.label("person_id")).where(Person.id == person_id)
    covered = base.cte("covered", recursive=True)
    away = aliased(Absence)
    return covered.union(
        select(away.person_id).where(
            away.substitute_id == covered.c.person_id,
            away.starts_on <= on,
            away.ends_on >= on,
            away.cancelled_at.is_(None),
        )
    )


def holds_on(on: date | BindParameter[date]) -> ColumnElement[bool]:
    """Return the condition that a grant holds on a day."""
    return and_(
        RoleGrant.withdrawn_at.is_(None),
        RoleGrant.starts_on <= on,
        or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= on),
    )


def _grant_reaches_group() -> Any:
    return and_(
        CandidateGroup.role == RoleGrant.role,
        or_(RoleGrant.site_id.is_(None), RoleGrant.site_id == CandidateGroup.site_id),
        or_(RoleGrant.process_id.is_(None), RoleGrant.process_id == CandidateGroup.process_id),
    )


def _grant(row: Row[*tuple[Any, ...]], person_id: int) -> Grant:
    for_person = None if row.person_id == person_id else row.person_id
    return Grant(Role(row.role), row.site_id, row.process_id, for_person)


# Asked with every request: building it takes several times as long as answering it.
_RIGHTS = _rights_query()
