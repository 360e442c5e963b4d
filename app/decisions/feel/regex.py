"""A backtracking matcher whose every move is paid for, so that no pattern can run away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.decisions.feel.budget import Meter
from app.decisions.feel.regex_program import Code, Compiler, Instruction
from app.decisions.feel.regex_syntax import InvalidPattern, PatternReader

__all__ = ["InvalidPattern", "Match", "Pattern", "compile_pattern"]

MOVES_PER_STEP = 2
PATTERN_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern matched. Shape: `slots` holds start and end of group n at 2n and 2n+1, else -1."""

    start: int
    end: int
    slots: tuple[int, ...]

    def group(self, number: int, text: str) -> str:
        """Return what the group matched, empty if it did not."""
        start, end = self.slots[2 * number : 2 * number + 2]
        return text[start:end] if start >= 0 and end >= 0 else ""


class Pattern:
    """A compiled pattern."""

    def __init__(self, code: tuple[Instruction, ...], slots: int, groups: int, *, flags: str) -> None:
        self._code = code
        self._slots = slots
        self._groups = groups
        self._by_line = "m" in flags
        self._ignores_case = "i" in flags
        self._is_literal = "q" in flags

    def search(self, text: str, start: int, meter: Meter) -> Match | None:
        """Return the first match at or after `start`.

        Errors: BudgetExceeded.
        """
        for position in range(start, len(text) + 1):
            slots = self._run(text, position, meter)
            if slots is not None:
                return Match(position, slots[1], slots)
        return None

    def _run(self, text: str, start: int, meter: Meter) -> tuple[int, ...] | None:
        waiting: list[tuple[int, int, tuple[int, ...]]] = [(0, start, (start, *([-1] * (self._slots - 1))))]
        while waiting:
            at, position, slots = waiting.pop()
            moves = 0
            while True:
                moves += 1
                if moves % MOVES_PER_STEP == 1:
                    meter.spend()
                instruction = self._code[at]
                if instruction.code is Code.DONE:
                    return (start, position, *slots[2:])
                if instruction.code is Code.SPLIT:
                    waiting.append((instruction.second, position, slots))
                    at = instruction.first
                    continue
                moved = self._move(instruction, text, position, slots)
                if moved is None:
                    break
                position, slots = moved
                at = instruction.first if instruction.code is Code.JUMP else at + 1
        return None

    def _move(
        self, instruction: Instruction, text: str, position: int, slots: tuple[int, ...]
    ) -> tuple[int, tuple[int, ...]] | None:
        code, number, _second, test = instruction
        if test is not None:
            return (position + 1, slots) if position < len(text) and test(text[position]) else None
        if code is Code.EDGE:
            return (position, slots) if self._is_edge(text, position, is_start=bool(number)) else None
        if code is Code.BACKWARD:
            length = self._repeated_length(text, position, slots[2 * number : 2 * number + 2])
            return None if length is None else (position + length, slots)
        if code is Code.PROGRESS:
            return (position, slots) if slots[number] != position else None
        if code is Code.KEEP:
            return position, (*slots[:number], position, *slots[number + 1 :])
        return position, slots

    def _is_edge(self, text: str, position: int, *, is_start: bool) -> bool:
        if is_start:
            return position == 0 or (self._by_line and text[position - 1] == "\n")
        return position == len(text) or (self._by_line and text[position] == "\n")

    def _repeated_length(self, text: str, position: int, kept: tuple[int, ...]) -> int | None:
        start, end = kept
        if start < 0 or end < 0:
            return 0
        wanted, found = text[start:end], text[position : position + end - start]
        is_same = wanted == found or (self._ignores_case and wanted.lower() == found.lower())
        return end - start if is_same else None

    def matches(self, text: str, meter: Meter) -> Iterator[Match]:
        """Yield all matches from left to right, none overlapping."""
        position = 0
        while position <= len(text):
            match = self.search(text, position, meter)
            if match is None:
                return
            yield match
            position = match.end if match.end > match.start else match.end + 1

    def split(self, text: str, meter: Meter) -> tuple[str, ...] | None:
        """Return the parts of the text between matches; None if the pattern matches nothing at all."""
        if self._run("", 0, meter) is not None:
            return None
        parts: list[str] = []
        last = 0
        for match in self.matches(text, meter):
            parts.append(text[last : match.start])
            last = match.end
        return (*parts, text[last:])

    def replace(self, text: str, replacement: str, meter: Meter) -> str | None:
        """Return the text with every match replaced; None for a wrong replacement or an empty match.

        Shape: $0 to $9 stand for groups, backslash before $ or backslash for the character itself.
        """
        if self._run("", 0, meter) is not None:
            return None
        template = (replacement,) if self._is_literal else _read_template(replacement, self._groups)
        if template is None:
            return None
        parts: list[str] = []
        last = length = 0
        for match in self.matches(text, meter):
            put_in = "".join(part if isinstance(part, str) else match.group(part, text) for part in template)
            parts += [text[last : match.start], put_in]
            length += len(put_in)
            meter.pay_text(length + len(text))
            last = match.end
        return "".join((*parts, text[last:]))


def _read_template(text: str, groups: int) -> tuple[str | int, ...] | None:
    parts: list[str | int] = []
    position = 0
    while position < len(text):
        character, following = text[position], text[position + 1 : position + 2]
        if character == "\\":
            if following not in {"\\", "$"}:
                return None
            parts.append(following)
            position += 2
        elif character == "$":
            if not (following.isascii() and following.isdigit()):
                return None
            number = int(following)
            parts.append(number if number <= groups else "")
            position += 2
        else:
            parts.append(character)
            position += 1
    return tuple(parts)


@lru_cache(maxsize=256)
def compile_pattern(text: str, flags: str) -> Pattern:
    """Return the compiled pattern.

    Errors: InvalidPattern for texts that are none, or are too large.
    """
    if len(text) > PATTERN_LIMIT:
        raise InvalidPattern
    reader = PatternReader(text, flags)
    tree = reader.read()
    compiler = Compiler(reader.groups)
    compiler.compile(tree)
    compiler.add(Instruction(Code.DONE))
    return Pattern(tuple(compiler.code), compiler.slots, reader.groups, flags=flags)
