"""Library functions from one kind of value to another, and `not` and `is`."""

from __future__ import annotations

import re

from app.decisions.feel.comparison import compare, same
from app.decisions.feel.logic import opposite
from app.decisions.feel.range_text import parse_range
from app.decisions.feel.runtime import Runtime
from app.decisions.feel.signature import declare
from app.decisions.feel.temporal import DateTime, Time
from app.decisions.feel.values import NUMBERS, Value, truth
from app.decisions.feel.writing import written

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_SEPARATORS = (" ", ",", ".")


def _number(runtime: Runtime, text: str, grouping: Value, point: Value) -> Value:
    if grouping is not None and grouping not in _SEPARATORS:
        return None
    if point is not None and (point not in _SEPARATORS[1:] or point == grouping):
        return None
    runtime.meter.pay_text(len(text))
    if isinstance(grouping, str):
        text = text.replace(grouping, "")
    if isinstance(point, str):
        text = text.replace(point, ".")
    if not _NUMBER.fullmatch(text):
        return None
    number = NUMBERS.create_decimal(text)
    return number if not number or number.adjusted() <= runtime.meter.budget.magnitude else None


def _string(runtime: Runtime, value: Value) -> Value:
    return None if value is None else written(value, runtime.meter)


def _not(_runtime: Runtime, value: Value) -> Value:
    return opposite(truth(value))


def _is(runtime: Runtime, left: Value, right: Value) -> Value:
    if type(left) is not type(right):
        return False
    if isinstance(left, Time | DateTime):
        return left == right
    return same(left, right, runtime.meter)


def _range(runtime: Runtime, text: str) -> Value:
    limits = parse_range(text)
    if limits is None or limits.low is None or limits.high is None:
        return limits
    return limits if compare(limits.low, limits.high, runtime.meter) in {-1, 0} else None


FUNCTIONS = (
    declare("number(from: string, grouping separator?, decimal separator?): number", _number),
    declare("string(from): string", _string),
    declare("not(negand): boolean", _not),
    declare("is(value1, value2): boolean", _is),
    declare("range(from: string)", _range),
)
