from __future__ import annotations

from datetime import date
from decimal import Decimal
from math import exp

import pytest

from app.quality_events.rules.trend import (
    Judged,
    JudgedBy,
    Level,
    Period,
    judge_series,
    month_before,
    months_between,
    poisson_tail,
)

MONTHS = months_between(date(2024, 1, 1), date(2026, 12, 1))


def last_of(counts: list[int], exposure: list[int] | None = None) -> Judged:
    units = exposure or [1] * len(counts)
    periods = [
        Period(month, count, Decimal(n)) for month, count, n in zip(MONTHS, counts, units, strict=False)
    ]
    return judge_series(periods)[-1]


def test_the_exact_tail_is_what_the_series_says() -> None:
    expected = 0.23

    two_and_less = exp(-expected) * (1 + expected + expected**2 / 2)

    assert poisson_tail(3, expected) == pytest.approx(1 - two_and_less)
    assert poisson_tail(0, expected) == 1


@pytest.mark.parametrize(
    ("count", "level"), [(14, Level.QUIET), (15, Level.ALERT), (18, Level.ALERT), (19, Level.ACTION)]
)
def test_with_enough_data_limits_stand_two_and_three_deviations_above_the_mean(
    count: int, level: Level
) -> None:
    # nine a month for a year: 9 + 1.96 * 3 = 14.88, 9 + 3 * 3 = 18
    judged = last_of([9] * 12 + [count])

    assert (judged.test, judged.action_above) == (JudgedBy.LIMITS, 18.0)
    assert judged.level is level


def test_a_short_series_is_judged_by_the_exact_tail() -> None:
    judged = last_of([2, 2, 9])

    assert (judged.test, judged.level) == (JudgedBy.TAIL, Level.ACTION)


def test_twice_the_units_may_have_twice_the_failures() -> None:
    assert last_of([9] * 12 + [18], [1] * 12 + [2]).level is Level.QUIET


def test_six_rises_in_a_row_ask_for_action_and_five_do_not() -> None:
    assert last_of([20] * 12 + [20, 21, 22, 23, 24, 25, 26]).test is JudgedBy.RUN
    assert last_of([20] * 12 + [21, 21, 22, 23, 24, 25, 26]).level is Level.QUIET


def test_the_first_period_has_nothing_before_it() -> None:
    assert judge_series([Period(MONTHS[0], 50)]) == []


@pytest.mark.parametrize(
    ("day", "month"), [(date(2026, 1, 9), date(2025, 12, 1)), (date(2026, 3, 31), date(2026, 2, 1))]
)
def test_the_month_that_is_over(day: date, month: date) -> None:
    assert month_before(day) == month
