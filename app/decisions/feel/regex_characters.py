r"""Which characters the classes of a regular expression take in (`\d`, `\w`, `\p{L}` and their kin)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import TypeAlias

CharTest: TypeAlias = Callable[[str], bool]

BLANKS = " \t\n\r"


def _is_word(character: str) -> bool:
    return unicodedata.category(character)[0] not in "PZC"


def _is_digit(character: str) -> bool:
    return unicodedata.category(character) == "Nd"


def _is_name_start(character: str) -> bool:
    return character.isalpha() or character in "_:"


def _is_name_part(character: str) -> bool:
    return character.isalnum() or character in "_:.-\u00b7"


CLASSES: Mapping[str, CharTest] = {
    "d": _is_digit,
    "w": _is_word,
    "s": lambda character: character in BLANKS,
    "i": _is_name_start,
    "c": _is_name_part,
}
CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}
ESCAPABLE = "\\|.?*+(){}[]^$-"


def nothing(_character: str) -> bool:
    """Take in no character."""
    return False


def negated(test: CharTest) -> CharTest:
    """Return the opposite test."""
    return lambda other: not test(other)


def any_of(tests: tuple[CharTest, ...]) -> CharTest:
    """Return the test that takes in what one of the tests does."""
    return lambda other: any(test(other) for test in tests)


def in_category(name: str) -> CharTest:
    """Return the test for a Unicode category such as `L` or `Lu`."""
    return lambda other: unicodedata.category(other).startswith(name)
