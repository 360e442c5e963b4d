"""Makes any text printable: no control or direction signs, only signs of the fonts, and lines that break."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path
from typing import Any

MISSING = "□"
_BREAK = "\u200b"
_LONG_WORD = re.compile(r"\S{30,}")
_BREAK_AFTER = 15
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@cache
def covered() -> frozenset[int]:
    """Return the signs that the fonts inside Typst can draw."""
    ranges = json.loads(Path(__file__).with_name("signs.json").read_text())
    return frozenset(sign for first, last in ranges for sign in range(first, last + 1))


@cache
def plain() -> frozenset[int]:
    """Return those of them that no neighbour can spoil: an accent may need a font its letter is not in."""
    return frozenset(one for one in covered() if unicodedata.category(chr(one))[0] not in "MC")


class Cleaner:
    """Cleans all texts of a paper and counts the signs it had to leave out."""

    def __init__(
        self, *, only: AbstractSet[int] | None = None, without: AbstractSet[str] = frozenset()
    ) -> None:
        """Know which signs can be drawn: `only` these, when it is given, and none of `without`."""
        self._only = only
        self._without = without
        self.replaced = 0

    def clean(self, value: Any) -> Any:
        """Return a JSON value whose texts, keys aside, can be printed."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: one if key in _NAMES else self.clean(one) for key, one in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.clean(one) for one in value]
        return value

    def text(self, raw: str) -> str:
        """Return a text without signs that trick the eye or cannot be drawn, with places to break."""
        found = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\t", "    "))
        return _LONG_WORD.sub(_breakable, "".join(map(self._sign, found)))

    def _sign(self, sign: str) -> str:
        if sign == "\n":
            return sign
        if sign in _DIRECTIONS or unicodedata.category(sign) in {"Cc", "Cs"}:
            return ""
        if sign not in self._without and (self._only is None or ord(sign) in self._only):
            return sign
        self.replaced += 1
        return MISSING


_NAMES = frozenset({"kind", "enclosure", "file", "link", "lang", "language", "page_words", "media_type"})


def _breakable(word: re.Match[str]) -> str:
    text = word[0]
    return _BREAK.join(text[at : at + _BREAK_AFTER] for at in range(0, len(text), _BREAK_AFTER))
