"""Reads the text of a pattern into a tree: characters, sets, edges, groups, branches and repeats.

The meaning is JavaScript's, without flags: digits and word characters are ASCII, a dot is no line break,
and the dollar sign is the very end.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from app.foundation.errors import Invalid
from app.foundation.i18n import gettext as _

MOST_CHARACTERS = 300
MOST_REPEATS = 100
MOST_NESTING = 20

_LINE_ENDS = "\n\r\u2028\u2029"
_SPACES = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    chr(code) for code in range(0x2000, 0x200B)
)
_CLASSES: dict[str, tuple[tuple[str, str], ...]] = {
    "d": (("0", "9"),),
    "w": (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z")),
    "s": tuple((space, space) for space in _SPACES),
}
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v"}
_MARKS = frozenset("^$\\.*+?()[]{}|/-")


class Edge(StrEnum):
    """The two ends of the text."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class SetOf:
    """One character out of ranges (both bounds count), or one outside of them."""

    ranges: tuple[tuple[str, str], ...]
    is_negated: bool = False

    def holds(self, character: str) -> bool:
        """Tell whether the character belongs to the set."""
        return any(low <= character <= high for low, high in self.ranges) is not self.is_negated


@dataclass(frozen=True, slots=True)
class Run:
    """Parts one after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Branches:
    """One of several parts."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part several times; `most` None is without end."""

    part: Node
    least: int
    most: int | None


Node: TypeAlias = "SetOf | Edge | Run | Branches | Repeat"


_SIGNS: dict[str, Node] = {
    "^": Edge.START,
    "$": Edge.END,
    ".": SetOf(tuple((end, end) for end in _LINE_ENDS), is_negated=True),
}


class PatternRefused(Invalid):
    """The pattern uses something that cannot be matched in linear time, or is not a pattern."""


def parse_pattern(text: str) -> Node:
    """Return the tree of the pattern.

    Errors: PatternRefused, with what is wrong and where.
    """
    if len(text) > MOST_CHARACTERS:
        raise PatternRefused(
            _("The pattern is longer than %(limit)s characters.", limit=MOST_CHARACTERS),
        )
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self._nesting = 0

    def whole(self) -> Node:
        node = self._branches()
        if self._place < len(self._text):
            raise self._refuse(_("a bracket is closed that was never opened"))
        return node

    def _branches(self) -> Node:
        options = [self._run()]
        while self._take("|"):
            options.append(self._run())
        return options[0] if len(options) == 1 else Branches(tuple(options))

    def _run(self) -> Node:
        parts: list[Node] = []
        while self._place < len(self._text) and self._peek() not in "|)":
            parts.append(self._repeated(self._atom()))
        return Run(tuple(parts))

    def _atom(self) -> Node:
        character = self._next()
        match character:
            case "^" | "$" | ".":
                return _SIGNS[character]
            case "(":
                return self._group()
            case "[":
                return self._set()
            case "\\":
                return self._escape()
            case "*" | "+" | "?" | "{" | "}" | "]":
                raise self._refuse(_("“%(mark)s” stands alone; write \\%(mark)s", mark=character))
            case _:
                return SetOf(((character, character),))

    def _group(self) -> Node:
        if self._take("?") and not self._take(":"):
            raise self._refuse(_("looking ahead or behind, and named groups, are not supported"))
        self._nesting += 1
        if self._nesting > MOST_NESTING:
            raise self._refuse(_("the brackets nest too deeply"))
        node = self._branches()
        if not self._take(")"):
            raise self._refuse(_("a bracket is not closed"))
        self._nesting -= 1
        return node

    def _repeated(self, part: Node) -> Node:
        bounds = self._repeat_bounds()
        if bounds is None:
            return part
        if isinstance(part, Edge):
            raise self._refuse(_("an edge of the text cannot be repeated"))
        self._take("?")
        if self._place < len(self._text) and self._peek() in "*+?{":
            raise self._refuse(_("two repeats follow each other"))
        return Repeat(part, *bounds)

    def _repeat_bounds(self) -> tuple[int, int | None] | None:
        if self._take("*"):
            return 0, None
        if self._take("+"):
            return 1, None
        if self._take("?"):
            return 0, 1
        return self._bounds() if self._take("{") else None

    def _bounds(self) -> tuple[int, int | None]:
        inside, closed, _rest = self._text[self._place :].partition("}")
        low, comma, high = inside.partition(",")
        if not closed or not _is_count(low) or (high and not _is_count(high)):
            raise self._refuse(_("write a repeat as {2} or {2,5}"))
        self._place += len(inside) + 1
        least = int(low)
        most = (int(high) if high else None) if comma else least
        if max(least, most or 0) > MOST_REPEATS or (most is not None and most < least):
            raise self._refuse(_("a repeat counts upwards and at most to %(limit)s", limit=MOST_REPEATS))
        return least, most

    def _set(self) -> Node:
        is_negated = self._take("^")
        ranges: list[tuple[str, str]] = []
        while not self._take("]"):
            low = self._set_member()
            if isinstance(low, SetOf):
                ranges += self._plain(low)
            elif self._text[self._place : self._place + 1] == "-" and self._ahead(1) not in {"]", ""}:
                self._place += 1
                ranges.append((low, self._range_end(low)))
            else:
                ranges.append((low, low))
        return SetOf(tuple(ranges), is_negated)

    def _range_end(self, low: str) -> str:
        high = self._set_member()
        if isinstance(high, SetOf) or high < low:
            raise self._refuse(_("a range runs from a lower to a higher character"))
        return high

    def _set_member(self) -> str | SetOf:
        character = self._next()
        if character != "\\":
            return character
        if self._ahead(0) == "b":
            raise self._refuse(_("\\b is not supported"))
        escaped = self._escape()
        return escaped if len(escaped.ranges) != 1 or escaped.is_negated else self._single(escaped)

    def _single(self, escaped: SetOf) -> str | SetOf:
        low, high = escaped.ranges[0]
        return low if low == high else escaped

    def _plain(self, members: SetOf) -> list[tuple[str, str]]:
        if members.is_negated:
            raise self._refuse(_("\\D, \\W and \\S are not supported inside brackets"))
        return list(members.ranges)

    def _escape(self) -> SetOf:
        character = self._next()
        if character.lower() in _CLASSES:
            return SetOf(_CLASSES[character.lower()], is_negated=character.isupper())
        plain = _CONTROLS.get(character, character if character in _MARKS else "")
        if not plain:
            raise self._refuse(_("\\%(mark)s is not supported", mark=character))
        return SetOf(((plain, plain),))

    def _peek(self) -> str:
        return self._text[self._place]

    def _ahead(self, distance: int) -> str:
        return self._text[self._place + distance : self._place + distance + 1]

    def _next(self) -> str:
        if self._place >= len(self._text):
            raise self._refuse(_("the pattern ends too early"))
        self._place += 1
        return self._text[self._place - 1]

    def _take(self, mark: str) -> bool:
        if self._ahead(0) != mark:
            return False
        self._place += 1
        return True

    def _refuse(self, why: str) -> PatternRefused:
        return PatternRefused(
            _(
                "The pattern cannot be used, at character %(place)s: %(why)s.",
                place=self._place,
                why=why,
            )
        )


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4
