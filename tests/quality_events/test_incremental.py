from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.foundation.clock import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.quality_events import rises, sums
from app.quality_events.exposure import explain, indicated, reckoned
from app.quality_events.models import ExposureRise
from app.quality_events.present import indicated_now
from app.quality_events.rules import EventKind
from app.quality_events.rules.exposure import Indicated, day_of, is_recent, pressure_of
from app.quality_events.rules.summing import Place, pressure_in, since_growth_day
from app.quality_events.scores import shown_at
from app.quality_events.service import EventOrder, record_event, restate_event
from app.quality_events.settings import to_values, weights_at
from app.quality_events.standing import place_of, standing_baselines
from app.quality_events.weight_changes import decide
from tests.conftest import TUESDAY
from tests.quality_events.ledgers import a_place, an_order, assess

NUMBERS = count(1)
HAPPENINGS = [kind for kind in EventKind if not kind.value.startswith("capa")]
VERDICTS = [EventKind.CAPA_EFFECTIVE, EventKind.CAPA_INEFFECTIVE]
CHANGES = (
    {"type.major_finding": "6", "place": "1"},
    {"half_life_days": "90", "divisor": "2", "most_steps": "4"},
    {"effective": "0", "ineffective": "2", "severity_window_days": "30"},
)
ITS_OWN_TIME = [TUESDAY]  # examples share a database, and its time goes forwards only


@dataclass(frozen=True)
class Deed:
    """One thing done to the ledger, some days after the last."""

    what: str
    days: int
    kind: EventKind
    verdict: EventKind
    severity: int
    age_days: int
    is_here: bool
    is_linked: bool
    is_history: bool
    target: int


WHAT = ["event", "event", "event", "late event", "correction", "link", "verdict", "assessment", "weights"]
DEEDS = st.lists(
    st.builds(
        Deed,
        what=st.sampled_from(WHAT),
        days=st.integers(0, 60),
        kind=st.sampled_from(HAPPENINGS),
        verdict=st.sampled_from(VERDICTS),
        severity=st.integers(1, 5),
        age_days=st.integers(0, 30),
        is_here=st.booleans(),
        is_linked=st.booleans(),
        is_history=st.booleans(),
        target=st.integers(0, 9),
    ),
    min_size=1,
    max_size=12,
)


class Ledger:
    """A random ledger about one risk at one of two places; no example meets the rows of another.

    Shape: `shown` is what was shown after each deed; `highest` the highest that the whole ledger came to
    since the risk was assessed or other weights came into force.
    """

    def __init__(self) -> None:
        clock.freeze(ITS_OWN_TIME[0])
        self.risk_id = next(NUMBERS)
        self.places = [a_place(), a_place()]
        self.events: list[tuple[int, EventOrder]] = []
        self.shown: dict[datetime, Indicated] = {}
        self.highest = 0
        with unit_of_work() as uow:
            assess(uow, self.risk_id, 2, 3, self.places[0])

    def do(self, deed: Deed) -> None:
        clock.advance(timedelta(days=deed.days, seconds=1))
        ITS_OWN_TIME[0] = clock.now()
        what = deed.what if self.events or deed.what in {"assessment", "weights"} else "event"
        with unit_of_work() as uow:
            if what == "assessment":
                assess(uow, self.risk_id, deed.severity, 3, self.places[deed.is_here])
            elif what == "weights":
                values = to_values(weights_at(uow.session, uow.now))
                decide(uow, values | CHANGES[deed.target % 3] | {"gap": str(next(NUMBERS))}, "Why not.")
            elif what == "verdict":
                about = self.events[deed.target % len(self.events)][0]
                record_event(uow, an_order(next(NUMBERS), kind=deed.verdict, closes=(about,)))
            elif what in {"correction", "link"}:
                at = deed.target % len(self.events)
                former = self.events[at][1]
                order = self._again(former, deed)
                self.events[at] = (restate_event(uow, former.kind, order), order)
            else:
                order = self._order(deed)
                self.events.append((record_event(uow, order), order))
        begins_anew = what in {"assessment", "weights"}
        self._look(begins_anew=begins_anew)

    def _look(self, *, begins_anew: bool) -> None:
        now = full_recompute(self.risk_id)
        self.highest = now.score if begins_anew else max(self.highest, now.score)
        shown = indicated(db.session(), [self.risk_id], at=clock.now())[self.risk_id]
        self.shown[clock.now()] = shown
        quick = indicated_now(db.session(), [self.risk_id], at=clock.now())[self.risk_id]
        assert quick == shown

    def _again(self, former: EventOrder, deed: Deed) -> EventOrder:
        if deed.what == "link":
            return replace(former, risk_ids=(self.risk_id,) if not former.risk_ids else ())
        return replace(self._order(deed), subject_id=former.subject_id)

    def _order(self, deed: Deed) -> EventOrder:
        age = deed.age_days * (30 if deed.what == "late event" else 1)
        return an_order(
            next(NUMBERS),
            kind=deed.kind,
            severity=deed.severity,
            occurred_at=clock.now() - timedelta(days=age),
            risk_ids=(self.risk_id,) if deed.is_linked else (),
            is_history=deed.is_history,
            **(self.places[0] if deed.is_here else {}),
        )


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(DEEDS)
@pytest.mark.usefixtures("app")
def test_running_sums_full_recompute_and_the_sum_of_the_explained_agree(deeds: list[Deed]) -> None:
    ledger = Ledger()
    for deed in deeds:
        ledger.do(deed)

    assert_all_agree(ledger)


