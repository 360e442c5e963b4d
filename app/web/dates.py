"""Dates as people say them: relative within a week, with the month in letters beyond, exact on hover."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_date, format_time

from app.foundation.dates import DAY, by_pattern
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.web.reader import Reader

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Due:
    """A due date in words.

    Shape: `urgency` is `over`, `soon` (today or tomorrow) or `later`; `short` suits a list row, `long` a
    page; `exact` is date, time and zone; `iso` is for machines.
    """

    urgency: str
    short: str
    long: str
    exact: str
    iso: str


def due_in_words(due: date | datetime, *, now: datetime, reader: Reader) -> Due:
    """Return how near a due date is.

    Units: `now` and a moment `due` are aware; a bare date ends with the day in the reader's zone.
    """
    today = now.astimezone(reader.zone_info).date()
    day, hour = _day_and_hour(due, reader)
    is_over = due < now if isinstance(due, datetime) else day < today
    exact, iso = exact_in_words(due, reader=reader), due.isoformat()
    if is_over:
        return Due("over", *_overdue((today - day).days, hour), exact, iso)
    if day == today:
        words = _("Today %(hour)s", hour=hour) if hour else _("Today")
        return Due("soon", words, words, exact, iso)
    if day == today + timedelta(days=1):
        words = _("Tomorrow %(hour)s", hour=hour) if hour else _("Tomorrow")
        return Due("soon", words, words, exact, iso)
    words = _weekday(day, reader) if day - today < WEEK else day_in_words(day, today=today, reader=reader)
    return Due("later", words, words, exact, iso)


def _overdue(days: int, hour: str) -> tuple[str, str]:
    """Return the short and the long way to say how long something is overdue."""
    if days == 0:
        words = _("Overdue since %(hour)s", hour=hour)
        return words, words
    return (
        ngettext("%(num)s day over", "%(num)s days over", days),
        ngettext("Overdue by %(num)s day", "Overdue by %(num)s days", days),
    )


def past_in_words(moment: date | datetime, *, now: datetime, reader: Reader) -> str:
    """Return when something happened: today and the hour, yesterday, the weekday, else the date."""
    today = now.astimezone(reader.zone_info).date()
    day, hour = _day_and_hour(moment, reader)
    if day == today:
        return _("today %(hour)s", hour=hour) if hour else _("today")
    if day == today - timedelta(days=1):
        return _("yesterday")
    if timedelta() < today - day < WEEK:
        return _weekday(day, reader)
    return day_in_words(day, today=today, reader=reader)


def day_in_words(day: date, *, today: date, reader: Reader) -> str:
    """Return a day with its month in letters; the year only when it is not the present one."""
    pattern = "d MMM" if day.year == today.year else DAY
    return by_pattern(day, pattern, reader.babel_locale)


def exact_in_words(moment: date | datetime, *, reader: Reader) -> str:
    """Return the full date, for a moment with hour and zone."""
    day, hour = _day_and_hour(moment, reader)
    words = by_pattern(day, DAY, reader.babel_locale)
    if not isinstance(moment, datetime):
        return words
    zone = moment.astimezone(reader.zone_info).strftime("%Z")
    return f"{words}, {hour} {zone}"


def answer_in_words(moment: datetime, *, is_bare_date: bool, reader: Reader) -> str:
    """Return an answer to a date field; without a zone it is the wall clock of whoever wrote it."""
    if is_bare_date:
        return exact_in_words(moment.date(), reader=reader)
    if moment.tzinfo is not None:
        return exact_in_words(moment, reader=reader)
    return f"{exact_in_words(moment.date(), reader=reader)}, {moment:%H:%M}"


def _day_and_hour(moment: date | datetime, reader: Reader) -> tuple[date, str]:
    if not isinstance(moment, datetime):
        return moment, ""
    local = moment.astimezone(reader.zone_info)
    return local.date(), format_time(local, "HH:mm", locale=reader.babel_locale)


def _weekday(day: date, reader: Reader) -> str:
    return format_date(day, "EEEE", locale=reader.babel_locale)
