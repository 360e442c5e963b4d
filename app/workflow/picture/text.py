"""How wide words are, roughly, and where they break. The browser's font decides the rest."""

from __future__ import annotations

import unicodedata

FONT_SIZE = 12.0
LINE = 15.0
_NARROW = frozenset("iljtfrI.,:;'|!()[] ")
_WIDE = frozenset("mwMWOQGD@%—…")


def width_of(text: str, size: float = FONT_SIZE) -> float:
    """Return the estimated width. Units: pixels."""
    return sum(_share(letter) for letter in text) * size


def wrapped(text: str, width: float, lines: int, size: float = FONT_SIZE) -> list[str]:
    """Return the text in at most `lines` lines no wider than `width`; the rest becomes an ellipsis."""
    words = [piece for word in readable(text).split() for piece in _pieces(word, width, size)]
    rows: list[str] = []
    for word in words:
        if rows and width_of(f"{rows[-1]} {word}", size) <= width:
            rows[-1] = f"{rows[-1]} {word}"
        else:
            rows.append(word)
    if len(rows) > lines:
        rows = rows[:lines]
        rows[-1] = _cut(rows[-1], width, size)
    return rows


def readable(text: str) -> str:
    """Return the text without control and direction characters, which no picture may carry."""
    return "".join(
        " " if letter in "\n\t\r" else letter for letter in text if letter in "\n\t\r" or _is_shown(letter)
    )


def _is_shown(letter: str) -> bool:
    return unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _share(letter: str) -> float:
    if letter in _NARROW:
        return 0.32
    if unicodedata.east_asian_width(letter) in {"W", "F"}:
        return 1.0
    return 0.86 if letter in _WIDE else 0.68 if letter.isupper() else 0.55


def _pieces(word: str, width: float, size: float) -> list[str]:
    """Break a word that is wider than the line on its own."""
    pieces, start = [], 0
    for end in range(1, len(word) + 1):
        if width_of(word[start:end], size) > width and end - start > 1:
            pieces.append(word[start : end - 1])
            start = end - 1
    return [*pieces, word[start:]]


def _cut(row: str, width: float, size: float) -> str:
    while row and width_of(f"{row}…", size) > width:
        row = row[:-1]
    return f"{row.rstrip()}…"
