"""Baselines of risks: the assessments that exposure is reckoned from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Row, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from app.foundation.unit_of_work import UnitOfWork
from app.quality_events.models import RiskBaseline
from app.records.models import Record

MANY = 300  # from here on a statement names no ids but reads them all


def append_baseline(
    uow: UnitOfWork, risk_id: int, *, likelihood: int, severity: int, source: tuple[str, int]
) -> None:
    """Keep what people assessed a risk as, and where the risk was then. Units: 1 to 5, 5 is worst.

    Shape: `source` is kind and id of the record in which it was assessed.
    Effects: one row; the assessments before it stay.
    """
    place = uow.session.execute(
        select(Record.site_id, Record.process_id).where(Record.id == risk_id)
    ).one_or_none()
    uow.session.add(
        RiskBaseline(
            risk_id=risk_id,
            likelihood=likelihood,
            severity=severity,
            assessed_at=uow.now,
            assessed_by_id=uow.actor_id,
            source_kind=source[0],
            source_id=source[1],
            site_id=place.site_id if place else None,
            process_id=place.process_id if place else None,
        )
    )


def baselines_of(session: Session, risk_id: int) -> Sequence[RiskBaseline]:
    """Return all assessments of a risk, the newest first."""
    return session.scalars(
        select(RiskBaseline)
        .where(RiskBaseline.risk_id == risk_id)
        .order_by(RiskBaseline.assessed_at.desc(), RiskBaseline.id.desc())
    ).all()


Standing = Row[int, int, int, int | None, int | None]
"""Risk id, likelihood, severity, site id, process id of the assessment that stands."""


def place_of(baseline: Standing) -> tuple[int, int] | None:
    """Return site and process of an assessed risk, None unless both are known."""
    if baseline.site_id is None or baseline.process_id is None:
        return None
    return baseline.site_id, baseline.process_id


def standing_baselines(session: Session, risk_ids: Collection[int], at: datetime) -> dict[int, Standing]:
    """Return the assessment in force at a moment by risk; risks that were not assessed then are left out."""
    statement = _in_force(at)
    if len(risk_ids) < MANY:
        statement = statement.where(RiskBaseline.risk_id.in_(risk_ids))
    wanted = set(risk_ids)
    return {row.risk_id: row for row in session.execute(statement) if row.risk_id in wanted}


def touched_baselines(
    session: Session, risk_ids: Collection[int], places: Collection[tuple[int, int]], at: datetime
) -> Sequence[Standing]:
    """Return the assessments in force of these risks and of all that stand at these sites and processes."""
    there = [
        and_(RiskBaseline.site_id == site_id, RiskBaseline.process_id == process_id)
        for site_id, process_id in places
    ]
    return session.execute(_in_force(at).where(or_(RiskBaseline.risk_id.in_(risk_ids), *there))).all()


def _in_force(at: datetime) -> Select[int, int, int, int | None, int | None]:
    later = aliased(RiskBaseline)
    is_superseded = exists().where(
        later.risk_id == RiskBaseline.risk_id,
        later.assessed_at <= at,
        or_(
            later.assessed_at > RiskBaseline.assessed_at,
            and_(later.assessed_at == RiskBaseline.assessed_at, later.id > RiskBaseline.id),
        ),
    )
    return select(
        RiskBaseline.risk_id,
        RiskBaseline.likelihood,
        RiskBaseline.severity,
        RiskBaseline.site_id,
        RiskBaseline.process_id,
    ).where(RiskBaseline.assessed_at <= at, ~is_superseded)
