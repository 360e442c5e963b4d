"""Where risks stand now, from the running sums: as quick among a million events as among a hundred.

Only what was recorded within the days of the trend is looked up, once for all risks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.quality_events import exposure, rows, sums
from app.quality_events.held import held_at
from app.quality_events.rules.exposure import (
    Assessed,
    Felt,
    Indicated,
    Rise,
    Weights,
    day_of,
    indicate,
    is_recent,
)
from app.quality_events.rules.summing import (
    EVERYTHING,
    NOWHERE,
    Amounts,
    Place,
    amounts_of,
    pressure_in,
    since_growth_day,
)
from app.quality_events.settings import weights_at
from app.quality_events.standing import MANY, Standing, place_of, standing_baselines

Peaks = Mapping[int, datetime]


@dataclass(frozen=True, slots=True)
class Scene:
    """What risks feel: amounts and peaks at one moment, and how high they were raised so far.

    Shape: `earlier` are the amounts that the trend compares with, None where no trend is asked for.
    """

    amounts: Amounts
    peaks: Mapping[int, Peaks]
    held: Mapping[int, Rise]
    weights: Weights
    at: datetime
    earlier: Amounts | None = None

    def indicated(self, baseline: Standing) -> Indicated:
        """Return what this makes of an assessed risk."""
        risk_id, place = baseline.risk_id, place_of(baseline)
        pressure = pressure_in(self.amounts, risk_id, place, self.weights)
        before = pressure if self.earlier is None else pressure_in(self.earlier, risk_id, place, self.weights)
        peaks = self.peaks.get(baseline.risk_id, {})
        severity = max(
            (one for one, last in peaks.items() if is_recent(last, self.at, self.weights)), default=0
        )
        return indicate(
            baseline.risk_id,
            Assessed(baseline.likelihood, baseline.severity),
            Felt(pressure, severity, before),
            self.weights,
            held=self.held.get(baseline.risk_id),
        )


def indicated_now(
    session: Session, risk_ids: Collection[int], *, at: datetime, with_trend: bool = True
) -> Mapping[int, Indicated]:
    """Return where the risks stand by id; those not assessed are left out.

    Shape: `at` must not lie before anything recorded: the sums hold all of it. Seven statements however many
        risks and events, two of them for the trend, which only the priority needs; where the sums are not
        made yet for the weights in force, the ledger is read.
    """
    weights = weights_at(session, at)
    baselines = standing_baselines(session, risk_ids, at)
    places = {place for one in baselines.values() if (place := place_of(one)) is not None}
    known = sums.peek(session, baselines.keys(), places, weights)
    if known is None:
        return exposure.indicated(session, risk_ids, at=at)
    held = held_at(session, baselines.values(), weights.version, at)
    factor = since_growth_day(weights, day_of(at))
    amounts = amounts_of(known.growth, factor)
    earlier = _earlier(session, amounts, baselines.keys(), weights, at) if with_trend else None
    scene = Scene(amounts, known.peaks, held, weights, at, earlier)
    return {risk_id: scene.indicated(one) for risk_id, one in baselines.items()}


def _earlier(
    session: Session, amounts: Amounts, risk_ids: Collection[int], weights: Weights, at: datetime
) -> Amounts:
    """Return what weighed when the trend begins: what weighs now, less what changed since, not yet faded."""
    moments = rows.Moments(at, at - timedelta(days=weights.trend_days))
    faded = weights.decay(day_of(moments.at) - day_of(moments.before))
    found = {holder: {place: one / faded for place, one in own.items()} for holder, own in amounts.items()}

    def take(holder: int, place: Place, now: float, before: float) -> None:
        own = found.setdefault(holder, {})
        own[place] = own.get(place, 0.0) - now / faded + before

    changed = rows.changed_since(moments)
    linked = rows.explicit_sums(risk_ids, weights, moments).where(changed)
    for risk_id, site_id, process_id, now, before, _severity in session.execute(linked):
        take(risk_id, (site_id or 0, process_id or 0), now, before)
    every_place = [NOWHERE] * MANY  # so many that the statement names none
    for site_id, process_id, now, before in session.execute(
        rows.place_sums(every_place, weights, moments).where(changed)
    ):
        take(EVERYTHING, (site_id or 0, process_id or 0), now, before)
    return found
