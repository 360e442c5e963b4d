from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.foundation.unit_of_work import unit_of_work
from app.quality_events.baselines import append_baseline
from app.quality_events.rules.kinds import EventKind
from app.quality_events.service import EventOrder, record_event
from app.risks.models import Risk
from app.risks.rules import band_of
from app.risks.service import RISK_PORTS
from tests.factories.organisation import a_process, a_site

MakeRisk = Callable[..., int]
Supplied = Callable[..., int]


@pytest.fixture
def places(app: Flask) -> dict[str, int]:
    assert app.testing
    with unit_of_work() as uow:
        return {"GDA": a_site(uow, "GDA"), "LEE": a_site(uow, "LEE"), "LAP": a_process(uow, "LAP")}


@pytest.fixture
def make_risk(places: dict[str, int]) -> MakeRisk:
    """Make an assessed risk: `make_risk("2-4", site="GDA", category="people")`; empty for not assessed."""

    def make(residual: str, *, site: str = "GDA", **facts: Any) -> int:
        given = {"title": "Seals leak", "site_id": places[site], "process_id": places["LAP"], **facts}
        with unit_of_work() as uow:
            risk_id = RISK_PORTS.open_record(uow, given)
            if residual:
                likelihood, severity = int(residual[0]), int(residual[2])
                risk = uow.session.get_one(Risk, risk_id)
                risk.residual = {"likelihood": likelihood, "severity": severity}
                risk.score = likelihood * severity
                risk.band = band_of(risk.score).value
                append_baseline(
                    uow, risk_id, likelihood=likelihood, severity=severity, source=("risk", risk_id)
                )
            return risk_id

    return make


@pytest.fixture
def strike(places: dict[str, int]) -> Callable[[int], int]:
    """Let something grave happen to a risk."""

    def happen(risk_id: int) -> int:
        with unit_of_work() as uow:
            order = EventOrder(
                kind=EventKind.INCIDENT,
                subject_kind="risk",
                subject_id=risk_id,
                severity=4,
                occurred_at=uow.now,
                site_id=places["GDA"],
                risk_ids=(risk_id,),
            )
            return record_event(uow, order)

    return happen


@pytest.fixture
def supplied(app: Flask) -> Supplied:
    """Let a supplier's delivery touch risks, too little to raise them: `supplied(301, risk, another)`."""
    assert app.testing

    def happen(supplier_id: int, *risk_ids: int) -> int:
        with unit_of_work() as uow:
            order = EventOrder(
                kind=EventKind.NEAR_MISS,
                subject_kind="delivery",
                subject_id=supplier_id,
                severity=1,
                occurred_at=uow.now,
                supplier_id=supplier_id,
                risk_ids=risk_ids,
            )
            return record_event(uow, order)

    return happen
