"""The parts of a regular expression, as read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from app.decisions.feel.regex_characters import CharTest


@dataclass(frozen=True, slots=True)
class One:
    """One character that passes the test."""

    test: CharTest


@dataclass(frozen=True, slots=True)
class Edge:
    """The start (`^`) or end (`$`) of the text or, with flag m, of a line."""

    is_start: bool


@dataclass(frozen=True, slots=True)
class Backward:
    """What group `number` has matched, once more."""

    number: int


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one after the other."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The first alternative that leads to a match."""

    options: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part several times; `most` None means without end."""

    part: Part
    least: int
    most: int | None
    is_greedy: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A part whose match is kept under a number; None does not keep it."""

    part: Part
    number: int | None


Part: TypeAlias = "One | Edge | Backward | Sequence | Choice | Repeat | Group"
