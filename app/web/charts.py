"""The geometry of charts: plain numbers in, coordinates of an SVG out. The macros draw them.

Drawn on the server: screen, print and PDF show the same without scripts. Every chart has a table twin.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

Value = Decimal | int | None
SPARK = (240, 52)
COLUMNS = (560, 232)
LEFT, RIGHT, TOP, BOTTOM = 40, 40, 22, 30
LINE = 12
NICE = (1, 2, Decimal("2.5"), 5, 10)


@dataclass(frozen=True, slots=True)
class Spark:
    """A line without axes. Shape: `runs` are point lists between gaps; `target` a height or None."""

    width: int
    height: int
    runs: tuple[str, ...]
    last: tuple[float, float] | None
    target: float | None


@dataclass(frozen=True, slots=True)
class Bar:
    """One column of a chart with its figure and its label. Shape: `is_strong` stands out."""

    x: float
    y: float
    width: float
    height: float
    figure: str
    label: str
    is_strong: bool
    url: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The label in two lines at most, each short enough for a column."""
        return tuple(textwrap.wrap(self.label, LINE, max_lines=2, placeholder="\u2026"))

    @property
    def middle(self) -> float:
        """The middle of the column, where its words stand."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Line:
    """A line over the columns. Shape: `kind` is value, mean, alert, action or share; `end` where it ends."""

    name: str
    kind: str
    points: str
    end: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns and lines on one scale. Shape: `ticks` are heights with their words."""

    width: int
    height: int
    bars: tuple[Bar, ...] = ()
    lines: tuple[Line, ...] = ()
    ticks: tuple[tuple[float, str], ...] = ()
    labels: tuple[tuple[float, str], ...] = ()
    target: float | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """What one column shows. Shape: `figure` is the value in words."""

    label: str
    value: Value
    figure: str = ""
    url: str = ""
    is_strong: bool = False


def spark(values: Sequence[Value], target: Value = None) -> Spark:
    """Return the line of some values; None is a gap."""
    width, height = SPARK
    known = [Decimal(one) for one in values if one is not None]
    scaled = [*known, Decimal(target)] if target is not None else known
    low, high = (min(scaled), max(scaled)) if scaled else (Decimal(0), Decimal(0))
    span = (high - low) or Decimal(1)

    def place(index: int, value: Decimal) -> tuple[float, float]:
        x = 4 + (width - 8) * index / max(len(values) - 1, 1)
        y = height - 6 - float((value - low) / span) * (height - 12)
        return round(x, 1), round(y, 1)

    places = [None if one is None else place(index, Decimal(one)) for index, one in enumerate(values)]
    return Spark(
        width,
        height,
        _runs(places),
        next((one for one in reversed(places) if one is not None), None),
        None if target is None else place(0, Decimal(target))[1],
    )


def columns(points: Sequence[Point], *, target: Value = None, share: bool = False) -> Chart:
    """Return a column for each point; with `share` a line of what they make together."""
    values = [Decimal(one.value or 0) for one in points]
    top, ticks = scale([*values, Decimal(target or 0)])
    step = (COLUMNS[0] - LEFT - RIGHT) / max(len(points), 1)
    width = min(step * 0.62, 64)
    bars = []
    for index, (one, value) in enumerate(zip(points, values, strict=True)):
        x, y = LEFT + step * index + (step - width) / 2, _height(value, top)
        bars.append(
            Bar(
                round(x, 1),
                y,
                round(width, 1),
                round(_base() - y, 1),
                one.figure,
                one.label,
                one.is_strong,
                one.url,
            )
        )
    lines = (_share_line(values, bars),) if share and any(values) else ()
    return Chart(
        *COLUMNS,
        bars=tuple(bars),
        lines=lines,
        ticks=tuple((_height(one, top), _words(one)) for one in ticks),
        target=None if target is None else _height(Decimal(target), top),
    )


def lines(labels: Sequence[str], series: Sequence[tuple[str, str, Sequence[Value]]]) -> Chart:
    """Return lines over the same labels; each is name, kind and values."""
    known = [Decimal(one) for _name, _kind, values in series for one in values if one is not None]
    top, ticks = scale(known)
    step = (COLUMNS[0] - LEFT - RIGHT - 60) / max(len(labels) - 1, 1)
    drawn = []
    for name, kind, values in series:
        places = [
            (round(LEFT + step * index, 1), _height(Decimal(one), top))
            for index, one in enumerate(values)
            if one is not None
        ]
        if places:
            drawn.append(Line(name, kind, _text(places), places[-1]))
    every = max(1, len(labels) // 8)
    return Chart(
        *COLUMNS,
        lines=tuple(drawn),
        ticks=tuple((_height(one, top), _words(one)) for one in ticks),
        labels=tuple(
            (round(LEFT + step * index, 1), label) for index, label in enumerate(labels) if index % every == 0
        ),
    )


def scale(values: Sequence[Decimal]) -> tuple[Decimal, tuple[Decimal, ...]]:
    """Return the top of a scale that begins at zero, and four round ticks on it."""
    most = max([*values, Decimal(0)]) or Decimal(1)
    unit = Decimal(10) ** ((most / 4).adjusted())
    step = next(unit * one for one in NICE if unit * one * 4 >= most)
    step = max(step, Decimal(1)) if all(one == one.to_integral() for one in values) else step
    return step * 4, tuple(step * one for one in range(5))


def _share_line(values: Sequence[Decimal], bars: Sequence[Bar]) -> Line:
    total, so_far, places = sum(values), Decimal(0), []
    for value, bar in zip(values, bars, strict=True):
        so_far += value
        places.append((bar.middle, _height(so_far, Decimal(total))))
    return Line("", "share", _text(places), places[-1])


def _height(value: Decimal, top: Decimal) -> float:
    return round(_base() - float(value / top) * (_base() - TOP), 1)


def _base() -> int:
    return COLUMNS[1] - BOTTOM


def _runs(places: Sequence[tuple[float, float] | None]) -> tuple[str, ...]:
    runs: list[list[tuple[float, float]]] = [[]]
    for place in places:
        if place is None:
            runs.append([])
        else:
            runs[-1].append(place)
    return tuple(_text(run) for run in runs if run)


def _text(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in places)


def _words(value: Decimal) -> str:
    return f"{value.normalize():f}"
