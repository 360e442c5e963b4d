"""Pure rules of trend: monthly rates against what came before, and the exact tail where there is little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from math import exp, sqrt

ALERT_DEVIATIONS, ACTION_DEVIATIONS = 1.96, 3.0
ALERT_TAIL, ACTION_TAIL = 0.05, 0.0027
ENOUGH_PERIODS = 12
LEAST_EXPECTED = 1.0
RISES = 6
DECEMBER = 12


class Level(StrEnum):
    """How far a period stands out."""

    QUIET = "quiet"
    ALERT = "alert"
    ACTION = "action"


class JudgedBy(StrEnum):
    """By which test a period was judged."""

    LIMITS = "limits"
    TAIL = "tail"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class Period:
    """A month with its count. Shape: `month` is its first day; `exposure` what could fail, 1 if not known."""

    month: date
    count: int
    exposure: Decimal = Decimal(1)

    @property
    def rate(self) -> float:
        """Count by exposure."""
        return self.count / float(self.exposure)


@dataclass(frozen=True, slots=True)
class Judged:
    """A period against what came before it.

    Shape: `expected` is the count that the rate before would give; `alert_above` and `action_above` are
    counts, None where the exact tail judges; `tail` is the chance of so many or more, None elsewhere.
    """

    period: Period
    level: Level
    test: JudgedBy
    expected: float
    tail: float | None = None
    alert_above: float | None = None
    action_above: float | None = None


def judge_series(periods: Sequence[Period]) -> list[Judged]:
    """Return every period but the first, each judged against all that came before it.

    Shape: `periods` are months without gaps, the earliest first.
    Source: lifecycles 5.3. The rate before leaves the judged period out: it would hide itself in its mean.
    """
    judged = []
    events, exposure = 0, 0.0
    for index, period in enumerate(periods):
        if index:
            judged.append(_judge(period, events / exposure, periods[: index + 1]))
        events += period.count
        exposure += float(period.exposure)
    return judged


def poisson_tail(count: int, expected: float) -> float:
    """Return the chance of `count` events or more where `expected` are usual. Exact."""
    below, term = 0.0, exp(-expected)
    for number in range(count):
        below += term
        term *= expected / (number + 1)
    return max(0.0, 1.0 - below)


def months_between(first: date, last: date) -> list[date]:
    """Return the first days of all months from one to the other, both included."""
    start, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(start, end + 1)]


def month_before(day: date) -> date:
    """Return the first day of the last month that is over."""
    return date(day.year - 1, DECEMBER, 1) if day.month == 1 else date(day.year, day.month - 1, 1)


def _judge(period: Period, rate: float, so_far: Sequence[Period]) -> Judged:
    expected = rate * float(period.exposure)
    if _rises(so_far):
        return Judged(period, Level.ACTION, JudgedBy.RUN, expected)
    if len(so_far) - 1 < ENOUGH_PERIODS or expected < LEAST_EXPECTED:
        tail = poisson_tail(period.count, expected)
        level = _level(is_alert=tail < ALERT_TAIL, is_action=tail < ACTION_TAIL)
        return Judged(period, level, JudgedBy.TAIL, expected, tail=tail)
    alert_above = expected + ALERT_DEVIATIONS * sqrt(expected)
    action_above = expected + ACTION_DEVIATIONS * sqrt(expected)
    level = _level(is_alert=period.count > alert_above, is_action=period.count > action_above)
    return Judged(
        period, level, JudgedBy.LIMITS, expected, alert_above=alert_above, action_above=action_above
    )


def _rises(so_far: Sequence[Period]) -> bool:
    """Tell whether the last six steps all went up."""
    last = [one.rate for one in so_far[-(RISES + 1) :]]
    return len(last) > RISES and all(earlier < later for earlier, later in pairwise(last))


def _level(*, is_alert: bool, is_action: bool) -> Level:
    if is_action:
        return Level.ACTION
    return Level.ALERT if is_alert else Level.QUIET
