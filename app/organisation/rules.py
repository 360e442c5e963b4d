"""Pure rules of master data and calendars; no database."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import time
from functools import cache
from itertools import pairwise
from zoneinfo import available_timezones

MONDAY_TO_FRIDAY = range(5)
STANDARD_HOURS: Sequence[Mapping[str, object]] = tuple(
    {"weekday": day, "from": "08:00", "to": "16:00"} for day in MONDAY_TO_FRIDAY
)
EN_DASH = "\N{EN DASH}"  # what word processors make of a hyphen between times
_CODE = re.compile(r"[\w][\w .\-/]*")


def key_of(code: str) -> str:
    """Return what two codes must not share: the code without regard to case and outer blanks."""
    return " ".join(code.split()).casefold()


def is_code(code: str, longest: int) -> bool:
    """Tell whether a text may serve as a code: letters, digits, blanks and . - / _ within the length."""
    return 0 < len(code) <= longest and _CODE.fullmatch(code) is not None


def is_zone(name: str) -> bool:
    """Tell whether a text is the IANA name of a time zone."""
    return name in zone_names()


@cache
def zone_names() -> frozenset[str]:
    """Return the IANA names of all time zones. Slow once: it walks through all files of their database."""
    return frozenset(available_timezones())


def parse_hours(text: str) -> list[tuple[time, time]]:
    """Read the working hours of a day, such as `08:00-12:00, 12:30-16:30`; empty means a day off.

    Errors: ValueError for anything else, for spans that end before they begin, and for overlaps.
    """
    spans = [_span(part) for part in text.split(",") if part.strip()]
    for before, after in pairwise(spans):
        if after[0] < before[1]:
            raise ValueError(text)
    return spans


def _span(text: str) -> tuple[time, time]:
    start_text, _dash, end_text = text.replace(EN_DASH, "-").partition("-")
    start, end = time.fromisoformat(start_text.strip()), time.fromisoformat(end_text.strip())
    if end <= start or start.tzinfo or end.tzinfo:
        raise ValueError(text)
    return start, end
