"""What a person's roles ask for and nothing of theirs proves, and how the risks of the place feel it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.groups import holds_on
from app.accounts.models import Person, RoleGrant
from app.foundation.unit_of_work import UnitOfWork
from app.quality_events.rules import EventKind
from app.quality_events.service import EventOrder, record_event
from app.training.competence import held_by
from app.training.requirements import Requirement, requirements
from app.training.rules import place_of

SEVERITY = 3


@dataclass(frozen=True, slots=True)
class Lack:
    """A requirement that a person does not meet, and the site at which they hold the role."""

    need: Requirement
    site_id: int | None


def lacks_of(uow: UnitOfWork, person_id: int, skill_id: int) -> list[Lack]:
    """Return what the person's roles of today ask of a skill and nothing of theirs proves."""
    today = uow.now.date()
    uow.session.flush()  # what this act wrote counts as well
    held = held_by(uow.session, (person_id,)).get((person_id, skill_id), [])
    return [
        one
        for one in _asked(uow, person_id, skill_id)
        if place_of(one.need.level, held, today, 0).standing.is_gap
    ]


def needs_of(uow: UnitOfWork, person_id: int, skill_id: int) -> list[Requirement]:
    """Return what the person's roles of today ask of a skill, proven or not."""
    return [one.need for one in _asked(uow, person_id, skill_id)]


def tell_ledger(uow: UnitOfWork, lacks: Iterable[Lack], subject_kind: str, subject_id: int) -> None:
    """Let the risks of the place feel that somebody who keeps them in check cannot prove it.

    Effects: one quality event for each requirement that keeps a risk in check, once for the same subject.
    Source: lifecycles 5.1, competence gap in a control role.
    """
    for lack in lacks:
        if not lack.need.is_control:
            continue
        order = EventOrder(
            kind=EventKind.COMPETENCE_GAP,
            subject_kind=subject_kind,
            subject_id=subject_id,
            severity=SEVERITY,
            occurred_at=uow.now,
            site_id=lack.site_id,
            process_id=lack.need.process_id,
            requirement="7.2",
            occasion=f"{lack.site_id or 0}:{lack.need.process_id or 0}",
        )
        record_event(uow, order)


def _asked(uow: UnitOfWork, person_id: int, skill_id: int) -> list[Lack]:
    home = uow.session.get_one(Person, person_id).site_id
    of_person = select(RoleGrant).where(RoleGrant.person_id == person_id, holds_on(uow.now.date()))
    found: dict[Lack, None] = {}
    for grant in uow.session.scalars(of_person).all():
        site_id = grant.site_id or home
        for need in requirements.of_role(uow.session, grant.role):
            is_meant = need.skill_id == skill_id and need.site_id in {None, site_id}
            if is_meant and (need.process_id is None or grant.process_id in {None, need.process_id}):
                found[Lack(need, site_id)] = None
    return list(found)
