"""The border between FEEL's values and Python's: in, out, and out as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

from app.decisions.feel.budget import Budget, Meter
from app.decisions.feel.errors import BudgetExceeded, NotAFeelValue
from app.decisions.feel.temporal import (
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Time,
    from_datetime,
    offset_of,
    to_datetime,
)
from app.decisions.feel.temporal_text import format_temporal
from app.decisions.feel.values import NUMBERS, Function, Range, Value
from app.decisions.feel.writing import written
from app.foundation.i18n import gettext as _

DEPTH_LIMIT = 64
_FEEL_TYPES = (Decimal, str, Date, Time, DateTime, DaysDuration, MonthsDuration, Range, Function)


def to_feel(value: object) -> Value:
    """Return the FEEL value of plain Python data.

    Shape: None, bool, int, float, Decimal, str, date, datetime, time, timedelta, lists, tuples and mappings
    with texts as keys; FEEL values come back as they are.
    Errors: NotAFeelValue for everything else, and for data nested too deep.
    """
    return _to_feel(value, DEPTH_LIMIT)


def _to_feel(value: object, depth: int) -> Value:
    if depth == 0:
        raise NotAFeelValue(value)
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise NotAFeelValue(value)
        return {key: _to_feel(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_to_feel(item, depth - 1) for item in value)
    if value is None or (isinstance(value, (bool, *_FEEL_TYPES)) and not isinstance(value, Decimal)):
        return value
    if isinstance(value, int | float | Decimal):
        return _number(value)
    return _moment(value)


def _number(value: float | Decimal) -> Decimal:
    number = NUMBERS.create_decimal(str(value) if isinstance(value, float) else value)
    if not number.is_finite():
        raise NotAFeelValue(value)
    return number


def _moment(value: object) -> Value:
    if isinstance(value, datetime):
        return from_datetime(value)
    if isinstance(value, date):
        return Date(value.year, value.month, value.day)
    if isinstance(value, time):
        shift = value.utcoffset()
        offset = int(shift.total_seconds()) if shift is not None else None
        return Time(value.hour, value.minute, value.second, value.microsecond * 1000, offset)
    if isinstance(value, timedelta):
        whole = value.days * 86_400 + value.seconds
        return DaysDuration(Decimal(whole) + Decimal(value.microseconds) / 1_000_000)
    raise NotAFeelValue(value)


def to_python(value: Value) -> object:
    """Return plain Python data: lists, dicts, Decimal, date, datetime, time, timedelta.

    Units: zoned moments come as aware UTC. Months have no length in Python and come as ISO text, as do
    dates outside the years 1 to 9999, ranges and functions as the text FEEL writes.
    """
    if isinstance(value, dict):
        return {key: to_python(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [to_python(item) for item in value]
    try:
        return _python_moment(value)
    except (OverflowError, ValueError):
        return to_json(value)


def _python_moment(value: Value) -> object:
    if isinstance(value, DateTime):
        return to_datetime(value)
    if isinstance(value, Date):
        return date(value.year, value.month, value.day)
    if isinstance(value, DaysDuration):
        return timedelta(microseconds=int(value.seconds * 1_000_000))
    if isinstance(value, Time):
        offset = offset_of(value)
        zone = None if offset is None else timezone(timedelta(seconds=offset))
        return time(value.hour, value.minute, value.second, value.nanosecond // 1000, zone)
    return to_json(value) if isinstance(value, MonthsDuration | Range | Function) else value


def to_json(value: Value) -> object:
    """Return the value as JSON knows it.

    Shape: whole numbers as int, others as float; dates, times and durations as ISO 8601 text; ranges as FEEL
    writes them; functions as null.
    Errors: BudgetExceeded for data nested too deep or too large.
    """
    weigh(value, Meter(Budget()))
    return _to_json(value)


def _to_json(value: Value) -> object:
    if isinstance(value, dict):
        return {key: _to_json(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_to_json(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Date | Time | DateTime | DaysDuration | MonthsDuration):
        return format_temporal(value)
    if isinstance(value, Range):
        return written(value, Meter(Budget()))
    return None if isinstance(value, Function) else value


def weigh(value: Value, meter: Meter) -> None:
    """Refuse a result that is too large once written out, however often its parts are shared.

    Errors: BudgetExceeded.
    """
    waiting: list[tuple[Value, int]] = [(value, 0)]
    parts = characters = 0
    while waiting:
        part, depth = waiting.pop()
        parts += 1
        characters += len(part) if isinstance(part, str) else 0
        if depth > DEPTH_LIMIT:
            raise BudgetExceeded(_("levels of nesting"), DEPTH_LIMIT)
        if parts > meter.budget.items:
            raise BudgetExceeded(_("list items"), meter.budget.items)
        if characters > meter.budget.characters * 4:
            raise BudgetExceeded(_("characters"), meter.budget.characters * 4)
        if isinstance(part, dict):
            characters += sum(map(len, part))
        inner = part.values() if isinstance(part, dict) else part if isinstance(part, tuple) else ()
        waiting.extend((item, depth + 1) for item in inner)
