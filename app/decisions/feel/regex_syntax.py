"""Regular expressions of XPath, read into a small program for our own matcher.

Python's `re` cannot be stopped once it runs, and a pattern of a few characters can keep it busy for years.
"""

from __future__ import annotations

from app.decisions.feel.regex_characters import (
    BLANKS,
    CLASSES,
    CONTROLS,
    ESCAPABLE,
    CharTest,
    any_of,
    in_category,
    negated,
    nothing,
)
from app.decisions.feel.regex_tree import Backward, Choice, Edge, Group, One, Part, Repeat, Sequence

GROUP_DEPTH_LIMIT = 20
REPEAT_LIMIT = 1_000


class InvalidPattern(Exception):
    """The text is not a regular expression, or a larger one than is allowed."""


class PatternReader:
    """Reads one pattern. Flags: i, s, m, x, q as in XPath."""

    def __init__(self, text: str, flags: str) -> None:
        if not set(flags) <= set("ismxq"):
            raise InvalidPattern
        self._ignores_case = "i" in flags
        self._dot_is_all = "s" in flags
        self._text = _without_blanks(text) if "x" in flags and "q" not in flags else text
        self._is_literal = "q" in flags
        self._position = 0
        self._depth = 0
        self._open_groups: set[int] = set()
        self.groups = 0

    def read(self) -> Part:
        """Return the whole pattern as a tree.

        Errors: InvalidPattern.
        """
        if self._is_literal:
            return Sequence(tuple(self._literal(character) for character in self._text))
        part = self._choice()
        if self._position < len(self._text):
            raise InvalidPattern
        return part

    def _peek(self) -> str:
        return self._text[self._position : self._position + 1]

    def _take(self) -> str:
        character = self._peek()
        if not character:
            raise InvalidPattern
        self._position += 1
        return character

    def _accept(self, text: str) -> bool:
        if not self._text.startswith(text, self._position):
            return False
        self._position += len(text)
        return True

    def _literal(self, character: str) -> One:
        if self._ignores_case:
            folded = character.lower(), character.upper()
            return One(
                lambda other: other == character or other.lower() == folded[0] or other.upper() == folded[1]
            )
        return One(lambda other: other == character)

    def _choice(self) -> Part:
        self._depth += 1
        if self._depth > GROUP_DEPTH_LIMIT:
            raise InvalidPattern
        options = [self._sequence()]
        while self._accept("|"):
            options.append(self._sequence())
        self._depth -= 1
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self) -> Part:
        parts: list[Part] = []
        while self._peek() and self._peek() not in "|)":
            parts.append(self._repeated(self._atom()))
        return Sequence(tuple(parts))

    def _repeated(self, part: Part) -> Part:
        bounds = self._bounds()
        if bounds is None:
            return part
        if isinstance(part, Edge):
            raise InvalidPattern
        is_greedy = not self._accept("?")
        if self._peek() and self._peek() in "*+?{":
            raise InvalidPattern
        return Repeat(part, *bounds, is_greedy)

    def _bounds(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._accept(sign):
                return bounds
        return self._counted() if self._accept("{") else None

    def _counted(self) -> tuple[int, int | None]:
        end = self._text.find("}", self._position)
        least, separator, most = self._text[self._position : end].partition(",")
        self._position = end + 1
        if end < 0 or not _is_count(least) or (most and not _is_count(most)):
            raise InvalidPattern
        low = int(least)
        high = int(most) if most else None if separator else low
        if high is not None and high < low:
            raise InvalidPattern
        return low, high

    def _atom(self) -> Part:
        character = self._take()
        if character == "(":
            return self._group()
        if character == "[":
            return One(self._character_class())
        if character == ".":
            return One((lambda _other: True) if self._dot_is_all else lambda other: other not in "\n\r")
        if character in "^$":
            return Edge(is_start=character == "^")
        if character == "\\":
            return self._escaped()
        if character in "*+?{}]":
            raise InvalidPattern
        return self._literal(character)

    def _group(self) -> Part:
        number = None
        if not self._accept("?:"):
            if self._peek() == "?":
                raise InvalidPattern
            self.groups += 1
            number = self.groups
            self._open_groups.add(number)
        part = self._choice()
        if not self._accept(")"):
            raise InvalidPattern
        self._open_groups.discard(number or 0)
        return Group(part, number)

    def _escaped(self) -> Part:
        if self._peek() in "123456789":
            number = int(self._take())
            while self._peek().isdigit() and number * 10 + int(self._peek()) <= self.groups:
                number = number * 10 + int(self._take())
            if number > self.groups or number in self._open_groups:
                raise InvalidPattern
            return Backward(number)
        test, character = self._escape()
        return self._literal(character) if test is None else One(test)

    def _escape(self) -> tuple[CharTest | None, str]:
        character = self._take()
        if character in CONTROLS:
            return None, CONTROLS[character]
        if character in ESCAPABLE:
            return None, character
        if character in "pP":
            test = self._category()
            return (test if character == "p" else negated(test)), ""
        test = CLASSES.get(character.lower(), nothing)
        if test is nothing:
            raise InvalidPattern
        return (test if character.islower() else negated(test)), ""

    def _category(self) -> CharTest:
        end = self._text.find("}", self._position)
        name = self._text[self._position + 1 : end]
        if not self._accept("{") or end < 0 or name[:1] not in "LMNPZSC" or len(name) > 2:
            raise InvalidPattern
        self._position = end + 1
        return in_category(name)

    def _character_class(self) -> CharTest:
        isnegated = self._accept("^")
        tests: list[CharTest] = []
        without: CharTest = nothing
        while not self._accept("]"):
            if tests and self._accept("-["):
                without = self._character_class()
                if not self._accept("]"):
                    raise InvalidPattern
                break
            tests.append(self._class_member())
        if not tests:
            raise InvalidPattern
        included = any_of(tuple(tests))
        wanted = negated(included) if isnegated else included
        return lambda other: wanted(other) and not without(other)

    def _class_member(self) -> CharTest:
        low = self._class_character()
        if not isinstance(low, str):
            return low
        rest = self._text[self._position : self._position + 2]
        if rest[:1] == "-" and rest[1:2] not in {"]", "[", ""}:
            self._take()
            high = self._class_character()
            if not isinstance(high, str) or high < low:
                raise InvalidPattern
            return self._between(low, high)
        return self._literal(low).test

    def _class_character(self) -> str | CharTest:
        character = self._take()
        if character == "[":
            raise InvalidPattern
        if character != "\\":
            return character
        test, plain = self._escape()
        return plain if test is None else test

    def _between(self, low: str, high: str) -> CharTest:
        if not self._ignores_case:
            return lambda other: low <= other <= high
        return lambda other: any(low <= form <= high for form in {other, other.lower(), other.upper()})


def _is_count(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) <= 4 and int(text) <= REPEAT_LIMIT


def _without_blanks(text: str) -> str:
    kept: list[str] = []
    depth = 0
    is_escaped = False
    for character in text:
        if character in BLANKS and depth == 0 and not is_escaped:
            continue
        if not is_escaped:
            depth += (character == "[") - (character == "]" and depth > 0)
        is_escaped = character == "\\" and not is_escaped
        kept.append(character)
    return "".join(kept)
