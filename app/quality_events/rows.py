"""The ledger in SQL, as it was known at a moment: which rows stand, and what they weigh."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    FromClause,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    union,
)
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


@dataclass(frozen=True, slots=True)
class Moments:
    """Two moments of one reckoning. Shape: `before` is the earlier, to which the trend compares."""

    at: datetime
    before: datetime


def explicit_sums(
    risk_ids: Collection[int], weights: Weights, moments: Moments
) -> Select[int, int | None, int | None, float, float, int | None]:
    """Select risk, site, process, what linked events add at both moments, and the gravest recent severity.

    Shape: the ledger is read once for both moments.
    """
    since = moments.at - timedelta(days=weights.severity_window_days)
    scan = _Scan(weights, moments)
    is_grave = and_(scan.stands_at, QualityEvent.occurred_at > since, _weight(weights) > 0)
    statement = (
        select(
            QualityEventRisk.risk_id,
            QualityEvent.site_id,
            QualityEvent.process_id,
            func.sum(scan.amount_at),
            func.sum(scan.amount_before),
            func.max(case((is_grave, QualityEvent.severity))),
        )
        .select_from(scan.joined(_linked()))
        .where(QualityEvent.recorded_at <= moments.at)
        .group_by(QualityEventRisk.risk_id, QualityEvent.site_id, QualityEvent.process_id)
    )
    if len(risk_ids) < MANY:
        statement = statement.where(QualityEventRisk.risk_id.in_(risk_ids))
    return statement


def place_sums(
    places: Collection[Place], weights: Weights, moments: Moments
) -> Select[int | None, int | None, float, float]:
    """Select site, process and what everything adds that happened there, at both moments."""
    scan = _Scan(weights, moments)
    statement = (
        select(
            QualityEvent.site_id,
            QualityEvent.process_id,
            func.sum(scan.amount_at),
            func.sum(scan.amount_before),
        )
        .select_from(scan.joined(QualityEvent.__table__))
        .where(
            QualityEvent.recorded_at <= moments.at,
            QualityEvent.site_id.is_not(None),
            QualityEvent.process_id.is_not(None),
        )
        .group_by(QualityEvent.site_id, QualityEvent.process_id)
    )
    if len(places) < MANY:
        statement = statement.where(tuple_(QualityEvent.site_id, QualityEvent.process_id).in_(places))
    return statement


def _linked() -> FromClause:
    links, events = QualityEventRisk.__table__, QualityEvent.__table__
    return links.join(events, events.c.id == links.c.event_id)


class _Scan:
    """The expressions of one pass over the ledger: what each row adds at two moments.

    Corrections and verdicts are few, so they are joined once instead of looked for at every row.
    """

    def __init__(self, weights: Weights, moments: Moments) -> None:
        self._corrected = aliased(QualityEvent)
        self._said_at = _last_verdicts(moments.at, "said_at")
        self._said_before = _last_verdicts(moments.before, "said_before")
        faded = 0.5 ** ((day_of(moments.at) - day_of(moments.before)) / weights.half_life_days)
        weight = _weight(weights) * QualityEvent.severity * _decay(weights, moments.at)
        self.stands_at = self._stands(moments.at)
        self.amount_at = case(
            (self.stands_at, weight * _multiplier(weights, self._said_at.c.kind)), else_=0.0
        )
        stood = and_(QualityEvent.recorded_at <= moments.before, self._stands(moments.before))
        self.amount_before = case(
            (stood, weight / faded * _multiplier(weights, self._said_before.c.kind)), else_=0.0
        )

    def joined(self, source: FromClause) -> FromClause:
        """Return rows of the ledger with their correction and their last verdicts at both moments."""
        root = func.coalesce(QualityEvent.root_id, QualityEvent.id)
        return (
            source.outerjoin(self._corrected, self._corrected.corrects_id == QualityEvent.id)
            .outerjoin(self._said_at, self._said_at.c.closes_id == root)
            .outerjoin(self._said_before, self._said_before.c.closes_id == root)
        )

    def _stands(self, at: datetime) -> ColumnElement[bool]:
        return or_(self._corrected.id.is_(None), self._corrected.recorded_at > at)


def _last_verdicts(at: datetime, name: str) -> CTE:
    """Return the last verdict by a moment on each event that has one, by the first row of its chain."""
    last = (
        select(QualityEventVerdict.closes_id, func.max(QualityEventVerdict.event_id).label("event_id"))
        .join(QualityEvent, QualityEvent.id == QualityEventVerdict.event_id)
        .where(QualityEvent.recorded_at <= at)
        .group_by(QualityEventVerdict.closes_id)
        .subquery()
    )
    return (
        select(last.c.closes_id, QualityEvent.kind)
        .join(QualityEvent, QualityEvent.id == last.c.event_id)
        .cte(name)
        .prefix_with("MATERIALIZED")
    )


def changed_since(moments: Moments) -> ColumnElement[bool]:
    """Hold for rows that weigh otherwise at the later moment than fading alone explains.

    Shape: those recorded, corrected or judged in between, and judged ones in every row of their chain.
    """
    recent = QualityEvent.__table__.alias("recent").c
    is_recent = and_(recent.recorded_at > moments.before, recent.recorded_at <= moments.at)
    judged = (
        select(QualityEventVerdict.closes_id)
        .join(recent.id.table, recent.id == QualityEventVerdict.event_id)
        .where(is_recent)
    )
    chain = QualityEvent.__table__.alias("chain").c
    return QualityEvent.id.in_(
        union(
            select(recent.id).where(is_recent),
            select(recent.corrects_id).where(is_recent, recent.corrects_id.is_not(None)),
            judged,
            select(chain.id).where(chain.root_id.in_(judged)),
        )
    )


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


def _decay(weights: Weights, at: datetime) -> ColumnElement[float]:
    age = literal(day_of(at)) - QualityEvent.anchor_day
    return func.power(literal(0.5, Float), age * literal(1.0 / weights.half_life_days, Float))


def _multiplier(weights: Weights, said: ColumnElement[str | None]) -> ColumnElement[float]:
    multipliers = {
        EventKind.CAPA_EFFECTIVE.value: float(weights.effective),
        EventKind.CAPA_INEFFECTIVE.value: float(weights.ineffective),
    }
    return case(multipliers, value=said, else_=1.0)


def _weight(weights: Weights) -> ColumnElement[float]:
    by_kind = {kind: float(weight / weights.severity_divisor) for kind, weight in weights.types.items()}
    return case(by_kind, value=QualityEvent.kind, else_=0.0)
