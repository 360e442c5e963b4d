"""Pure arithmetic of the running sums: pressure fades alike for all, so it can be added up beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.quality_events.rules.exposure import Weights, exact

Place = tuple[int, int]
Key = tuple[int, int, int]
Amounts = Mapping[int, Mapping[Place, float]]
"""What weighs, by risk and place. Risk 0 holds everything at a place; place (0, 0) is nowhere."""

EVERYTHING = 0
NOWHERE: Place = (0, 0)
GROWTH_DAY = 18_262  # the first of 2020: far enough back for small figures, near enough for exact ones


@dataclass(frozen=True, slots=True)
class Weighing:
    """An event as the sums see it."""

    kind: str
    severity: int
    occurred_at: datetime
    anchor_day: int
    place: Place
    risk_ids: frozenset[int]
    verdict: str | None = None


def growth(event: Weighing, weights: Weights) -> float:
    """Return an event's weight as of the first of 2020, as if it had faded from there."""
    weight = weights.weight_of(event.kind, event.severity) * weights.multiplier(event.verdict)
    return float(weight) * float(2.0 ** ((event.anchor_day - GROWTH_DAY) / weights.half_life_days))


def since_growth_day(weights: Weights, day: int) -> float:
    """Return the factor that turns growth into what weighs on a day."""
    return float(0.5 ** ((day - GROWTH_DAY) / weights.half_life_days))


def deltas(before: Weighing | None, after: Weighing | None, weights: Weights) -> dict[Key, float]:
    """Return by how much each running sum moves when one row of the ledger takes the place of another."""
    moved: dict[Key, float] = {}
    for event, sign in ((before, -1.0), (after, 1.0)):
        if event is None:
            continue
        amount = sign * growth(event, weights)
        holders = sorted(event.risk_ids) + ([EVERYTHING] if 0 not in event.place else [])
        for risk_id in holders:
            key = (risk_id, *event.place)
            moved[key] = moved.get(key, 0.0) + amount
    return {key: amount for key, amount in moved.items() if amount}


def amounts_of(growth: Mapping[Key, float], factor: float) -> Amounts:
    """Return what weighs on the day whose factor this is, from the running sums."""
    amounts: dict[int, dict[Place, float]] = {}
    for (risk_id, site_id, process_id), amount in growth.items():
        amounts.setdefault(risk_id, {})[site_id, process_id] = amount * factor
    return amounts


def pressure_in(amounts: Amounts, risk_id: int, place: Place | None, weights: Weights) -> Decimal:
    """Return the pressure on a risk that stands at a place, None when it stands at none.

    Shape: what is linked counts whole, and not once more for having happened near by.
    """
    own = amounts.get(risk_id, {})
    nearby = 0.0
    if place is not None:
        nearby = amounts.get(EVERYTHING, {}).get(place, 0.0) - own.get(place, 0.0)
    return exact(sum(own.values()) + float(weights.place) * nearby)
