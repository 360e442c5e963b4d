"""Pure rules of living exposure: what an event weighs, how it fades, and what that makes of a risk.

A day is a day of UTC: within one day a score changes by events only, so a score of a date is one figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from app.quality_events.rules.bands import Band, band_of
from app.quality_events.rules.kinds import EventKind

HIGHEST = 5
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EXACT = Decimal("0.000001")  # sums in floating point agree to here whatever the order of their terms

TYPE_WEIGHTS: Mapping[str, Decimal] = MappingProxyType(
    {
        EventKind.MAJOR_FINDING.value: Decimal(3),
        EventKind.MINOR_FINDING.value: Decimal(1),
        EventKind.IMPROVEMENT_OPPORTUNITY.value: Decimal("0.25"),
        EventKind.NONCONFORMITY.value: Decimal(1),
        EventKind.COMPLAINT.value: Decimal("1.5"),
        EventKind.INCIDENT.value: Decimal(4),
        EventKind.NEAR_MISS.value: Decimal(1),
        EventKind.SUPPLIER_DOWNGRADE.value: Decimal(2),
        EventKind.INDICATOR_BREACH.value: Decimal("1.5"),
        EventKind.CAPA_EFFECTIVE.value: Decimal(0),
        EventKind.CAPA_INEFFECTIVE.value: Decimal(3),
        EventKind.CAPA_OVERDUE.value: Decimal("0.5"),
        EventKind.DOCUMENT_REVIEW_OVERDUE.value: Decimal("0.5"),
        EventKind.COMPETENCE_GAP.value: Decimal("0.5"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """One version of the settings of exposure; the defaults are those shipped.

    Units: times in days; `gap` in points of the score. `place` weighs what happened in the same process and
    site without being linked; `effective` and `ineffective` multiply what a CAPA answered.
    Source: lifecycles 5.1.
    """

    version: int = 0
    types: Mapping[str, Decimal] = field(default_factory=lambda: TYPE_WEIGHTS)
    severity_divisor: Decimal = Decimal(3)
    half_life_days: int = 180
    place: Decimal = Decimal("0.5")
    effective: Decimal = Decimal("0.25")
    ineffective: Decimal = Decimal("1.5")
    divisor: Decimal = Decimal(3)
    most_steps: int = 3
    severity_window_days: int = 365
    gap: int = 4
    trend_days: int = 90
    trend_weight: Decimal = Decimal("0.25")

    def weight_of(self, kind: str, severity: int) -> Decimal:
        """Return type weight times severity factor: what an event weighs on its first day."""
        return self.types.get(kind, Decimal(0)) * severity / self.severity_divisor

    def multiplier(self, verdict: str | None) -> Decimal:
        """Return what the last verdict on the CAPA that answered an event makes of its weight."""
        if verdict == EventKind.CAPA_EFFECTIVE.value:
            return self.effective
        return self.ineffective if verdict == EventKind.CAPA_INEFFECTIVE.value else Decimal(1)

    def decay(self, age_days: int) -> float:
        """Return what is left of a weight after so many days: half after each half-life."""
        return float(0.5 ** (age_days / self.half_life_days))


@dataclass(frozen=True, slots=True)
class LinkedEvent:
    """An event of the ledger as one risk feels it.

    Shape: `verdict` is the kind of the last verdict on it, None without one; `is_explicit` when somebody
    linked it, else it shares process and site.
    """

    id: int
    kind: str
    subject_kind: str
    subject_id: int
    severity: int
    occurred_at: datetime
    anchor_day: int
    verdict: str | None
    is_explicit: bool


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one event adds to the pressure on a risk, factor by factor."""

    event: LinkedEvent
    type_weight: Decimal
    severity_factor: Decimal
    link_weight: Decimal
    multiplier: Decimal
    age_days: int
    decay: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Assessed:
    """What people assessed a risk as. Units: 1 to 5, 5 is worst."""

    likelihood: int
    severity: int

    @property
    def score(self) -> int:
        """Likelihood times severity."""
        return self.likelihood * self.severity


@dataclass(frozen=True, slots=True)
class Rise:
    """The highest that events indicated since a risk was assessed, when, and by which of them.

    Shape: `event_id` None where it stood there from the assessment on.
    """

    likelihood: int
    severity: int
    risen_at: datetime
    event_id: int | None = None

    @property
    def score(self) -> int:
        """Likelihood times severity."""
        return self.likelihood * self.severity


