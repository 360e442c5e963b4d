"""What a register is: columns, filters as sentences, sorts, stages. A domain declares one; pages follow.

Labels are functions, because they are translated for the reader of the moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts.actor import Actor
from app.foundation.errors import Broken
from app.records.models import Record
from app.web.parts import Chip, Fact, Link, Tab

Label = Callable[[], str]


class SortType(StrEnum):
    """What a list is sorted by, so that its cursor can be read back."""

    MOMENT = "moment"
    DAY = "day"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One record of a list with the names a row shows, and the figures its register reckons for it."""

    record: Any
    site: str
    owner: str
    figures: Any = None


@dataclass(frozen=True, slots=True)
class RegisterColumn:
    """A column.

    Shape: `kind` as the web kit's `Column`; `value` gives what the kit draws for that kind; `text` gives what
    an export writes (default: the value as text).
    """

    key: str
    label: Label
    value: Callable[[RegisterRow], Any]
    kind: str = "text"
    text: Callable[[RegisterRow], Any] | None = None
    sort: str = ""
    on_phone: bool = True
    is_default: bool = True


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter and the words for it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """A condition that reads as a sentence: label `Severity is at least`, option `Moderate`.

    Shape: `condition` gets the values asked for (several mean any of them) and the present moment.
    """

    key: str
    label: Label
    options: Callable[[Session, Actor], Sequence[Option]]
    condition: Callable[[Sequence[str], datetime], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class RegisterSort:
    """One way to sort. Rows without a value come last.

    Shape: `reckoned` gives the value of an order that no column holds, in SQL, and `value` reads it of a row.
    """

    key: str
    label: Label
    column: InstrumentedAttribute[Any]
    type: SortType
    is_descending: bool = False
    reckoned: Callable[[Session, datetime], ColumnElement[Any]] | None = None
    value: Callable[[RegisterRow], Any] | None = None


@dataclass(frozen=True, slots=True)
class RegisterCount:
    """A figure above a register: how many rows pass these filters. A bad one above zero is shown as such.

    Shape: `values` by filter key, as the address of its door has them.
    """

    label: Label
    values: Mapping[str, tuple[str, ...]]
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the status bar and the diagram elements that belong to it."""

    name: Label
    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a record's summary: paragraphs under a heading, or facts."""

    title: str
    text: str = ""
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordText:
    """A text that a record is about, to be read on its page.

    Shape: `markdown` is the text; `headings` lead to its sections by level, words and anchor; `file` stands
    for a text that is a file; `note` says what the reader should know first.
    """

    title: str
    markdown: str = ""
    headings: tuple[tuple[int, str, str], ...] = ()
    file: Link | None = None
    note: str = ""
    doors: tuple[Link, ...] = ()


def _no_text(_session: Session, _record: Any) -> RecordText | None:
    return None


def _no_stands(_record: Any) -> str:
    return ""


def _no_doors(_session: Session, _actor: Actor, _record: Any) -> Sequence[Link]:
    return ()


def _no_chips(_session: Session, _record: Any) -> Sequence[Chip]:
    return ()


def _no_facts(_session: Session, _record: Any) -> Sequence[Fact]:
    return ()


def _no_sections(_session: Session, _record: Any) -> Sequence[Section]:
    return ()


def _no_figures(_session: Session, _records: Sequence[Any], _now: datetime) -> Mapping[int, Any]:
    return {}


def _no_tabs(_values: Mapping[str, Sequence[str]]) -> Sequence[Tab]:
    return ()


@dataclass(frozen=True)
class Register:
    """A list page and a record page for one kind of record.

    Shape: `path` is the address (`/capas`); `group` the rail's group title; `statuses` maps each status to
    its word; `stages` are drawn in the record's head (none: the happy path of its diagram);
    `chips`, `facts` and `sections` add to the record page what only the domain knows; `figures` reckons by
    record id what rows show beyond their columns, `tabs` leads to the neighbouring lists; `counts` stand
    above the list instead of the usual figures; `text` is what the record is about, `doors` join the menu
    of its page; `stands` says where a record stands when the word of its status is not enough.
    """

    kind: str
    model: type[Record]
    path: str
    title: Label
    singular: Label
    icon: str
    columns: tuple[RegisterColumn, ...]
    filters: tuple[RegisterFilter, ...]
    sorts: tuple[RegisterSort, ...]
    group: Label | None = None
    statuses: Callable[[], Mapping[str, str]] = dict
    start_key: str = ""
    start_label: Label | None = None
    stages: tuple[Stage, ...] = ()
    chips: Callable[[Session, Any], Sequence[Chip]] = _no_chips
    facts: Callable[[Session, Any], Sequence[Fact]] = _no_facts
    sections: Callable[[Session, Any], Sequence[Section]] = _no_sections
    figures: Callable[[Session, Sequence[Any], datetime], Mapping[int, Any]] = _no_figures
    tabs: Callable[[Mapping[str, Sequence[str]]], Sequence[Tab]] = _no_tabs
    counts: tuple[RegisterCount, ...] = ()
    text: Callable[[Session, Any], RecordText | None] = _no_text
    doors: Callable[[Session, Actor, Any], Sequence[Link]] = _no_doors
    stands: Callable[[Any], str] = _no_stands

    def sort(self, key: str) -> RegisterSort:
        """Return the sort of that key, the first one when there is none."""
        return next((one for one in self.sorts if one.key == key), self.sorts[0])

    def status_word(self, status: str) -> str:
        """Return the word for a status."""
        return self.statuses().get(status, status.replace("_", " ").capitalize())


class DoubleRegister(Broken):
    """Two registers claim the same kind of record."""


@dataclass
class Registers:
    """The registers of this server by kind; filled once by the pages that are wired."""

    _by_kind: dict[str, Register] = field(default_factory=dict)

    def use(self, registers: Sequence[Register]) -> None:
        """Know exactly these registers from here on.

        Errors: DoubleRegister.
        """
        found = {register.kind: register for register in registers}
        if len(found) < len(registers):
            raise DoubleRegister("Two registers keep the same kind of record.")
        self._by_kind = found

    def all(self) -> tuple[Register, ...]:
        """Return all registers in their order."""
        return tuple(self._by_kind.values())

    def of_kind(self, kind: str) -> Register | None:
        """Return the register of a kind of record."""
        return self._by_kind.get(kind)


registers = Registers()
