"""Columns as they stood on a past day: what a value was before it changed is kept, with the moment it ended.

A column whose present value a figure of a past day must not use is declared with `mapped_column(**DATED)`.
Nothing is read of the past as long as somebody asks for the present.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Index,
    Integer,
    String,
    and_,
    case,
    event,
    exists,
    func,
    insert,
    inspect,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Mapper, Session, aliased, mapped_column
from sqlalchemy.orm.attributes import get_history
from sqlalchemy.orm.base import PASSIVE_NO_INITIALIZE

from app.foundation import clock
from app.foundation.db import Base, UtcDateTime
from app.foundation.errors import Broken
from app.foundation.unit_of_work import UnitOfWork

IS_DATED: dict[str, bool] = {"is_dated": True}
DATED: Mapping[str, Any] = {"info": IS_DATED, "active_history": True}
WHAT_LENGTH = 120
WORD_LENGTH = 400
Value = ColumnElement[Any] | InstrumentedAttribute[Any]
_CHANGED, _BORN = "keel.dated.changed", "keel.dated.born"


class FormerValue(Base):
    """A value that was replaced, and the moment until which it held. Appended only, in order of time.

    Shape: `what` is `table.column`, or `setting.key`; the value stands in the one column of its type, and
    nowhere where there was none.
    """

    __tablename__ = "former_value"
    __table_args__ = (
        Index("ix_former_value_ended", "what", "ended_at", "row_id"),
        Index("ix_former_value_moment", "what", "moment"),
        Index("ix_former_value_row", "row_id", "what", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(String(WHAT_LENGTH))
    row_id: Mapped[int]
    moment: Mapped[datetime | None]
    day: Mapped[date | None] = mapped_column(Date)
    number: Mapped[int | None]
    word: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    ended_at: Mapped[datetime]


class FormerValueStart(Base):
    """From when on former values are kept, where records are older; without a row always."""

    __tablename__ = "former_value_start"

    begun_at: Mapped[datetime] = mapped_column(primary_key=True)


def listen() -> None:
    """Note from here on, in every act, which dated columns change. Safe to call again."""
    if not event.contains(Session, "after_flush", _note):
        event.listen(Session, "after_flush", _note)


def keep_former(uow: UnitOfWork) -> None:
    """Write the values from before the act. Effects: one statement where anything changed."""
    uow.session.info.pop(_BORN, None)
    changed = uow.session.info.pop(_CHANGED, {})
    rows = [
        _row(what, row_id, value, uow.now) for (what, row_id), value in changed.items() if row_id is not None
    ]
    if rows:
        uow.session.execute(insert(FormerValue), rows)


def keep_one(uow: UnitOfWork, what: str, row_id: int, value: object) -> None:
    """Keep a value that is no column of a mapped row, before it is replaced in this act."""
    uow.session.info.setdefault(_CHANGED, {}).setdefault((what, row_id), value)


def is_past(at: datetime) -> bool:
    """Tell whether things may have changed since a moment."""
    return at <= clock.now()


def then(column: InstrumentedAttribute[Any], at: datetime) -> Value:
    """Return a column's value of just before a moment: one look-up by index for each row that is counted."""
    if not is_past(at):
        return column
    what, row_id = _named(column)
    first = (
        select(func.min(FormerValue.id))
        .where(FormerValue.row_id == row_id, FormerValue.what == what, FormerValue.ended_at >= at)
        .correlate_except(FormerValue)
        .scalar_subquery()
    )
    value = select(_value(column)).where(FormerValue.id == first).scalar_subquery()
    return case((first.is_not(None), value), else_=column)


