"""Pure rules of imports: what a cell means before a form judges it. No database, no texts for people."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time
from enum import StrEnum

MIDDAY = time(12, 0, tzinfo=UTC)
PROVISIONAL_FROM = 10**12
ANY = "*"
_DATE_PARTS = {"YYYY": r"(?P<year>\d{4})", "MM": r"(?P<month>\d{1,2})", "DD": r"(?P<day>\d{1,2})"}
_DATE_MARK = re.compile("|".join(_DATE_PARTS))
_NOT_IN_CODES = re.compile(r"[^\w .\-/]+")
# What a spreadsheet would run: a leading = or @, a signed function call, a DDE request.
_FORMULA = re.compile(r"[=@\uff1d\uff20]\s*[^\s=]|[+\-\uff0b\uff0d]\s*[A-Za-z_.]+\s*\(|[+\-=@].*\|.*!")


class LandsAs(StrEnum):
    """What becomes of a row. The value is stored and written in mappings."""

    HISTORY = "history"
    OPEN = "open"


class RunState(StrEnum):
    """Where an import stands. The value is stored."""

    STAGING = "staging"
    STAGED = "staged"
    LANDED = "landed"
    UNDOING = "undoing"
    UNDONE = "undone"


PORTION: Mapping[LandsAs, int] = {LandsAs.HISTORY: 100, LandsAs.OPEN: 25}


def is_absent(text: str, absent: Collection[str]) -> bool:
    """Tell whether a cell counts as empty: it is blank, or one of the words a mapping names.

    Shape: a word that ends in `*` stands for everything that begins so, such as `1901*`.
    """
    return not text or any(
        text.startswith(word.removesuffix(ANY)) if word.endswith(ANY) else text == word for word in absent
    )


def is_date_pattern(pattern: str) -> bool:
    """Tell whether a text says how dates are written: YYYY, MM and DD once each, with marks between."""
    return sorted(_DATE_MARK.findall(pattern)) == sorted(_DATE_PARTS) and not re.search(
        r"[A-Za-z\d]", _DATE_MARK.sub("", pattern)
    )


def read_date(text: str, pattern: str) -> date | None:
    """Return the day a cell names, None when it is not written as the pattern says or is no day."""
    pieces = re.split(f"({_DATE_MARK.pattern})", pattern)
    regex = "".join(_DATE_PARTS.get(piece) or re.escape(piece) for piece in pieces)
    match = re.fullmatch(regex, text, re.ASCII)
    if match is None:
        return None
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def midday(day: date) -> datetime:
    """Return the moment kept for a day without a time: noon UTC, which is that day in nearly every zone."""
    return datetime.combine(day, MIDDAY)


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet would run the text instead of showing it."""
    return _FORMULA.match(text) is not None


def first_of(values: Sequence[object]) -> object:
    """Return the first value that is there, None when there is none."""
    return next((value for value in values if value is not None), None)


def repeated(names: Sequence[str]) -> list[str]:
    """Return the names that stand more than once, without regard to case, each once."""
    folded = [name.casefold() for name in names]
    return [name for place, name in enumerate(names) if name and folded.index(folded[place]) < place]


def code_of(name: str, is_taken: Callable[[str], bool], longest: int) -> str:
    """Return a code for an entry that comes with a name only: its letters, shortened, numbered when taken.

    Shape: what codes may not hold becomes `-`; `is_taken` is asked until it says no.
    """
    bare = _NOT_IN_CODES.sub("-", " ".join(name.split())).strip(" .-/_") or "X"
    code, count = bare[:longest].rstrip(), 1
    while is_taken(code):
        count += 1
        mark = f"-{count}"
        code = bare[: longest - len(mark)].rstrip() + mark
    return code
