"""How a training comes about: by hand or by a message; one open training for a person and a skill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, select

from app.accounts.models import Person
from app.actions.operations import end_of_working_day
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.foundation.settings import value_of
from app.foundation.unit_of_work import UnitOfWork
from app.records.facts import FactsInvalid, RecordPorts
from app.records.links import LinkKind, link_records
from app.records.models import TITLE_LENGTH
from app.trail import Subject, record
from app.training.failed_readings import restricted
from app.training.items import item_for
from app.training.models import Skill, TrainingItem
from app.training.settings import TRAINING_DAYS
from app.training.training_models import (
    TrainingRecord,
    TrainingRequestPerson,
    TrainingSource,
    TrainingStatus,
)
from app.workflow import messages
from app.workflow.lifecycle import MessageRule

REQUESTED = "training.requested"
KIND = "training_record"
LEARNING = (TrainingStatus.ASSIGNED.value, TrainingStatus.IN_PROGRESS.value, TrainingStatus.FAILED.value)
_OWN = ("title", "person_id", "item_id", "skill_id", "level", "source", "reason", "due_on", "site_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingWish:
    """That somebody is to learn something, and why.

    Shape: a training item, or a skill and a level, or in words only `title`; `asked_by` is the id of the
    record that asks, `request_id` its row of `training_request`.
    """

    person_id: int
    source: TrainingSource
    item_id: int | None = None
    skill_id: int | None = None
    level: int | None = None
    title: str = ""
    reason: str = ""
    due_on: date | None = None
    process_id: int | None = None
    asked_by: int | None = None
    request_id: int | None = None


def ask_training(uow: UnitOfWork, wish: TrainingWish, *, source: str) -> None:
    """Ask for a training; an open one of the same person and skill is joined.

    Effects: one stored message, once for the same `source`.
    """
    payload = {
        "person_id": wish.person_id,
        "source": wish.source.value,
        "item_id": wish.item_id,
        "skill_id": wish.skill_id,
        "level": wish.level,
        "title": wish.title[:TITLE_LENGTH],
        "reason": wish.reason,
        "due_on": wish.due_on.isoformat() if wish.due_on else None,
        "process_id": wish.process_id,
        "asked_by": wish.asked_by,
        "request_id": wish.request_id,
    }
    messages.send(uow, REQUESTED, f"person:{wish.person_id}", source=source, payload=payload)


@dataclass(frozen=True)
class TrainingPorts(RecordPorts):
    """Ports of trainings: each concerns one person, at the person's site, and few may see it."""

    def open_record(self, uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
        """Open a training of one person, due at the end of its day at the person's site.

        Errors: FactsInvalid, also when nothing says what is to be learned.
        """
        person = uow.session.get_one(Person, facts["person_id"])
        found = _what(uow, facts)
        title = _("%(name)s: %(what)s", name=person.name, what=found.pop("what"))
        own = {key: value for key, value in facts.items() if key not in {"asked_by", "request_id"}}
        due_on = own.get("due_on") or uow.now.date() + timedelta(
            days=value_of(uow.session, TRAINING_DAYS, person.site_id)
        )
        given = own | found | {"title": title, "due_on": due_on, "site_id": person.site_id}
        row = _row(uow, super().open_record(uow, given))
        row.restricted_to = restricted()
        row.due_at = row.original_due_at = end_of_working_day(uow.session, row.site_id, _day(row.due_on))
        _note_asker(uow, row, facts)
        return row.id


PORTS = TrainingPorts(TrainingRecord, "TRN", TrainingStatus.ASSIGNED.value)


def find_open(uow: UnitOfWork, _key: str, payload: Mapping[str, Any]) -> int | None:
    """Return the training to join: the person still learns the same skill at that level, or the same item."""
    found = _what(uow, payload)
    same: list[ColumnElement[bool]] = [
        TrainingRecord.person_id == payload["person_id"],
        TrainingRecord.status.in_(LEARNING),
        TrainingRecord.closed_at.is_(None),
    ]
    if found["skill_id"]:
        same += [TrainingRecord.skill_id == found["skill_id"], TrainingRecord.level >= found["level"]]
    elif found["item_id"]:
        same.append(TrainingRecord.item_id == found["item_id"])
    else:
        key = _request_key(payload)
        same.append(TrainingRecord.request_key == key if key else TrainingRecord.id.is_(None))
    return uow.session.scalar(
        select(TrainingRecord.id).where(*same).order_by(TrainingRecord.id).limit(1).with_for_update()
    )


def join(uow: UnitOfWork, record_id: int, payload: Mapping[str, Any]) -> None:
    """Let another asker join a training: an earlier day counts. Safe to call again.

    Effects: a trail entry.
    """
    row = _row(uow, record_id)
    wanted = date.fromisoformat(payload["due_on"]) if payload.get("due_on") else None
    if wanted is not None and row.due_on is not None and wanted < row.due_on:
        row.due_on = wanted
        row.due_at = end_of_working_day(uow.session, row.site_id, wanted)
    _note_asker(uow, row, payload)
    after = {"source": payload["source"], "due_on": row.due_on.isoformat() if row.due_on else None}
    record(uow, verb="training.joined", subject=subject_of(row), after=after)


def facts_of_request(_uow: UnitOfWork, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of a training that a message asks for."""
    facts = {name: payload[name] for name in _OWN if payload.get(name) is not None}
    facts["request_key"] = _request_key(payload)
    return facts | {name: payload.get(name) for name in ("process_id", "asked_by", "request_id")}


def subject_of(row: TrainingRecord) -> Subject:
    """Return how the trail names a training."""
    return Subject(kind=row.kind, id=row.id, label=row.number)


def training(uow: UnitOfWork, record_id: int) -> TrainingRecord:
    """Return the training an operation works on; the act has locked its row. Errors: RecordMissing."""
    return _row(uow, record_id)


def _what(uow: UnitOfWork, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return item, skill, level and the words for what is learned.

    Errors: FactsInvalid when nothing says it.
    """
    session = uow.session
    item = session.get(TrainingItem, _id(facts.get("item_id")) or 0)
    skill_id = item.skill_id if item else _id(facts.get("skill_id"))
    level = item.level if item else _id(facts.get("level"))
    if item is None and skill_id and level:
        item = item_for(session, skill_id, level)
    skill = session.get(Skill, skill_id) if skill_id else None
    if item is None and (skill is None or not level) and not facts.get("title"):
        sentence = _("Say what is to be learned: a training item, or a skill and its level.")
        raise FactsInvalid(_("Nothing says what is to be learned."), [Problem("item_id", "needed", sentence)])
    by_skill = _("%(skill)s, level %(level)s", skill=skill.name, level=level) if skill else ""
    what = item.name if item is not None else by_skill or str(facts["title"])
    return {
        "item_id": item.id if item else None,
        "skill_id": skill.id if skill else None,
        "level": level if skill else None,
        "what": what,
    }


def _note_asker(uow: UnitOfWork, row: TrainingRecord, facts: Mapping[str, Any]) -> None:
    if facts.get("asked_by"):
        link_records(uow, int(facts["asked_by"]), row.id, LinkKind.LEADS_TO)
    if facts.get("request_id"):
        key = {"request_id": int(facts["request_id"]), "person_id": row.person_id}
        uow.session.get_one(TrainingRequestPerson, key).training_id = row.id


def _request_key(payload: Mapping[str, Any]) -> str | None:
    return f"request:{payload['request_id']}:{payload['person_id']}" if payload.get("request_id") else None


def _row(uow: UnitOfWork, record_id: int) -> TrainingRecord:
    return cast("TrainingRecord", PORTS.get(uow.session, record_id))


def _day(day: date | None) -> date:
    assert day is not None, "each training has its day"
    return day


def _id(value: Any) -> int | None:
    """Return the id that a form or a message gives."""
    given = value.get("id") if isinstance(value, Mapping) else value
    return int(given) if given else None


RULE = MessageRule(REQUESTED, find_open, join, facts_of_request)
