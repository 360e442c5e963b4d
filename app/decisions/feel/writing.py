"""Values as text, the way FEEL writes them: `string()` and nothing else uses this form."""

from __future__ import annotations

from decimal import Decimal

from app.decisions.feel.budget import Meter
from app.decisions.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time
from app.decisions.feel.temporal_text import format_temporal
from app.decisions.feel.values import Range, Value


def written(value: Value, meter: Meter) -> str:
    """Return the value as text, paid for by its length; texts within lists and contexts are quoted.

    Errors: BudgetExceeded.
    """
    if isinstance(value, str):
        meter.pay_text(len(value))
        return value
    return _inner(value, meter)


def _inner(value: Value, meter: Meter) -> str:
    meter.enter()
    text = _compound(value, meter) if isinstance(value, tuple | dict | Range) else _scalar(value)
    meter.leave()
    meter.pay_text(len(text))
    return text


def _compound(value: tuple[Value, ...] | dict[str, Value] | Range, meter: Meter) -> str:
    if isinstance(value, tuple):
        return _joined("[", [_inner(item, meter) for item in value], "]", meter)
    if isinstance(value, dict):
        return _joined("{", [f"{key}: {_inner(item, meter)}" for key, item in value.items()], "}", meter)
    low, high = _inner(value.low, meter), _inner(value.high, meter)
    return f"{'[' if value.includes_low else '('}{low}..{high}{']' if value.includes_high else ')'}"


def _joined(opening: str, parts: list[str], closing: str, meter: Meter) -> str:
    meter.pay_text(sum(len(part) + 2 for part in parts))
    return f"{opening}{', '.join(parts)}{closing}"


def _scalar(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return write_number(value)
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, Date | Time | DateTime | DaysDuration | MonthsDuration):
        return format_temporal(value)
    return "function"


def write_number(number: Decimal) -> str:
    """Return the number without exponent and without zeros that mean nothing."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
