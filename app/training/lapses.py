"""A proof has ended that a role asks for: the manager says what follows, the quality manager may waive it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import select

from app.accounts.models import Person
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.managers import manager_of
from app.records.facts import RecordPorts
from app.trail import Subject, record
from app.training.assessors import check_waiver
from app.training.failed_readings import restricted
from app.training.models import Qualification, Skill
from app.training.training_models import LapsedSkill, LapseStatus, TrainingSource
from app.training.trainings import TrainingWish, ask_training
from app.training.waivers import WaiverOrder, waive
from app.workflow import messages
from app.workflow.lifecycle import MessageRule, Operation, OperationCall

EXPIRED = "competence.expired"


@dataclass(frozen=True)
class LapsePorts(RecordPorts):
    """Ports of lapsed skills: each concerns one person, at the person's site, and few may see it."""

    def open_record(self, uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
        """Open the record of one proof that ended. Errors: FactsInvalid."""
        row = _row(uow, super().open_record(uow, facts))
        row.restricted_to = restricted()
        return row.id


PORTS = LapsePorts(LapsedSkill, "LAP", LapseStatus.OPEN.value)


def tell_lapse(uow: UnitOfWork, row: Qualification, level: int) -> None:
    """Send that a proof has ended at a level that a role asks for. Effects: one stored message."""
    assert row.valid_until is not None, "what has no last day does not end"
    messages.send(
        uow,
        EXPIRED,
        f"person:{row.person_id}",
        source=f"qualification:{row.id}",
        payload={
            "person_id": row.person_id,
            "skill_id": row.skill_id,
            "level": level,
            "qualification_id": row.id,
            "lapsed_on": row.valid_until.isoformat(),
        },
    )


def find_open_lapse(uow: UnitOfWork, _key: str, payload: Mapping[str, Any]) -> int | None:
    """Return the open question about the same person and skill, None when there is none."""
    return uow.session.scalar(
        select(LapsedSkill.id).where(
            LapsedSkill.person_id == payload["person_id"],
            LapsedSkill.skill_id == payload["skill_id"],
            LapsedSkill.closed_at.is_(None),
        )
    )


def join_lapse(uow: UnitOfWork, record_id: int, payload: Mapping[str, Any]) -> None:
    """Note that another proof of the same skill has ended: the manager is asked already. Safe to repeat."""
    row = _row(uow, record_id)
    row.level = max(row.level or 1, int(payload["level"]))
    subject = Subject(kind=row.kind, id=row.id, label=row.number)
    record(uow, verb="lapsed_skill.joined", subject=subject, after={"proof": payload["qualification_id"]})


def facts_of_lapse(uow: UnitOfWork, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of the record that an ended proof opens."""
    person = uow.session.get_one(Person, payload["person_id"])
    skill = uow.session.get_one(Skill, payload["skill_id"])
    manager_id = manager_of(uow.session, person.id, uow.now.date())
    return {
        **payload,
        "title": _("%(name)s: the proof of %(skill)s has ended", name=person.name, skill=skill.name),
        "manager_id": manager_id,
        "owner_id": manager_id,
        "site_id": person.site_id,
    }


def request_after_lapse(call: OperationCall) -> None:
    """Ask for the training that renews the proof, and close. Effects: one stored message."""
    row = _row(call.uow, call.record_id)
    assert row.person_id is not None, "each lapse is of one person"
    wish = TrainingWish(
        person_id=row.person_id,
        source=TrainingSource.EXPIRY,
        skill_id=row.skill_id,
        level=row.level,
        reason=row.lapse_note or "",
        asked_by=row.id,
    )
    ask_training(call.uow, wish, source=f"{row.kind}:{row.id}")
    _close(call, row, LapseStatus.TRAINING)


def waive_lapse(call: OperationCall) -> None:
    """Record the waiver that the quality manager granted; it ends by itself on its day."""
    row = _row(call.uow, call.record_id)
    waive(call.uow, WaiverOrder.of(row))
    _close(call, row, LapseStatus.WAIVED)


def close_lapse(call: OperationCall) -> None:
    """Note that the person does other work, or proves it in another way."""
    _close(call, _row(call.uow, call.record_id), LapseStatus.OTHER_WORK)


def note_renewal(call: OperationCall) -> None:
    """Note that the person proves the skill again, so that nobody has to answer."""
    _close(call, _row(call.uow, call.record_id), LapseStatus.RENEWED)


def _close(call: OperationCall, row: LapsedSkill, status: LapseStatus) -> None:
    row.status = status.value
    row.closed_at = row.closed_at or call.uow.now
    subject = Subject(kind=row.kind, id=row.id, label=row.number)
    record(call.uow, verb="lapsed_skill.decided", subject=subject, after={"decision": status.value})


def _row(uow: UnitOfWork, record_id: int) -> LapsedSkill:
    return cast("LapsedSkill", PORTS.get(uow.session, record_id))


RULE = MessageRule(EXPIRED, find_open_lapse, join_lapse, facts_of_lapse)
GUARDS = {"decide_waiver": check_waiver}
OPERATIONS = (
    Operation("training.request_after_lapse", request_after_lapse, description="Ask for the training."),
    Operation("training.waive_lapse", waive_lapse, description="Record the waiver."),
    Operation("training.close_lapse", close_lapse, description="Note that nothing follows."),
    Operation("training.note_renewal", note_renewal, description="Note that it is proven again."),
)
