from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.quality_events.exposure import NotAssessed, explain, indicated
from app.quality_events.rules import EventKind
from app.quality_events.rules.bands import Band
from app.quality_events.rules.exposure import Indicated
from app.quality_events.service import EventOrder, correct_event, record_event
from app.quality_events.writing import take_back_history
from app.workflow.models import Message
from tests.conftest import TUESDAY
from tests.quality_events.ledgers import a_place, an_order, assess

RISK = 7
DAY = timedelta(days=1)


def write(*orders: EventOrder) -> int:
    with unit_of_work() as uow:
        return [record_event(uow, order) for order in orders][-1]


def now(at: object = TUESDAY) -> Indicated:
    return indicated(db.session(), [RISK], at=at)[RISK]


def sent(name: str) -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.name == name).order_by(Message.id)))


@pytest.fixture(autouse=True)
def place(app: Flask) -> dict[str, int]:  # noqa: ARG001 - the database is there first
    """A risk of 2 by 3 at a place."""
    there = a_place()
    with unit_of_work() as uow:
        assess(uow, RISK, 2, 3, there)
    return there


def test_a_major_finding_raises_the_likelihood_by_a_step_at_once() -> None:
    write(an_order(kind=EventKind.MAJOR_FINDING, risk_ids=(RISK,)))

    one = now()
    assert (one.pressure, one.likelihood, one.severity, one.score) == (Decimal(3), 3, 3, 9)
    assert (one.assessed_score, one.band, one.trend, one.priority) == (6, Band.MEDIUM, 1, Decimal("11.25"))


def test_the_gravest_linked_event_of_a_year_raises_the_severity() -> None:
    write(an_order(kind=EventKind.NEAR_MISS, severity=5, risk_ids=(RISK,)))

    assert (now().severity, now().likelihood) == (5, 2)
    assert now(TUESDAY + 366 * DAY).reckoned_score == 2 * 3


def test_what_happens_near_by_weighs_half_and_raises_no_severity(place: dict[str, int]) -> None:
    write(an_order(kind=EventKind.INCIDENT, severity=3, **place), an_order(2, **place, risk_ids=(RISK,)))

    assert now().pressure == Decimal(4) * Decimal("0.5") + 1
    assert now().severity == 3


def test_after_half_a_year_half_of_it_is_left() -> None:
    write(an_order(kind=EventKind.MAJOR_FINDING, risk_ids=(RISK,)))

    assert now(TUESDAY + 180 * DAY).pressure == Decimal("1.5")


def test_an_effective_capa_leaves_a_quarter_and_an_ineffective_one_adds_half() -> None:
    event = write(an_order(kind=EventKind.MAJOR_FINDING, risk_ids=(RISK,)))
    verdict = an_order(9, subject_kind="capa", closes=(event,), kind=EventKind.CAPA_EFFECTIVE)
    write(verdict)
    assert now().pressure == Decimal("0.75")

    write(an_order(9, subject_kind="capa", closes=(event,), kind=EventKind.CAPA_INEFFECTIVE))
    assert now().pressure == Decimal("4.5")


def test_a_score_of_a_past_date_is_what_was_known_on_it(clock: Clock) -> None:
    write(an_order(kind=EventKind.MINOR_FINDING, risk_ids=(RISK,)))
    before = now()
    clock.freeze(TUESDAY + 10 * DAY)

    write(an_order(2, kind=EventKind.INCIDENT, occurred_at=TUESDAY - DAY, risk_ids=(RISK,)))
    with unit_of_work() as uow:
        correct_event(uow, an_order(kind=EventKind.MINOR_FINDING, severity=5, risk_ids=(RISK,)))
        assess(uow, RISK, 5, 5)

    assert now() == before
    assert now(TUESDAY + 10 * DAY).assessed_score == 25


def test_an_explanation_lists_the_factors_that_add_up(place: dict[str, int]) -> None:
    write(
        an_order(1, kind=EventKind.MAJOR_FINDING, severity=4, risk_ids=(RISK,)),
        an_order(2, occurred_at=TUESDAY - 180 * DAY, **place),
    )

    why = explain(db.session(), RISK, at=TUESDAY)

    first, second = why.contributions
    assert (first.type_weight, first.link_weight, first.multiplier, first.age_days) == (3, 1, 1, 0)
    assert (second.link_weight, second.age_days, second.amount) == (Decimal("0.5"), 180, Decimal("0.25"))
    assert (why.linked_pressure, why.nearby_pressure, why.raised_by) == (4, Decimal("0.25"), 1)
    assert why.sentence == "2 events indicate 12 where people assessed 6."


