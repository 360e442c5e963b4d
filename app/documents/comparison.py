"""Two revisions side by side: which lines changed, and within a changed line which words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

MOST_LINES = 6_000
_WORDS = re.compile(r"\s+|[\w]+|[^\w\s]", re.UNICODE)
ALIKE = 0.5
FAR = 12  # so many lines on, another one is not looked for any more


class Sign(StrEnum):
    """What became of a line or a word."""

    SAME = "same"
    GONE = "gone"
    ADDED = "added"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a line, and whether they are only on this side."""

    text: str
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of both sides. Shape: `left` or `right` is None where that side has no such line."""

    sign: Sign
    left: tuple[Piece, ...] | None
    right: tuple[Piece, ...] | None
    left_number: int | None = None
    right_number: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts side by side, with how many lines came, went and changed."""

    lines: tuple[Line, ...]
    added: int
    gone: int
    changed: int

    @property
    def is_same(self) -> bool:
        """Tell whether nothing differs."""
        return not (self.added or self.gone or self.changed)


def compare(old: str, new: str) -> Comparison:
    """Return two texts line by line, and changed lines word by word.

    Shape: blank lines count; trailing blanks do not. Texts beyond six thousand lines are cut there.
    """
    left = [line.rstrip() for line in old.splitlines()][:MOST_LINES]
    right = [line.rstrip() for line in new.splitlines()][:MOST_LINES]
    lines = tuple(_lines(left, right))
    count = {sign: sum(line.sign is sign for line in lines) for sign in Sign}
    return Comparison(lines, count[Sign.ADDED], count[Sign.GONE], count[Sign.CHANGED])


def compare_words(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return both sides of a line in pieces; what stands on one side only is marked there."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        is_marked = tag != "equal"
        if i1 < i2:
            left.append(Piece("".join(before[i1:i2]), is_marked))
        if j1 < j2:
            right.append(Piece("".join(after[j1:j2]), is_marked))
    return tuple(left), tuple(right)


def _lines(left: Sequence[str], right: Sequence[str]) -> Iterator[Line]:
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            for offset in range(i2 - i1):
                words = (Piece(left[i1 + offset]),)
                yield Line(Sign.SAME, words, words, i1 + offset + 1, j1 + offset + 1)
        else:
            yield from _block(left, right, (i1, i2), (j1, j2))


def _block(
    left: Sequence[str], right: Sequence[str], gone: tuple[int, int], added: tuple[int, int]
) -> Iterator[Line]:
    """Pair the lines of a changed block that resemble each other, in their order; the rest came or went."""
    place = added[0]
    for number in range(*gone):
        partner = _partner(left[number], right, place, added[1])
        if partner is None:
            yield Line(Sign.GONE, (Piece(left[number]),), None, number + 1)
            continue
        for other in range(place, partner):
            yield Line(Sign.ADDED, None, (Piece(right[other]),), None, other + 1)
        was, now = compare_words(left[number], right[partner])
        yield Line(Sign.CHANGED, was, now, number + 1, partner + 1)
        place = partner + 1
    for other in range(place, added[1]):
        yield Line(Sign.ADDED, None, (Piece(right[other]),), None, other + 1)


def _partner(line: str, right: Sequence[str], begin: int, end: int) -> int | None:
    """Return the line that shares the most words with this one, None when none shares half of them."""
    matcher = SequenceMatcher(None, (), _words(line), autojunk=False)
    best, found = ALIKE, None
    for number in range(begin, min(end, begin + FAR)):
        matcher.set_seq1(_words(right[number]))
        ratio = matcher.ratio() if matcher.real_quick_ratio() > best else 0.0
        if ratio > best:
            best, found = ratio, number
    return found


def _words(line: str) -> list[str]:
    return [word for word in _WORDS.findall(line) if not word.isspace()]
