"""Which roles need which skills, kept in memory for half a minute: every task asks, they change rarely."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.unit_of_work import UnitOfWork
from app.training.models import CompetenceRequirement, Skill

CACHE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Requirement:
    """A role needs a skill at a level; None means at all sites, in all processes."""

    role: str
    skill_id: int
    skill: str
    level: int
    site_id: int | None
    process_id: int | None
    is_control: bool

    def reaches(self, site_id: int | None, process_id: int | None) -> bool:
        """Tell whether the requirement holds for work at a site, in a process."""
        at_site = self.site_id is None or self.site_id == site_id
        return at_site and (self.process_id is None or self.process_id == process_id)


class RequirementCache:
    """All requirements in force, read again after half a minute."""

    def __init__(self) -> None:
        """Start empty."""
        self._until = 0.0
        self._kept: tuple[Requirement, ...] = ()
        self._lock = Lock()

    def all(self, session: Session) -> Sequence[Requirement]:
        """Return the requirements in force."""
        if self._until < time.monotonic():
            found = _read(session)
            with self._lock:
                self._kept, self._until = found, time.monotonic() + CACHE_SECONDS
        return self._kept

    def of_role(self, session: Session, role: str) -> list[Requirement]:
        """Return what a role needs, anywhere."""
        return [one for one in self.all(session) if one.role == role]

    def clear(self) -> None:
        """Forget everything: a requirement was changed, or a test began."""
        with self._lock:
            self._kept, self._until = (), 0.0


requirements = RequirementCache()


def forget_requirements(uow: UnitOfWork) -> None:
    """Read them again, within this act and after it."""
    requirements.clear()
    uow.after_commit(requirements.clear)


def _read(session: Session) -> tuple[Requirement, ...]:
    rows = session.execute(
        select(CompetenceRequirement, Skill.name)
        .join(Skill, Skill.id == CompetenceRequirement.skill_id)
        .where(CompetenceRequirement.is_active, Skill.is_active)
        .order_by(CompetenceRequirement.role, Skill.name, CompetenceRequirement.id)
    )
    return tuple(
        Requirement(
            role=row.role,
            skill_id=row.skill_id,
            skill=name,
            level=row.level,
            site_id=row.site_id,
            process_id=row.process_id,
            is_control=row.is_control,
        )
        for row, name in rows
    )