def test_a_risk_that_nobody_assessed_has_nothing_to_raise() -> None:
    write(an_order(risk_ids=(99,)))

    assert indicated(db.session(), [99], at=TUESDAY) == {}
    with pytest.raises(NotAssessed):
        explain(db.session(), 99, at=TUESDAY)


def test_a_rise_into_another_band_asks_for_one_reassessment_and_tells_the_band() -> None:
    write(an_order(1, kind=EventKind.INCIDENT, severity=4, risk_ids=(RISK,)))

    (asked,) = sent("risk.reassessment_requested")
    (told,) = sent("risk.band_changed")
    assert (asked.correlation_key, asked.payload["risk_id"], asked.payload["severity"]) == ("risk:7", RISK, 4)
    assert asked.payload["raise_likelihood"] == 1
    assert told.payload == {
        "risk_id": RISK,
        "before": "medium",
        "after": "high",
        "occasion": "quality_event:1",
    }


def test_a_small_rise_within_the_band_asks_nobody() -> None:
    write(an_order(kind=EventKind.MAJOR_FINDING, risk_ids=(RISK,)))

    assert sent("risk.reassessment_requested") == []


def test_imported_history_weighs_and_wakes_nobody() -> None:
    write(an_order(kind=EventKind.INCIDENT, severity=5, risk_ids=(RISK,), is_history=True))

    assert now().score > now().assessed_score
    assert sent("risk.reassessment_requested") == sent("risk.band_changed") == []


def test_a_fall_waits_for_a_person_and_asks_nobody(clock: Clock) -> None:
    event = write(an_order(kind=EventKind.INCIDENT, severity=4, risk_ids=(RISK,)))
    clock.freeze(TUESDAY + DAY)

    write(an_order(9, subject_kind="capa", closes=(event,), kind=EventKind.CAPA_EFFECTIVE))

    one = now(TUESDAY + DAY)
    assert (one.score, one.reckoned_score, one.is_held) == (12, 8, True)
    assert len(sent("risk.reassessment_requested")) == len(sent("risk.band_changed")) == 1


def test_what_faded_falls_with_the_next_assessment(clock: Clock) -> None:
    write(an_order(kind=EventKind.INCIDENT, severity=3, risk_ids=(RISK,)))
    clock.freeze(TUESDAY + 500 * DAY)
    before = now(clock.now())

    with unit_of_work() as uow:
        assess(uow, RISK, 2, 3)

    after = now(clock.now())
    assert (before.score, before.is_held, after.score, after.is_held) == (9, True, 6, False)


def test_the_explanation_of_a_held_score_says_since_when_and_what_it_would_be(clock: Clock) -> None:
    event = write(an_order(kind=EventKind.INCIDENT, severity=3, risk_ids=(RISK,)))
    clock.freeze(TUESDAY + 500 * DAY)

    why = explain(db.session(), RISK, at=clock.now())

    assert "indicated 9 on 17 Mar 2026 and would indicate 6 now" in why.sentence
    assert why.held is not None
    assert (why.held.event_id, why.held.risen_at) == (event, TUESDAY)


def test_small_events_below_what_was_reached_ask_nobody_again(clock: Clock) -> None:
    write(an_order(1, kind=EventKind.INCIDENT, severity=4, risk_ids=(RISK,)))
    clock.freeze(TUESDAY + 300 * DAY)

    write(an_order(2, kind=EventKind.NONCONFORMITY, severity=3, risk_ids=(RISK,)))

    assert len(sent("risk.reassessment_requested")) == 1


def test_an_import_that_is_taken_back_leaves_nothing_held() -> None:
    write(an_order(kind=EventKind.INCIDENT, severity=5, risk_ids=(RISK,), is_history=True))
    before = now()

    with unit_of_work() as uow:
        take_back_history(uow, "nonconformity", [1])

    assert (before.score, now().score, now().is_held) == (20, 6, False)
