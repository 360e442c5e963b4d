"""Appends rows to the ledger, and lets the risks they touch feel it in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import cache

from sqlalchemy import Select, bindparam, delete, exists, func, insert, or_, select
from sqlalchemy.orm import Session

from app.foundation.unit_of_work import UnitOfWork
from app.quality_events import rises, rows
from app.quality_events.models import QualityEvent, QualityEventRisk, QualityEventVerdict
from app.quality_events.orders import EventOrder
from app.quality_events.reassessing import Change, Swap, take_in, touched_by
from app.quality_events.rules.exposure import anchor_day
from app.quality_events.rules.kinds import EventKind
from app.quality_events.rules.summing import Weighing

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
    "supplier_id",
    "occasion",
)


def append(uow: UnitOfWork, order: EventOrder, *, corrects: QualityEvent | None = None) -> int:
    """Append a row, what it is linked to and what it closes; return its id.

    Effects: rows of the ledger; running sums; messages to the owners of risks, none for history.
    """
    row = _values(uow, order) | {
        "corrects_id": corrects.id if corrects else None,
        "root_id": (corrects.root_id or corrects.id) if corrects else None,
    }
    event_id: int = uow.session.execute(insert(QualityEvent).returning(QualityEvent.id), [row]).scalar_one()
    _link(uow, event_id, order)
    said = _verdict(uow, corrects)
    before = replace(_weighing(uow.session, corrects), verdict=said) if corrects else None
    after = Weighing(
        kind=order.kind.value,
        severity=order.severity,
        occurred_at=order.occurred_at,
        anchor_day=anchor_day(order.occurred_at, uow.now),
        place=(order.site_id or 0, order.process_id or 0),
        risk_ids=frozenset(order.risk_ids),
        verdict=said,
    )
    swaps = [Swap(before, after), *(_close(uow, event_id, order) if order.closes else ())]
    change = Change(
        event_id, order.subject_kind, order.subject_id, order.severity, swaps, is_silent=order.is_history
    )
    take_in(uow, change)
    return event_id


def take_back_history(uow: UnitOfWork, subject_kind: str, subject_ids: Collection[int]) -> None:
    """Delete the imported events of subjects whose import is taken back, and what they weighed.

    Effects: rows that are no history stay, and the database refuses to delete them.
    """
    session = uow.session
    events = session.scalars(
        select(QualityEvent).where(
            QualityEvent.subject_kind == subject_kind,
            QualityEvent.subject_id.in_(subject_ids),
            QualityEvent.is_history,
        )
    ).all()
    ids = [event.id for event in events]
    corrected = {event.corrects_id for event in events}
    weighed = [_weighing(session, event) for event in events if event.id not in corrected]
    session.execute(delete(QualityEventRisk).where(QualityEventRisk.event_id.in_(ids)))
    session.execute(delete(QualityEvent).where(QualityEvent.id.in_(ids)))
    gone = [Swap(one, None) for one in weighed]
    take_in(uow, Change(0, subject_kind, 0, 1, gone, is_silent=True))
    rises.rebuild(uow, touched_by(uow, weighed))


def standing_event(
    session: Session, subject_kind: str, subject_id: int, kind: EventKind
) -> QualityEvent | None:
    """Return the row of a subject's events of a kind that stands, the latest of them.

    Shape: None also when a row of another kind has taken its place.
    """
    statement = _standing(subject_kind, subject_id).where(QualityEvent.kind == kind.value).limit(1)
    return session.scalars(statement).first()


def standing_event_id(session: Session, order: EventOrder) -> int | None:
    """Return the id of the row that says already what an order says: same subject, kind and occasion."""
    given = {
        "subject_kind": order.subject_kind,
        "subject_id": order.subject_id,
        "kind": order.kind.value,
        "occasion": order.occasion,
    }
    return session.scalar(_said_already(), given)


# Each event asks this, so it is put together once: that takes longer than to ask.
@cache
def _said_already() -> Select[int]:
    event = QualityEvent.__table__.c
    later = QualityEvent.__table__.alias("later").c
    names = ("subject_kind", "subject_id", "kind", "occasion")
    same = [event[name] == bindparam(name) for name in names]
    is_corrected = exists().where(later.corrects_id == event.id)
    return select(event.id).where(*same, ~is_corrected).order_by(event.id.desc()).limit(1)


def standing_events(session: Session, subject_kind: str, subject_id: int) -> Sequence[QualityEvent]:
    """Return all rows of a subject that stand, the latest first."""
    return session.scalars(_standing(subject_kind, subject_id)).all()


def _standing(subject_kind: str, subject_id: int) -> Select[QualityEvent]:
    return (
        select(QualityEvent)
        .where(
            QualityEvent.subject_kind == subject_kind,
            QualityEvent.subject_id == subject_id,
            rows.stands_now(),
        )
        .order_by(QualityEvent.id.desc())
    )


def order_of(session: Session, row: QualityEvent) -> EventOrder:
    """Return a row of the ledger as an order, with the risks it is linked to."""
    order = EventOrder(
        kind=EventKind(row.kind),
        risk_ids=tuple(sorted(_risk_ids(session, row.id))),
        closes=tuple(
            session.scalars(
                select(QualityEventVerdict.closes_id)
                .where(QualityEventVerdict.event_id == row.id)
                .order_by(QualityEventVerdict.closes_id)
            )
        )
        if row.kind in {EventKind.CAPA_EFFECTIVE, EventKind.CAPA_INEFFECTIVE}
        else (),
        **{name: getattr(row, name) for name in _COLUMNS},
    )
    is_shared = row.recurrence_key != order.recurrence_key
    return replace(order, shared_key=row.recurrence_key) if is_shared else order


def roots_of(session: Session, event_ids: Iterable[int]) -> list[int]:
    """Return the first rows of the chains that the events belong to, each once."""
    root = func.coalesce(QualityEvent.root_id, QualityEvent.id)
    return sorted(set(session.scalars(select(root).where(QualityEvent.id.in_(list(event_ids))))))


def _values(uow: UnitOfWork, order: EventOrder) -> dict[str, object]:
    return {name: getattr(order, name) for name in _COLUMNS} | {
        "kind": order.kind.value,
        "recorded_at": uow.now,
        "recurrence_key": order.recurrence_key,
        "cause_key": order.cause_key,
        "anchor_day": anchor_day(order.occurred_at, uow.now),
    }


def _link(uow: UnitOfWork, event_id: int, order: EventOrder) -> None:
    links = [{"event_id": event_id, "risk_id": risk_id} for risk_id in sorted(set(order.risk_ids))]
    if links:
        uow.session.execute(insert(QualityEventRisk), links)


def _close(uow: UnitOfWork, event_id: int, order: EventOrder) -> list[Swap]:
    """Let a verdict count: what it is about weighs less, or more, from here on. Effects: rows that say so."""
    session = uow.session
    roots = roots_of(session, order.closes)
    standing = session.scalars(
        select(QualityEvent).where(
            or_(QualityEvent.id.in_(roots), QualityEvent.root_id.in_(roots)), rows.stands(uow.now)
        )
    ).all()
    weighed = [replace(_weighing(session, one), verdict=_verdict(uow, one)) for one in standing]
    session.execute(
        insert(QualityEventVerdict), [{"event_id": event_id, "closes_id": root} for root in roots]
    )
    return [Swap(before, replace(before, verdict=order.kind.value)) for before in weighed]


def _verdict(uow: UnitOfWork, row: QualityEvent | None) -> str | None:
    if row is None:
        return None
    return uow.session.scalar(select(rows.verdict(uow.now)).where(QualityEvent.id == row.id))


def _weighing(session: Session, row: QualityEvent) -> Weighing:
    return Weighing(
        kind=row.kind,
        severity=row.severity,
        occurred_at=row.occurred_at,
        anchor_day=row.anchor_day,
        place=(row.site_id or 0, row.process_id or 0),
        risk_ids=frozenset(_risk_ids(session, row.id)),
    )


def _risk_ids(session: Session, event_id: int) -> list[int]:
    return list(
        session.scalars(select(QualityEventRisk.risk_id).where(QualityEventRisk.event_id == event_id))
    )
