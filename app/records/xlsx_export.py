"""Writes a register as a workbook whose texts stay texts: nothing in it is a formula or a link."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Any

from app.records.csv_export import is_dangerous
from app.records.register import RegisterColumn, RegisterRow

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LONGEST = 32_767  # signs Excel takes in a cell
WIDTH = 18
WIDE = 48
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_OPTIONS = {
    "constant_memory": True,  # a row is written to a file of the system and forgotten
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def xlsx_file(
    title: str, columns: Sequence[RegisterColumn], rows: Iterable[RegisterRow], zone: tzinfo
) -> io.BytesIO:
    """Return the workbook, to be read from its beginning.

    Shape: one sheet, its headings frozen and filterable; moments are cells with a date in `zone`, which Excel
        keeps without one; a text that a spreadsheet might run carries its mark for plain text.
    """
    file = io.BytesIO()  # packed: a megabyte or two for the longest list
    book: Workbook
    with import_module("xlsxwriter").Workbook(file, _OPTIONS) as book:  # loaded with the first workbook
        sheet = book.add_worksheet(_sheet_name(title))
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, WIDE if column.kind == "title" else WIDTH)
        head = book.add_format({"bold": True, "bottom": 1})
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column.label(), head)
        last = _write_rows(book, sheet, columns, rows, zone)
        sheet.autofilter(0, 0, last, max(0, len(columns) - 1))
    file.seek(0)
    return file


def _write_rows(
    book: Workbook,
    sheet: Worksheet,
    columns: Sequence[RegisterColumn],
    rows: Iterable[RegisterRow],
    zone: tzinfo,
) -> int:
    """Write the rows and return the number of the last one."""
    forms = {
        "day": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
        "plain": book.add_format({"quote_prefix": True}),
    }
    last = 0
    for last, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            _write(sheet, (last, place), (column.text or column.value)(row), forms, zone)
    return last


def _write(sheet: Worksheet, at: tuple[int, int], value: Any, forms: dict[str, Format], zone: tzinfo) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(*at, value)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(*at, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(*at, value.astimezone(zone).replace(tzinfo=None), forms["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(*at, datetime(value.year, value.month, value.day), forms["day"])  # noqa: DTZ001  a day
    else:
        text = str(value).replace("\x00", "").encode("utf-8", "replace").decode()[:LONGEST]
        sheet.write_string(*at, text, forms["plain"] if is_dangerous(text) else None)


def _sheet_name(title: str) -> str:
    return _NO_SHEET_NAME.sub(" ", title).strip(" '")[:31] or "Keel"
