"""A waiver: somebody may work without the proof of a skill until a day, for a reason; it ends by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

from app.accounts.models import Person
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record
from app.training.models import Qualification, Skill
from app.training.training_models import LapsedSkill, TrainingRecord


@dataclass(frozen=True, slots=True)
class WaiverOrder:
    """Whose proof of which skill is waived until when, and why. Units: `level` is the one asked for."""

    person_id: int
    skill_id: int
    level: int
    until: date
    reason: str

    @classmethod
    def of(cls, row: TrainingRecord | LapsedSkill) -> Self:
        """Return the waiver granted at a record; form and guard saw to it that all is there."""
        assert row.person_id is not None, "each of them is about one person"
        assert row.skill_id is not None, "the guard refuses a waiver of nothing"
        assert row.waive_until is not None, "the form asks for the day"
        reason = f"{row.number}: {row.waiver_reason or ''}"
        return cls(row.person_id, row.skill_id, row.level or 1, row.waive_until, reason)


def waive(uow: UnitOfWork, order: WaiverOrder) -> int:
    """Record a waiver and return its id. Effects: one row and a trail entry.

    Source: lifecycles 4.8: a waiver needs the quality manager and its last day.
    """
    person, skill = uow.session.get_one(Person, order.person_id), uow.session.get_one(Skill, order.skill_id)
    row = Qualification(
        person_id=person.id,
        skill_id=skill.id,
        level=order.level,
        evidence=order.reason,
        is_waiver=True,
        valid_from=uow.now.date(),
        valid_until=order.until,
        recorded_by_id=uow.actor_id,
        recorded_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()  # the caller needs the id
    after = {"skill": skill.name, "level": order.level, "until": order.until.isoformat()}
    subject = Subject(kind="person", id=person.id, label=person.user_name)
    record(uow, verb="person.proof_waived", subject=subject, after=after, reason=order.reason)
    return row.id
