"""Reads a file row by row without trusting it: size, encoding, NUL, headings, number and length of cells.

Memory stays flat: one row is held at a time. What makes the rest unreadable ends the reading; what is wrong
with one row is told with the row, and reading goes on.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Literal

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.imports.mapping import Column, FileFormat, FileShape
from app.imports.refusals import file_refusal, row_place
from app.imports.rules import repeated

MOST_BYTES = 500_000_000
MOST_ROWS = 500_000
MOST_COLUMNS = 1_000
MOST_LINE_BYTES = 1_000_000
MOST_CELL = 100_000
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_UTF_8_MARK = b"\xef\xbb\xbf"
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: its number in the file from 1, the cells the mapping reads by name, and what is wrong."""

    number: int
    cells: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


class FileReader:
    """Reads one file once. After the last row, `digest` is the SHA-256 of all of it.

    Errors while reading: FileRefused.
    """

    def __init__(self, path: Path, shape: FileShape, columns: Mapping[str, Column]) -> None:
        """Know the file; nothing is read yet."""
        self._path = path
        self._shape = shape
        self._columns = columns
        self._hash = hashlib.sha256()

    @property
    def size(self) -> int:
        """Return the size of the file in bytes.

        Errors: FileRefused for a file that is empty or too large.
        """
        size = self._path.stat().st_size
        if size == 0:
            raise file_refusal(_("The file is empty."))
        if size > MOST_BYTES:
            raise file_refusal(_("The file is larger than 500 MB."), _("Import it in parts."))
        return size

    @property
    def digest(self) -> str:
        """Return the SHA-256 of what was read, in hex."""
        return self._hash.hexdigest()

    def rows(self, tell: Tell = lambda _bytes: None) -> Iterator[RawRow]:
        """Yield the rows that are not blank; `tell` hears how many bytes were read."""
        if self.size and self._shape.format is FileFormat.JSON_LINES:
            found = self._objects(tell)
        else:
            found = self._table(tell)
        for count, row in enumerate(found, start=1):
            if count > MOST_ROWS:
                raise file_refusal(
                    _("The file has more than %(most)s rows.", most=MOST_ROWS), _("Import it in parts.")
                )
            yield row

    def _lines(self, tell: Tell) -> Iterator[str]:
        with self._path.open("rb") as stream:
            for number, raw in enumerate(_raw_lines(stream), start=1):
                self._hash.update(raw)
                tell(len(raw))
                yield _decoded(raw, number, self._shape.encoding.value)

    def _objects(self, tell: Tell) -> Iterator[RawRow]:
        for number, line in enumerate(self._lines(tell), start=1):
            if line.strip():
                yield self._object(number, line)

    def _object(self, number: int, line: str) -> RawRow:
        try:
            found = json.loads(line, object_pairs_hook=_pairs, parse_constant=_refuse, parse_float=Decimal)
        except (ValueError, RecursionError):
            return _faulty(number, "json", _("This is not one JSON object."), _("Write one object per line."))
        if not isinstance(found, dict):
            return _faulty(number, "json", _("This is not one JSON object."), _("Write one object per line."))
        cells, problems = {}, []
        for name, column in self._columns.items():
            value = found.get(str(column.at))
            if isinstance(value, list | dict):
                sentence = _("This is a list or an object, not one value.")
                problems.append(Problem(_cell_place(number, column), "nested", sentence))
            elif isinstance(value, str) and len(value) > MOST_CELL:
                problems.append(_too_long(number, column))
            else:
                cells[name] = value
        return RawRow(number, cells, tuple(problems))

    def _table(self, tell: Tell) -> Iterator[RawRow]:
        rows = self._split(self._lines(tell))
        width = self._shape.cells
        heading = next(rows, [])[:] if self._shape.has_header else None
        places = self._places(heading)
        if heading is not None:
            width = len(heading)
        for number, cells in enumerate(rows, start=1 if heading is None else 2):
            if not any(cell.strip() for cell in cells):
                continue
            width = width or len(cells)
            yield self._cells(number, cells, places, width)

    def _split(self, lines: Iterable[str]) -> Iterator[list[str]]:
        quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if self._shape.has_quotes else csv.QUOTE_NONE
        reader = csv.reader(
            lines, delimiter=self._shape.delimiter, quoting=quoting, strict=self._shape.has_quotes
        )
        while True:
            try:
                yield next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                sentence = _("Line %(line)s cannot be split into cells.", line=reader.line_num)
                mend = _("Look for a stray quote or a field of more than 100,000 characters.")
                raise file_refusal(sentence, mend) from error

    def _places(self, heading: Sequence[str] | None) -> dict[str, int]:
        """Return where each column of the mapping stands, from 0."""
        names = [name.strip() for name in heading or ()]
        if len(names) > MOST_COLUMNS:
            raise file_refusal(_("The file has more than %(most)s columns.", most=MOST_COLUMNS))
        twice = repeated(names)
        if twice:
            sentence = _("These headings stand more than once: %(names)s.", names=", ".join(twice))
            raise file_refusal(sentence, _("Give each column a heading of its own."), rule="heading")
        places = {name: _place_of(column, names) for name, column in self._columns.items()}
        missing = [str(self._columns[name].at) for name, place in places.items() if place is None]
        if missing:
            sentence = _("The file does not have these columns: %(names)s.", names=", ".join(missing))
            raise file_refusal(sentence, _("Correct the mapping or the headings."), rule="heading")
        return {name: place for name, place in places.items() if place is not None}

    def _cells(self, number: int, cells: Sequence[str], places: Mapping[str, int], width: int) -> RawRow:
        if len(cells) != width:
            sentence = _("It has %(count)s cells instead of %(wanted)s.", count=len(cells), wanted=width)
            return _faulty(number, "cells", sentence, _("Look for a delimiter within a text."))
        beyond = [name for name, place in places.items() if place >= width]
        if beyond:
            at = ", ".join(str(self._columns[name].at) for name in beyond)
            return _faulty(number, "cells", _("It does not have these columns: %(names)s.", names=at))
        problems = [
            _too_long(number, self._columns[name])
            for name, place in places.items()
            if len(cells[place]) > MOST_CELL
        ]
        return RawRow(number, {name: cells[place] for name, place in places.items()}, tuple(problems))


