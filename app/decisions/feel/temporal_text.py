"""The ISO 8601 texts of FEEL's dates, times and durations: reading and writing."""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, Decimal

from app.decisions.feel.temporal import (
    NANOSECONDS,
    SECONDS_PER_DAY,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Temporal,
    Time,
    date_from_ordinal,
    make_date,
    zone_named,
)

_DATE = re.compile(r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d{2})-(\d{2})", re.ASCII)
_TIME = re.compile(
    r"(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,18}))?"
    r"(?:(Z)|([+-])(\d{2}):(\d{2})(?::(\d{2}))?|@([A-Za-z][A-Za-z0-9_+\-/]{0,60}))?",
    re.ASCII,
)
_DURATION = re.compile(
    r"(-)?P(?:(\d{1,15})Y)?(?:(\d{1,15})M)?(?:(\d{1,15})D)?"
    r"(T(?:(\d{1,15})H)?(?:(\d{1,15})M)?(?:(\d{1,15})(?:\.(\d{0,18}))?S)?)?",
    re.ASCII,
)
_OFFSET_LIMIT = 18 * 3600


def parse_date(text: str) -> Date | None:
    """Return the date written as YYYY-MM-DD, or None."""
    match = _DATE.fullmatch(text)
    return make_date(int(match[1]), int(match[2]), int(match[3])) if match else None


def parse_time(text: str) -> Time | None:
    """Return the time written as HH:MM:SS, with fraction, offset or @zone, or None."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3])
    if minute > 59 or second > 59 or hour > 23 + (text.startswith("24:00:00") and not int(match[4] or 0)):
        return None
    offset = 0 if match[5] else None
    if match[6]:
        offset = _offset(match)
        if offset is None:
            return None
    if match[10] and zone_named(match[10]) is None:
        return None
    nanosecond = int((match[4] or "0").ljust(9, "0")[:9])
    return Time(hour % 24, minute, second, nanosecond, offset, match[10])


def _offset(match: re.Match[str]) -> int | None:
    minutes, seconds = int(match[8]), int(match[9] or 0)
    offset = int(match[7]) * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or offset > _OFFSET_LIMIT:
        return None
    return -offset if match[6] == "-" else offset


def parse_datetime(text: str) -> DateTime | None:
    """Return the date and time written with a T between, or a bare date as its midnight, or None."""
    day, separator, rest = text.partition("T")
    date = parse_date(day)
    time = parse_time(rest) if separator else Time(0, 0, 0)
    if date is not None and rest.startswith("24"):
        date = date_from_ordinal(date.ordinal + 1)
    return DateTime(date, time) if date is not None and time is not None else None


def parse_duration(text: str) -> DaysDuration | MonthsDuration | None:
    """Return the duration written as in P1Y2M or P3DT4H, or None; the two kinds do not mix."""
    match = _DURATION.fullmatch(text)
    if match is None or text.endswith(("P", "T")) or match[9] == "":
        return None
    sign = -1 if match[1] else 1
    if match[2] or match[3]:
        if match[4] or match[5]:
            return None
        return MonthsDuration(sign * (int(match[2] or 0) * 12 + int(match[3] or 0)))
    whole = int(match[4] or 0) * SECONDS_PER_DAY + int(match[6] or 0) * 3600
    whole += int(match[7] or 0) * 60 + int(match[8] or 0)
    return DaysDuration(sign * Decimal(f"{whole}.{(match[9] or '0')[:9]}"))


def parse_temporal(text: str) -> Temporal | None:
    """Return whatever the text of an @-literal means, or None."""
    if "P" in text[:2]:
        return parse_duration(text)
    if "T" in text[1:12] and text[:1] in "-0123456789":
        return parse_datetime(text)
    return parse_date(text) or parse_time(text)


def format_temporal(value: Temporal) -> str:
    """Return the ISO 8601 text of a date, time or duration."""
    if isinstance(value, Date):
        return _format_date(value)
    if isinstance(value, Time):
        return _format_time(value)
    if isinstance(value, DateTime):
        return f"{_format_date(value.date)}T{_format_time(value.time)}"
    return (
        _format_months(value.months) if isinstance(value, MonthsDuration) else _format_seconds(value.seconds)
    )


def _format_date(value: Date) -> str:
    sign = "-" if value.year < 0 else ""
    return f"{sign}{abs(value.year):04d}-{value.month:02d}-{value.day:02d}"


def _format_time(value: Time) -> str:
    fraction = f".{value.nanosecond:09d}".rstrip("0") if value.nanosecond else ""
    text = f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}{fraction}"
    if value.zone is not None:
        return f"{text}@{value.zone}"
    if value.offset is None:
        return text
    if value.offset == 0:
        return f"{text}Z"
    minutes, seconds = divmod(abs(value.offset), 60)
    rest = f":{seconds:02d}" if seconds else ""
    return f"{text}{'-' if value.offset < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}{rest}"


def _format_months(months: int) -> str:
    years, rest = divmod(abs(months), 12)
    parts = (f"{years}Y" if years else "") + (f"{rest}M" if rest else "")
    return f"{'-' if months < 0 else ''}P{parts or '0M'}"


def _format_seconds(seconds: Decimal) -> str:
    whole = int(abs(seconds))
    fraction = ((abs(seconds) - whole) * NANOSECONDS).to_integral_value(ROUND_DOWN)
    days, rest = divmod(whole, SECONDS_PER_DAY)
    minutes, second = divmod(rest, 60)
    hour, minute = divmod(minutes, 60)
    second_text = f"{second}" + (f".{int(fraction):09d}".rstrip("0") if fraction else "")
    clock = (f"{hour}H" if hour else "") + (f"{minute}M" if minute else "")
    clock += f"{second_text}S" if second_text != "0" else ""
    parts = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return f"{'-' if seconds < 0 else ''}P{parts or 'T0S'}"
