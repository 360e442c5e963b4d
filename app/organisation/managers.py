"""Who leads whom on a day; escalations climb along it."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.models import ManagerOf
from app.organisation.persons import is_person
from app.trail import Subject, record


class ManagerInvalid(Invalid):
    """The person cannot be led like this."""


def manager_of(session: Session, person_id: int, on: date) -> int | None:
    """Return the person's manager on that day, None when nobody is named."""
    return session.scalar(
        select(ManagerOf.manager_id)
        .where(
            ManagerOf.person_id == person_id,
            ManagerOf.starts_on <= on,
            or_(ManagerOf.ends_on.is_(None), ManagerOf.ends_on >= on),
        )
        .order_by(ManagerOf.starts_on.desc())
        .limit(1)
    )


def set_manager(uow: UnitOfWork, subject: Subject, manager_id: int | None, starts_on: date) -> None:
    """Name who leads a person from a day on, None for nobody; `subject` is how the trail names the person.

    Errors: ManagerInvalid for somebody who does not exist, for oneself, and for somebody whom the person
        leads on that day, over any number of levels.
    Effects: the period before ends the day before; later periods are replaced; a trail entry. Safe to call
        again.
    """
    person_id = int(subject.id)
    before = manager_of(uow.session, person_id, starts_on)
    if before == manager_id:
        return
    if manager_id is not None and not is_person(uow.session, manager_id):
        problem = Problem("manager_id", "unknown", _("There is no such person."))
        raise ManagerInvalid(_("The manager was not changed."), [problem])
    if manager_id is not None and _leads(uow.session, person_id, manager_id, starts_on):
        problem = Problem("manager_id", "circle", _("This person would lead themselves in the end."))
        raise ManagerInvalid(_("The manager was not changed."), [problem])
    whose = ManagerOf.person_id == person_id
    uow.session.execute(delete(ManagerOf).where(whose, ManagerOf.starts_on >= starts_on))
    uow.session.execute(
        update(ManagerOf)
        .where(whose, or_(ManagerOf.ends_on.is_(None), ManagerOf.ends_on >= starts_on))
        .values(ends_on=starts_on - timedelta(days=1))
    )
    if manager_id is not None:
        uow.session.add(ManagerOf(person_id=person_id, manager_id=manager_id, starts_on=starts_on))
    after = {"manager_id": manager_id, "starts_on": starts_on}
    record(uow, verb="person.manager_changed", subject=subject, before={"manager_id": before}, after=after)


def _leads(session: Session, leader_id: int, person_id: int | None, on: date) -> bool:
    seen: set[int] = set()
    while person_id is not None and person_id not in seen:
        if person_id == leader_id:
            return True
        seen.add(person_id)
        person_id = manager_of(session, person_id, on)
    return False
