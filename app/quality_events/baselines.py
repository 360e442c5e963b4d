"""Baselines of risks: what people assessed them as, appended at each assessment."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.unit_of_work import UnitOfWork
from app.quality_events import rises
from app.quality_events.models import RiskBaseline
from app.records.models import Record


def append_baseline(
    uow: UnitOfWork, risk_id: int, *, likelihood: int, severity: int, source: tuple[str, int]
) -> None:
    """Keep what people assessed a risk as, and where the risk was then. Units: 1 to 5, 5 is worst.

    Shape: `source` is kind and id of the record in which it was assessed.
    Effects: one row; the assessments before it stay. What the events indicate counts from here anew.
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
    uow.session.flush()  # the events are reckoned against it
    rises.begin(uow, [risk_id])


def baselines_of(session: Session, risk_id: int) -> Sequence[RiskBaseline]:
    """Return all assessments of a risk, the newest first."""
    return session.scalars(
        select(RiskBaseline)
        .where(RiskBaseline.risk_id == risk_id)
        .order_by(RiskBaseline.assessed_at.desc(), RiskBaseline.id.desc())
    ).all()
