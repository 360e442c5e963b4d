"""A mapping: where the cells of a file stand and how they become answers of the start form.

A mapping is JSON, checked whole before a file is opened; its expressions are FEEL over the named columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.decisions.feel import Expression
from app.imports.rules import LandsAs


class FileFormat(StrEnum):
    """How the rows of a file are told apart."""

    CSV = "csv"
    TSV = "tsv"
    JSON_LINES = "jsonl"


class Encoding(StrEnum):
    """The encodings that are read. The value is Python's name."""

    UTF_8 = "utf-8"
    WINDOWS_1252 = "windows-1252"
    LATIN_1 = "iso-8859-1"


@dataclass(frozen=True, slots=True)
class FileShape:
    """What the file looks like. Shape: `cells` is how many each row has, None for as many as the first."""

    format: FileFormat
    encoding: Encoding = Encoding.UTF_8
    delimiter: str = ","
    has_header: bool = True
    has_quotes: bool = True
    cells: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column that the mapping reads.

    Shape: `at` is its number from 1 or its heading; `date` says how dates are written, empty for text;
    `absent` are words that count as an empty cell.
    """

    name: str
    at: int | str
    date: str = ""
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """How one answer of the start form comes about: a constant, the first filled column, or an expression.

    Shape: `values` translates whole texts, `contains` texts that hold a word (without regard to case, first
    match); `default` stands in where nothing is left.
    """

    key: str
    constant: Any = None
    columns: tuple[str, ...] = ()
    expression: Expression | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    contains: tuple[tuple[str, Any], ...] = ()
    default: Any = None

    @property
    def reads(self) -> tuple[str, ...]:
        """The names of the columns it depends on."""
        if self.expression is not None:
            return tuple(sorted(self.expression.names | self.expression.possible_names))
        return self.columns


@dataclass(frozen=True, slots=True)
class MappingPlan:
    """A checked mapping.

    Shape: `create_missing` gives for each kind of master data that may be added what its rows have besides
    code and name; `source` is the JSON it was read from.
    """

    title: str
    shape: FileShape
    lands_as: LandsAs
    columns: Mapping[str, Column]
    answers: tuple[Answer, ...]
    create_missing: Mapping[str, Mapping[str, str]]
    source: Mapping[str, Any]
