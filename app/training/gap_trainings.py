"""Trainings for the gaps of the matrix: asked for by hand, or each night where the site wants that."""

from __future__ import annotations

from datetime import date
from functools import partial

from sqlalchemy import select

from app.accounts import policy
from app.accounts.actor import Actor
from app.accounts.models import Person
from app.accounts.policy import Scope
from app.foundation.i18n import gettext as _
from app.foundation.settings import value_of
from app.foundation.unit_of_work import UnitOfWork
from app.training.competence import Cell, Matrix, MatrixFilter, matrix_of
from app.training.settings import GAPS
from app.training.training_models import (
    LapsedSkill,
    LapseStatus,
    TrainingRecord,
    TrainingSource,
    TrainingStatus,
)
from app.training.trainings import LEARNING, TrainingWish, ask_training
from app.workflow.acts import perform
from app.workflow.holds import cancel
from app.workflow.models import InstanceState, ProcessInstance

AUTO = "auto"
ASSIGN = "training.assign"


def ask_for_gaps(uow: UnitOfWork, actor: Actor, wish: MatrixFilter) -> int:
    """Ask for a training for each gap that the matrix shows the actor; return how many gaps there are.

    Effects: one stored message for each; an open training of the same person and skill is joined.
    """
    today = uow.now.date()
    found = matrix_of(uow.session, wish, today, actor=actor)
    home = _homes(uow)
    cells = {
        cell: place
        for cell, place in found.cells.items()
        if policy.can(actor, ASSIGN, Scope(site_id=home.get(cell[0])))
    }
    return _ask(uow, Matrix(found.people, found.skills, cells), today)


def ask_for_gap(uow: UnitOfWork, person_id: int, skill_id: int) -> bool:
    """Ask for a training for one gap of a person; return whether there is one. Effects: a stored message."""
    today = uow.now.date()
    found = matrix_of(uow.session, MatrixFilter(), today, person_id=person_id)
    cells = {cell: place for cell, place in found.cells.items() if cell == (person_id, skill_id)}
    return bool(_ask(uow, Matrix(found.people, found.skills, cells), today))


def keep_trainings() -> int:
    """Ask for trainings where sites want that by themselves, and end those of leavers. A job.

    Effects: one transaction for each site and for each training that ends.
    """
    return perform(None, _fill_gaps) + _release_leavers()


def _fill_gaps(uow: UnitOfWork) -> int:
    today = uow.now.date()
    found = matrix_of(uow.session, MatrixFilter(only_gaps=True), today)
    home = _homes(uow)
    modes = {site_id: value_of(uow.session, GAPS, site_id) for site_id in set(home.values())}
    known = _known(uow)
    cells = {
        cell: place
        for cell, place in found.cells.items()
        if modes.get(home.get(cell[0])) == AUTO and cell not in known
    }
    return _ask(uow, Matrix(found.people, found.skills, cells), today)


def _homes(uow: UnitOfWork) -> dict[int, int | None]:
    return {row.id: row.site_id for row in uow.session.execute(select(Person.id, Person.site_id))}


def _known(uow: UnitOfWork) -> set[Cell]:
    """Return for whom which skill is being learned or decided about, or is said to be for others."""
    trainings = select(TrainingRecord.person_id, TrainingRecord.skill_id).where(
        TrainingRecord.status.in_((*LEARNING, TrainingStatus.STOPPED.value))
    )
    lapses = select(LapsedSkill.person_id, LapsedSkill.skill_id).where(
        LapsedSkill.status.in_((LapseStatus.OPEN.value, LapseStatus.OTHER_WORK.value))
    )
    rows = [*uow.session.execute(trainings), *uow.session.execute(lapses)]
    return {(row[0], row[1]) for row in rows}


def _ask(uow: UnitOfWork, matrix: Matrix, today: date) -> int:
    gaps = {cell: place for cell, place in matrix.cells.items() if place.standing.is_gap}
    names = dict(matrix.skills)
    for (person_id, skill_id), place in gaps.items():
        wish = TrainingWish(
            person_id=person_id,
            source=TrainingSource.GAP,
            skill_id=skill_id,
            level=place.required,
            reason=_("A role asks for %(skill)s and nothing proves it.", skill=names.get(skill_id, "")),
        )
        ask_training(uow, wish, source=f"gap:{person_id}:{skill_id}:{today.isoformat()}")
    return len(gaps)


def _release_leavers() -> int:
    """End what somebody who left had to learn: nobody waits for it."""
    ids = perform(None, _instances_of_leavers)
    for instance_id in ids:
        perform(None, partial(cancel, instance_id=instance_id, reason=_("The person has left.")))
    return len(ids)


def _instances_of_leavers(uow: UnitOfWork) -> list[int]:
    found: list[int] = []
    for model in (TrainingRecord, LapsedSkill):
        found += uow.session.scalars(
            select(ProcessInstance.id)
            .join(model, model.id == ProcessInstance.record_id)
            .join(Person, Person.id == model.person_id)
            .where(ProcessInstance.state == InstanceState.OPEN.value, Person.is_active.is_(False))
            .order_by(ProcessInstance.id)
        )
    return found
