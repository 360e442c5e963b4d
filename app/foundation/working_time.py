"""Working time: when people of a site are at work, and what moment lies so much work ahead.

Pure: the tables of calendars belong to organisation. Local hours are turned into UTC day by day, so a change
of summer time shortens or lengthens only the hours it falls into.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib import import_module
from itertools import pairwise
from types import ModuleType
from zoneinfo import ZoneInfo

from app.foundation.durations import Duration, add_months
from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _

DAY_LIMIT = 40_000  # a calendar that is closed so long is a mistake, not a wait
ONE_DAY = timedelta(days=1)


class CalendarInvalid(Invalid):
    """The calendar cannot be used: bad hours, an unknown country, or no work at all."""


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """A stretch of work in one day, in local time; `until` is not part of it."""

    since: time
    until: time


Week = tuple[tuple[Hours, ...], ...]
OFFICE_WEEK: Week = (*(((Hours(time(9), time(17))),) for _day in range(5)), (), ())


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a site works.

    Shape: `week` holds the hours of Monday to Sunday, in order and apart from each other; `country` and
        `subdivision` are ISO 3166 codes of the public holidays, empty for none; `closed` are further days
        off; `opened` are days worked with the hours of `opened_hours` although they would be free.
    Units: local time of `zone`.
    Errors: CalendarInvalid.
    """

    zone: ZoneInfo
    week: Week = OFFICE_WEEK
    country: str = ""
    subdivision: str = ""
    closed: frozenset[date] = frozenset()
    opened: frozenset[date] = frozenset()
    opened_hours: tuple[Hours, ...] = field(default=(Hours(time(9), time(17)),))

    def __post_init__(self) -> None:
        problems = [
            Problem(f"week.{number}", "hours", _("Working hours must be in order and must not overlap."))
            for number, day in enumerate((*self.week, self.opened_hours))
            if not _is_in_order(day)
        ]
        if len(self.week) != 7 or not any(self.week):
            problems.append(
                Problem("week", "hours", _("A week needs seven days and at least one with hours."))
            )
        if self.country and not is_known_country(self.country, self.subdivision):
            problems.append(Problem("country", "country", _("Holidays of this country are not known.")))
        if problems:
            raise CalendarInvalid(_("The calendar cannot be used."), problems)

    def hours_of(self, day: date) -> tuple[Hours, ...]:
        """Return the stretches of work of a day, none when it is free."""
        if day in self.closed:
            return ()
        if day in self.opened:
            return self.opened_hours
        if self.country and day in _public_holidays(self.country, self.subdivision, day.year):
            return ()
        return self.week[day.weekday()]

    def is_working_day(self, day: date) -> bool:
        """Tell whether anybody works on that day."""
        return bool(self.hours_of(day))


@dataclass(frozen=True, slots=True)
class _Shift:
    """A stretch of work in UTC."""

    start: datetime
    end: datetime


def add_working_time(start: datetime, duration: Duration, calendar: Calendar) -> datetime:
    """Return the moment so much work after `start`, in UTC.

    Units: a start outside working hours counts as the next opening. Days are working days, to the same local
        time, or the nearest one worked that day; hours, minutes and seconds are time at work; months are
        calendar months, moved to the next opening.
    """
    moment = next_working_moment(start, calendar)
    if duration.months:
        local = add_months(moment.astimezone(calendar.zone), duration.months)
        moment = next_working_moment(local.astimezone(UTC), calendar)
    if duration.days:
        moment = _add_days(moment, duration.days, calendar)
    return _add_seconds(moment, timedelta(seconds=duration.seconds), calendar)


def working_span(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Return the time at work between two moments; negative when `end` comes first."""
    if end < start:
        return -working_span(end, start, calendar)
    total = timedelta()
    for shift in _shifts(start, calendar):
        if shift.start >= end:
            break
        total += max(min(shift.end, end) - max(shift.start, start), timedelta())
    return total


def next_working_moment(moment: datetime, calendar: Calendar) -> datetime:
    """Return the moment itself when it is at work, else the next opening, in UTC."""
    for shift in _shifts(moment, calendar):
        if moment < shift.end:
            return max(moment.astimezone(UTC), shift.start)
    raise _never_open()


def is_known_country(country: str, subdivision: str = "") -> bool:
    """Tell whether public holidays of a country, and of its part if named, are known."""
    known = _holidays().list_supported_countries(include_aliases=False)
    return country in known and (not subdivision or subdivision in known[country])


def public_holidays(country: str, subdivision: str, year: int) -> dict[date, str]:
    """Return the public holidays of a year with their names, in order."""
    found = _holidays().country_holidays(country, subdiv=subdivision or None, years=year)
    return dict(sorted(found.items()))


def _holidays() -> ModuleType:
    """Return the library, loaded with the first calendar that keeps the holidays of a country."""
    return import_module("holidays")


@lru_cache(maxsize=500)
def _public_holidays(country: str, subdivision: str, year: int) -> frozenset[date]:
    return frozenset(public_holidays(country, subdivision, year))


def _shifts(since: datetime, calendar: Calendar) -> Iterator[_Shift]:
    """Yield the stretches of work that end after `since`, in order, up to the limit of days."""
    day = since.astimezone(calendar.zone).date()
    for number in range(DAY_LIMIT):
        for shift in _shifts_of(day + number * ONE_DAY, calendar):
            if shift.end > since:
                yield shift


def _shifts_of(day: date, calendar: Calendar) -> list[_Shift]:
    shifts = []
    for hours in calendar.hours_of(day):
        start = datetime.combine(day, hours.since, calendar.zone).astimezone(UTC)
        end = datetime.combine(day, hours.until, calendar.zone).astimezone(UTC)
        if start < end:  # a stretch that lies wholly in the missing hour is none
            shifts.append(_Shift(start, end))
    return shifts


def _add_days(moment: datetime, days: int, calendar: Calendar) -> datetime:
    local = moment.astimezone(calendar.zone)
    day, left = local.date(), days
    for _number in range(DAY_LIMIT):
        day += ONE_DAY
        if _shifts_of(day, calendar):
            left -= 1
        if left == 0:
            wanted = datetime.combine(day, local.timetz()).astimezone(UTC)
            return _nearest(wanted, _shifts_of(day, calendar))
    raise _never_open()


def _nearest(wanted: datetime, shifts: list[_Shift]) -> datetime:
    """Return the wanted moment, moved to the next opening of that day, or to its closing."""
    for shift in shifts:
        if wanted <= shift.end:
            return max(wanted, shift.start)
    return shifts[-1].end


def _add_seconds(moment: datetime, span: timedelta, calendar: Calendar) -> datetime:
    if not span:
        return moment
    for shift in _shifts(moment, calendar):
        begin = max(moment, shift.start)
        if span <= shift.end - begin:
            return begin + span
        span -= shift.end - begin
    raise _never_open()


def _is_in_order(day: tuple[Hours, ...]) -> bool:
    is_forward = all(hours.since < hours.until for hours in day)
    return is_forward and all(one.until <= two.since for one, two in pairwise(day))


def _never_open() -> CalendarInvalid:
    sentence = _("This calendar has no working day for too long.")
    return CalendarInvalid(sentence, [Problem("closed", "hours", sentence)])
