"""The arithmetic of indicators: pure functions over what was counted. No database, no texts for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

TENTH = Decimal("0.1")
WATCH = Decimal("0.1")  # this part of the target beside it is a near miss


class Reckoning(StrEnum):
    """How a figure follows from what was counted."""

    COUNT = "count"
    HITS = "hits"
    SHARE = "share"
    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"
    NINTH_DECILE = "ninth_decile"


class Direction(StrEnum):
    """Which way is good."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


class Rag(StrEnum):
    """Where a figure stands to its target."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    NONE = "none"


class Trend(StrEnum):
    """How a figure moved against the one before."""

    UP = "up"
    FLAT = "flat"
    DOWN = "down"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted. Shape: `amounts` are in order, and only where the reckoning asks for them."""

    rows: int = 0
    hits: int = 0
    total: Decimal = Decimal(0)
    amounts: Sequence[Decimal] = ()


def figure_of(reckoning: Reckoning, tally: Tally) -> Decimal | None:
    """Return the figure, None where nothing was counted that could give one.

    Units: a share in percent with one decimal; means and percentiles with one decimal in the amount's unit.
    """
    plain: dict[Reckoning, Decimal | int] = {
        Reckoning.COUNT: tally.rows,
        Reckoning.HITS: tally.hits,
        Reckoning.SUM: _rounded(tally.total),
    }
    if reckoning in plain:
        return Decimal(plain[reckoning])
    if tally.rows == 0:
        return None
    if reckoning is Reckoning.SHARE:
        return _rounded(Decimal(100 * tally.hits) / tally.rows)
    if reckoning is Reckoning.MEAN:
        return _rounded(tally.total / tally.rows)
    part = Decimal("0.5") if reckoning is Reckoning.MEDIAN else Decimal("0.9")
    return _rounded(percentile(tally.amounts, part)) if tally.amounts else None


def percentile(amounts: Sequence[Decimal], part: Decimal) -> Decimal:
    """Return the amount below which a part of the ordered amounts lies, between two of them in proportion.

    Source: the linear interpolation that spreadsheets use (PERCENTILE.INC).
    """
    place = part * (len(amounts) - 1)
    below = int(place)
    above = min(below + 1, len(amounts) - 1)
    return amounts[below] + (amounts[above] - amounts[below]) * (place - below)


def rag_of(figure: Decimal | None, target: Decimal | None, direction: Direction) -> Rag:
    """Return how a figure stands to its target: amber is a miss by at most a tenth of the target."""
    if figure is None or target is None or direction is Direction.NONE:
        return Rag.NONE
    missed = target - figure if direction is Direction.UP else figure - target
    if missed <= 0:
        return Rag.GREEN
    return Rag.AMBER if missed <= abs(target) * WATCH else Rag.RED


def trend_of(figure: Decimal | None, before: Decimal | None) -> Trend:
    """Return how a figure moved; a difference below a tenth is none."""
    if figure is None or before is None:
        return Trend.NONE
    if abs(figure - before) < TENTH:
        return Trend.FLAT
    return Trend.UP if figure > before else Trend.DOWN


def is_better(trend: Trend, direction: Direction) -> bool | None:
    """Tell whether a movement is good, None where it is neither."""
    if trend not in {Trend.UP, Trend.DOWN} or direction is Direction.NONE:
        return None
    return (trend is Trend.UP) == (direction is Direction.UP)


def change_in_percent(figure: Decimal | None, before: Decimal | None) -> Decimal | None:
    """Return by how many percent a figure changed, None where there is nothing to compare with."""
    if figure is None or not before:
        return None
    return ((figure - before) * 100 / abs(before)).quantize(Decimal(1), ROUND_HALF_UP)


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(TENTH, ROUND_HALF_UP)
