"""Another record asks that people learn something: who they are, and what it still waits for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.groups import holders_anywhere, holders_of
from app.accounts.models import Person
from app.accounts.roles import Role
from app.foundation.i18n import gettext as _
from app.foundation.settings import value_of
from app.foundation.unit_of_work import UnitOfWork
from app.records.models import TITLE_LENGTH
from app.trail import Subject, record
from app.training.models import TrainingItem
from app.training.rules import is_quota_reached
from app.training.settings import QUOTA
from app.training.training_models import (
    TrainingRecord,
    TrainingRequest,
    TrainingRequestPerson,
    TrainingSource,
    TrainingStatus,
)
from app.training.trainings import REQUESTED, TrainingWish, ask_training
from app.workflow.lifecycle import OpenPoint
from app.workflow.listeners import Listener
from app.workflow.models import Message, MessageState

NEEDED = "training.needed"
KIND = "training_record"
_LEARNED = frozenset({TrainingStatus.COMPLETED.value, TrainingStatus.EFFECTIVE.value})
_RELEASED = frozenset(
    {TrainingStatus.STOPPED.value, TrainingStatus.CANCELLED.value, TrainingStatus.WAIVED.value}
)


def hear_need(uow: UnitOfWork, key: str, payload: Mapping[str, Any]) -> None:
    """Ask each of the people concerned to learn something, for a record that waits until they have.

    Shape: `title`, `reason`, `source`, `role` or `roles` (whose people at the site, each of them once; empty
    or held by nobody: the one person `person_id`), `item_id`, `due_on`, `site_id`, `process_id`,
    `requested_by` with kind and id.
    Effects: one request with its people, a stored message for each, a trail entry. Safe to call again.
    """
    known = uow.session.scalars(select(TrainingRequest.id).where(TrainingRequest.request_key == key))
    if known.first() is not None:
        return
    asker = payload["requested_by"]
    request = TrainingRequest(
        request_key=key,
        record_kind=asker["kind"],
        record_id=asker["id"],
        title=str(payload["title"])[:TITLE_LENGTH],
        requested_at=uow.now,
    )
    uow.session.add(request)
    uow.session.flush()  # its people need the id
    people = _people(uow, payload)
    for person_id in people:
        uow.session.add(TrainingRequestPerson(request_id=request.id, person_id=person_id))
        ask_training(uow, _wish(uow.session, request, person_id, payload), source=f"{key}:{person_id}")
    subject = Subject(kind=asker["kind"], id=asker["id"], label=str(asker.get("number") or ""))
    after = {"people": people, "roles": _roles(payload), "item": payload.get("item_id")}
    record(uow, verb="training.requested", subject=subject, after=after)


def open_points(session: Session, record_kind: str, record_id: int) -> Sequence[OpenPoint]:
    """Return one point for each training that a record asked for, met when enough people have learned it.

    Shape: who was released or may work under a waiver does not count.
    Source: lifecycles 5.7; the share is the setting of acknowledgements.
    """
    requests = session.scalars(
        select(TrainingRequest)
        .where(TrainingRequest.record_kind == record_kind, TrainingRequest.record_id == record_id)
        .order_by(TrainingRequest.id)
    )
    points = (_point(session, request) for request in requests.all())
    return (*points, *_on_the_way(session, record_kind, record_id))


def _point(session: Session, request: TrainingRequest) -> OpenPoint:
    rows = session.execute(
        select(TrainingRecord.id, TrainingRecord.status, TrainingRecord.site_id, TrainingRecord.completed_at)
        .select_from(TrainingRequestPerson)
        .outerjoin(TrainingRecord, TrainingRecord.id == TrainingRequestPerson.training_id)
        .where(TrainingRequestPerson.request_id == request.id)
        .order_by(TrainingRequestPerson.person_id)
    ).all()
    asked = [row for row in rows if row.status not in _RELEASED]
    done = sum(row.status in _LEARNED or _is_judged(row) for row in asked)
    site_id = next((row.site_id for row in rows if row.site_id), None)
    facts = {"title": request.title, "done": done, "asked": len(asked)}
    is_met = is_quota_reached(done, len(asked), value_of(session, QUOTA, site_id))
    sentence = _("Training “%(title)s”: %(done)s of %(asked)s have learned it.", **facts)
    first = next((row.id for row in rows if row.id and row.status not in _LEARNED), None)
    return OpenPoint(f"training:{request.id}", sentence, is_met, KIND, first)


def _is_judged(row: Any) -> bool:
    """Tell whether the person has learned it, though it was judged without effect since."""
    return bool(row.status == TrainingStatus.NOT_EFFECTIVE.value and row.completed_at)


def _on_the_way(session: Session, kind: str, record_id: int) -> Iterator[OpenPoint]:
    """Name a training that was asked for and is not taken up yet: no record stands for it."""
    waiting = session.scalars(
        select(Message.id)
        .where(
            Message.name.in_((NEEDED, REQUESTED)),
            Message.state != MessageState.DELIVERED.value,
            Message.source.startswith(f"{kind}:{record_id}:", autoescape=True),
        )
        .limit(1)
    )
    if waiting.first() is not None:
        sentence = _("A training is requested and not opened yet.")
        yield OpenPoint(f"on_the_way:{KIND}", sentence, is_met=False, link_kind=KIND)


def _people(uow: UnitOfWork, payload: Mapping[str, Any]) -> list[int]:
    today, site_id = uow.now.date(), payload.get("site_id")
    found = [
        holders_anywhere(uow.session, Role(role), today)
        if site_id is None
        else holders_of(uow.session, Role(role), site_id, today)
        for role in _roles(payload)
    ]
    ids = list(chain.from_iterable(found)) or [payload["person_id"]]
    active = select(Person.id).where(Person.id.in_(ids), Person.is_active).order_by(Person.id)
    return list(uow.session.scalars(active))


def _roles(payload: Mapping[str, Any]) -> list[str]:
    named = payload.get("roles") or [payload.get("role")]
    return [str(role) for role in named if role and role in set(Role)]


def _wish(
    session: Session, request: TrainingRequest, person_id: int, payload: Mapping[str, Any]
) -> TrainingWish:
    item = session.get(TrainingItem, payload.get("item_id") or 0)
    return TrainingWish(
        person_id=person_id,
        source=TrainingSource(payload.get("source") or TrainingSource.HAND.value),
        item_id=item.id if item else None,
        title=request.title,
        reason=str(payload.get("reason") or request.title),
        due_on=date.fromisoformat(payload["due_on"]) if payload.get("due_on") else None,
        process_id=payload.get("process_id"),
        asked_by=request.record_id,
        request_id=request.id,
    )


LISTENERS = (Listener(NEEDED, hear_need, is_addressee=True),)
