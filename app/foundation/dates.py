"""Days and months as a sentence says them, with the month in letters and in the reader's language.

What depends on today, such as "tomorrow", is said by `web.dates`.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from app.foundation.i18n import current_language

SOURCE = "en"
DAY, MONTH = "d MMM y", "MMM y"


def written_day(day: date) -> str:
    """Return a day such as 2 Dec 2026; of a moment the day of its own zone."""
    return format_date(day, DAY, locale=locale_of(current_language()))


def written_month(day: date) -> str:
    """Return the month of a day, such as Dec 2026."""
    return format_date(day, MONTH, locale=locale_of(current_language()))


def written_moment(moment: datetime) -> str:
    """Return day and hour of a moment in its own zone, such as 2 Dec 2026 14:05."""
    return f"{written_day(moment)} {moment:%H:%M}"


@lru_cache(maxsize=2048)  # a page with charts writes the same months again and again
def by_pattern(day: date, pattern: str, locale: Locale) -> str:
    """Return a day by a pattern of the locale."""
    return format_date(day, pattern, locale=locale)


@lru_cache(maxsize=64)  # a page asks some hundred times
def locale_of(language: str) -> Locale:
    """Return the rules for dates and numbers of a language tag; English where it is unknown."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(SOURCE)
