"""Months that stand out, and what people make of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import select

from app.foundation import clock
from app.foundation.unit_of_work import unit_of_work
from app.quality_events.models import QualityEvent
from app.quality_events.rules import EventKind
from app.quality_events.rules.trend import month_before
from app.quality_events.service import EventOrder, correct_event, order_for, record_event
from app.quality_events.trend_alarms import scan_month
from app.trends.models import TrendAlert
from app.workflow.delivery import deliver_due
from tests.scenarios.dsl import Scenario

SUBJECTS = 5000


def near_misses(scenario: Scenario, occurred_at: datetime, count: int, **place: int) -> Scenario:
    """So many near misses of one day; without a place they are of the whole organisation."""
    with unit_of_work() as uow:
        for number in range(count):
            order = EventOrder(
                kind=EventKind.NEAR_MISS,
                subject_kind="near_miss",
                subject_id=SUBJECTS + occurred_at.month * 100 + occurred_at.day + number,
                severity=2,
                occurred_at=occurred_at,
                **place,
            )
            record_event(uow, order)
    return scenario


def alerted(scenario: Scenario, **place: int) -> TrendAlert:
    """The one alert about the month that is over."""
    (row,) = month_of_four(scenario, **place)
    return row


def month_of_four(scenario: Scenario, **place: int) -> Sequence[TrendAlert]:
    """One and then four in the month that is over: beyond the alert limit, within the action limit."""
    loud = month_before(clock.now().date())
    for month, count in ((month_before(loud), 1), (loud, 4)):
        near_misses(scenario, datetime(month.year, month.month, 20, tzinfo=UTC), count, **place)
    scan_month()
    deliver_due()
    return scenario.records(TrendAlert)


def found_to_be_of(scenario: Scenario, process_id: int) -> Scenario:
    """Every near miss turns out to be of a process that nobody had named."""
    with unit_of_work() as uow:
        near_miss = QualityEvent.kind == EventKind.NEAR_MISS.value
        for event in uow.session.scalars(select(QualityEvent).where(near_miss)).all():
            order = order_for(uow.session, event.subject_kind, event.subject_id, EventKind.NEAR_MISS)
            if order is not None:
                correct_event(uow, replace(order, process_id=process_id))
    return scenario


def of_one_series(row: TrendAlert) -> TrendAlert:
    """The alert as it is stored where it was asked about one series alone."""
    with unit_of_work() as uow:
        stored = uow.session.get_one(TrendAlert, row.id)
        first = stored.request["trends"][0]
        stored.observation = first["words"]
        facts = {key: value for key, value in stored.request.items() if key != "trends"}
        stored.request = {**facts, "description": first["words"]}
    return stored


def stood_out(row: TrendAlert) -> Sequence[str]:
    """The series that an alert asks about, the narrowest first."""
    return [str(one["series"]) for one in row.request["trends"]]


def explain(scenario: Scenario, verdict: str = "chance", who: str = "quality_coordinator") -> Scenario:
    """Somebody looked at the month."""
    why = {"trend_verdict": verdict, "explanation": "Four reports of one walk round the hall."}
    return scenario.as_(who).complete("explain_trend", why)
