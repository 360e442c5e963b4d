"""Evaluating names, paths and filters: how an expression reaches into its data. Dictionary lookups only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from app.decisions.feel import nodes
from app.decisions.feel.library import LIBRARY
from app.decisions.feel.runtime import Handler, Runtime
from app.decisions.feel.scope import Scope
from app.decisions.feel.temporal import (
    SECONDS_PER_DAY,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Time,
    offset_of,
)
from app.decisions.feel.values import Range, Value, as_list, is_whole

ITEM = "item"
Property = Callable[[Value], Value]


def _name(_evaluator: Runtime, node: nodes.Name, scope: Scope) -> Value:
    is_known, value = scope.find(node.name)
    return value if is_known else LIBRARY.get(node.name)


def _path(evaluator: Runtime, node: nodes.Path, scope: Scope) -> Value:
    if isinstance(node.base, nodes.Name) and not scope.find(node.base.name)[0]:
        # Parameters of DMN functions may carry dotted names, such as `Person.Age`.
        is_known, value = scope.find(f"{node.base.name}.{node.member}")
        if is_known:
            return value
    base = evaluator.evaluate(node.base, scope)
    if isinstance(base, tuple):
        evaluator.meter.pay_items(len(base))
        return tuple(member_of(item, node.member) for item in base)
    return member_of(base, node.member)


def member_of(value: Value, member: str) -> Value:
    """Return the entry of a context or the part of a date, time, duration or range; None if there is none."""
    if isinstance(value, dict):
        return value.get(member)
    found = _PROPERTIES.get(type(value), {}).get(member)
    return found(value) if found is not None else None


def _filter(evaluator: Runtime, node: nodes.Filter, scope: Scope) -> Value:
    base = evaluator.evaluate(node.base, scope)
    if base is None:
        return None
    items = as_list(base)
    if not items:
        position = evaluator.evaluate(node.condition, item_scope(None, scope))
        return None if isinstance(position, Decimal) else ()
    kept: list[Value] = []
    for item in items:
        outcome = evaluator.evaluate(node.condition, item_scope(item, scope))
        if isinstance(outcome, Decimal):
            return item_at(items, outcome)
        if outcome is True:
            kept.append(item)
        elif outcome is not None and outcome is not False:
            return None
    return tuple(kept)


def item_scope(item: Value, scope: Scope) -> Scope:
    """Return the scope in which a condition sees the item, and the item's entries by their names."""
    if isinstance(item, dict):
        return scope.inner({ITEM: item, **item})
    return scope.inner({ITEM: item})


def item_at(items: tuple[Value, ...], position: Value) -> Value:
    """Return the item at a position counted from 1, or from the end if negative; None if there is none."""
    if not isinstance(position, Decimal) or not is_whole(position) or not 1 <= abs(position) <= len(items):
        return None
    return items[int(position) - 1 if position > 0 else int(position)]


def _date_of(value: Value) -> Date | None:
    return value.date if isinstance(value, DateTime) else value if isinstance(value, Date) else None


def _time_of(value: Value) -> Time | None:
    return value.time if isinstance(value, DateTime) else value if isinstance(value, Time) else None


def _of_date(read: Callable[[Date], int]) -> Property:
    def read_number(value: Value) -> Value:
        date = _date_of(value)
        return None if date is None else Decimal(read(date))

    return read_number


def _of_time(read: Callable[[Time], Decimal | int]) -> Property:
    def read_number(value: Value) -> Value:
        time = _time_of(value)
        return None if time is None else Decimal(read(time))

    return read_number


def _offset(value: Value) -> Value:
    offset = offset_of(value) if isinstance(value, Time | DateTime) else None
    return None if offset is None else DaysDuration(Decimal(offset))


def _zone(value: Value) -> Value:
    time = _time_of(value)
    return None if time is None else time.zone


def _of_days(unit: int, within: int) -> Property:
    def read_number(value: Value) -> Value:
        if not isinstance(value, DaysDuration):
            return None
        whole = int(abs(value.seconds)) % within // unit
        return Decimal(-whole if value.seconds < 0 else whole)

    return read_number


def _of_months(read: Callable[[int], int]) -> Property:
    def read_number(value: Value) -> Value:
        if not isinstance(value, MonthsDuration):
            return None
        part = read(abs(value.months))
        return Decimal(-part if value.months < 0 else part)

    return read_number


def _of_range(read: Callable[[Range], Value]) -> Property:
    return lambda value: read(value) if isinstance(value, Range) else None


_DATE_PARTS: Mapping[str, Property] = {
    "year": _of_date(lambda date: date.year),
    "month": _of_date(lambda date: date.month),
    "day": _of_date(lambda date: date.day),
    "weekday": _of_date(lambda date: date.weekday),
}
_TIME_PARTS: Mapping[str, Property] = {
    "hour": _of_time(lambda time: time.hour),
    "minute": _of_time(lambda time: time.minute),
    "second": _of_time(lambda time: time.second),
    "time offset": _offset,
    "timezone": _zone,
}
_PROPERTIES: Mapping[type, Mapping[str, Property]] = {
    Date: _DATE_PARTS,
    Time: _TIME_PARTS,
    DateTime: {**_DATE_PARTS, **_TIME_PARTS},
    DaysDuration: {
        "days": _of_days(SECONDS_PER_DAY, 10**20),
        "hours": _of_days(3600, SECONDS_PER_DAY),
        "minutes": _of_days(60, 3600),
        "seconds": _of_days(1, 60),
    },
    MonthsDuration: {
        "years": _of_months(lambda months: months // 12),
        "months": _of_months(lambda months: months % 12),
    },
    Range: {
        "start": _of_range(lambda limits: limits.low),
        "end": _of_range(lambda limits: limits.high),
        "start included": _of_range(lambda limits: limits.includes_low),
        "end included": _of_range(lambda limits: limits.includes_high),
    },
}
MEMBER_NAMES = ("time offset", "start included", "end included")

HANDLERS: Mapping[type[nodes.Node], Handler] = {
    nodes.Name: _name,
    nodes.Path: _path,
    nodes.Filter: _filter,
}
