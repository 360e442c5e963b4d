from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.capa.models import Nonconformity
from app.capa.registers import NONCONFORMITIES
from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.quality_events.models import QualityEvent
from app.quality_events.rules import EventKind
from app.quality_events.service import EventOrder, record_event
from app.quality_events.trend_alarms import scan_month
from app.workflow.delivery import deliver_due
from app.workflow.models import Message
from tests.scenarios.dsl import Scenario

LAST, THIS = datetime(2026, 1, 20, tzinfo=UTC), datetime(2026, 2, 20, tzinfo=UTC)


def complaint(number: int, occurred_at: datetime) -> EventOrder:
    return EventOrder(
        kind=EventKind.COMPLAINT,
        subject_kind="complaint",
        subject_id=number,
        severity=3,
        occurred_at=occurred_at,
    )


@pytest.fixture
def flood(scenario: Scenario) -> Scenario:
    """One complaint in January, eight in February; it is March."""
    with unit_of_work() as uow:
        record_event(uow, complaint(1000, LAST))
        for number in range(8):
            record_event(uow, complaint(1001 + number, THIS))
    return scenario


def test_a_passed_action_limit_opens_one_nonconformity_for_each_series_with_its_event(
    flood: Scenario,
) -> None:
    scan_month()
    scan_month()
    deliver_due()

    rows = flood.records(Nonconformity)
    assert sorted(row.title for row in rows) == ["Trend: all quality events", "Trend: complaints"]
    assert {row.source for row in rows} == {"kpi"}
    assert rows[0].description == ("8 in Feb 2026 against 1.00 expected; by chance with probability 0.0000.")
    kinds = select(QualityEvent.kind).where(QualityEvent.subject_id.in_([row.id for row in rows]))
    assert db.session.scalars(kinds).all() == ["indicator_breach", "indicator_breach"]


def test_a_trend_opens_exactly_what_it_counted(flood: Scenario, app: Flask) -> None:
    scan_month()
    deliver_due()

    with app.test_request_context():
        facts = NONCONFORMITIES.facts(db.session(), flood.records(Nonconformity)[0])

    assert [(one.value, one.url) for one in facts if one.url] == [
        ("Feb 2026", "/trends/counted?series=group:complaints&month=2026-02")
    ]


def test_another_month_joins_the_open_one(flood: Scenario, clock: Clock) -> None:
    scan_month()
    deliver_due()
    with unit_of_work() as uow:
        for number in range(30):
            record_event(uow, complaint(2000 + number, uow.now))
    clock.freeze(datetime(2026, 4, 2, tzinfo=UTC))

    scan_month()
    deliver_due()

    rows = flood.records(Nonconformity)
    assert len(rows) == 2
    assert "30 in Mar 2026 against 4.50 expected" in rows[0].description


def test_a_quiet_month_asks_for_nothing(scenario: Scenario) -> None:
    with unit_of_work() as uow:
        record_event(uow, complaint(1, LAST))
        record_event(uow, complaint(2, THIS))

    assert scan_month() == 0
    assert db.session.scalars(select(Message)).all() == []
    assert scenario.records(Nonconformity) == []
