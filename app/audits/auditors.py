"""Who may audit: qualifications with evidence and a span of days. They are withdrawn, never deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.audits.models import AuditorQualification
from app.foundation.errors import Invalid, NotFound, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record


class QualificationInvalid(Invalid):
    """The qualification cannot be kept like this."""


class QualificationUnknown(NotFound):
    """There is no such qualification."""


@dataclass(frozen=True, slots=True)
class QualificationOrder:
    """Who may audit, or also lead audits, on which days, and what proves it."""

    person_id: int
    may_lead: bool
    evidence: str
    valid_from: date
    valid_until: date


@dataclass(frozen=True, slots=True)
class AuditorLine:
    """A qualification as the list shows it."""

    id: int
    person_id: int
    name: str
    may_lead: bool
    evidence: str
    valid_from: date
    valid_until: date
    is_valid: bool


def qualify(uow: UnitOfWork, order: QualificationOrder) -> int:
    """Note that somebody may audit and return the qualification's id.

    Errors: QualificationInvalid with everything that is wrong.
    Effects: one row and a trail entry.
    """
    person = uow.session.get(Person, order.person_id)
    problems = []
    if person is None or not person.is_active:
        problems.append(Problem("person_id", "inactive", _("There is no such person at work here.")))
    if order.valid_until < order.valid_from:
        problems.append(Problem("valid_until", "span", _("The last day is before the first one.")))
    if not order.evidence.strip():
        problems.append(Problem("evidence", "required", _("Say what proves the qualification.")))
    if problems or person is None:
        raise QualificationInvalid(_("The qualification is not kept."), problems)
    row = AuditorQualification(
        person_id=person.id,
        may_lead=order.may_lead,
        evidence=order.evidence.strip(),
        valid_from=order.valid_from,
        valid_until=order.valid_until,
        recorded_by_id=uow.actor_id,
        recorded_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()  # the caller needs the id
    record(
        uow,
        verb="auditor.qualified",
        subject=Subject(kind="person", id=person.id, label=person.name),
        after={
            "may_lead": row.may_lead,
            "from": row.valid_from.isoformat(),
            "until": row.valid_until.isoformat(),
            "evidence": row.evidence,
        },
    )
    return row.id


def withdraw(uow: UnitOfWork, qualification_id: int, reason: str) -> None:
    """End a qualification at once. Safe to call again. Errors: QualificationUnknown."""
    row = uow.session.get(AuditorQualification, qualification_id)
    if row is None:
        raise QualificationUnknown(_("There is no such qualification."))
    if row.withdrawn_at is not None:
        return
    row.withdrawn_at = uow.now
    person = uow.session.get_one(Person, row.person_id)
    record(
        uow,
        verb="auditor.withdrawn",
        subject=Subject(kind="person", id=person.id, label=person.name),
        before={"until": row.valid_until.isoformat()},
        reason=reason.strip() or None,
    )


def home_of(session: Session, qualification_id: int) -> int | None:
    """Return the site whose quality manager answers for a qualification: the home of the person.

    Errors: QualificationUnknown.
    """
    row = session.get(AuditorQualification, qualification_id)
    if row is None:
        raise QualificationUnknown(_("There is no such qualification."))
    return session.get_one(Person, row.person_id).site_id


def auditors_on(session: Session, day: date) -> list[AuditorLine]:
    """Return the qualifications that stand, by name, lapsed ones last."""
    rows = session.execute(
        select(AuditorQualification, Person.name)
        .join(Person, Person.id == AuditorQualification.person_id)
        .where(AuditorQualification.withdrawn_at.is_(None))
        .order_by(AuditorQualification.valid_until < day, Person.name, AuditorQualification.id)
    )
    return [
        AuditorLine(
            id=row.id,
            person_id=row.person_id,
            name=name,
            may_lead=row.may_lead,
            evidence=row.evidence,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            is_valid=row.valid_from <= day <= row.valid_until,
        )
        for row, name in rows
    ]
