"""Text to tokens. Names may hold spaces and operators, so a vocabulary is asked for the longest known one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from app.decisions.feel.errors import FeelSyntaxError
from app.foundation.i18n import gettext as _

_WORD = r"[^\W\d]|[\U00010000-\U000EFFFF]"
_NAME = re.compile(rf"(?:{_WORD}|\?)(?:[\w\U00010000-\U000EFFFF?])*")
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_SYMBOL = re.compile(r"\*\*|\.\.|!=|<=|>=|->|[-+*/=<>()\[\]{},:.@']")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_PIECE = re.compile(r"[\w\U00010000-\U000EFFFF?]+|[^\s\w]")

KEYWORDS = frozenset(
    {"and", "or", "between", "in", "if", "then", "else", "for", "return", "some", "every", "satisfies"}
    | {"function", "true", "false", "null"}
)


class Kind(Enum):
    """What a token is."""

    NAME = "name"
    KEYWORD = "keyword"
    NUMBER = "number"
    STRING = "string"
    SYMBOL = "symbol"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `value` is the name, symbol or decoded string, `start` and `end` its place in the text."""

    kind: Kind
    value: str
    start: int
    end: int


class Vocabulary:
    """The names that one word cannot hold, such as `date and time`, on top of those of a `base`."""

    __slots__ = ("_base", "_by_first")

    def __init__(self, names: Iterable[str] = (), base: Vocabulary | None = None) -> None:
        self._base = base
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Take up a name; names of one word need no entry."""
        pieces = tuple(_PIECE.findall(name))
        if len(pieces) < 2:
            return
        entries = self._by_first.setdefault(pieces[0], [])
        if (pieces, name) not in entries:
            entries.append((pieces, name))
            entries.sort(key=lambda entry: -len(entry[0]))

    def longest_at(self, text: str, position: int) -> tuple[str, int] | None:
        """Return the longest known name that starts here and where it ends, or None."""
        first = _PIECE.match(text, position)
        if first is None:
            return None
        below = self._base.longest_at(text, position) if self._base is not None else None
        for pieces, name in self._by_first.get(first.group(), ()):
            end = _match_pieces(pieces, text, position)
            if end is not None and (below is None or end >= below[1]):
                return name, end
        return below


def _match_pieces(pieces: tuple[str, ...], text: str, position: int) -> int | None:
    end = position
    for piece in pieces:
        while end < len(text) and text[end].isspace():
            end += 1
        found = _PIECE.match(text, end)
        if found is None or found.group() != piece:
            return None
        end = found.end()
    return end


class Lexer:
    """Cuts tokens from a text on demand, with the vocabulary as it stands at that moment."""

    __slots__ = ("text", "vocabulary")

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text = text
        self.vocabulary = vocabulary

    def token_at(self, position: int) -> Token:
        """Return the next token at or after the position.

        Errors: FeelSyntaxError where no token can start.
        """
        space = _SPACE.match(self.text, position)
        start = space.end() if space else position
        if start >= len(self.text):
            return Token(Kind.END, "", start, start)
        known = self.vocabulary.longest_at(self.text, start)
        if known is not None:
            return Token(Kind.NAME, known[0], start, known[1])
        return self._plain_token(start)

    def _plain_token(self, start: int) -> Token:
        name = _NAME.match(self.text, start)
        if name is not None:
            kind = Kind.KEYWORD if name.group() in KEYWORDS else Kind.NAME
            return Token(kind, name.group(), start, name.end())
        number = _NUMBER.match(self.text, start)
        if number is not None:
            return Token(Kind.NUMBER, number.group(), start, number.end())
        string = _STRING.match(self.text, start)
        if string is not None:
            return Token(Kind.STRING, self._decode(string), start, string.end())
        symbol = _SYMBOL.match(self.text, start)
        if symbol is not None:
            return Token(Kind.SYMBOL, symbol.group(), start, symbol.end())
        raise self._stray(start)

    def _stray(self, start: int) -> FeelSyntaxError:
        if self.text[start] == '"':
            why, mend = _("a text begins but never ends."), _('Close it with ".')
        else:
            why = _("“%(character)s” has no meaning here.", character=self.text[start])
            mend = _("Remove it, or put texts in double quotes.")
        return FeelSyntaxError(why, text=self.text, position=start, mend=mend)

    def _decode(self, string: re.Match[str]) -> str:
        def decoded(match: re.Match[str]) -> str:
            code = match[1]
            if code[0] in "uU" and len(code) > 1:
                number = int(code[1:], 16)
                return chr(number) if number <= 0x10FFFF else match[0]
            return _ESCAPES.get(code, match[0])

        text = _ESCAPE.sub(decoded, string.group()[1:-1])
        # Surrogates come in pairs as two escapes; alone they could not be stored.
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
