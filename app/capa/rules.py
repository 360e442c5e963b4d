"""The rules of nonconformity and CAPA: pure functions over plain values. No database, no texts for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

NEAR_MISS_PERCENT = Decimal(10)
COUNTED = timedelta(days=365)  # so long after its actions a CAPA is marked by what comes back
MAJOR = 4  # from this severity on a risk is touched: lifecycles, G-risk


class Source(StrEnum):
    """Where a nonconformity or a CAPA comes from."""

    INTERNAL = "internal"
    AUDIT = "audit"
    COMPLAINT = "complaint"
    SUPPLIER = "supplier"
    INCIDENT = "incident"
    KPI = "kpi"
    MANAGEMENT_REVIEW = "management_review"
    OTHER = "other"


class Operator(StrEnum):
    """How a figure must stand to its target."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    EQUAL = "equal"


def counts_against(
    occurred_at: datetime, implemented_at: datetime | None, window: timedelta = COUNTED
) -> bool:
    """Tell whether an event counts against a CAPA: it came after its actions, in the window.

    Source: lifecycles 4.0b and 5.2; what happened before implementation never marks a CAPA.
    """
    if implemented_at is None:
        return False
    return implemented_at < occurred_at <= implemented_at + window


def sample_size(population: int) -> int:
    """Return how many of a population the check looks at.

    Source: lifecycles 4.1 step 11: below 10 all, 10-50 ten, 51-100 fifteen, 101-500 twenty, more twenty-five.
    """
    if population < 10:
        return max(population, 0)
    steps = ((50, 10), (100, 15), (500, 20))
    return next((size for most, size in steps if population <= most), 25)


def wait_until(implemented_at: datetime, days: int) -> datetime:
    """Return when effectiveness can be judged. Units: calendar days."""
    return implemented_at + timedelta(days=days)


def half_wait_at(implemented_at: datetime, days: int) -> datetime:
    """Return the moment from which an early end is possible: half of the wait, to the hour."""
    return implemented_at + timedelta(hours=days * 12)


def may_end_early(
    clean_units: int, min_clean_units: int | None, half_at: datetime | None, now: datetime
) -> bool:
    """Tell whether the waiting period may end before its time.

    Source: lifecycles 4.1 step 10: only with enough clean units and after at least half of the wait.
    """
    if min_clean_units is None or half_at is None:
        return False
    return clean_units >= min_clean_units and now >= half_at


def extension_days(days: int) -> int:
    """Return by how many days a wait may be extended, once: at most half of it.

    Source: lifecycles 4.1 G-eff.
    """
    return days // 2


@dataclass(frozen=True, slots=True)
class Measured:
    """A criterion with what was measured. Units: `margin` in percent of the target."""

    operator: Operator
    target: Decimal
    actual: Decimal
    margin: Decimal = NEAR_MISS_PERCENT


@dataclass(frozen=True, slots=True)
class Weighing:
    """How many criteria are missed, and how many of these only just."""

    missed: int
    near_misses: int


def is_met(measured: Measured) -> bool:
    """Tell whether the figure stands to its target as the plan asks."""
    if measured.operator is Operator.AT_MOST:
        return measured.actual <= measured.target
    if measured.operator is Operator.AT_LEAST:
        return measured.actual >= measured.target
    return measured.actual == measured.target


def is_near_miss(measured: Measured) -> bool:
    """Tell whether a missed criterion is missed by no more than its margin."""
    distance = abs(measured.actual - measured.target)
    return not is_met(measured) and distance <= abs(measured.target) * measured.margin / 100


def weigh(results: Sequence[Measured]) -> Weighing:
    """Count the criteria that are missed and those of them that are near misses."""
    missed = [one for one in results if not is_met(one)]
    return Weighing(len(missed), sum(is_near_miss(one) for one in missed))
