from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.capa.rules import (
    Measured,
    Operator,
    Weighing,
    counts_against,
    extension_days,
    half_wait_at,
    is_met,
    is_near_miss,
    may_end_early,
    sample_size,
    wait_until,
    weigh,
)

IMPLEMENTED = datetime(2026, 3, 17, 9, tzinfo=UTC)
HALF = IMPLEMENTED + timedelta(days=45)


def measured(operator: str, target: str, actual: str, margin: str = "10") -> Measured:
    return Measured(Operator(operator), Decimal(target), Decimal(actual), Decimal(margin))


@pytest.mark.parametrize(
    ("days", "expected"), [(-1, False), (0, False), (0.001, True), (180, True), (180.001, False)]
)
def test_only_what_happens_after_implementation_and_in_the_window_counts(
    days: float, *, expected: bool
) -> None:
    assert counts_against(IMPLEMENTED + timedelta(days=days), IMPLEMENTED, timedelta(days=180)) is expected


def test_nothing_counts_against_what_is_not_implemented() -> None:
    assert not counts_against(IMPLEMENTED, None)


@pytest.mark.parametrize(
    ("population", "size"),
    [(-1, 0), (0, 0), (9, 9), (10, 10), (50, 10), (51, 15), (100, 15), (101, 20), (500, 20), (501, 25)],
)
def test_the_sample_grows_with_the_population(population: int, size: int) -> None:
    assert sample_size(population) == size


def test_waiting_is_reckoned_in_calendar_days_and_its_half_to_the_hour() -> None:
    assert wait_until(IMPLEMENTED, 90) == datetime(2026, 6, 15, 9, tzinfo=UTC)
    assert half_wait_at(IMPLEMENTED, 45) == IMPLEMENTED + timedelta(days=22, hours=12)


@pytest.mark.parametrize(("days", "expected"), [(30, 15), (60, 30), (90, 45), (45, 22), (1, 0)])
def test_an_extension_is_at_most_half_of_the_wait(days: int, expected: int) -> None:
    assert extension_days(days) == expected


@pytest.mark.parametrize(
    ("units", "wanted", "half", "now", "expected"),
    [
        (500, 500, HALF, HALF, True),
        (501, 500, HALF, HALF + timedelta(days=1), True),
        (499, 500, HALF, HALF, False),
        (500, 500, HALF, HALF - timedelta(seconds=1), False),
        (500, None, HALF, HALF, False),
        (500, 500, None, HALF, False),
    ],
)
def test_the_wait_ends_early_only_with_enough_units_and_after_its_half(
    units: int, wanted: int | None, half: datetime | None, now: datetime, *, expected: bool
) -> None:
    assert may_end_early(units, wanted, half, now) is expected


@pytest.mark.parametrize(
    ("operator", "target", "actual", "expected"),
    [
        ("at_most", "2", "2", True),
        ("at_most", "2", "2.01", False),
        ("at_least", "98", "98", True),
        ("at_least", "98", "97.9", False),
        ("equal", "0", "0", True),
        ("equal", "0", "1", False),
    ],
)
def test_a_criterion_is_met_at_its_target(operator: str, target: str, actual: str, *, expected: bool) -> None:
    assert is_met(measured(operator, target, actual)) is expected


@pytest.mark.parametrize(
    ("operator", "target", "actual", "margin", "expected"),
    [
        ("at_most", "2", "2.2", "10", True),
        ("at_most", "2", "2.21", "10", False),
        ("at_most", "2", "1", "10", False),
        ("at_least", "-10", "-11", "10", True),
        ("equal", "0", "0.1", "50", False),
    ],
)
def test_a_near_miss_lies_within_the_margin_of_the_target(
    operator: str, target: str, actual: str, margin: str, *, expected: bool
) -> None:
    assert is_near_miss(measured(operator, target, actual, margin)) is expected


def test_weighing_counts_misses_and_near_misses_among_them() -> None:
    results = [measured("at_most", "2", actual) for actual in ("1", "2.1", "9")]

    assert weigh(results) == Weighing(missed=2, near_misses=1)
    assert weigh([]) == Weighing(missed=0, near_misses=0)