@dataclass(frozen=True, slots=True)
class Indicated:
    """Where the events say that a risk stands, beside what people assessed.

    Shape: `reckoned_score` is what the events of the moment come to; `score` is higher while it waits for a
    person to lower it. Units: `pressure` is the sum of the faded weights; `trend` is 1 when it rose over the
    last days the settings name, -1 when it fell; `priority` sorts a register, greatest first.
    """

    risk_id: int
    assessed_likelihood: int
    assessed_severity: int
    assessed_score: int
    pressure: Decimal
    likelihood: int
    severity: int
    score: int
    band: Band
    assessed_band: Band
    trend: int
    priority: Decimal
    reckoned_likelihood: int
    reckoned_severity: int

    @property
    def reckoned_score(self) -> int:
        """Return what the events of the moment come to."""
        return self.reckoned_likelihood * self.reckoned_severity

    @property
    def is_held(self) -> bool:
        """Tell whether the events have faded, but nobody has assessed the risk since."""
        return self.score > self.reckoned_score


def day_of(moment: datetime) -> int:
    """Return the day of UTC as a number that grows by one each day."""
    return (moment.astimezone(UTC) - EPOCH).days


def anchor_day(occurred_at: datetime, recorded_at: datetime) -> int:
    """Return the day from which an event fades: when it happened, never later than it was recorded."""
    return day_of(min(occurred_at, recorded_at))


def contribution(event: LinkedEvent, weights: Weights, day: int) -> Contribution:
    """Return what an event adds on a day, with every factor."""
    kind_weight = weights.types.get(event.kind, Decimal(0))
    factor = event.severity / weights.severity_divisor
    link = Decimal(1) if event.is_explicit else weights.place
    multiplier = weights.multiplier(event.verdict)
    age = day - event.anchor_day
    decay = Decimal(repr(weights.decay(age)))
    amount = kind_weight * factor * link * multiplier * decay
    return Contribution(event, kind_weight, factor, link, multiplier, age, decay, amount)


def pressure_of(events: Iterable[LinkedEvent], weights: Weights, day: int) -> Decimal:
    """Return the sum of what the events add on a day, as the ledger knows them."""
    return exact(sum((contribution(event, weights, day).amount for event in events), Decimal(0)))


def exact(pressure: Decimal | float) -> Decimal:
    """Return a pressure to six places: to there every way of adding up agrees."""
    figure = pressure if isinstance(pressure, Decimal) else Decimal(repr(pressure))
    return abs(figure.quantize(EXACT)) if abs(figure) < EXACT else figure.quantize(EXACT)


def steps(pressure: Decimal, weights: Weights) -> int:
    """Return by how many steps a pressure raises the likelihood.

    Source: lifecycles 5.1: one for each full 3, three at most.
    """
    return min(weights.most_steps, int(pressure // weights.divisor))


def is_recent(occurred_at: datetime, at: datetime, weights: Weights) -> bool:
    """Tell whether an event is young enough to raise the severity of a risk it is linked to."""
    return occurred_at > at - timedelta(days=weights.severity_window_days)


@dataclass(frozen=True, slots=True)
class Felt:
    """What weighs on a risk at a moment.

    Shape: `severity` of the gravest recent linked event, else 0; `before` is the pressure of the days ago
    that the trend looks back to.
    """

    pressure: Decimal
    severity: int
    before: Decimal


def indicate(
    risk_id: int, assessed: Assessed, felt: Felt, weights: Weights, *, held: Rise | None = None
) -> Indicated:
    """Return what pressure and the gravest recent event make of an assessed risk.

    Shape: `held` is the highest since the assessment: a rise shows at once, a fall waits for a person.
    Source: lifecycles 5.1.
    """
    likelihood = min(HIGHEST, assessed.likelihood + steps(felt.pressure, weights))
    severity = max(assessed.severity, felt.severity)
    reckoned = (likelihood, severity)
    if held is not None and held.score > likelihood * severity:
        likelihood, severity = held.likelihood, held.severity
    trend = (felt.pressure > felt.before) - (felt.pressure < felt.before)
    score = likelihood * severity
    return Indicated(
        risk_id=risk_id,
        assessed_likelihood=assessed.likelihood,
        assessed_severity=assessed.severity,
        assessed_score=assessed.score,
        pressure=felt.pressure,
        likelihood=likelihood,
        severity=severity,
        score=score,
        band=band_of(score),
        assessed_band=band_of(assessed.score),
        trend=trend,
        priority=score * (1 + weights.trend_weight * trend),
        reckoned_likelihood=reckoned[0],
        reckoned_severity=reckoned[1],
    )


def calls_for_reassessment(before: int, after: int, assessed: int, weights: Weights) -> bool:
    """Tell whether a rise of the indicated score leaves the assessment too far behind.

    Source: lifecycles 5.1: another band, or four points and more. A fall asks for nothing: a person lowers.
    """
    is_off = band_of(after) is not band_of(assessed) or abs(after - assessed) >= weights.gap
    return after > before and is_off
