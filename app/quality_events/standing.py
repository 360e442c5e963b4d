"""The assessment of each risk that stands at a moment: what exposure is reckoned from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Row, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from app.quality_events.models import RiskBaseline

MANY = 300  # from here on a statement names no ids but reads them all


Standing = Row[int, int, int, int, int | None, int | None]
"""Risk id, id, likelihood, severity, site id and process id of the assessment that stands."""


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


def _in_force(at: datetime) -> Select[int, int, int, int, int | None, int | None]:
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
        RiskBaseline.id,
        RiskBaseline.likelihood,
        RiskBaseline.severity,
        RiskBaseline.site_id,
        RiskBaseline.process_id,
    ).where(RiskBaseline.assessed_at <= at, ~is_superseded)
