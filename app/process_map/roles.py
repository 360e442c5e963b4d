"""Which roles somebody must hold, and where nobody does (clause 5.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.groups import holds_on
from app.accounts.models import Absence, Person, RoleGrant
from app.accounts.roles import Role
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.models import BusinessProcess, Site
from app.process_map.maintain import add_part
from app.process_map.models import Reach, RequiredRole
from app.process_map.parts import PARTS, PartKey
from app.process_map.rules import Holding, Vacancy, vacancy_of

USUAL = (
    (Role.TOP_MANAGEMENT, Reach.ORGANISATION),
    (Role.QUALITY_MANAGER, Reach.ORGANISATION),
    (Role.ADMIN, Reach.ORGANISATION),
    (Role.SITE_MANAGER, Reach.EVERY_SITE),
    (Role.QUALITY_COORDINATOR, Reach.EVERY_SITE),
)


@dataclass(frozen=True, slots=True)
class Seat:
    """A place where a role must be held. Shape: neither site nor process means the whole organisation."""

    role: Role
    site_id: int | None = None
    process_id: int | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class SeatLine:
    """A seat and how it is held. Shape: `holders` are names of people at work, by name."""

    seat: Seat
    holders: tuple[str, ...]
    vacancy: Vacancy | None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class _Held:
    person_id: int
    name: str
    role: str
    site_id: int | None
    process_id: int | None
    ends_on: date | None


def seats(session: Session, today: date) -> list[SeatLine]:
    """Return all seats that required roles make, and the owner of each process, vacant ones first."""
    held, absent = _held(session, today), _stand_ins(session, today)
    active = set(session.scalars(select(Person.id).where(Person.is_active)))
    lines = []
    for seat in dict.fromkeys(_wanted(session)):
        mine = [one for one in held if _covers(one, seat)]
        holdings = [Holding(one.ends_on, _is_present(one.person_id, absent, active)) for one in mine]
        vacancy = vacancy_of(holdings, today)
        last = max((one.ends_on for one in mine if one.ends_on), default=None)
        names = tuple(dict.fromkeys(one.name for one in mine))
        lines.append(SeatLine(seat, names, vacancy, last if vacancy is Vacancy.ENDS_SOON else None))
    lines += _owners(session, today, absent, active)
    return sorted(lines, key=lambda line: line.vacancy is None)


def vacancies(session: Session, today: date) -> list[SeatLine]:
    """Return the seats that are vacant today, or will be within 30 days."""
    return [line for line in seats(session, today) if line.vacancy is not None]


def take_usual(uow: UnitOfWork) -> int:
    """Require the roles that most systems need and that are not required yet; return how many were added."""
    known = {
        (row.role, row.reach)
        for row in uow.session.scalars(select(RequiredRole).where(RequiredRole.is_active))
    }
    missing = [(role, reach) for role, reach in USUAL if (role.value, reach.value) not in known]
    for role, reach in missing:
        add_part(uow, PARTS[PartKey.ROLE], {"role": role.value, "reach": reach.value})
    return len(missing)


def _wanted(session: Session) -> Iterator[Seat]:
    sites = _named(session, Site)
    processes = _named(session, BusinessProcess)
    rows = session.scalars(select(RequiredRole).where(RequiredRole.is_active).order_by(RequiredRole.id))
    for row in rows:
        role = Role(row.role)
        if row.reach == Reach.ORGANISATION:
            yield Seat(role)
        elif row.reach in {Reach.EVERY_SITE, Reach.SITE}:
            for site_id, name in sites.items():
                if row.site_id in {None, site_id}:
                    yield Seat(role, site_id=site_id, place=name)
        else:
            for process_id, name in processes.items():
                if row.process_id in {None, process_id}:
                    yield Seat(role, process_id=process_id, place=name)


def _named(session: Session, model: type[Site | BusinessProcess]) -> dict[int, str]:
    rows = session.execute(select(model.id, model.name).where(model.is_active).order_by(model.name))
    return {row.id: row.name for row in rows}


def _held(session: Session, today: date) -> list[_Held]:
    rows = session.execute(
        select(RoleGrant, Person.name)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.is_active, holds_on(today))
        .order_by(Person.name, RoleGrant.id)
    )
    return [
        _Held(grant.person_id, name, grant.role, grant.site_id, grant.process_id, grant.ends_on)
        for grant, name in rows
    ]


def _covers(held: _Held, seat: Seat) -> bool:
    """Tell whether a grant fills a seat: one for a process is filled at any site."""
    if held.role != seat.role:
        return False
    at_site = held.site_id is None or seat.process_id is not None or held.site_id == seat.site_id
    return at_site and (held.process_id is None or held.process_id == seat.process_id)


def _stand_ins(session: Session, today: date) -> dict[int, int]:
    """Return who stands in for whom today."""
    rows = session.execute(
        select(Absence.person_id, Absence.substitute_id).where(
            Absence.cancelled_at.is_(None), Absence.starts_on <= today, Absence.ends_on >= today
        )
    )
    return {row.person_id: row.substitute_id for row in rows}


def _is_present(person_id: int, absent: Mapping[int, int], active: set[int]) -> bool:
    """Tell whether somebody, or whoever stands in over any number of hops, is at work."""
    seen: set[int] = set()
    while person_id in absent and person_id not in seen:
        seen.add(person_id)
        person_id = absent[person_id]
    return person_id in active and person_id not in seen


def _owners(session: Session, today: date, absent: Mapping[int, int], active: set[int]) -> Iterator[SeatLine]:
    """Yield the owner of each process: required always, without anybody saying so (clause 4.4.1 e)."""
    rows = session.execute(
        select(BusinessProcess, Person.name)
        .outerjoin(Person, (Person.id == BusinessProcess.owner_id) & Person.is_active)
        .where(BusinessProcess.is_active)
        .order_by(BusinessProcess.name)
    )
    for row, name in rows:
        seat = Seat(Role.PROCESS_OWNER, process_id=row.id, place=row.name)
        holdings = [Holding(None, _is_present(row.owner_id or 0, absent, active))] if name else []
        yield SeatLine(seat, (name,) if name else (), vacancy_of(holdings, today))
