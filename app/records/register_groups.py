"""Divides a register by the values of a column: how many rows each group has, and the first of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.people import names_of
from app.foundation.i18n import gettext as _
from app.records.models import Record
from app.records.register import Register, RegisterRow
from app.records.register_query import (
    RegisterQuery,
    filtered,
    groupings,
    rows_statement,
    sort_of,
    sort_value,
)
from app.records.usual import NONE
from app.records.visibility import visible

MOST_GROUPS = 40
ROWS_EACH = 5


@dataclass(frozen=True, slots=True)
class RegisterGroup:
    """The rows of one value. Shape: `value` is that of the filter that finds exactly these rows."""

    value: str
    label: str
    count: int
    rows: tuple[RegisterRow, ...]


def register_groups(
    session: Session, actor: Actor, register: Register, query: RegisterQuery, *, now: datetime
) -> list[RegisterGroup]:
    """Return the groups of a list in the order of their words, each with its first rows in the list's order.

    Shape: forty groups at most, the largest ones. Two statements, however many groups there are.
    """
    column = groupings(register)[query.group]
    counted = select(column, func.count()).select_from(register.model).group_by(column)
    counted = filtered(session, register, query, now, counted).order_by(func.count().desc(), column)
    counts = {row[0]: int(row[1]) for row in session.execute(visible(counted, actor).limit(MOST_GROUPS))}
    rows = _first_rows(session, actor, register, query, now)
    labels = _labels(session, actor, register, query, list(counts))
    groups = [
        RegisterGroup(_value(key), labels[key], count, tuple(rows.get(key, ())))
        for key, count in counts.items()
    ]
    return sorted(groups, key=lambda group: (group.value == NONE, group.label.lower()))


def _first_rows(
    session: Session, actor: Actor, register: Register, query: RegisterQuery, now: datetime
) -> Mapping[Any, Sequence[RegisterRow]]:
    column, sort = groupings(register)[query.group], sort_of(register, query)
    value = sort.reckoned(session, now) if sort.reckoned else sort_value(sort)
    order = (value.desc(), Record.id.desc()) if sort.is_descending else (value, Record.id)
    place = func.row_number().over(partition_by=column, order_by=order).label("place")
    placed = select(Record.id.label("id"), place).select_from(register.model)
    inner = visible(filtered(session, register, query, now, placed), actor).subquery()
    statement = rows_statement(register).join(inner, inner.c.id == Record.id)
    found = session.execute(statement.where(inner.c.place <= ROWS_EACH).order_by(inner.c.place)).all()
    figures = register.figures(session, [row[0] for row in found], now)
    groups: dict[Any, list[RegisterRow]] = {}
    for row in found:
        line = RegisterRow(row[0], row[1], row[2], figures.get(row[0].id))
        groups.setdefault(getattr(row[0], column.key), []).append(line)
    return groups


def _labels(
    session: Session, actor: Actor, register: Register, query: RegisterQuery, keys: Sequence[Any]
) -> dict[Any, str]:
    """Return the words of each value: those of the filter, a name for who has left, a sentence for none."""
    if query.group == "status":
        return {key: register.status_word(str(key)) for key in keys}
    offered = next(one for one in register.filters if one.key == query.group).options(session, actor)
    words = {one.value: one.label for one in offered}
    names = names_of(session, [key for key in keys if key]) if query.group == "owner" else {}
    return {
        key: names.get(key) or words.get(_value(key), "") or _("number %(id)s", id=_value(key))
        for key in keys
    }


def _value(key: Any) -> str:
    return NONE if key is None else str(key)
