"""Ledgers made for tests: a place, baselines, and orders on top of each other."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import insert

from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.quality_events import rises
from app.quality_events.models import RiskBaseline
from app.quality_events.rules import EventKind
from app.quality_events.service import EventOrder
from tests.conftest import TUESDAY
from tests.factories.organisation import a_process, a_site


def an_order(subject_id: int = 1, **changes: object) -> EventOrder:
    """A moderate nonconformity of the fixed Tuesday that names no place."""
    return replace(
        EventOrder(
            kind=EventKind.NONCONFORMITY,
            subject_kind="nonconformity",
            subject_id=subject_id,
            severity=3,
            occurred_at=TUESDAY,
        ),
        **changes,
    )


def a_place() -> dict[str, int]:
    """A site and a process as an order names them."""
    with unit_of_work() as uow:
        return {"site_id": a_site(uow), "process_id": a_process(uow)}


def assess(
    uow: UnitOfWork, risk_id: int, likelihood: int, severity: int, place: dict[str, int] | None = None
) -> None:
    """An assessment of a risk that needs no record; `append_baseline` would look for its place there."""
    uow.session.execute(
        insert(RiskBaseline),
        [
            {
                "risk_id": risk_id,
                "likelihood": likelihood,
                "severity": severity,
                "assessed_at": uow.now,
                "source_kind": "risk",
                "source_id": risk_id,
                **(place or {}),
            }
        ],
    )
    rises.begin(uow, [risk_id])