def _raw_lines(stream: BinaryIO) -> Iterator[bytes]:
    while raw := stream.readline(MOST_LINE_BYTES + 1):
        if len(raw) > MOST_LINE_BYTES:
            raise file_refusal(_("The file has a line of more than 1 MB."), _("Is this the right file?"))
        yield raw


def _decoded(raw: bytes, number: int, encoding: str) -> str:
    place = _("line %(line)s", line=number)
    if number == 1 and raw.startswith(_UTF_16_MARKS):
        raise file_refusal(_("The file is UTF-16."), _("Save it as UTF-8."), rule="encoding")
    if b"\0" in raw:
        sentence = _("This holds a NUL character, so it is no text.")
        raise file_refusal(sentence, _("Is this the right file?"), where=place, rule="nul")
    try:
        return (raw.removeprefix(_UTF_8_MARK) if number == 1 else raw).decode(encoding)
    except UnicodeDecodeError as error:
        sentence = _("This is not %(encoding)s.", encoding=encoding)
        mend = _("Save the file as UTF-8, or name its encoding in the mapping.")
        raise file_refusal(sentence, mend, where=place, rule="encoding") from error


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse(name: str) -> None:
    raise ValueError(name)


def _place_of(column: Column, names: Sequence[str]) -> int | None:
    if isinstance(column.at, int):
        return column.at - 1 if not names or column.at <= len(names) else None
    folded = [name.casefold() for name in names]
    wanted = column.at.strip().casefold()
    return folded.index(wanted) if wanted in folded else None


def _cell_place(number: int, column: Column) -> str:
    return _("row %(row)s, column %(column)s", row=number, column=column.at)


def _too_long(number: int, column: Column) -> Problem:
    sentence = _("This is longer than %(most)s characters.", most=MOST_CELL)
    return Problem(_cell_place(number, column), "too-long", sentence, _("Shorten it."))


def _faulty(number: int, rule: str, sentence: str, mend: str = "") -> RawRow:
    return RawRow(number, {}, (Problem(row_place(number), rule, sentence, mend),))
