"""The assessment of each risk that stands at a moment: what exposure is reckoned from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Row, Select, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session

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
    given: dict[str, object] = {"at": at}
    statement = _in_force()
    if len(risk_ids) < MANY:
        statement = _of_risks()
        given["risk_ids"] = list(risk_ids)
    wanted = set(risk_ids)
    return {row.risk_id: row for row in session.execute(statement, given) if row.risk_id in wanted}


def touched_baselines(
    session: Session, risk_ids: Collection[int], places: Collection[tuple[int, int]], at: datetime
) -> Sequence[Standing]:
    """Return the assessments in force of these risks and of all that stand at these sites and processes."""
    given: dict[str, object] = {"at": at, "risk_ids": list(risk_ids)}
    for number, (site_id, process_id) in enumerate(places):
        given |= {f"site_{number}": site_id, f"process_{number}": process_id}
    return session.execute(_touched(len(places)), given).all()


# Each event asks these, so they are put together once: that takes longer than to ask.
@cache
def _in_force() -> Select[int, int, int, int, int | None, int | None]:
    baseline = RiskBaseline.__table__.c
    later = RiskBaseline.__table__.alias("later").c
    at = bindparam("at", type_=baseline.assessed_at.type)
    is_superseded = exists().where(
        later.risk_id == baseline.risk_id,
        later.assessed_at <= at,
        or_(
            later.assessed_at > baseline.assessed_at,
            and_(later.assessed_at == baseline.assessed_at, later.id > baseline.id),
        ),
    )
    return select(
        baseline.risk_id,
        baseline.id,
        baseline.likelihood,
        baseline.severity,
        baseline.site_id,
        baseline.process_id,
    ).where(baseline.assessed_at <= at, ~is_superseded)


@cache
def _of_risks() -> Select[int, int, int, int, int | None, int | None]:
    return _in_force().where(RiskBaseline.__table__.c.risk_id.in_(bindparam("risk_ids", expanding=True)))


@cache
def _touched(places: int) -> Select[int, int, int, int, int | None, int | None]:
    baseline = RiskBaseline.__table__.c
    there = [
        and_(
            baseline.site_id == bindparam(f"site_{number}"),
            baseline.process_id == bindparam(f"process_{number}"),
        )
        for number in range(places)
    ]
    risks = baseline.risk_id.in_(bindparam("risk_ids", expanding=True))
    return _in_force().where(or_(risks, *there))
