"""Baselines of risks: the assessments that exposure is reckoned from."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.unit_of_work import UnitOfWork
from app.quality_events.models import RiskBaseline


def append_baseline(
    uow: UnitOfWork, risk_id: int, *, likelihood: int, severity: int, source: tuple[str, int]
) -> None:
    """Keep what people assessed a risk as. Units: 1 to 5, 5 is worst.

    Shape: `source` is kind and id of the record in which it was assessed.
    Effects: one row; the assessments before it stay.
    """
    uow.session.add(
        RiskBaseline(
            risk_id=risk_id,
            likelihood=likelihood,
            severity=severity,
            assessed_at=uow.now,
            assessed_by_id=uow.actor_id,
            source_kind=source[0],
            source_id=source[1],
        )
    )


def baselines_of(session: Session, risk_id: int) -> Sequence[RiskBaseline]:
    """Return all assessments of a risk, the newest first."""
    return session.scalars(
        select(RiskBaseline)
        .where(RiskBaseline.risk_id == risk_id)
        .order_by(RiskBaseline.assessed_at.desc(), RiskBaseline.id.desc())
    ).all()
