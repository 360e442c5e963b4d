"""Who may say that somebody has learned a skill: who can do it at level 4 or above, never oneself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from app.accounts.models import Person
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.foundation.settings import value_of
from app.foundation.unit_of_work import UnitOfWork
from app.training.competence import held_by
from app.training.models import Qualification
from app.training.rules import ASSESSOR_LEVEL, can_assess
from app.training.settings import WAIVER_DAYS
from app.training.training_models import TrainingRecord
from app.workflow.lifecycle import RecordView


def assessor_for(uow: UnitOfWork, row: TrainingRecord, trainer_id: int | None) -> int | None:
    """Return who assesses: the trainer of the item, else somebody of the site; None when nobody can.

    Shape: without a skill the trainer is enough. Never the learner.
    """
    if row.skill_id is None:
        return trainer_id if trainer_id != row.person_id else None
    able = [one for one in _able(uow, row) if one != row.person_id]
    return trainer_id if trainer_id in able else next(iter(able), None)


def check_assessor(
    uow: UnitOfWork, record: RecordView, _element_id: str, _answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse an assessment by somebody who cannot do it themselves, or of oneself.

    Source: lifecycles 4.8.
    """
    if uow.actor_id == record.values["person_id"]:
        return [_problem("assessment", _("Nobody assesses themselves. Hand it to somebody else."))]
    skill_id = record.values["skill_id"]
    if skill_id is None or uow.actor_id is None:
        return ()
    held = held_by(uow.session, (uow.actor_id,)).get((uow.actor_id, skill_id), ())
    if can_assess(held, uow.now.date()):
        return ()
    sentence = _(
        "Only somebody with a valid proof of this skill at level %(level)s or above may assess it. "
        "Hand it to such a person.",
        level=ASSESSOR_LEVEL,
    )
    return [_problem("assessment", sentence)]


def check_answered(
    _uow: UnitOfWork, record: RecordView, _element_id: str, _answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse to finish the step before the questions of this round are answered."""
    if record.values["answered_round"] == record.values["attempts"]:
        return ()
    return [_problem("questions_note", _("Answer the questions first: “Questions” leads to them."))]


def check_waiver(
    uow: UnitOfWork, record: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse a waiver for oneself, without a skill, and one that lasts too long.

    Source: lifecycles 4.8: a waiver needs the quality manager and its last day.
    """
    if answers.get("waiver_decision") != "grant":
        return ()
    if uow.actor_id == record.values["person_id"]:
        return [_problem("waiver_decision", _("Nobody waives a proof for themselves."))]
    if record.values["skill_id"] is None:
        return [_problem("waiver_decision", _("This training proves no skill: there is nothing to waive."))]
    most = value_of(uow.session, WAIVER_DAYS, record.site_id)
    if (date.fromisoformat(str(answers["waive_until"])) - uow.now.date()).days > most:
        sentence = _("A waiver lasts at most %(most)s days. Choose an earlier day.", most=most)
        return [_problem("waive_until", sentence)]
    return ()


def _able(uow: UnitOfWork, row: TrainingRecord) -> list[int]:
    """Return who can do it at the level of an assessor, those of the same site first."""
    today = uow.now.date()
    site_first = (Person.site_id != row.site_id).asc() if row.site_id else Person.id
    rows = uow.session.scalars(
        select(Person.id)
        .join(Qualification, Qualification.person_id == Person.id)
        .where(
            Person.is_active,
            Qualification.skill_id == row.skill_id,
            Qualification.level >= ASSESSOR_LEVEL,
            Qualification.is_waiver.is_(False),
            Qualification.withdrawn_at.is_(None),
            or_(Qualification.valid_until.is_(None), Qualification.valid_until >= today),
        )
        .order_by(site_first, Person.name, Person.id)
    )
    return list(dict.fromkeys(rows))


def _problem(where: str, sentence: str) -> Problem:
    return Problem(where, "competence", sentence)
