"""How high events raised each risk since its assessment: a rise shows at once, a fall waits for a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.foundation.unit_of_work import UnitOfWork
from app.quality_events.models import ExposureRise
from app.quality_events.rules.exposure import Rise
from app.quality_events.standing import MANY, Standing


def held_at(
    session: Session, baselines: Collection[Standing], version: int, at: datetime
) -> Mapping[int, Rise]:
    """Return the highest by a moment, by risk; risks that nothing raised above their assessment are left out.

    Shape: `version` is that of the weights in force at the moment; one statement.
    """
    ids = {one.id for one in baselines}
    last = (
        select(func.max(ExposureRise.id))
        .where(ExposureRise.version == version, ExposureRise.risen_at <= at)
        .group_by(ExposureRise.baseline_id)
    )
    if len(ids) < MANY:
        last = last.where(ExposureRise.baseline_id.in_(ids))
    found = session.execute(
        select(
            ExposureRise.risk_id,
            ExposureRise.baseline_id,
            ExposureRise.likelihood,
            ExposureRise.severity,
            ExposureRise.risen_at,
            ExposureRise.event_id,
        ).where(ExposureRise.id.in_(last))
    )
    return {
        row.risk_id: Rise(row.likelihood, row.severity, row.risen_at, row.event_id)
        for row in found
        if row.baseline_id in ids
    }


def keep(uow: UnitOfWork, rises: Sequence[tuple[Standing, Rise]], version: int) -> None:
    """Keep that risks rose higher than ever since their assessments. Effects: one row each."""
    rows = [
        {
            "risk_id": standing.risk_id,
            "baseline_id": standing.id,
            "version": version,
            "event_id": rise.event_id,
            "risen_at": rise.risen_at,
            "likelihood": rise.likelihood,
            "severity": rise.severity,
        }
        for standing, rise in rises
    ]
    if rows:
        uow.session.execute(insert(ExposureRise), rows)
