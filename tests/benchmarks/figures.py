"""What was measured, beside its floor and its target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One line of the result. Times and rates are medians of the rounds.

    Shape: `ratio` is figure through floor; `target` holds for what `met` was judged by, see `judged`.
    """

    id: str
    figure: float
    unit: str
    floor: float | None
    ratio: float | None
    target: float
    met: bool

    def plain(self) -> dict[str, Any]:
        """Return the figure as JSON keeps it."""
        return asdict(self)


def at_most(name: str, figure: float, unit: str, target: float, floor: float | None = None) -> Figure:
    """Judge the figure itself; the floor stands beside it."""
    return Figure(name, round(figure, 3), unit, floor, _ratio(figure, floor), target, figure <= target)


def at_least(name: str, figure: float, unit: str, target: float) -> Figure:
    """Judge the figure itself, where more is better."""
    return Figure(name, round(figure, 3), unit, None, None, target, figure >= target)


def times_the_floor(
    name: str, figure: float, unit: str, floor: float, *, at_most: float = 0, at_least: float = 0
) -> Figure:
    """Judge the ratio to the floor, by an upper or a lower bound."""
    ratio = figure / floor
    is_met = ratio <= at_most if at_most else ratio >= at_least
    return Figure(name, round(figure, 3), unit, round(floor, 3), round(ratio, 2), at_most or at_least, is_met)


@dataclass(frozen=True)
class Round:
    """What the two drivers said in one round."""

    floor: Mapping[str, Any]
    keel: Mapping[str, Any]


def of_rounds(rounds: Sequence[Round]) -> list[Figure]:
    """Return the figures of the rounds over HTTP: T1, T2, T9, T11, T12."""

    def both(*path: Any) -> tuple[float, float]:
        return median(_at(one.keel, path) for one in rounds), median(_at(one.floor, path) for one in rounds)

    complete, start = both("lat", "submit_to_next", "median"), both("lat", "start", "median")
    alone, crowd = both("tput_full_instances", 0, "per_s"), both("tput_full_instances", 1, "per_s")
    tail = median(
        _at(one.keel, ("tput_full_instances", 1, "lat", "p95"))
        / _at(one.keel, ("tput_full_instances", 1, "lat", "median"))
        for one in rounds
    )
    errors = sum(
        _at(one.keel, ("tput_full_instances", number, "errors")) for one in rounds for number in (0, 1)
    )
    memory = rounds[0].keel["rss_idle"]["pss_sum"], rounds[0].floor["rss_idle"]["pss_sum"]
    return [
        times_the_floor("T1", complete[0], "ms", complete[1], at_most=1.6),
        times_the_floor("T2", start[0], "ms", start[1], at_most=1.6),
        times_the_floor("T9", alone[0], "units/s", alone[1], at_least=0.5),
        at_least("T9 4 clients", crowd[0] / alone[0], "times 1 client", 0.9),
        at_most("T9 p95", tail, "times the median", 3.0),
        at_most("T9 errors", errors, "requests", 0),
        times_the_floor("T11", memory[0], "MB", memory[1], at_most=1.9),
        at_most("T12", median(one.keel["growth"] for one in rounds), "times the first", 1.5),
    ]


def _at(said: Any, path: Sequence[Any]) -> float:
    for step in path:
        said = said[step]
    return float(said)


def _ratio(figure: float, floor: float | None) -> float | None:
    return round(figure / floor, 2) if floor else None
