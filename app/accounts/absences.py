"""Absences and who stands in. A circle of substitutes is refused: nobody would be left to act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Absence, Person
from app.accounts.people import person_row, subject_of
from app.foundation.errors import Invalid, NotFound, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.trail import record


class AbsenceInvalid(Invalid):
    """The absence cannot be kept like this."""


class AbsenceUnknown(NotFound):
    """There is no such absence of this person."""


@dataclass(frozen=True, slots=True)
class AbsenceLine:
    """An absence as lists show it; both days are days of absence."""

    id: int
    substitute: str
    starts_on: date
    ends_on: date


def plan_absence(
    uow: UnitOfWork, person_id: int, substitute_id: int, *, starts_on: date, ends_on: date
) -> int:
    """Keep an absence with its substitute and return its id.

    Errors: AbsenceInvalid for a span that ends before it begins or overlaps another absence of the person,
        for a substitute who is the person, is disabled, or is away at the same time with the person
        standing in, over any number of hops.
    Effects: a trail entry; the substitute sees the tasks on those days.
    """
    problems = _span_problems(uow.session, person_id, starts_on, ends_on)
    problems += _substitute_problems(uow.session, person_id, substitute_id, (starts_on, ends_on))
    if problems:
        raise AbsenceInvalid(_("The absence cannot be planned like this."), problems)
    row = Absence(
        person_id=person_id,
        substitute_id=substitute_id,
        starts_on=starts_on,
        ends_on=ends_on,
        created_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()  # the caller needs the id
    values = {"substitute_id": substitute_id, "starts_on": starts_on, "ends_on": ends_on}
    record(uow, verb="absence.planned", subject=subject_of(person_row(uow.session, person_id)), after=values)
    return row.id


def cancel_absence(uow: UnitOfWork, person_id: int, absence_id: int) -> None:
    """Take an absence back. Safe to call again.

    Errors: AbsenceUnknown. Effects: a trail entry.
    """
    row = uow.session.get(Absence, absence_id)
    if row is None or row.person_id != person_id:
        raise AbsenceUnknown(_("There is no such absence."))
    if row.cancelled_at is None:
        row.cancelled_at = uow.now
        values = {"starts_on": row.starts_on, "ends_on": row.ends_on}
        person = person_row(uow.session, person_id)
        record(uow, verb="absence.cancelled", subject=subject_of(person), before=values)


def absences_of(session: Session, person_id: int, on: date) -> list[AbsenceLine]:
    """Return the absences of a person that are not over on a day, the next first."""
    rows = session.execute(
        select(Absence, Person.name)
        .join(Person, Person.id == Absence.substitute_id)
        .where(Absence.person_id == person_id, Absence.cancelled_at.is_(None), Absence.ends_on >= on)
        .order_by(Absence.starts_on)
    )
    return [AbsenceLine(row.id, name, row.starts_on, row.ends_on) for row, name in rows]


def _span_problems(session: Session, person_id: int, starts_on: date, ends_on: date) -> list[Problem]:
    if ends_on < starts_on:
        return [Problem("ends_on", "span", _("The last day is before the first."))]
    if _overlapping(session, person_id, (starts_on, ends_on)):
        return [
            Problem(
                "starts_on", "overlap", _("Another absence covers these days."), _("Cancel that one first.")
            )
        ]
    return []


def _substitute_problems(
    session: Session, person_id: int, substitute_id: int, span: tuple[date, date]
) -> list[Problem]:
    substitute = session.get(Person, substitute_id)
    if substitute is None or not substitute.is_active:
        return [Problem("substitute_id", "unknown", _("There is no such person to stand in."))]
    if substitute_id == person_id:
        return [Problem("substitute_id", "oneself", _("Nobody can stand in for themselves."))]
    if _comes_back(session, person_id, substitute_id, span):
        sentence = _(
            "%(name)s is away then and counts on you, so nobody would be left.", name=substitute.name
        )
        return [Problem("substitute_id", "circle", sentence, _("Name somebody else."))]
    return []


def _comes_back(session: Session, person_id: int, substitute_id: int, span: tuple[date, date]) -> bool:
    """Tell whether following substitutes from one person on, within the span, leads to the person."""
    seen: set[int] = set()
    ahead = [(substitute_id, span)]
    while ahead:
        current, days = ahead.pop()
        if current == person_id:
            return True
        if current in seen:
            continue
        seen.add(current)
        ahead += [
            (row.substitute_id, (max(days[0], row.starts_on), min(days[1], row.ends_on)))
            for row in _overlapping(session, current, days)
        ]
    return False


def _overlapping(session: Session, person_id: int, span: tuple[date, date]) -> list[Absence]:
    statement = select(Absence).where(
        Absence.person_id == person_id,
        Absence.cancelled_at.is_(None),
        Absence.starts_on <= span[1],
        Absence.ends_on >= span[0],
    )
    return list(session.scalars(statement))
