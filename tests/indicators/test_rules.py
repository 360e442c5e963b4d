from __future__ import annotations

from decimal import Decimal
from statistics import quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.indicators.rules import (
    Direction,
    Rag,
    Reckoning,
    Tally,
    Trend,
    change_in_percent,
    figure_of,
    is_better,
    percentile,
    rag_of,
    trend_of,
)

TALLY = Tally(8, 3, Decimal(100), [Decimal(one) for one in (1, 2, 3, 10)])


@pytest.mark.parametrize(
    ("reckoning", "figure"),
    [
        (Reckoning.COUNT, "8"),
        (Reckoning.HITS, "3"),
        (Reckoning.SHARE, "37.5"),
        (Reckoning.SUM, "100.0"),
        (Reckoning.MEAN, "12.5"),
        (Reckoning.MEDIAN, "2.5"),
        (Reckoning.NINTH_DECILE, "7.9"),
    ],
)
def test_each_reckoning_gives_its_figure(reckoning: Reckoning, figure: str) -> None:
    assert figure_of(reckoning, TALLY) == Decimal(figure)


@pytest.mark.parametrize("reckoning", [Reckoning.SHARE, Reckoning.MEAN, Reckoning.MEDIAN])
def test_nothing_counted_gives_no_figure_instead_of_a_good_one(reckoning: Reckoning) -> None:
    assert figure_of(reckoning, Tally()) is None


@pytest.mark.parametrize(
    ("figure", "direction", "rag"),
    [
        ("90", Direction.UP, Rag.GREEN),
        ("85", Direction.UP, Rag.AMBER),
        ("80", Direction.UP, Rag.RED),
        ("90", Direction.DOWN, Rag.GREEN),
        ("99", Direction.DOWN, Rag.AMBER),
        ("99.1", Direction.DOWN, Rag.RED),
        ("1", Direction.NONE, Rag.NONE),
    ],
)
def test_a_miss_by_a_tenth_of_the_target_is_amber(figure: str, direction: Direction, rag: Rag) -> None:
    assert rag_of(Decimal(figure), Decimal(90), direction) is rag


def test_a_target_of_zero_has_no_near_miss() -> None:
    assert rag_of(Decimal(1), Decimal(0), Direction.DOWN) is Rag.RED


@pytest.mark.parametrize(
    ("figure", "before", "trend"),
    [("5", "4", Trend.UP), ("4", "5", Trend.DOWN), ("4.05", "4", Trend.FLAT), (None, "4", Trend.NONE)],
)
def test_trend_compares_with_the_figure_before(figure: str | None, before: str, trend: Trend) -> None:
    assert trend_of(None if figure is None else Decimal(figure), Decimal(before)) is trend


def test_a_movement_is_good_by_meaning_and_not_by_direction() -> None:
    assert is_better(Trend.DOWN, Direction.DOWN) is True
    assert is_better(Trend.DOWN, Direction.UP) is False
    assert is_better(Trend.UP, Direction.NONE) is None
    assert is_better(Trend.FLAT, Direction.UP) is None


def test_change_is_told_in_percent_of_what_was_before() -> None:
    assert change_in_percent(Decimal(123), Decimal(100)) == Decimal(23)
    assert change_in_percent(Decimal(5), Decimal(0)) is None


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=60))
def test_percentiles_agree_with_the_standard_library(values: list[int]) -> None:
    amounts = sorted(Decimal(one) for one in values)

    deciles = quantiles(amounts, n=10, method="inclusive")

    assert abs(percentile(amounts, Decimal("0.9")) - deciles[8]) < Decimal("0.000001")
    assert abs(percentile(amounts, Decimal("0.5")) - deciles[4]) < Decimal("0.000001")
