"""Words and codes, as search compares them: without case, accents and the signs between their parts. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_PIECES = 8
MOST_TERMS = 400_000
LONGEST_WORD = 80
AROUND = 90
_WORD = re.compile(r"[^\W_]+")
_CODE = re.compile(r"[^\W_]+(?:[-\u2010-\u2015/\\._:+#][^\W_]+)+")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of what was typed: its words in order, and the whole without signs when it is like a code."""

    words: tuple[str, ...]
    code: str = ""


@dataclass(frozen=True, slots=True)
class SnippetPart:
    """A stretch of a snippet, marked when it is what was looked for."""

    text: str
    is_hit: bool = False


def folded(text: str) -> str:
    """Return a text without case and accents."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()


def terms_of(text: str) -> str:
    """Return what the index keeps of a text: its words, then its codes without the signs between their parts.

    Shape: words parted by one space; `LOT-2024/0017` leaves `lot 2024 0017` in its place and `lot20240017`.
    """
    plain = folded(text)[:MOST_TERMS]
    words = [word[:LONGEST_WORD] for word in _WORD.findall(plain)]
    codes = dict.fromkeys(code for code in map(_squashed, _CODE.findall(plain)) if code)
    return " ".join([*words, *codes])


def pieces_of(query: str) -> list[Piece]:
    """Return what was typed as pieces that must all be found; the last word of each may be cut short."""
    found = []
    for typed in folded(query).split():
        words = tuple(word[:LONGEST_WORD] for word in _WORD.findall(typed))
        if words:
            found.append(Piece(words, _squashed(typed) if len(words) > 1 else ""))
    return found[:MOST_PIECES]


def snippet_of(text: str, pieces: Sequence[Piece]) -> tuple[SnippetPart, ...]:
    """Return the stretch of a text around the first thing that was looked for, with all of it marked.

    Shape: empty when nothing of it stands in the text.
    """
    pattern = _pattern(pieces)
    plain, places = _with_places(text)
    first = pattern.search(plain) if pattern else None
    if pattern is None or first is None:
        return ()
    begin, end = max(0, first.start() - AROUND), min(len(plain), first.end() + AROUND)
    hits = [(places[hit.start()], places[hit.end()]) for hit in pattern.finditer(plain, begin, end)]
    return tuple(_parts(text, places[begin], places[end], hits))


def _squashed(code: str) -> str:
    joined = "".join(_WORD.findall(code))
    return joined if _DIGIT.search(joined) and len(joined) <= LONGEST_WORD else ""


def _pattern(pieces: Sequence[Piece]) -> re.Pattern[str] | None:
    choices = [r"[\W_]+".join(map(re.escape, piece.words)) for piece in pieces]
    choices += [r"[\W_]?".join(map(re.escape, piece.code)) for piece in pieces if piece.code]
    choices += [r"[\W_]?".join(map(re.escape, piece.words[0])) for piece in pieces if _is_joined(piece)]
    if not choices:
        return None
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(choices)})")


def _is_joined(piece: Piece) -> bool:
    """Tell whether one word was typed that may stand for a code with signs in it."""
    word = piece.words[0]
    return len(piece.words) == 1 and bool(_DIGIT.search(word)) and not word.isdecimal()


def _with_places(text: str) -> tuple[str, list[int]]:
    """Return the folded text, and for each of its signs the place in the text it came from."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        plain = folded(sign)
        signs.append(plain)
        places += [place] * len(plain)
    return "".join(signs), [*places, len(text)]


def _parts(text: str, begin: int, end: int, hits: Sequence[tuple[int, int]]) -> Iterator[SnippetPart]:
    at = begin
    yield SnippetPart("… " if begin else "")
    for start, stop in hits:
        yield SnippetPart(_line(text[at:start]))
        yield SnippetPart(_line(text[start:stop]), is_hit=True)
        at = stop
    yield SnippetPart(_line(text[at:end]) + (" …" if end < len(text) else ""))


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
