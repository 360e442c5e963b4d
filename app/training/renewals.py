"""A proof that was recorded settles the open question about an ended one, so that nobody has to answer it."""

from __future__ import annotations

from sqlalchemy import select

from app.foundation.unit_of_work import UnitOfWork
from app.training.models import Qualification
from app.training.training_models import LapsedSkill
from app.workflow import messages

RENEWED = "competence.renewed"


def settle_lapses(uow: UnitOfWork, proof: Qualification) -> None:
    """Tell the open question about the same person and skill that it is proven at the level asked for.

    Shape: a proof of a lower level, or one whose last day has passed, settles nothing.
    Effects: one stored message for each open question, once for the same proof.
    Source: ISO 9001:2015, 7.2.
    """
    if proof.valid_until is not None and proof.valid_until < uow.now.date():
        return
    settled = select(LapsedSkill.number).where(
        LapsedSkill.person_id == proof.person_id,
        LapsedSkill.skill_id == proof.skill_id,
        LapsedSkill.level <= proof.level,
        LapsedSkill.closed_at.is_(None),
    )
    for number in uow.session.scalars(settled).all():
        source, payload = f"qualification:{proof.id}", {"qualification_id": proof.id}
        messages.send(uow, RENEWED, number, source=source, payload=payload)