@pytest.mark.postgres
def test_they_agree_on_postgresql_too(pg_app: Flask) -> None:
    assert pg_app.testing
    ledger = Ledger()
    plain = Deed("event", 20, EventKind.INCIDENT, VERDICTS[0], 4, 10, True, True, False, 0)
    for number, what in enumerate(dict.fromkeys(WHAT)):
        ledger.do(replace(plain, what=what, target=number, is_linked=number % 2 == 0))
        ledger.do(replace(plain, verdict=VERDICTS[number % 2], what="verdict"))

    assert_all_agree(ledger)


def assert_all_agree(ledger: Ledger) -> None:
    """Sums, full recompute and explanation say the same, for this moment and for every one before."""
    full = full_recompute(ledger.risk_id)
    shown = indicated(db.session(), [ledger.risk_id], at=clock.now())[ledger.risk_id]

    assert from_sums(ledger.risk_id) == (full.pressure, full.severity)
    assert (shown.reckoned_score, shown.score) == (full.score, max(full.score, ledger.highest))
    why = explain(db.session(), ledger.risk_id, at=clock.now())
    events = [part.event for part in why.contributions]
    assert abs(pressure_of(events, why.weights, day_of(clock.now())) - full.pressure) <= Decimal("2e-6")
    past = {at: indicated(db.session(), [ledger.risk_id], at=at)[ledger.risk_id] for at in ledger.shown}
    assert past == ledger.shown
    moments = [min(at + timedelta(days=days), clock.now()) for at in past for days in (0, 40)]
    assert [shown_at(db.session(), [ledger.risk_id], at=at)[ledger.risk_id].indicated for at in moments] == [
        indicated(db.session(), [ledger.risk_id], at=at)[ledger.risk_id].score for at in moments
    ]
    before = rises_of(ledger.risk_id)
    with unit_of_work() as uow:
        rises.rebuild(uow, [ledger.risk_id])
    assert rises_of(ledger.risk_id) == before


def full_recompute(risk_id: int) -> Indicated:
    """What the whole ledger says at this moment, whatever was kept on the way."""
    session, now = db.session(), clock.now()
    baselines = standing_baselines(session, [risk_id], now)
    return reckoned(session, baselines, weights_at(session, now), at=now)[risk_id]


def rises_of(risk_id: int) -> Sequence[tuple[datetime, int, int]]:
    """When the risk rose higher than ever since its assessment, by the weights in force, and where to."""
    db.session.rollback()
    session, now = db.session(), clock.now()
    baseline = standing_baselines(session, [risk_id], now)[risk_id]
    statement = select(ExposureRise).where(
        ExposureRise.baseline_id == baseline.id, ExposureRise.version == weights_at(session, now).version
    )
    rows = session.scalars(statement.order_by(ExposureRise.id))
    return [(row.risen_at, row.likelihood, row.severity) for row in rows]


def from_sums(risk_id: int) -> tuple[object, int]:
    """Pressure and severity of a risk as the running sums know them."""
    with unit_of_work() as uow:
        weights = weights_at(uow.session, uow.now)
        baseline = standing_baselines(uow.session, [risk_id], uow.now)[risk_id]
        place = place_of(baseline)
        known = sums.read(uow, [risk_id], [place] if place else [], weights)
        factor = since_growth_day(weights, day_of(uow.now))
        amounts: dict[int, dict[Place, float]] = defaultdict(dict)
        for (holder, site_id, process_id), growth in known.growth.items():
            amounts[holder][site_id, process_id] = growth * factor
        recent = (
            one for one, last in known.peaks.get(risk_id, {}).items() if is_recent(last, uow.now, weights)
        )
        severity = max(recent, default=0)
        return pressure_in(amounts, risk_id, place, weights), max(severity, baseline.severity)
