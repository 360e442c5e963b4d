"""Which columns of a record a form may write, and how an answer becomes a column's value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Float, Integer, Numeric, String, inspect

from app.foundation.db import UtcDateTime
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.records.models import Record

# What Keel itself keeps: no form and no operation's facts may reach these by name.
KEPT = frozenset(
    {
        "id",
        "kind",
        "number",
        "opened_by_id",
        "status",
        "extra",
        "restricted_to",
        "opened_at",
        "original_due_at",
        "closed_at",
        "is_imported",
        "is_for_all_sites",
        "search_text",
        "row_version",
    }
)


class ColumnType(StrEnum):
    """What a column holds, in the words of forms and expressions."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    MOMENT = "datetime"
    PERSON = "person"
    REFERENCE = "reference"
    LIST = "list"


class _Unfit(Exception):
    """The answer is not what the column holds."""


@dataclass(frozen=True, slots=True)
class WritableColumn:
    """A column that a form may write.

    Shape: `choices` are the stored words of a closed set (`info={"choices": SomeEnum}` on the column).
    """

    name: str
    type: ColumnType
    is_nullable: bool
    max_length: int | None = None
    is_whole: bool = False
    choices: tuple[str, ...] = ()

    def value_of(self, answer: Any) -> tuple[Any, Problem | None]:
        """Return the column's value for an answer, or None and what is wrong with it."""
        if answer is None or answer == "":
            if self.is_nullable or self.type is ColumnType.LIST:
                return None, None
            return ("", None) if self.type is ColumnType.TEXT else (None, self._problem(_("is missing")))
        try:
            return _READERS[self.type](self, answer), None
        except (_Unfit, ValueError, TypeError, InvalidOperation):
            return None, self._problem(_("is not what this field holds"))

    def _problem(self, what: str) -> Problem:
        sentence = _("“%(name)s” %(what)s.", name=self.name, what=what)
        return Problem(self.name, f"facts.{self.type.value}", sentence, _("Correct the answer."))


def writable_columns(model: type[Record]) -> Mapping[str, WritableColumn]:
    """Return the columns of the record and of its domain table that a form may write, by name.

    Shape: a column marked `info={"is_kept": True}` is left to operations.
    """
    found = {}
    for attribute in inspect(model).column_attrs:
        column = attribute.columns[0]
        if attribute.key in KEPT or not isinstance(column, Column) or column.info.get("is_kept"):
            continue
        found[attribute.key] = _column(attribute.key, column)
    return found


def _column(name: str, column: Column[Any]) -> WritableColumn:
    choices = column.info.get("choices")
    return WritableColumn(
        name=name,
        type=ColumnType.CHOICE if choices else _type_of(column),
        is_nullable=bool(column.nullable),
        max_length=getattr(column.type, "length", None),
        is_whole=isinstance(column.type, Integer),
        choices=tuple(str(one.value) for one in choices) if choices else (),
    )


def _type_of(column: Column[Any]) -> ColumnType:
    targets = {key.target_fullname for key in column.foreign_keys}
    if "person.id" in targets:
        return ColumnType.PERSON
    if targets:
        return ColumnType.REFERENCE
    for kind, result in _SQL_TYPES:
        if isinstance(column.type, kind):
            return result
    return ColumnType.TEXT


_SQL_TYPES: tuple[tuple[type, ColumnType], ...] = (
    (Boolean, ColumnType.BOOLEAN),
    (UtcDateTime, ColumnType.MOMENT),
    (Date, ColumnType.DATE),
    (Integer, ColumnType.NUMBER),
    (Numeric, ColumnType.NUMBER),
    (Float, ColumnType.NUMBER),
    (JSON, ColumnType.LIST),
    (String, ColumnType.TEXT),
)


def _text(column: WritableColumn, answer: Any) -> str:
    if not isinstance(answer, str | int | Decimal):
        raise _Unfit
    text = str(answer).replace("\x00", "").strip()
    if column.max_length is not None and len(text) > column.max_length:
        raise _Unfit
    return text


def _choice(column: WritableColumn, answer: Any) -> str:
    text = str(answer)
    if text not in column.choices:
        raise _Unfit
    return text


def _number(column: WritableColumn, answer: Any) -> Decimal | int:
    if isinstance(answer, bool):
        raise _Unfit
    number = Decimal(str(answer))
    if not number.is_finite() or (column.is_whole and number != number.to_integral_value()):
        raise _Unfit
    return int(number) if column.is_whole else number


def _boolean(_column: WritableColumn, answer: Any) -> bool:
    if not isinstance(answer, bool):
        raise _Unfit
    return answer


def _day(_column: WritableColumn, answer: Any) -> date:
    if isinstance(answer, datetime):
        return answer.date()
    return answer if isinstance(answer, date) else date.fromisoformat(answer)


def _moment(_column: WritableColumn, answer: Any) -> datetime:
    moment = answer if isinstance(answer, datetime) else datetime.fromisoformat(answer)
    if moment.tzinfo is None:
        raise _Unfit
    return moment.astimezone(UTC)


def _identifier(_column: WritableColumn, answer: Any) -> int:
    if isinstance(answer, Mapping):  # a form names a record by kind and id
        answer = answer.get("id")
    if isinstance(answer, bool):
        raise _Unfit
    return int(str(answer))


def _list(_column: WritableColumn, answer: Any) -> Any:
    if not isinstance(answer, list | dict):
        raise _Unfit
    return answer


_READERS: Mapping[ColumnType, Callable[[WritableColumn, Any], Any]] = {
    ColumnType.TEXT: _text,
    ColumnType.CHOICE: _choice,
    ColumnType.NUMBER: _number,
    ColumnType.BOOLEAN: _boolean,
    ColumnType.DATE: _day,
    ColumnType.MOMENT: _moment,
    ColumnType.PERSON: _identifier,
    ColumnType.REFERENCE: _identifier,
    ColumnType.LIST: _list,
}
