"""Which words are to go, and how they are taken out of texts and values. Standard library only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

MARK = "[destroyed]"
SHORTEST, MOST = 4, 20
_ASCII_RUN = re.compile(r"[A-Za-z0-9 @._-]{3,}")


def words_of(text: str) -> list[str]:
    """Return the words to destroy, one a line, the longest first so that no part is left of a longer one."""
    found = {" ".join(line.split()) for line in text.splitlines()}
    return sorted((one for one in found if one), key=lambda one: (-len(one), one))


def pattern_of(words: Sequence[str]) -> re.Pattern[str]:
    """Return the pattern that finds any of the words, whatever its case."""
    return re.compile("|".join(re.escape(one) for one in words), re.IGNORECASE)


def needle_of(word: str) -> str:
    """Return the longest part of a word that also stands in JSON as it is; empty when there is none."""
    return max(_ASCII_RUN.findall(word), key=len, default="").strip()


def cleaned(value: Any, pattern: re.Pattern[str]) -> Any:
    """Return a JSON value without the words; the same object when they do not stand in it."""
    if isinstance(value, str):
        return pattern.sub(MARK, value) if pattern.search(value) else value
    if isinstance(value, dict):
        return {cleaned(key, pattern): cleaned(one, pattern) for key, one in value.items()}
    if isinstance(value, list):
        return [cleaned(one, pattern) for one in value]
    return value
