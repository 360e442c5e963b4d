"""Writing the ledger and asking it. Nothing here changes a row that stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.foundation.errors import NotFound
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.quality_events.models import QualityEvent
from app.quality_events.orders import EventOrder
from app.quality_events.rules import WINDOW, EarlierEvent, EventKind, Recurrence, judge
from app.quality_events.writing import append, order_of, standing_event, standing_event_id, standing_events

__all__ = [
    "EventOrder",
    "NoQualityEvent",
    "correct_event",
    "events_after",
    "order_for",
    "record_event",
    "recurrence_of",
    "restate_event",
    "share_key",
]


class NoQualityEvent(NotFound):
    """The record has no quality event to correct."""


def record_event(uow: UnitOfWork, order: EventOrder) -> int:
    """Write a quality event in the domain's own transaction and return its id.

    Effects: one row, one for each linked risk and each event it closes; the exposure of the risks it touches
        moves at once, and a message asks for their reassessment where that leaves people's answer behind.
        Calling again for the same subject, kind and occasion returns the event that stands.
    """
    standing_id = standing_event_id(uow.session, order)
    return append(uow, order) if standing_id is None else standing_id


def correct_event(uow: UnitOfWork, order: EventOrder) -> int:
    """Replace the standing event of a subject by a row that says it better, such as with its cause.

    Errors: NoQualityEvent when there is none. Effects: none when nothing would change.
    """
    standing = standing_event(uow.session, order.subject_kind, order.subject_id, order.kind)
    if standing is None:
        raise NoQualityEvent(_("This record is not in the ledger of quality events yet."))
    return _correct(uow, standing, order)


def restate_event(uow: UnitOfWork, former: EventKind, order: EventOrder) -> int:
    """Replace the standing event of a subject by one of another kind, such as after a regraded finding.

    Errors: NoQualityEvent when none of the former kind stands. Effects: none when nothing would change.
    """
    standing = standing_event(uow.session, order.subject_kind, order.subject_id, former)
    if standing is None:
        raise NoQualityEvent(_("This record is not in the ledger of quality events yet."))
    return _correct(uow, standing, order)


def share_key(uow: UnitOfWork, subject_kind: str, subject_id: int, key: str) -> None:
    """Let the standing events of a subject count under a key that a person confirmed; none is no matter.

    Effects: a correction for each of them that had another key.
    """
    for standing in standing_events(uow.session, subject_kind, subject_id):
        _correct(uow, standing, replace(order_of(uow.session, standing), shared_key=key))


def order_for(session: Session, subject_kind: str, subject_id: int, kind: EventKind) -> EventOrder | None:
    """Return what stands in the ledger for a subject, as an order to be corrected; None when nothing does."""
    standing = standing_event(session, subject_kind, subject_id, kind)
    return None if standing is None else order_of(session, standing)


def recurrence_of(session: Session, order: EventOrder) -> Recurrence:
    """Ask the ledger whether this has happened before: two statements, by the two keys.

    Shape: events of the same subject do not count.
    """
    return judge(
        _earlier(session, QualityEvent.recurrence_key, order.recurrence_key, order),
        _earlier(session, QualityEvent.cause_key, order.cause_key, order),
        order.occurred_at,
        order.site_id,
    )


def events_after(session: Session, key: str, since: datetime, until: datetime) -> list[EarlierEvent]:
    """Return what happened again with this recurrence key in (since, until], history left out.

    Source: lifecycles 5.2: what occurred before implementation, or was imported, never marks a CAPA.
    """
    events = _standing_events(session, QualityEvent.recurrence_key == key)
    return [event for event in events if since < event.occurred_at <= until and not event.is_history]


def _earlier(
    session: Session, column: InstrumentedAttribute[str | None], key: str | None, order: EventOrder
) -> Sequence[EarlierEvent]:
    if key is None:
        return ()
    events = _standing_events(
        session,
        column == key,
        QualityEvent.occurred_at <= order.occurred_at,
        QualityEvent.occurred_at >= order.occurred_at - WINDOW,
    )
    return [
        event
        for event in events
        if (event.subject_kind, event.subject_id) != (order.subject_kind, order.subject_id)
    ]


def _standing_events(session: Session, *conditions: ColumnElement[bool]) -> list[EarlierEvent]:
    correction = aliased(QualityEvent)
    rows = session.execute(
        select(
            QualityEvent.id,
            QualityEvent.subject_kind,
            QualityEvent.subject_id,
            QualityEvent.site_id,
            QualityEvent.occurred_at,
            QualityEvent.is_history,
        )
        .where(*conditions, ~select(correction.id).where(correction.corrects_id == QualityEvent.id).exists())
        .order_by(QualityEvent.occurred_at, QualityEvent.id)
    )
    return [EarlierEvent(*row) for row in rows]


def _correct(uow: UnitOfWork, standing: QualityEvent, order: EventOrder) -> int:
    said = replace(order, risk_ids=tuple(sorted(set(order.risk_ids))), occasion=standing.occasion)
    if order_of(uow.session, standing) == said:
        return standing.id
    return append(uow, said, corrects=standing)
