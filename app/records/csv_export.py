"""Writes a register as CSV that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from app.records.register import RegisterColumn, RegisterRow

# What makes Excel, LibreOffice or Google read a cell as a command.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  the wide twins count too


def csv_lines(columns: Sequence[RegisterColumn], rows: Iterable[RegisterRow]) -> Iterator[str]:
    """Yield the lines of the file: headings, then one line for each row.

    Shape: UTF-8 with a mark, so that Excel reads it; moments in ISO 8601; numbers stay numbers.
    """
    yield "\ufeff" + _line([column.label() for column in columns])
    for row in rows:
        yield _line([_exported(column, row) for column in columns])


def table_lines(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield the lines of a table that is no register, as `csv_lines` writes them."""
    yield "\ufeff" + _line(head)
    for row in rows:
        yield _line([harmless(cell) for cell in row])


def harmless(value: Any) -> str:
    """Return a cell's text; one that a spreadsheet would run gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = str(value).replace("\x00", "")
    return f"'{text}" if is_dangerous(text) else text


def is_dangerous(text: str) -> bool:
    """Tell whether a spreadsheet might take a text for a formula."""
    return text.startswith(_DANGEROUS) or text.lstrip(" \u00a0").startswith(_DANGEROUS)


def _exported(column: RegisterColumn, row: RegisterRow) -> str:
    return harmless((column.text or column.value)(row))


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
