"""Equality and order of FEEL values. Values of different kinds have neither: the answer is None."""

from __future__ import annotations

from decimal import Decimal

from app.decisions.feel.budget import CHARACTERS_PER_STEP, Meter
from app.decisions.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time, offset_of
from app.decisions.feel.values import Function, Range, Value

ORDERED = (Decimal, str, Date, Time, DateTime, DaysDuration, MonthsDuration)


def equal(left: Value, right: Value, meter: Meter) -> bool | None:
    """Compare two values of any kind, paying for every part looked at.

    Shape: null equals null only; values of different kinds give None.
    """
    meter.enter()
    result = _equal(left, right, meter)
    meter.leave()
    return result


def _equal(left: Value, right: Value, meter: Meter) -> bool | None:
    if left is None or right is None:
        return left is right
    if type(left) is not type(right) or isinstance(left, Function):
        return None
    if isinstance(left, tuple) and isinstance(right, tuple):
        return _equal_lists(left, right, meter)
    if isinstance(left, dict) and isinstance(right, dict):
        return _equal_contexts(left, right, meter)
    if isinstance(left, Range) and isinstance(right, Range):
        return _equal_ranges(left, right, meter)
    return _equal_scalars(left, right, meter)


def _equal_scalars(left: Value, right: Value, meter: Meter) -> bool:
    if isinstance(left, str):
        meter.spend(len(left) // CHARACTERS_PER_STEP)
    if isinstance(left, Time | DateTime) and isinstance(right, Time | DateTime):
        return _instant(left) == _instant(right)
    return left == right


def _instant(value: Time | DateTime) -> tuple[bool, Decimal]:
    if isinstance(value, DateTime):
        return value.time.is_zoned, value.seconds
    return value.is_zoned, value.seconds - (offset_of(value) or 0)


def _equal_lists(left: tuple[Value, ...], right: tuple[Value, ...], meter: Meter) -> bool:
    if len(left) != len(right):
        return False
    # Parts of different kinds make the whole surely different, not unknown.
    return all(equal(one, other, meter) is True for one, other in zip(left, right, strict=True))


def _equal_contexts(left: dict[str, Value], right: dict[str, Value], meter: Meter) -> bool:
    if left.keys() != right.keys():
        return False
    keys = sorted(left)
    return _equal_lists(tuple(left[key] for key in keys), tuple(right[key] for key in keys), meter)


def _equal_ranges(left: Range, right: Range, meter: Meter) -> bool:
    if (left.includes_low, left.includes_high) != (right.includes_low, right.includes_high):
        return False
    return _equal_lists((left.low, left.high), (right.low, right.high), meter)


def same(left: Value, right: Value, meter: Meter) -> bool:
    """Tell whether two values are surely equal, as lists look for an item."""
    return equal(left, right, meter) is True


def compare(left: Value, right: Value, meter: Meter) -> int | None:
    """Return -1, 0 or 1 as the left value is before, equal to or after the right one; None if unordered."""
    if type(left) is not type(right):
        return None
    if isinstance(left, str) and isinstance(right, str):
        meter.spend(min(len(left), len(right)) // CHARACTERS_PER_STEP)
        return (left > right) - (left < right)
    one, other = _key(left), _key(right)
    if one is None or other is None or one[0] != other[0]:
        return None
    return (one[1] > other[1]) - (one[1] < other[1])


def _key(value: Value) -> tuple[bool, Decimal | int] | None:
    # The first part keeps local and zoned moments apart: there is no order between them.
    if isinstance(value, Time | DateTime):
        return _instant(value)
    if isinstance(value, Decimal):
        return False, value
    if isinstance(value, Date):
        return False, value.ordinal
    if isinstance(value, DaysDuration):
        return False, value.seconds
    return (False, value.months) if isinstance(value, MonthsDuration) else None


def in_range(value: Value, limits: Range, meter: Meter) -> bool | None:
    """Tell whether the value lies in the range; None if it cannot be compared with a bound."""
    low = _within(compare(value, limits.low, meter), limits.low, inclusive=limits.includes_low, sign=1)
    high = _within(compare(value, limits.high, meter), limits.high, inclusive=limits.includes_high, sign=-1)
    if low is False or high is False:
        return False
    return None if low is None or high is None or value is None else True


def _within(order: int | None, bound: Value, *, inclusive: bool, sign: int) -> bool | None:
    if bound is None:
        return True
    if order is None:
        return None
    return order * sign > 0 or (inclusive and order == 0)
