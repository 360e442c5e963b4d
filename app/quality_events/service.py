"""Writing the ledger and asking it. Nothing here changes a row that stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.foundation.errors import NotFound
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.quality_events.models import QualityEvent, QualityEventRisk
from app.quality_events.rules import (
    WINDOW,
    EarlierEvent,
    EventKind,
    Recurrence,
    cause_key,
    judge,
    recurrence_key,
)


class NoQualityEvent(NotFound):
    """The record has no quality event to correct."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventOrder:
    """What a domain reports to the ledger. Units: `severity` 1 negligible to 5 critical."""

    kind: EventKind
    subject_kind: str
    subject_id: int
    severity: int
    occurred_at: datetime
    site_id: int | None = None
    process_id: int | None = None
    product_family_id: int | None = None
    failure_mode_id: int | None = None
    cause_category_id: int | None = None
    requirement: str | None = None
    is_date_estimated: bool = False
    is_history: bool = False
    risk_ids: tuple[int, ...] = ()

    @property
    def recurrence_key(self) -> str | None:
        """The key of the same thing again."""
        return recurrence_key(
            process_id=self.process_id,
            site_id=self.site_id,
            product_family_id=self.product_family_id,
            failure_mode_id=self.failure_mode_id,
            requirement=self.requirement,
        )

    @property
    def cause_key(self) -> str | None:
        """The key of the same weakness anywhere."""
        return cause_key(process_id=self.process_id, cause_category_id=self.cause_category_id)


def record_event(uow: UnitOfWork, order: EventOrder) -> int:
    """Write a quality event in the domain's own transaction and return its id.

    Effects: one row, and one for each linked risk. Calling again for the same subject and kind returns the
        event that stands.
    """
    standing = _standing(uow.session, order.subject_kind, order.subject_id, order.kind)
    return standing.id if standing is not None else _insert(uow, order, corrects_id=None)


def correct_event(uow: UnitOfWork, order: EventOrder) -> int:
    """Replace the standing event of a subject by a row that says it better, such as with its cause.

    Errors: NoQualityEvent when there is none. Effects: none when nothing would change.
    """
    standing = _standing(uow.session, order.subject_kind, order.subject_id, order.kind)
    if standing is None:
        raise NoQualityEvent(_("This record is not in the ledger of quality events yet."))
    return _correct(uow, standing, order)


def restate_event(uow: UnitOfWork, former: EventKind, order: EventOrder) -> int:
    """Replace the standing event of a subject by one of another kind, such as after a regraded finding.

    Errors: NoQualityEvent when none of the former kind stands. Effects: none when nothing would change.
    """
    standing = _standing(uow.session, order.subject_kind, order.subject_id, former)
    if standing is None:
        raise NoQualityEvent(_("This record is not in the ledger of quality events yet."))
    return _correct(uow, standing, order)


def order_for(session: Session, subject_kind: str, subject_id: int, kind: EventKind) -> EventOrder | None:
    """Return what stands in the ledger for a subject, as an order to be corrected; None when nothing does."""
    standing = _standing(session, subject_kind, subject_id, kind)
    return None if standing is None else _order_of(session, standing)


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


def _standing(session: Session, subject_kind: str, subject_id: int, kind: EventKind) -> QualityEvent | None:
    """Return the last row of a subject's chain of corrections."""
    return session.scalars(
        select(QualityEvent)
        .where(
            QualityEvent.subject_kind == subject_kind,
            QualityEvent.subject_id == subject_id,
            QualityEvent.kind == kind.value,
        )
        .order_by(QualityEvent.id.desc())
        .limit(1)
    ).first()


def _correct(uow: UnitOfWork, standing: QualityEvent, order: EventOrder) -> int:
    said = replace(order, risk_ids=tuple(sorted(set(order.risk_ids))))
    if _order_of(uow.session, standing) == said:
        return standing.id
    return _insert(uow, order, corrects_id=standing.id)


def _insert(uow: UnitOfWork, order: EventOrder, *, corrects_id: int | None) -> int:
    row = QualityEvent(
        **{name: getattr(order, name) for name in _COLUMNS},
        kind=order.kind.value,
        recorded_at=uow.now,
        recurrence_key=order.recurrence_key,
        cause_key=order.cause_key,
        corrects_id=corrects_id,
    )
    uow.session.add(row)
    uow.session.flush()  # the links need its id
    if order.risk_ids:
        links = [{"event_id": row.id, "risk_id": risk_id} for risk_id in sorted(set(order.risk_ids))]
        uow.session.execute(insert(QualityEventRisk), links)
    return row.id


_COLUMNS = (
    "subject_kind",
    "subject_id",
    "severity",
    "occurred_at",
    "site_id",
    "process_id",
    "product_family_id",
    "failure_mode_id",
    "cause_category_id",
    "requirement",
    "is_date_estimated",
    "is_history",
)


def _order_of(session: Session, row: QualityEvent) -> EventOrder:
    linked = select(QualityEventRisk.risk_id).where(QualityEventRisk.event_id == row.id)
    return EventOrder(
        kind=EventKind(row.kind),
        risk_ids=tuple(session.scalars(linked.order_by(QualityEventRisk.risk_id))),
        **{name: getattr(row, name) for name in _COLUMNS},
    )
