"""Turns the tree of a regular expression into the instructions of a small machine."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple

from app.decisions.feel.regex_syntax import InvalidPattern
from app.decisions.feel.regex_tree import Backward, Choice, Edge, Group, One, Part, Repeat, Sequence

PROGRAM_LIMIT = 1_000


class Code(IntEnum):
    """What one instruction does."""

    ONE = 1
    EDGE = 2
    BACKWARD = 3
    KEEP = 4
    SPLIT = 5
    JUMP = 6
    PROGRESS = 7
    DONE = 8


class Instruction(NamedTuple):
    """One instruction; SPLIT tries `first` before `second`, KEEP and PROGRESS work on slot `first`."""

    code: Code
    first: int = 0
    second: int = 0
    test: Callable[[str], bool] | None = None


class Compiler:
    """Collects instructions. Shape: `slots` counts positions kept: two for each group, one for each loop."""

    def __init__(self, groups: int) -> None:
        self.code: list[Instruction] = []
        self.slots = 2 * groups + 2

    def add(self, instruction: Instruction) -> int:
        """Append an instruction and return its place.

        Errors: InvalidPattern when the program grows too long.
        """
        if len(self.code) >= PROGRAM_LIMIT:
            raise InvalidPattern
        self.code.append(instruction)
        return len(self.code) - 1

    def compile(self, part: Part) -> None:
        """Append the instructions of a part."""
        if isinstance(part, One):
            self.add(Instruction(Code.ONE, test=part.test))
        elif isinstance(part, Edge):
            self.add(Instruction(Code.EDGE, int(part.is_start)))
        elif isinstance(part, Backward):
            self.add(Instruction(Code.BACKWARD, part.number))
        elif isinstance(part, Sequence):
            for inner in part.parts:
                self.compile(inner)
        elif isinstance(part, Choice):
            self._choice(part.options)
        elif isinstance(part, Group):
            self._group(part)
        else:
            self._repeat(part)

    def _group(self, part: Group) -> None:
        if part.number is not None:
            self.add(Instruction(Code.KEEP, 2 * part.number))
        self.compile(part.part)
        if part.number is not None:
            self.add(Instruction(Code.KEEP, 2 * part.number + 1))

    def _choice(self, options: tuple[Part, ...]) -> None:
        jumps: list[int] = []
        for option in options[:-1]:
            split = self.add(Instruction(Code.SPLIT))
            self.compile(option)
            jumps.append(self.add(Instruction(Code.JUMP)))
            self.code[split] = Instruction(Code.SPLIT, split + 1, len(self.code))
        self.compile(options[-1])
        for jump in jumps:
            self.code[jump] = Instruction(Code.JUMP, len(self.code))

    def _repeat(self, part: Repeat) -> None:
        for _count in range(part.least):
            self.compile(part.part)
        if part.most is None:
            self._endless(part)
            return
        splits: list[int] = []
        for _count in range(part.most - part.least):
            splits.append(self.add(Instruction(Code.SPLIT)))
            self.compile(part.part)
        for split in splits:
            self._set_split(split, len(self.code), is_greedy=part.is_greedy)

    def _endless(self, part: Repeat) -> None:
        # PROGRESS refuses a round that matched nothing, or the loop would never end.
        slot = self.slots
        self.slots += 1
        split = self.add(Instruction(Code.SPLIT))
        self.add(Instruction(Code.KEEP, slot))
        self.compile(part.part)
        self.add(Instruction(Code.PROGRESS, slot))
        self.add(Instruction(Code.JUMP, split))
        self._set_split(split, len(self.code), is_greedy=part.is_greedy)

    def _set_split(self, split: int, exit_at: int, *, is_greedy: bool) -> None:
        enter, leave = split + 1, exit_at
        self.code[split] = Instruction(Code.SPLIT, *((enter, leave) if is_greedy else (leave, enter)))
