from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.foundation.clock import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.quality_events import sums
from app.quality_events.baselines import place_of, standing_baselines
from app.quality_events.exposure import explain, indicated
from app.quality_events.rules import EventKind
from app.quality_events.rules.exposure import Indicated, day_of, is_recent, pressure_of
from app.quality_events.rules.summing import Place, pressure_in, since_growth_day
from app.quality_events.service import EventOrder, record_event, restate_event
from app.quality_events.settings import weights_at
from tests.conftest import TUESDAY
from tests.quality_events.ledgers import a_place, an_order, assess

pytestmark = pytest.mark.usefixtures("app")
NUMBERS = count(1)
HAPPENINGS = [kind for kind in EventKind if not kind.value.startswith("capa")]
VERDICTS = [EventKind.CAPA_EFFECTIVE, EventKind.CAPA_INEFFECTIVE]


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
    target: int


DEEDS = st.lists(
    st.builds(
        Deed,
        what=st.sampled_from(["event", "event", "event", "correction", "verdict", "assessment"]),
        days=st.integers(0, 200),
        kind=st.sampled_from(HAPPENINGS),
        verdict=st.sampled_from(VERDICTS),
        severity=st.integers(1, 5),
        age_days=st.integers(0, 900),
        is_here=st.booleans(),
        is_linked=st.booleans(),
        target=st.integers(0, 9),
    ),
    min_size=1,
    max_size=12,
)


class Ledger:
    """A random ledger about one risk at one of two places; no example meets the rows of another."""

    def __init__(self) -> None:
        clock.freeze(TUESDAY)
        self.risk_id = next(NUMBERS)
        self.places = [a_place(), a_place()]
        self.events: list[tuple[int, EventOrder]] = []
        self.shown: dict[datetime, Indicated] = {}
        with unit_of_work() as uow:
            assess(uow, self.risk_id, 2, 3, self.places[0])

    def do(self, deed: Deed) -> None:
        clock.advance(timedelta(days=deed.days, seconds=1))
        with unit_of_work() as uow:
            if deed.what == "assessment":
                assess(uow, self.risk_id, deed.severity, 3, self.places[deed.is_here])
            elif deed.what == "event" or not self.events:
                order = self._order(deed)
                self.events.append((record_event(uow, order), order))
            elif deed.what == "correction":
                at = deed.target % len(self.events)
                former = self.events[at][1]
                order = replace(self._order(deed), subject_id=former.subject_id)
                self.events[at] = (restate_event(uow, former.kind, order), order)
            else:
                about = self.events[deed.target % len(self.events)][0]
                record_event(uow, an_order(next(NUMBERS), kind=deed.verdict, closes=(about,)))
        self.shown[clock.now()] = indicated(db.session(), [self.risk_id], at=clock.now())[self.risk_id]

    def _order(self, deed: Deed) -> EventOrder:
        return an_order(
            next(NUMBERS),
            kind=deed.kind,
            severity=deed.severity,
            occurred_at=clock.now() - timedelta(days=deed.age_days),
            risk_ids=(self.risk_id,) if deed.is_linked else (),
            **(self.places[0] if deed.is_here else {}),
        )


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(DEEDS)
def test_running_sums_full_recompute_and_the_sum_of_the_explained_agree(deeds: list[Deed]) -> None:
    ledger = Ledger()
    for deed in deeds:
        ledger.do(deed)

    full = indicated(db.session(), [ledger.risk_id], at=clock.now())[ledger.risk_id]

    assert from_sums(ledger.risk_id) == (full.pressure, full.severity)
    why = explain(db.session(), ledger.risk_id, at=clock.now())
    events = [part.event for part in why.contributions]
    assert abs(pressure_of(events, why.weights, day_of(clock.now())) - full.pressure) <= 2e-6
    past = {at: indicated(db.session(), [ledger.risk_id], at=at)[ledger.risk_id] for at in ledger.shown}
    assert past == ledger.shown


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
