"""Library functions that make dates, times and durations, or tell their place in the calendar."""

from __future__ import annotations

from decimal import Decimal

from app.decisions.feel.runtime import Runtime
from app.decisions.feel.signature import declare
from app.decisions.feel.temporal import (
    NANOSECONDS,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Time,
    from_datetime,
    make_date,
)
from app.decisions.feel.temporal_text import parse_date, parse_datetime, parse_duration, parse_time
from app.decisions.feel.values import Value, is_whole

_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _date(_runtime: Runtime, source: Value, month: Value, day: Value) -> Value:
    if isinstance(source, Decimal) and isinstance(month, Decimal) and isinstance(day, Decimal):
        parts = (source, month, day)
        return make_date(*(int(part) for part in parts)) if all(map(is_whole, parts)) else None
    if month is not None or day is not None:
        return None
    if isinstance(source, str):
        return parse_date(source)
    return source.date if isinstance(source, DateTime) else source if isinstance(source, Date) else None


def _time(_runtime: Runtime, source: Value, minute: Value, second: Value, offset: Value) -> Value:
    if isinstance(source, Decimal) and isinstance(minute, Decimal) and isinstance(second, Decimal):
        return _time_of_parts(source, minute, second, offset)
    if minute is not None or second is not None or offset is not None:
        return None
    if isinstance(source, str):
        return parse_time(source)
    if isinstance(source, Date):
        return Time(0, 0, 0, 0, 0)
    return source.time if isinstance(source, DateTime) else source if isinstance(source, Time) else None


def _time_of_parts(hour: Decimal, minute: Decimal, second: Decimal, offset: Value) -> Value:
    if offset is not None and not isinstance(offset, DaysDuration):
        return None
    if not (is_whole(hour) and is_whole(minute)):
        return None
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        return None
    nanosecond = int(second % 1 * NANOSECONDS)
    shift = None if offset is None else int(offset.seconds)
    if shift is not None and abs(shift) > 18 * 3600:
        return None
    return Time(int(hour), int(minute), int(second), nanosecond, shift)


def _date_and_time(_runtime: Runtime, source: Value, time: Value) -> Value:
    if isinstance(source, DateTime | Date) and isinstance(time, Time):
        return DateTime(source.date if isinstance(source, DateTime) else source, time)
    if time is not None:
        return None
    if isinstance(source, str):
        return parse_datetime(source)
    return source if isinstance(source, DateTime) else None


def _duration(_runtime: Runtime, source: str | DaysDuration | MonthsDuration) -> Value:
    return parse_duration(source) if isinstance(source, str) else source


def _months_between(_runtime: Runtime, start: Date | DateTime, end: Date | DateTime) -> Value:
    first, last = _day_of(start), _day_of(end)
    if (first.ordinal, 0) > (last.ordinal, 0):
        return MonthsDuration(-_whole_months(last, first))
    return MonthsDuration(_whole_months(first, last))


def _whole_months(start: Date, end: Date) -> int:
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (end.day < start.day)


def _day_of(moment: Date | DateTime) -> Date:
    return moment.date if isinstance(moment, DateTime) else moment


def _day_of_year(_runtime: Runtime, moment: Date | DateTime) -> Value:
    day = _day_of(moment)
    return Decimal(day.ordinal - Date(day.year, 1, 1).ordinal + 1)


def _day_of_week(_runtime: Runtime, moment: Date | DateTime) -> Value:
    return _DAY_NAMES[_day_of(moment).weekday - 1]


def _month_of_year(_runtime: Runtime, moment: Date | DateTime) -> Value:
    return _MONTH_NAMES[_day_of(moment).month - 1]


def _week_of_year(_runtime: Runtime, moment: Date | DateTime) -> Value:
    # ISO 8601: the week belongs to the year of its Thursday.
    day = _day_of(moment)
    thursday = day.ordinal + 4 - day.weekday
    starts = (Date(day.year + shift, 1, 1).ordinal for shift in (1, 0, -1))
    first = next(start for start in starts if start <= thursday)
    return Decimal((thursday - first) // 7 + 1)


def _now(runtime: Runtime) -> Value:
    return from_datetime(runtime.now)


def _today(runtime: Runtime) -> Value:
    return from_datetime(runtime.now).date


_DAY = "date | date and time"
FUNCTIONS = (
    declare("date(from/year, month?, day?)", _date),
    declare("time(from/hour, minute?, second?, offset?)", _time),
    declare("date and time(from/date, time?: time)", _date_and_time),
    declare("duration(from: string | days and time duration | years and months duration)", _duration),
    declare(f"years and months duration(from: {_DAY}, to: {_DAY})", _months_between),
    declare(f"day of year(date: {_DAY}): number", _day_of_year),
    declare(f"day of week(date: {_DAY}): string", _day_of_week),
    declare(f"month of year(date: {_DAY}): string", _month_of_year),
    declare(f"week of year(date: {_DAY}): number", _week_of_year),
    declare("now(): date and time", _now),
    declare("today(): date", _today),
)
