"""Typed answers as stored JSON: whole numbers as numbers, decimals as exact text, dates in ISO 8601."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from app.decisions.feel import to_feel, to_json
from app.workflow.forms.model import Field, MomentSettings, RowsSettings
from app.workflow.forms.moments import write_moment

MOST_DIGITS = 34


def store_answer(field: Field, value: Any, zone: tzinfo) -> Any:
    """Return the typed answer as it is stored and hashed; reading it again gives the same answer."""
    if isinstance(field.settings, RowsSettings):
        return [store_row(field.settings, row, zone) for row in value or ()]
    if isinstance(field.settings, MomentSettings) and value is not None:
        return write_moment(value, field.settings, zone)
    return _plain(value)


def store_row(rows: RowsSettings, row: dict[str, Any], zone: tzinfo) -> dict[str, Any]:
    """Return one row as it is stored."""
    return {key: store_answer(rows.column(key), value, zone) for key, value in row.items()}


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return _number(value)
        case dict():
            return {str(key): _plain(part) for key, part in value.items()}
        case list() | tuple():
            return [_plain(part) for part in value]
        case date() | datetime() | time():
            return value.isoformat()
        case timedelta():
            return to_json(to_feel(value))
        case _:
            return value


def _number(value: Decimal) -> int | str:
    # A computed number may be too long to be written out; its short form is as exact.
    if abs(value.adjusted()) > MOST_DIGITS:
        return str(value)
    return int(value) if value == value.to_integral_value() else format(value, "f")
