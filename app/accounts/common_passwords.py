"""A small list of what people choose first, made from patterns rather than kept as a long file.

The list is offline and only needs entries of twelve characters and more: shorter ones are refused anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

_WORDS = (
    "password", "passwort", "haslo", "losenord", "motdepasse", "contrasena", "welcome",
    "willkommen", "letmein", "iloveyou", "princess", "sunshine", "football", "baseball", "superman",
    "batman", "dragon", "monkey", "master", "shadow", "michael", "jennifer", "trustno", "starwars",
    "whatever", "computer", "internet", "samsung", "qwerty", "qwertz", "azerty", "qwertyuiop",
    "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "admin", "administrator", "changeme",
    "default", "secret", "quality", "company", "spring", "summer", "autumn", "winter", "january",
    "february", "september", "october", "november", "december", "monday", "friday", "keel",
)  # fmt: skip
_TAILS = (
    "1", "12", "123", "1234", "12345", "123456", "1234567", "12345678", "123456789", "1234567890",
    "0", "00", "000", "01", "11", "111", "007", "69", "99", *(str(year) for year in range(1950,
    2041)),
)  # fmt: skip
_ENDS = ("", "!", "!!", ".", "?", "#", "@", "*")
_WALKS = (
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn",
)
_PHRASES = frozenset(
    {
        "correcthorsebatterystaple", "thisismypassword", "mypasswordis", "iloveyouforever",
        "letmeinplease", "onetwothreefour", "passwordpassword", "changemechangeme", "opensesame",
        "whatsthepassword",
    }
)  # fmt: skip
_TAIL_SIGNS = "0123456789!.?#@*"
_LEET = str.maketrans("@$301!5", "aseoiis")


def is_common(password: str) -> bool:
    """Tell whether a password is one of the first that somebody would try.

    Shape: case, blanks and the usual replacements of letters (p@ssw0rd) make no difference.
    """
    folded = "".join(password.casefold().split())
    head = folded.rstrip(_TAIL_SIGNS)
    spelt_out = head.translate(_LEET) + folded[len(head) :]
    return any(_is_listed(one) or _is_monotonous(one) for one in {folded, spelt_out})


def _is_listed(folded: str) -> bool:
    return folded in _PHRASES or folded in _combinations() or _is_walk(folded)


def _is_walk(folded: str) -> bool:
    """Tell whether the text only walks along a row of keys, in either direction, over and over."""
    return any(folded in walk * (len(folded) // len(walk) + 2) for row in _WALKS for walk in (row, row[::-1]))


def _is_monotonous(folded: str) -> bool:
    """Tell whether a short piece is repeated until it is long enough."""
    return any(folded == (folded[:size] * len(folded))[: len(folded)] for size in range(1, 7))


@cache
def _combinations() -> frozenset[str]:
    return frozenset(_combined())


def _combined() -> Iterator[str]:
    for word, tail, end in product(_WORDS, _TAILS, _ENDS):
        yield word + tail + end
        yield tail + word + end
        yield word + end + tail
    for first, second in product(_WORDS, repeat=2):
        yield first + second
