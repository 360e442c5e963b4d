"""Patterns for text answers, matched in time that grows with the text and never explodes.

Owners write patterns as form-js knows them (JavaScript's regular expressions, searched anywhere in the text).
Python's own matcher backtracks and can be hung by a pattern of ten characters, so a pattern is read into
states here and all states move on together. What cannot be matched so (look-around, back references)
is refused by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.workflow.forms.pattern_parser import (
    Branches,
    Edge,
    Node,
    Repeat,
    Run,
    SetOf,
    parse_pattern,
)

MOST_STATES = 500

_SPLIT = "split"
_SET = "set"
_DONE = "done"


@dataclass(frozen=True, slots=True)
class _State:
    """One place of the machine: take a character, stand at an edge, go two ways, or be done."""

    kind: str
    first: int = -1
    second: int = -1
    accepts: SetOf | None = None


class TooManyStates(ValueError):
    """The pattern repeats so much that matching it would be slow."""


class SafePattern:
    """A compiled pattern. Time for a match grows with length of the text times number of states."""

    __slots__ = ("_is_start", "_start", "_states", "text")

    def __init__(self, text: str) -> None:
        """Compile the pattern.

        Errors: PatternRefused, when the grammar is not supported; TooManyStates.
        """
        self.text = text
        builder = _Builder()
        end = builder.add(_State(_DONE))
        self._start = builder.build(parse_pattern(text), end)
        self._states = tuple(builder.states)

    def is_found_in(self, value: str) -> bool:
        """Tell whether the pattern occurs anywhere in the value, as JavaScript's `test` does."""
        present: set[int] = set()
        for place in range(len(value) + 1):
            reached = self._closure({*present, self._start}, place, len(value))
            if any(self._states[number].kind == _DONE for number in reached):
                return True
            if place < len(value):
                present = self._after(reached, value[place])
        return False

    def _closure(self, seeds: Iterable[int], place: int, length: int) -> set[int]:
        reached: set[int] = set()
        waiting = list(seeds)
        while waiting:
            number = waiting.pop()
            if number in reached:
                continue
            reached.add(number)
            state = self._states[number]
            if state.kind == _SPLIT:
                waiting += (state.first, state.second)
            elif (state.kind == Edge.START and place == 0) or (state.kind == Edge.END and place == length):
                waiting.append(state.first)
        return reached

    def _after(self, reached: set[int], character: str) -> set[int]:
        moved = (self._states[number] for number in reached)
        return {
            state.first for state in moved if state.accepts is not None and state.accepts.holds(character)
        }


class _Builder:
    """Builds states from the back: each part is given the state that follows it."""

    def __init__(self) -> None:
        self.states: list[_State] = []

    def add(self, state: _State) -> int:
        if len(self.states) >= MOST_STATES:
            raise TooManyStates
        self.states.append(state)
        return len(self.states) - 1

    def build(self, node: Node, following: int) -> int:
        match node:
            case SetOf():
                return self.add(_State(_SET, following, accepts=node))
            case Edge():
                return self.add(_State(node, following))
            case Run(parts):
                for part in reversed(parts):
                    following = self.build(part, following)
                return following
            case Branches(options):
                return self._branch([self.build(option, following) for option in options])
            case Repeat():
                return self._repeat(node, following)

    def _branch(self, entries: list[int]) -> int:
        entry = entries[0]
        for other in entries[1:]:
            entry = self.add(_State(_SPLIT, entry, other))
        return entry

    def _repeat(self, node: Repeat, following: int) -> int:
        if node.most is None:
            loop = self.add(_State(_SPLIT, following, following))
            entry = self.build(node.part, loop)
            self.states[loop] = _State(_SPLIT, entry, following)
            following = loop
        else:
            for _time in range(node.most - node.least):
                following = self.add(_State(_SPLIT, self.build(node.part, following), following))
        for _time in range(node.least):
            following = self.build(node.part, following)
        return following
