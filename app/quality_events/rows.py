"""The ledger in SQL, as it was known at a moment: which rows stand, and what they weigh."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Float, Select, and_, case, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from app.quality_events.models import QualityEvent, QualityEventRisk, QualityEventVerdict
from app.quality_events.rules.exposure import Weights, day_of
from app.quality_events.rules.kinds import EventKind
from app.quality_events.standing import MANY

Place = tuple[int, int]


def stands(at: datetime) -> ColumnElement[bool]:
    """Hold for rows that were recorded and not corrected by a moment."""
    later = aliased(QualityEvent)
    is_corrected = exists().where(later.corrects_id == QualityEvent.id, later.recorded_at <= at)
    return and_(QualityEvent.recorded_at <= at, ~is_corrected)


def stands_now() -> ColumnElement[bool]:
    """Hold for rows that nothing corrects, as far as is known today."""
    later = aliased(QualityEvent)
    return ~exists().where(later.corrects_id == QualityEvent.id)


def verdict(at: datetime) -> ColumnElement[str | None]:
    """Return the kind of the last verdict on an event by a moment, NULL without one."""
    said = aliased(QualityEvent)
    return (
        select(said.kind)
        .join(QualityEventVerdict, QualityEventVerdict.event_id == said.id)
        .where(
            QualityEventVerdict.closes_id == func.coalesce(QualityEvent.root_id, QualityEvent.id),
            said.recorded_at <= at,
        )
        .order_by(said.id.desc())
        .limit(1)
        .correlate(QualityEvent)
        .scalar_subquery()
    )


def explicit_sums(
    risk_ids: Collection[int], weights: Weights, at: datetime
) -> Select[int, int | None, int | None, float, int | None]:
    """Select risk, site, process, what the linked events add, and the severity of the gravest recent one."""
    since = at - timedelta(days=weights.severity_window_days)
    is_grave = and_(QualityEvent.occurred_at > since, _weight(weights) > 0)
    statement = (
        select(
            QualityEventRisk.risk_id,
            QualityEvent.site_id,
            QualityEvent.process_id,
            func.sum(_amount(weights, at)),
            func.max(case((is_grave, QualityEvent.severity))),
        )
        .join(QualityEvent, QualityEvent.id == QualityEventRisk.event_id)
        .where(stands(at))
        .group_by(QualityEventRisk.risk_id, QualityEvent.site_id, QualityEvent.process_id)
    )
    if len(risk_ids) < MANY:
        statement = statement.where(QualityEventRisk.risk_id.in_(risk_ids))
    return statement


def place_sums(
    places: Collection[Place], weights: Weights, at: datetime
) -> Select[int | None, int | None, float]:
    """Select site, process and what everything adds that happened there."""
    statement = (
        select(QualityEvent.site_id, QualityEvent.process_id, func.sum(_amount(weights, at)))
        .where(stands(at), QualityEvent.site_id.is_not(None), QualityEvent.process_id.is_not(None))
        .group_by(QualityEvent.site_id, QualityEvent.process_id)
    )
    if len(places) < MANY:
        statement = statement.where(tuple_(QualityEvent.site_id, QualityEvent.process_id).in_(places))
    return statement


def events_of(
    risk_id: int, place: Place | None, at: datetime
) -> Select[int, str, str, int, int, datetime, int, str | None, bool]:
    """Select each event that one risk feels, with its last verdict and whether somebody linked it."""
    is_linked = exists().where(
        QualityEventRisk.event_id == QualityEvent.id, QualityEventRisk.risk_id == risk_id
    )
    linked = select(QualityEventRisk.event_id).where(QualityEventRisk.risk_id == risk_id)
    felt: list[ColumnElement[bool]] = [QualityEvent.id.in_(linked)]
    if place is not None:
        felt.append(and_(QualityEvent.site_id == place[0], QualityEvent.process_id == place[1]))
    return select(
        QualityEvent.id,
        QualityEvent.kind,
        QualityEvent.subject_kind,
        QualityEvent.subject_id,
        QualityEvent.severity,
        QualityEvent.occurred_at,
        QualityEvent.anchor_day,
        verdict(at).label("verdict"),
        is_linked.label("is_explicit"),
    ).where(stands(at), or_(*felt))


def _amount(weights: Weights, at: datetime) -> ColumnElement[float]:
    said = verdict(at)
    multiplier = case(
        (said == EventKind.CAPA_EFFECTIVE.value, float(weights.effective)),
        (said == EventKind.CAPA_INEFFECTIVE.value, float(weights.ineffective)),
        else_=1.0,
    )
    age = literal(day_of(at)) - QualityEvent.anchor_day
    decay = func.power(literal(0.5, Float), age * literal(1.0 / weights.half_life_days, Float))
    return _weight(weights) * QualityEvent.severity * multiplier * decay


def _weight(weights: Weights) -> ColumnElement[float]:
    by_kind = {kind: float(weight / weights.severity_divisor) for kind, weight in weights.types.items()}
    return case(by_kind, value=QualityEvent.kind, else_=0.0)
