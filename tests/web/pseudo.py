"""A language of longer, accented, bracketed words, in which text that was not translated stands out."""

from __future__ import annotations

import re
from gettext import NullTranslations

BEGIN, END = "[!", "!]"
DATA_BEGIN, DATA_END = "⟪", "⟫"
_PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%%")
_ACCENTS = str.maketrans("aceginosuyzACEGINOSUYZ", "áçéğíñöšůýžÁÇÉĞÍÑÖŠŮÝŽ")
GROWTH = 0.35


class Pseudo(NullTranslations):
    """Turns “Sign in” into “[!Šíğñ íñ ~~!]”: a third longer, and nobody takes it for the source."""

    def gettext(self, message: str) -> str:
        """Return the message in the pseudo language."""
        return pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the singular or plural in the pseudo language."""
        return pseudo(msgid1 if n == 1 else msgid2)


def pseudo(message: str) -> str:
    """Return a message with its placeholders as they are and every other letter accented, a third longer."""
    if not message.strip():
        return message
    parts = _PLACEHOLDER.split(message)
    kept = [*_PLACEHOLDER.findall(message), ""]
    words = "".join(part.translate(_ACCENTS) + place for part, place in zip(parts, kept, strict=True))
    return f"{BEGIN}{words} {_tail(message)}{END}"


def _tail(message: str) -> str:
    """Return words that make the message a third longer; no word longer than those people write."""
    signs = max(2, round(GROWTH * len(message)))
    return " ".join("w" * min(7, signs - begin) for begin in range(0, signs, 8))


def data(text: str) -> str:
    """Mark a text as one that somebody typed, line by line: pages put each into a paragraph of its own."""
    return "\n".join(f"{DATA_BEGIN}{line}{DATA_END}" if line else "" for line in text.split("\n"))


def unmarked(text: str) -> str:
    """Return what of a text is neither translated nor typed by somebody; brackets may be nested."""
    left, depth, place = "", 0, 0
    while place < len(text):
        if text.startswith((BEGIN, DATA_BEGIN), place):
            depth += 1
            place += len(BEGIN) if text.startswith(BEGIN, place) else len(DATA_BEGIN)
        elif text.startswith((END, DATA_END), place):
            depth -= 1
            place += len(END) if text.startswith(END, place) else len(DATA_END)
        else:
            left += "" if depth > 0 else text[place]
            place += 1
    return left
