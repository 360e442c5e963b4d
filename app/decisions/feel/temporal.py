"""Dates, times and durations of FEEL: plain values over the whole proleptic Gregorian calendar.

Python's own types stop at the year 9999 and at microseconds; FEEL goes further, so it has its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SECONDS_PER_DAY = 86_400
NANOSECONDS = 1_000_000_000
YEAR_LIMIT = 999_999_999
_FEBRUARY = 2
_DAYS_IN_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS_PER_ERA = 146_097
_EPOCH_SHIFT = 719_468


@dataclass(frozen=True, slots=True)
class Date:
    """A calendar day. Units: years from -999,999,999 to 999,999,999, with a year 0."""

    year: int
    month: int
    day: int

    @property
    def ordinal(self) -> int:
        """Return the number of days since 1970-01-01."""
        year = self.year - (self.month <= _FEBRUARY)
        era = year // 400
        year_of_era = year - era * 400
        day_of_year = (153 * ((self.month + 9) % 12) + 2) // 5 + self.day - 1
        day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
        return era * _DAYS_PER_ERA + day_of_era - _EPOCH_SHIFT

    @property
    def weekday(self) -> int:
        """Return the day of the week, Monday = 1."""
        return (self.ordinal + 3) % 7 + 1


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day. Units: `offset` seconds east of UTC; `zone` an IANA name; at most one of them given."""

    hour: int
    minute: int
    second: int
    nanosecond: int = 0
    offset: int | None = None
    zone: str | None = None

    @property
    def seconds(self) -> Decimal:
        """Return the seconds since midnight, local time."""
        whole = self.hour * 3600 + self.minute * 60 + self.second
        return Decimal(whole) + Decimal(self.nanosecond) / NANOSECONDS

    @property
    def is_zoned(self) -> bool:
        """Tell whether the time knows its distance from UTC."""
        return self.offset is not None or self.zone is not None


@dataclass(frozen=True, slots=True)
class DateTime:
    """A day and a time of day."""

    date: Date
    time: Time

    @property
    def seconds(self) -> Decimal:
        """Return the seconds since 1970-01-01T00:00, in UTC if zoned, else in local time."""
        return self.date.ordinal * SECONDS_PER_DAY + self.time.seconds - (offset_of(self) or 0)


@dataclass(frozen=True, slots=True)
class DaysDuration:
    """A length of time in exact seconds ("days and time duration")."""

    seconds: Decimal


@dataclass(frozen=True, slots=True)
class MonthsDuration:
    """A length of time in calendar months ("years and months duration")."""

    months: int


Temporal = Date | Time | DateTime | DaysDuration | MonthsDuration


def days_in_month(year: int, month: int) -> int:
    """Return the number of days of the month."""
    if month == _FEBRUARY and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
        return 29
    return _DAYS_IN_MONTH[month - 1]


def make_date(year: int, month: int, day: int) -> Date | None:
    """Return the date, or None if there is no such day."""
    if abs(year) > YEAR_LIMIT or not 1 <= month <= len(_DAYS_IN_MONTH):
        return None
    return Date(year, month, day) if 1 <= day <= days_in_month(year, month) else None


def date_from_ordinal(ordinal: int) -> Date | None:
    """Return the date so many days after 1970-01-01, or None outside the calendar."""
    shifted = ordinal + _EPOCH_SHIFT
    era = shifted // _DAYS_PER_ERA
    day_of_era = shifted - era * _DAYS_PER_ERA
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_index = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * month_index + 2) // 5 + 1
    month = (month_index + 2) % 12 + 1
    return make_date(year_of_era + era * 400 + (month <= _FEBRUARY), month, day)


def time_from_seconds(seconds: Decimal, like: Time) -> Time:
    """Return the time of day so many seconds after midnight, in the zone of `like`."""
    nanoseconds = int(seconds * NANOSECONDS)
    whole, nanosecond = divmod(nanoseconds, NANOSECONDS)
    minutes, second = divmod(whole, 60)
    hour, minute = divmod(minutes, 60)
    return Time(hour, minute, second, nanosecond, like.offset, like.zone)


def midnight(date: Date) -> DateTime:
    """Return the start of the day in UTC, as FEEL reads a date where a date and time is asked for."""
    return DateTime(date, Time(0, 0, 0, 0, 0))


def offset_of(value: DateTime | Time) -> int | None:
    """Return the seconds east of UTC, or None for a local value. A zone without a day is read as of 1970."""
    time = value.time if isinstance(value, DateTime) else value
    if time.zone is None:
        return time.offset
    zone = zone_named(time.zone)
    if zone is None:
        return None
    date = value.date if isinstance(value, DateTime) else Date(1970, 1, 1)
    # Python knows the years 1 to 9999; far years follow the rules of the nearest known leap cycle.
    year = date.year if 1 < date.year < 9999 else 2000 + date.year % 400
    moment = datetime(year, date.month, date.day, time.hour, time.minute, time.second, tzinfo=zone)
    offset = moment.utcoffset()
    return None if offset is None else int(offset.total_seconds())


@lru_cache(maxsize=256)
def zone_named(name: str) -> ZoneInfo | None:
    """Return the time zone, or None if there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def from_datetime(value: datetime) -> DateTime:
    """Return the FEEL value of Python's date and time; a zone that has an IANA name keeps it."""
    zone = value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None
    shift = value.utcoffset()
    offset = int(shift.total_seconds()) if shift is not None and zone is None else None
    time = Time(value.hour, value.minute, value.second, value.microsecond * 1000, offset, zone)
    return DateTime(Date(value.year, value.month, value.day), time)


def to_datetime(value: DateTime) -> datetime:
    """Return Python's date and time; zoned values come in UTC.

    Errors: OverflowError or ValueError outside the years 1 to 9999.
    """
    time = value.time
    moment = datetime(
        value.date.year,
        value.date.month,
        value.date.day,
        time.hour,
        time.minute,
        time.second,
        time.nanosecond // 1000,
        tzinfo=UTC,
    )
    if not time.is_zoned:
        return moment.replace(tzinfo=None)
    return moment - timedelta(seconds=offset_of(value) or 0)