def fell_within(column: InstrumentedAttribute[Any], since: datetime, until: datetime) -> ColumnElement[bool]:
    """Hold for rows whose moment lay in [since, until) at the end of that time.

    Shape: rows are found by the index of the column, or by that of former moments; never by all that changed.
    """
    within = and_(column.is_not(None), column >= since, column < until)
    if not is_past(until):
        return within
    what, row_id = _named(column)
    former, earlier = aliased(FormerValue), aliased(FormerValue)
    is_changed = (
        exists()
        .where(former.row_id == row_id, former.what == what, former.ended_at >= until)
        .correlate_except(former)
    )
    is_first = ~exists().where(
        earlier.row_id == former.row_id,
        earlier.what == what,
        earlier.ended_at >= until,
        earlier.id < former.id,
    ).correlate_except(earlier)
    was_within = select(former.row_id).where(
        former.what == what,
        former.moment >= since,
        former.moment < until,
        former.ended_at >= until,
        is_first,
    )
    return or_(and_(within, ~is_changed), row_id.in_(was_within))


def former_values(session: Session, what: str, at: datetime) -> Mapping[int, Any]:
    """Return what was replaced since a moment as it stood just before, by row; for what seldom changes."""
    first = (
        select(func.min(FormerValue.id))
        .where(FormerValue.what == what, FormerValue.ended_at >= at)
        .group_by(FormerValue.row_id)
    )
    rows = session.scalars(select(FormerValue).where(FormerValue.id.in_(first)))
    return {row.row_id: row.moment or row.day or row.word or row.number for row in rows}


def kept_since(session: Session) -> datetime | None:
    """Return from when on former values are kept, None for always."""
    return session.scalar(select(FormerValueStart.begun_at))


def is_dated(column: InstrumentedAttribute[Any]) -> bool:
    """Tell whether a column keeps its former values."""
    return bool(column.property.columns[0].info.get("is_dated"))


def name_of(column: InstrumentedAttribute[Any]) -> str:
    """Return the name under which a column's former values are kept.

    Errors: Broken where the column is not dated.
    """
    if not is_dated(column):
        raise Broken(f"The column {column} keeps no former values.")
    one = column.property.columns[0]
    return f"{one.table}.{one.name}"


def _note(session: Session, _context: object) -> None:
    """Note the values from before a flush, while they are still known."""
    born = session.info.setdefault(_BORN, set())
    born.update((type(row), row.id) for row in session.new if _dated_columns(type(row)))
    changed = session.info.setdefault(_CHANGED, {})
    for row in session.dirty:
        for name, what in _dated_columns(type(row)):
            history = get_history(row, name, PASSIVE_NO_INITIALIZE)
            if history.added and history.deleted and (type(row), row.id) not in born:
                changed.setdefault((what, row.id), history.deleted[0])


_columns_of: dict[type, tuple[tuple[str, str], ...]] = {}


def _dated_columns(model: type) -> tuple[tuple[str, str], ...]:
    """Return the dated columns of a mapped class, each with the name under which its values are kept."""
    if model not in _columns_of:
        _columns_of[model] = tuple(_dated(model))
    return _columns_of[model]


def _dated(model: type) -> Iterator[tuple[str, str]]:
    mapper: Mapper[Any] = inspect(model)
    for attribute in mapper.column_attrs:
        column = attribute.columns[0]
        if column.info.get("is_dated"):
            yield attribute.key, f"{column.table}.{column.name}"


def _named(column: InstrumentedAttribute[Any]) -> tuple[str, ColumnElement[int]]:
    """Return a column's name and the id of its row, which of an alias is that of the alias."""
    row_id: ColumnElement[int] = column.parent.entity.id
    return name_of(column), row_id


def _value(column: InstrumentedAttribute[Any]) -> Value:
    kind = column.property.columns[0].type
    if isinstance(kind, Boolean):
        return FormerValue.number == 1
    places: tuple[tuple[type, InstrumentedAttribute[Any]], ...] = (
        (UtcDateTime, FormerValue.moment),
        (Date, FormerValue.day),
        (Integer, FormerValue.number),
        (String, FormerValue.word),
    )
    return next(place for each, place in places if isinstance(kind, each))


def _row(what: str, row_id: int, value: object, ended_at: datetime) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(("moment", "day", "number", "word"))
    if isinstance(value, datetime):
        row["moment"] = value
    elif isinstance(value, date):
        row["day"] = value
    elif isinstance(value, int):
        row["number"] = int(value)
    elif value is not None:
        row["word"] = str(value)[:WORD_LENGTH]
    return {"what": what, "row_id": row_id, "ended_at": ended_at, **row}
