"""Whether the person who takes a task can prove what its role needs: asked of a domain, if one is wired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.foundation.errors import Refused
from app.foundation.unit_of_work import UnitOfWork
from app.workflow.lifecycle import registry
from app.workflow.models import Task


class NotCompetent(Refused):
    """The person cannot prove a skill that the role of this task needs, and the site wants that refused."""


@dataclass(frozen=True, slots=True)
class Lack:
    """What a person cannot prove for a task, in a sentence; whether that keeps them from doing it."""

    sentence: str
    is_blocking: bool


def lack_of(session: Session, task: Task, person_id: int, on: date) -> Lack | None:
    """Return what a person cannot prove for a task, None when nothing is asked or all is there.

    Shape: the steps of learning itself ask for no proof, or nobody could ever renew one.
    Effects: no statement at all for a role that needs no skill.
    """
    if registry.competence is None or not registry.get(task.definition_key).needs_proof:
        return None

    def process_id() -> int | None:
        return registry.get(task.definition_key).ports.read_record(session, task.record_id).process_id

    found = registry.competence(session, task.role, task.site_id, process_id, person_id, on)
    return None if found is None else Lack(*found)


def refuse_incompetent(uow: UnitOfWork, task: Task, person_id: int) -> Lack | None:
    """Refuse a task to somebody who cannot prove what its role needs, where the site blocks that.

    Errors: NotCompetent. Shape: returns what is lacking where the site only warns, for the trail.
    """
    lack = lack_of(uow.session, task, person_id, uow.now.date())
    if lack is not None and lack.is_blocking:
        raise NotCompetent(lack.sentence)
    return lack
