"""Who can do what: qualifications, what roles ask for, and the matrix of people and skills."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.accounts.groups import holds_on
from app.accounts.models import Person, RoleGrant
from app.accounts.policy import ALL, Scope
from app.foundation import clock
from app.foundation.errors import Invalid, NotFound, Problem
from app.foundation.i18n import gettext as _
from app.foundation.settings import value_of
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.managers import manager_of
from app.trail import Subject, record
from app.training.models import Qualification, Skill
from app.training.renewals import settle_lapses
from app.training.requirements import Requirement, requirements
from app.training.rules import Held, Place, Standing, days_from, place_of
from app.training.settings import WARNING_DAYS

READ, RECORD = "training.read", "training.record"
Cell = tuple[int, int]


class QualificationInvalid(Invalid):
    """The qualification cannot be kept like this."""


class QualificationUnknown(NotFound):
    """There is no such qualification, or it is not for this person to see."""


class PersonUnseen(NotFound):
    """There is no such person, or their skills are not for this person to see."""


@dataclass(frozen=True, slots=True)
class QualificationOrder:
    """Somebody has a skill at a level, and what proves it. Shape: no last day means for good."""

    person_id: int
    skill_id: int
    level: int
    evidence: str
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class MatrixFilter:
    """What the matrix is narrowed to."""

    site_id: int | None = None
    role: str = ""
    process_id: int | None = None
    only_gaps: bool = False


@dataclass(frozen=True, slots=True)
class Matrix:
    """People by name, skills by name, and where each person stands with each skill that matters to them."""

    people: tuple[tuple[int, str], ...]
    skills: tuple[tuple[int, str], ...]
    cells: dict[Cell, Place]


def qualify(uow: UnitOfWork, order: QualificationOrder) -> int:
    """Note that somebody has a skill, and return the qualification's id.

    Errors: QualificationInvalid with everything that is wrong. Effects: one row and a trail entry; an open
    question about an ended proof of the skill is told.
    """
    person, skill = uow.session.get(Person, order.person_id), uow.session.get(Skill, order.skill_id)
    problems = []
    if person is None or not person.is_active:
        problems.append(Problem("person_id", "inactive", _("There is no such person at work here.")))
    if skill is None or not skill.is_active:
        problems.append(Problem("skill_id", "unknown", _("There is no such skill in use.")))
    if not 1 <= order.level <= 5:
        problems.append(Problem("level", "range", _("Levels go from 1 to 5.")))
    if order.valid_until is not None and order.valid_until < order.valid_from:
        problems.append(Problem("valid_until", "span", _("The last day is before the first one.")))
    if not order.evidence.strip():
        problems.append(Problem("evidence", "required", _("Say what proves it.")))
    if problems or person is None or skill is None:
        raise QualificationInvalid(_("The qualification is not kept."), problems)
    row = Qualification(
        person_id=person.id,
        skill_id=skill.id,
        level=order.level,
        evidence=order.evidence.strip(),
        valid_from=order.valid_from,
        valid_until=order.valid_until,
        recorded_by_id=uow.actor_id,
        recorded_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()  # the caller needs the id
    until = order.valid_until.isoformat() if order.valid_until else None
    after = {"skill": skill.name, "level": row.level, "until": until, "evidence": row.evidence}
    record(uow, verb="person.qualified", subject=_subject(person), after=after)
    settle_lapses(uow, row)
    return row.id


def withdraw(uow: UnitOfWork, qualification_id: int, reason: str) -> None:
    """End a qualification at once. Safe to call again. Errors: QualificationUnknown; QualificationInvalid."""
    row = uow.session.get(Qualification, qualification_id, with_for_update=True)
    if row is None:
        raise QualificationUnknown(_("There is no such qualification."))
    if not reason.strip():
        problem = Problem("reason", "required", _("Say why it ends."))
        raise QualificationInvalid(_("Nothing was changed."), [problem])
    if row.withdrawn_at is not None:
        return
    row.withdrawn_at, row.withdrawn_because = uow.now, reason.strip()
    person = uow.session.get_one(Person, row.person_id)
    before = {"skill": row.skill_id, "level": row.level}
    record(uow, verb="person.qualification_withdrawn", subject=_subject(person), before=before, reason=reason)


def qualifications_of(session: Session, person_id: int) -> Sequence[tuple[Qualification, str]]:
    """Return what stands of a person's qualifications with the skill's name, by skill, the latest first."""
    rows = session.execute(
        select(Qualification, Skill.name)
        .join(Skill, Skill.id == Qualification.skill_id)
        .where(Qualification.person_id == person_id, Qualification.withdrawn_at.is_(None))
        .order_by(Skill.name, Qualification.id.desc())
    )
    return [(row[0], row[1]) for row in rows]


def visible_person(session: Session, actor: Actor, person_id: int) -> Person:
    """Return a person whose skills the actor may see: oneself, one's people, those of one's sites.

    Errors: PersonUnseen.
    """
    person = session.get(Person, person_id)
    if person is not None and (
        person.id == actor.id
        or policy.can(actor, READ, Scope(site_id=person.site_id))
        or _leads(session, actor, person_id)
    ):
        return person
    raise PersonUnseen(_("There is no such page, or it is not for you to see."))


def matrix_of(
    session: Session,
    wish: MatrixFilter,
    today: date,
    *,
    actor: Actor | None = None,
    person_id: int | None = None,
) -> Matrix:
    """Return people and skills with where each stands; people of the sites the actor answers for, or one.

    Shape: a cell is there where a skill is required of the person, or held.
    """
    grants = _grants(session, wish, today, actor, person_id)
    people = {grant.person_id: name for grant, name, _home in grants}
    if person_id is not None and not people:
        people = {person_id: session.get_one(Person, person_id).name}
    needed: dict[Cell, int] = {}
    for grant, _name, home in grants:
        for need in _needs_of(session, grant, home, wish):
            cell = grant.person_id, need.skill_id
            needed[cell] = max(needed.get(cell, 0), need.level)
    held = held_by(session, people)
    warning = warning_days(session)
    cells = {
        cell: place_of(needed.get(cell, 0), held.get(cell, ()), today, warning)
        for cell in needed.keys() | held.keys()
    }
    cells = {cell: place for cell, place in cells.items() if place.standing is not Standing.NOTHING}
    if wish.only_gaps:
        cells = {cell: place for cell, place in cells.items() if place.standing.is_gap}
    if person_id is None:  # of whom nothing is asked and who proves nothing has no place here
        concerned = {cell[0] for cell in cells}
        people = {one: name for one, name in people.items() if one in concerned}
    names = select(Skill.id, Skill.name).where(Skill.id.in_({skill for _person, skill in cells}))
    skills = session.execute(names.order_by(Skill.name)).all()
    ordered = sorted(people.items(), key=lambda one: (one[1], one[0]))
    return Matrix(tuple(ordered), tuple((row[0], row[1]) for row in skills), cells)


def held_by(session: Session, people: Collection[int]) -> dict[Cell, list[Held]]:
    """Return what these people hold, by person and skill."""
    found: dict[Cell, list[Held]] = {}
    rows = session.scalars(
        select(Qualification).where(Qualification.person_id.in_(people), Qualification.withdrawn_at.is_(None))
    )
    for row in rows:
        found.setdefault((row.person_id, row.skill_id), []).append(
            Held(row.level, row.valid_until, row.is_waiver)
        )
    return found


def warning_days(session: Session) -> int:
    """Return how many days ahead an end counts as near: the longest of the setting."""
    return max(days_from(value_of(session, WARNING_DAYS)), default=0)


def _needs_of(session: Session, grant: RoleGrant, home: int | None, wish: MatrixFilter) -> list[Requirement]:
    site_id = grant.site_id or wish.site_id or home
    return [
        one
        for one in requirements.of_role(session, grant.role)
        if one.site_id in {None, site_id}
        and (one.process_id is None or grant.process_id in {None, one.process_id})
        and (wish.process_id is None or one.process_id == wish.process_id)
    ]


def _grants(
    session: Session, wish: MatrixFilter, today: date, actor: Actor | None, person_id: int | None
) -> list[tuple[RoleGrant, str, int | None]]:
    statement = (
        select(RoleGrant, Person.name, Person.site_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.is_active, holds_on(today))
        .order_by(Person.name, Person.id, RoleGrant.id)
    )
    if person_id is not None:
        statement = statement.where(Person.id == person_id)
    if wish.site_id is not None:
        statement = statement.where(Person.site_id == wish.site_id)
    if wish.role:
        statement = statement.where(RoleGrant.role == wish.role)
    sites = ALL if actor is None else policy.sites_for(actor, READ)
    if sites is not ALL:
        statement = statement.where(Person.site_id.in_(sites))
    return [(row[0], row[1], row[2]) for row in session.execute(statement)]


def _leads(session: Session, actor: Actor, person_id: int) -> bool:
    return manager_of(session, person_id, _today()) == actor.id


def _today() -> date:
    return clock.now().date()


def _subject(person: Person) -> Subject:
    return Subject(kind="person", id=person.id, label=person.user_name)
