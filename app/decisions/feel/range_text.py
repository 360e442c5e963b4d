"""Reads the text of a range of constants, such as "[1..3)" or "(.."b"]", without evaluating anything."""

from __future__ import annotations

import re
from decimal import InvalidOperation

from app.decisions.feel.temporal_text import parse_date, parse_datetime, parse_duration, parse_time
from app.decisions.feel.values import NUMBERS, Range, Value

# The pattern tries every pair of dots again, so it must not see long texts.
LENGTH_LIMIT = 200
_RANGE = re.compile(r"([\[(\]])(.*?)\.\.(.*)([\])\[])", re.DOTALL)
_NUMBER = re.compile(r"-?(?:[0-9]{1,34}(?:\.[0-9]{1,34})?|\.[0-9]{1,34})")
_CALL = re.compile(r'(date and time|date|time|duration)\s*\(\s*"([^"]*)"\s*\)')
_READERS = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_datetime,
    "duration": parse_duration,
}


class _NoConstant(Exception):
    """The text of a bound is not a constant."""


def parse_range(text: str) -> Range | None:
    """Return the range, or None if the text is none; one bound may be left out."""
    match = _RANGE.fullmatch(text.strip()) if len(text) <= LENGTH_LIMIT else None
    if match is None:
        return None
    try:
        low, high = _bound(match[2].strip()), _bound(match[3].strip())
    except _NoConstant:
        return None
    if (low is None and high is None) or _differ(low, high):
        return None
    includes_low, includes_high = match[1] == "[", match[4] == "]"
    if (low is None and includes_low) or (high is None and includes_high):
        return None
    return Range(low, high, includes_low, includes_high)


def _differ(low: Value, high: Value) -> bool:
    return low is not None and high is not None and type(low) is not type(high)


def _bound(text: str) -> Value:
    if not text or text == "null":
        return None
    if _NUMBER.fullmatch(text):
        try:
            return NUMBERS.create_decimal(text)
        except InvalidOperation:
            raise _NoConstant from None
    if text[0] == '"' and text[-1] == '"' and text.count('"') == 2:
        return text[1:-1]
    return _temporal(text)


def _temporal(text: str) -> Value:
    call = _CALL.fullmatch(text)
    value: Value = None
    if call is not None:
        value = _READERS[call[1]](call[2])
    elif text.startswith('@"') and text.endswith('"'):
        inner = text[2:-1]
        value = parse_date(inner) or parse_time(inner) or parse_datetime(inner) or parse_duration(inner)
    if value is None:
        raise _NoConstant
    return value
