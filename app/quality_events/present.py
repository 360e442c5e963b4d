"""Where risks stand now, from the running sums: as quick among a million events as among a hundred."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.quality_events import exposure, sums
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
from app.quality_events.rules.summing import Amounts, amounts_of, pressure_in, since_growth_day
from app.quality_events.settings import weights_at
from app.quality_events.standing import Standing, place_of, standing_baselines

Peaks = Mapping[int, datetime]


@dataclass(frozen=True, slots=True)
class Scene:
    """What risks feel: amounts and peaks at one moment, and how high they were raised so far."""

    amounts: Amounts
    peaks: Mapping[int, Peaks]
    held: Mapping[int, Rise]
    weights: Weights
    at: datetime

    def indicated(self, baseline: Standing) -> Indicated:
        """Return what this makes of an assessed risk; the sums know no earlier pressure, so no trend."""
        pressure = pressure_in(self.amounts, baseline.risk_id, place_of(baseline), self.weights)
        peaks = self.peaks.get(baseline.risk_id, {})
        severity = max(
            (one for one, last in peaks.items() if is_recent(last, self.at, self.weights)), default=0
        )
        return indicate(
            baseline.risk_id,
            Assessed(baseline.likelihood, baseline.severity),
            Felt(pressure, severity, pressure),
            self.weights,
            held=self.held.get(baseline.risk_id),
        )


def indicated_now(session: Session, risk_ids: Collection[int], *, at: datetime) -> Mapping[int, Indicated]:
    """Return where the risks stand by id, without trend; those not assessed are left out.

    Shape: `at` must not lie before anything recorded: the sums hold all of it. Six statements however many
        risks and events; where the sums are not made yet for the weights in force, the ledger is read.
    """
    weights = weights_at(session, at)
    baselines = standing_baselines(session, risk_ids, at)
    places = {place for one in baselines.values() if (place := place_of(one)) is not None}
    known = sums.peek(session, baselines.keys(), places, weights)
    if known is None:
        return exposure.indicated(session, risk_ids, at=at)
    held = held_at(session, baselines.values(), weights.version, at)
    factor = since_growth_day(weights, day_of(at))
    scene = Scene(amounts_of(known.growth, factor), known.peaks, held, weights, at)
    return {risk_id: scene.indicated(one) for risk_id, one in baselines.items()}
