"""Library functions that compare points and intervals (Allen's interval algebra)."""

from __future__ import annotations

from collections.abc import Callable

from app.decisions.feel.comparison import compare, in_range
from app.decisions.feel.logic import all_of, any_of
from app.decisions.feel.runtime import Runtime
from app.decisions.feel.signature import declare
from app.decisions.feel.values import Function, Range, Value

Verdict = bool | None
Relation = Callable[[Runtime, Range, Range], Verdict]


def _as_range(value: Value) -> Range:
    return value if isinstance(value, Range) else Range(value, value)


def _less(runtime: Runtime, left: Value, right: Value) -> Verdict:
    order = compare(left, right, runtime.meter)
    return None if order is None else order < 0


def _at(runtime: Runtime, left: Value, right: Value) -> Verdict:
    order = compare(left, right, runtime.meter)
    return None if order is None else order == 0


def _before(runtime: Runtime, one: Range, other: Range) -> Verdict:
    touches = all_of(_at(runtime, one.high, other.low), not (one.includes_high and other.includes_low))
    return any_of(_less(runtime, one.high, other.low), touches)


def _meets(runtime: Runtime, one: Range, other: Range) -> Verdict:
    return all_of(_at(runtime, one.high, other.low), one.includes_high and other.includes_low)


def _starts_before(runtime: Runtime, one: Range, other: Range) -> Verdict:
    earlier = all_of(_at(runtime, one.low, other.low), one.includes_low and not other.includes_low)
    return any_of(_less(runtime, one.low, other.low), earlier)


def _ends_before(runtime: Runtime, one: Range, other: Range) -> Verdict:
    earlier = all_of(_at(runtime, one.high, other.high), other.includes_high and not one.includes_high)
    return any_of(_less(runtime, one.high, other.high), earlier)


def _starts_with(runtime: Runtime, one: Range, other: Range) -> Verdict:
    return all_of(_at(runtime, one.low, other.low), one.includes_low == other.includes_low)


def _ends_with(runtime: Runtime, one: Range, other: Range) -> Verdict:
    return all_of(_at(runtime, one.high, other.high), one.includes_high == other.includes_high)


def _overlaps(runtime: Runtime, one: Range, other: Range) -> Verdict:
    apart = any_of(_before(runtime, one, other), _before(runtime, other, one))
    return None if apart is None else not apart


def _overlaps_before(runtime: Runtime, one: Range, other: Range) -> Verdict:
    reaches_in = all_of(_overlaps(runtime, one, other), _starts_before(runtime, one, other))
    ends = any_of(_ends_before(runtime, one, other), _ends_with(runtime, one, other))
    return all_of(reaches_in, ends)


def _includes(runtime: Runtime, one: Range, other: Range) -> Verdict:
    starts = any_of(_starts_before(runtime, one, other), _starts_with(runtime, one, other))
    ends = any_of(_ends_before(runtime, other, one), _ends_with(runtime, one, other))
    return all_of(starts, ends)


def _starts(runtime: Runtime, one: Range, other: Range) -> Verdict:
    ends = any_of(_ends_before(runtime, one, other), _ends_with(runtime, one, other))
    return all_of(_starts_with(runtime, one, other), ends)


def _finishes(runtime: Runtime, one: Range, other: Range) -> Verdict:
    starts = any_of(_starts_before(runtime, other, one), _starts_with(runtime, one, other))
    return all_of(_ends_with(runtime, one, other), starts)


def _coincides(runtime: Runtime, one: Range, other: Range) -> Verdict:
    return all_of(_starts_with(runtime, one, other), _ends_with(runtime, one, other))


def _turned(relation: Relation) -> Relation:
    return lambda runtime, one, other: relation(runtime, other, one)


def _related(name: str, parameters: str, relation: Relation, *, ranges: tuple[bool, bool]) -> Function:
    """Declare a relation; `ranges` says which side must be a range rather than a point."""

    def holds(runtime: Runtime, one: Value, other: Value) -> Value:
        if one is None or other is None:
            return None
        if any(must and not isinstance(side, Range) for must, side in zip(ranges, (one, other), strict=True)):
            return None
        return relation(runtime, _as_range(one), _as_range(other))

    return declare(f"{name}({parameters}): boolean", holds)


def _contains_point(runtime: Runtime, one: Range, other: Range) -> Verdict:
    if other.low is other.high:
        return in_range(other.low, one, runtime.meter)
    return _includes(runtime, one, other)


_EITHER, _BOTH = (False, False), (True, True)
FUNCTIONS = (
    _related("before", "point1/range1, point2/range2", _before, ranges=_EITHER),
    _related("after", "point1/range1, point2/range2", _turned(_before), ranges=_EITHER),
    _related("meets", "range1, range2", _meets, ranges=_BOTH),
    _related("met by", "range1, range2", _turned(_meets), ranges=_BOTH),
    _related("overlaps", "range1, range2", _overlaps, ranges=_BOTH),
    _related("overlaps before", "range1, range2", _overlaps_before, ranges=_BOTH),
    _related("overlaps after", "range1, range2", _turned(_overlaps_before), ranges=_BOTH),
    _related("finishes", "point/range1, range/range2", _finishes, ranges=(False, True)),
    _related("finished by", "range/range1, point/range2", _turned(_finishes), ranges=(True, False)),
    _related("includes", "range/range1, point/range2", _contains_point, ranges=(True, False)),
    _related("during", "point/range1, range/range2", _turned(_contains_point), ranges=(False, True)),
    _related("starts", "point/range1, range/range2", _starts, ranges=(False, True)),
    _related("started by", "range/range1, point/range2", _turned(_starts), ranges=(True, False)),
    _related("coincides", "point1/range1, point2/range2", _coincides, ranges=_EITHER),
)
