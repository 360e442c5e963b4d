"""Reads a mapping from JSON. Every problem is told at once, with its place in the mapping."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from app.decisions.feel import Expression, FeelSyntaxError, compile_expression
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.imports.mapping import Answer, Column, Encoding, FileFormat, FileShape, MappingPlan
from app.imports.refusals import MappingInvalid, MappingUnknown
from app.imports.rules import LandsAs, is_date_pattern
from app.organisation.kinds import KINDS

SUFFIX = ".json"
DETAILS = ("zone", "country", "subdivision", "branch")
MOST_BYTES = 1_000_000
_TOP = ("title", "record", "file", "lands_as", "columns", "answers", "create_missing")
_FILE = ("format", "encoding", "delimiter", "has_header", "has_quotes", "cells")
_COLUMN = ("at", "date", "absent")
_SOURCES = ("constant", "column", "first_of", "feel")
_ANSWER = (*_SOURCES, "values", "contains", "default")
RECORD = "nonconformity"
DOCUMENT = "document"
_SHIPPED = {RECORD: "mappings", DOCUMENT: "mappings/documents"}
Word = TypeVar("Word", bound=StrEnum)


def shipped_mappings(record: str = RECORD) -> list[str]:
    """Return the names of the mappings that come with Keel, for one kind of record."""
    folder = files("app.imports").joinpath(_SHIPPED[record])
    return sorted(one.name.removesuffix(SUFFIX) for one in folder.iterdir() if one.name.endswith(SUFFIX))


def load_mapping(name_or_file: str, record: str = RECORD) -> MappingPlan:
    """Return the shipped mapping of that name, else the one in the file.

    Errors: MappingUnknown; MappingInvalid.
    """
    if name_or_file in shipped_mappings(record):
        text = files("app.imports").joinpath(_SHIPPED[record], f"{name_or_file}{SUFFIX}").read_bytes()
        return read_mapping(text, record)
    path = Path(name_or_file)
    if not path.is_file():
        names = ", ".join(shipped_mappings(record))
        raise MappingUnknown(
            _(
                "There is no mapping “%(name)s”. Name a file, or one of: %(names)s.",
                name=path.name,
                names=names,
            )
        )
    if path.stat().st_size > MOST_BYTES:
        raise MappingInvalid(_("The mapping is larger than 1 MB. Value maps belong into master data."))
    return read_mapping(path.read_bytes(), record)


def read_mapping(content: bytes, record: str = RECORD) -> MappingPlan:
    """Return the mapping.

    Errors: MappingInvalid with every problem and its place, such as `answers.title`.
    """
    try:
        source = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise MappingInvalid(_("The mapping is not JSON in UTF-8.")) from error
    if not isinstance(source, dict):
        raise MappingInvalid(_("The mapping is not a JSON object."))
    reader = _Reader(source, record)
    plan = reader.plan()
    if reader.problems:
        raise MappingInvalid(_("The mapping cannot be used."), reader.problems)
    return plan


class _Reader:
    """Reads one mapping and notes what is wrong; what it returns is good only without problems."""

    def __init__(self, source: Mapping[str, Any], record: str) -> None:
        self._source = source
        self._record = record
        self.problems: list[Problem] = []

    def plan(self) -> MappingPlan:
        source = self._source
        self._known("", source, _TOP)
        if source.get("record") != self._record:
            self._wrong("record", _("Only “%(record)s” can be imported.", record=self._record))
        columns = {name: self._column(name, one) for name, one in self._object("columns").items()}
        answers = [self._answer(key, one, columns) for key, one in self._object("answers").items()]
        return MappingPlan(
            title=str(source.get("title") or self._record)[:300],
            shape=self._shape(),
            lands_as=self._word("lands_as", source.get("lands_as"), LandsAs, LandsAs.HISTORY),
            columns=columns,
            answers=tuple(answers),
            create_missing=self._creatable(),
            source=source,
        )

    def _shape(self) -> FileShape:
        given = self._object("file")
        self._known("file", given, _FILE)
        kind = self._word("file.format", given.get("format"), FileFormat, FileFormat.CSV)
        usual = "\t" if kind is FileFormat.TSV else ","
        delimiter, cells = given.get("delimiter", usual), given.get("cells")
        if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '\r\n"\0':
            self._wrong("file.delimiter", _("The delimiter is one character."))
            delimiter = usual
        if cells is not None and not _is_count(cells):
            self._wrong("file.cells", _("How many cells a row has is a whole number from 1."))
        for name in ("has_header", "has_quotes"):
            if not isinstance(given.get(name, True), bool):
                self._wrong(f"file.{name}", _("This is true or false."))
        encoding = given.get("encoding", Encoding.UTF_8.value)
        return FileShape(
            format=kind,
            encoding=self._word("file.encoding", encoding, Encoding, Encoding.UTF_8),
            delimiter=delimiter,
            has_header=given.get("has_header", True) is True,
            has_quotes=given.get("has_quotes", True) is True,
            cells=cells if _is_count(cells) else None,
        )

    def _column(self, name: str, given: Any) -> Column:
        place = f"columns.{name}"
        if not name.isidentifier():
            self._wrong(place, _("A column's name is one word of letters, digits and _."))
        one = given if isinstance(given, dict) else {"at": given}
        self._known(place, one, _COLUMN)
        at, pattern, absent = one.get("at"), one.get("date", ""), one.get("absent", [])
        if not _is_count(at) and not (isinstance(at, str) and at):
            self._wrong(f"{place}.at", _("A column is named by its number from 1, or by its heading."))
        if pattern and not (isinstance(pattern, str) and is_date_pattern(pattern)):
            self._wrong(f"{place}.date", _("Dates are described by YYYY, MM and DD, such as MM/DD/YYYY."))
        if not _is_texts(absent):
            self._wrong(f"{place}.absent", _("What counts as empty is a list of texts."))
            absent = []
        return Column(name, at if isinstance(at, int | str) else 1, str(pattern or ""), tuple(absent))

    def _answer(self, key: str, given: Any, columns: Collection[str]) -> Answer:
        place = f"answers.{key}"
        if not isinstance(given, dict) or sum(name in given for name in _SOURCES) != 1:
            self._wrong(place, _("It needs one of: %(names)s.", names=", ".join(_SOURCES)))
            return Answer(key)
        self._known(place, given, _ANSWER)
        read = [given["column"]] if "column" in given else given.get("first_of", [])
        if not _is_texts(read) or any(name not in columns for name in read):
            self._wrong(place, _("It names a column that “columns” does not describe."))
            read = []
        values, contains = given.get("values", {}), given.get("contains", [])
        if not isinstance(values, dict):
            self._wrong(f"{place}.values", _("A value map is an object: text to value."))
            values = {}
        if not _is_pairs(contains):
            self._wrong(f"{place}.contains", _("This is a list of pairs: a word and its value."))
            contains = []
        return Answer(
            key=key,
            constant=given.get("constant"),
            columns=tuple(read),
            expression=self._expression(place, given["feel"], columns) if "feel" in given else None,
            values=values,
            contains=tuple((word.casefold(), value) for word, value in contains),
            default=given.get("default"),
        )

    def _expression(self, place: str, text: Any, columns: Collection[str]) -> Expression | None:
        try:
            compiled = compile_expression(str(text))
        except FeelSyntaxError as error:
            self._wrong(f"{place}.feel", str(error))
            return None
        unknown = sorted(compiled.names - set(columns))
        if unknown:
            names = ", ".join(unknown)
            self._wrong(f"{place}.feel", _("It uses names that are no columns: %(names)s.", names=names))
        return compiled

    def _creatable(self) -> dict[str, dict[str, str]]:
        given = self._object("create_missing")
        for key, details in given.items():
            kind = next((one for one in KINDS.values() if one.key.value == key), None)
            place = f"create_missing.{key}"
            if kind is None or not isinstance(details, dict):
                self._wrong(place, _("There is no such kind of master data."))
            elif not set(details) <= set(kind.columns) & set(DETAILS) or not _is_texts(
                list(details.values())
            ):
                self._wrong(place, _("It may say: %(names)s.", names=", ".join(DETAILS)))
            elif missing := sorted(kind.required - set(details)):
                self._wrong(place, _("It must say: %(names)s.", names=", ".join(missing)))
        return given

    def _object(self, name: str) -> dict[str, Any]:
        given = self._source.get(name, {})
        if isinstance(given, dict):
            return given
        self._wrong(name, _("This is not an object."))
        return {}

    def _word(self, place: str, given: Any, words: type[Word], usual: Word) -> Word:
        if given in set(words):
            return words(given)
        self._wrong(place, _("It is one of: %(names)s.", names=", ".join(words)))
        return usual

    def _known(self, place: str, given: Mapping[str, Any], names: tuple[str, ...]) -> None:
        for name in given.keys() - set(names):
            where = f"{place}.{name}".lstrip(".")
            self._wrong(where, _("This is unknown here. Known are: %(names)s.", names=", ".join(names)))

    def _wrong(self, place: str, sentence: str) -> None:
        self.problems.append(Problem(place, "mapping", sentence))


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 10_000


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_pairs(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) for pair in value
    )
