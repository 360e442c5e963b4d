"""Keeps the running sums in step with the ledger, so that one more event costs the same among a million.

They hold nothing that the ledger does not say; `rebuild` makes them from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Row, Select, and_, bindparam, delete, false, func, insert, or_, select
from sqlalchemy.orm import Session

from app.foundation.unit_of_work import UnitOfWork
from app.foundation.upsert import insert_into
from app.quality_events import rows
from app.quality_events.models import (
    ExposurePeak,
    ExposureSum,
    QualityEvent,
    QualityEventRisk,
)
from app.quality_events.rules.exposure import Weights, day_of
from app.quality_events.rules.summing import (
    EVERYTHING,
    NOWHERE,
    Key,
    Place,
    Weighing,
    since_growth_day,
)
from app.quality_events.standing import MANY

BUILT = -1  # the row that says of which version of the settings the sums are


@dataclass(frozen=True, slots=True)
class Sums:
    """The running sums of some risks. Shape: growth by key; last moments by risk and severity."""

    growth: Mapping[Key, float]
    peaks: Mapping[int, Mapping[int, datetime]]


def add(uow: UnitOfWork, moved: Mapping[Key, float]) -> None:
    """Add to the sums, in one order for all writers."""
    if not moved:
        return
    statement = insert_into(uow.session, ExposureSum)
    statement = statement.on_conflict_do_update(
        index_elements=["risk_id", "site_id", "process_id"],
        set_={"growth": ExposureSum.growth + statement.excluded.growth},
    )
    uow.session.execute(statement, [_row(key, moved[key]) for key in sorted(moved)])


def raise_peaks(uow: UnitOfWork, event: Weighing) -> None:
    """Note that something of this severity happened to the risks it is linked to."""
    if not event.risk_ids:
        return
    statement = insert_into(uow.session, ExposurePeak)
    statement = statement.on_conflict_do_update(
        index_elements=["risk_id", "severity"],
        set_={"last_occurred_at": statement.excluded.last_occurred_at},
        where=ExposurePeak.last_occurred_at < statement.excluded.last_occurred_at,
    )
    values = {"severity": event.severity, "last_occurred_at": event.occurred_at}
    uow.session.execute(statement, [{"risk_id": one} | values for one in sorted(event.risk_ids)])


def read(uow: UnitOfWork, risk_ids: Collection[int], places: Iterable[Place], weights: Weights) -> Sums:
    """Return the sums of risks and places, built first where they are not of these weights."""
    growth = _growth(uow.session, risk_ids, places)
    if (BUILT, weights.version, 0) not in growth:
        rebuild(uow, weights)
        growth = _growth(uow.session, risk_ids, places)
    return Sums(growth, peaks_of(uow.session, risk_ids))


def peek(
    session: Session, risk_ids: Collection[int], places: Iterable[Place], weights: Weights
) -> Sums | None:
    """Return the sums of risks and places, None where they are not of these weights. Writes nothing."""
    growth = _growth(session, risk_ids, places)
    if (BUILT, weights.version, 0) not in growth:
        return None
    return Sums(growth, peaks_of(session, risk_ids))


def rebuild(uow: UnitOfWork, weights: Weights) -> None:
    """Make all sums anew from the ledger. Safe to call again."""
    session = uow.session
    session.execute(delete(ExposureSum))
    factor = since_growth_day(weights, day_of(uow.now))
    every_risk = range(MANY)  # so many that the statement names none
    found: dict[Key, float] = {(BUILT, weights.version, 0): 0.0}
    moments = rows.Moments(uow.now, uow.now - timedelta(days=weights.trend_days))
    for risk_id, site_id, process_id, amount, _before, _severity in session.execute(
        rows.explicit_sums(every_risk, weights, moments)
    ):
        found[risk_id, site_id or 0, process_id or 0] = amount / factor
    every_place = [NOWHERE] * MANY
    for site_id, process_id, amount, _earlier in session.execute(
        rows.place_sums(every_place, weights, moments)
    ):
        found[EVERYTHING, site_id or 0, process_id or 0] = amount / factor
    session.execute(insert(ExposureSum), [_row(key, amount) for key, amount in found.items()])
    rebuild_peaks(uow, weights, None)


def rebuild_peaks(uow: UnitOfWork, weights: Weights, risk_ids: Collection[int] | None) -> None:
    """Make the peaks of some risks anew from the ledger, of all without a list."""
    gone = delete(ExposurePeak)
    weighty = [kind for kind, weight in weights.types.items() if weight > 0]
    found = (
        select(
            QualityEventRisk.risk_id,
            QualityEvent.severity,
            func.max(QualityEvent.occurred_at).label("last_occurred_at"),
        )
        .join(QualityEvent, QualityEvent.id == QualityEventRisk.event_id)
        .where(rows.stands(uow.now), QualityEvent.kind.in_(weighty))
        .group_by(QualityEventRisk.risk_id, QualityEvent.severity)
    )
    if risk_ids is not None:
        gone = gone.where(ExposurePeak.risk_id.in_(risk_ids))
        found = found.where(QualityEventRisk.risk_id.in_(risk_ids))
    uow.session.execute(gone)
    columns = ["risk_id", "severity", "last_occurred_at"]
    uow.session.execute(insert(ExposurePeak).from_select(columns, found))


def _growth(session: Session, risk_ids: Collection[int], places: Iterable[Place]) -> dict[Key, float]:
    there = sorted(places)
    if len(there) + len(risk_ids) >= MANY:
        return _by_key(session.execute(_all_sums()))
    given: dict[str, object] = {"risk_ids": [BUILT, *risk_ids]}
    for number, (site_id, process_id) in enumerate(there):
        given |= {f"site_{number}": site_id, f"process_{number}": process_id}
    return _by_key(session.execute(_sums_of(len(there)), given))


def _by_key(found: Iterable[Row[int, int, int, float]]) -> dict[Key, float]:
    return {(risk_id, site_id, process_id): growth for risk_id, site_id, process_id, growth in found}


def peaks_of(session: Session, risk_ids: Collection[int]) -> Mapping[int, Mapping[int, datetime]]:
    """Return when something of each severity last happened that is linked to each risk."""
    found: dict[int, dict[int, datetime]] = defaultdict(dict)
    wanted = set(risk_ids)
    statement = _peaks() if len(wanted) < MANY else _all_peaks()
    given = {"risk_ids": list(wanted)} if len(wanted) < MANY else {}
    for risk_id, severity, last_occurred_at in session.execute(statement, given):
        if risk_id in wanted:
            found[risk_id][severity] = last_occurred_at
    return found


# Each event asks these, so they are put together once: that takes longer than to ask.
@cache
def _sums_of(places: int) -> Select[int, int, int, float]:
    column = ExposureSum.__table__.c
    there = [
        and_(
            column.site_id == bindparam(f"site_{number}"),
            column.process_id == bindparam(f"process_{number}"),
        )
        for number in range(places)
    ]
    return select(column.risk_id, column.site_id, column.process_id, column.growth).where(
        or_(
            column.risk_id.in_(bindparam("risk_ids", expanding=True)),
            and_(column.risk_id == EVERYTHING, or_(false(), *there)),
        )
    )


@cache
def _all_sums() -> Select[int, int, int, float]:
    column = ExposureSum.__table__.c
    return select(column.risk_id, column.site_id, column.process_id, column.growth)


@cache
def _all_peaks() -> Select[int, int, datetime]:
    column = ExposurePeak.__table__.c
    return select(column.risk_id, column.severity, column.last_occurred_at)


@cache
def _peaks() -> Select[int, int, datetime]:
    named = ExposurePeak.__table__.c.risk_id.in_(bindparam("risk_ids", expanding=True))
    return _all_peaks().where(named)


def _row(key: Key, amount: float) -> dict[str, float]:
    return dict(zip(("risk_id", "site_id", "process_id", "growth"), (*key, amount), strict=True))
