"""Reads a register: filtered, sorted, page by page, and only what the person may see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts.actor import Actor
from app.accounts.models import Person
from app.organisation.models import Site
from app.records.models import Record
from app.records.register import Register, RegisterRow, RegisterSort, SortType
from app.records.search import matches
from app.records.usual import EVERY, MONTH, OPEN
from app.records.visibility import visible

PAGE = 50
MOST_EXPORTED = 20_000
PORTION = 500
COUNTED = frozenset({"state", "due", "owner", "opened", "closed"})
_LAST: Mapping[SortType, Any] = {
    SortType.MOMENT: datetime(9999, 1, 1, tzinfo=UTC),
    SortType.DAY: date(9999, 1, 1),
    SortType.NUMBER: 2**31 - 1,
    SortType.TEXT: "\U0010ffff",
}
_FIRST: Mapping[SortType, Any] = {
    SortType.MOMENT: datetime(1, 1, 1, tzinfo=UTC),
    SortType.DAY: date(1, 1, 1),
    SortType.NUMBER: -1,
    SortType.TEXT: "",
}
_GROUPED_BY: Mapping[str, InstrumentedAttribute[Any]] = {
    "status": Record.status,
    "owner": Record.owner_id,
    "site": Record.site_id,
    "process": Record.process_id,
}
Cursor = tuple[str | int, int]


@dataclass(frozen=True, slots=True)
class RegisterQuery:
    """What an address asks of a register.

    Shape: `values` by filter key; `columns` are the keys shown, none for the usual ones; `group` is the key
        of the filter whose values divide the list, empty for none.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: str = ""
    sort: str = ""
    is_reversed: bool = False
    columns: tuple[str, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts above a register; each is a door to exactly its rows."""

    open: int
    overdue: int
    mine: int
    severe: int
    opened: int
    closed: int


def query_from(register: Register, arguments: Mapping[str, Sequence[str]]) -> RegisterQuery:
    """Return what the address asks for; unknown names are left out. Without a state, only open ones."""
    values = {
        one.key: tuple(value[:80] for value in arguments.get(one.key, ()) if value)[:20]
        for one in register.filters
        if any(arguments.get(one.key, ()))
    }
    if any(one.key == "state" for one in register.filters):
        values.setdefault("state", (OPEN,))
    known = {column.key for column in register.columns}
    asked = [key for value in arguments.get("columns", ()) for key in value.split(",")]
    return RegisterQuery(
        values=values,
        text=" ".join(" ".join(arguments.get("q", ())).split())[:100],
        sort=next(iter(arguments.get("sort", ())), ""),
        is_reversed="reversed" in arguments.get("order", ()),
        columns=tuple(dict.fromkeys(key for key in asked if key in known)),
        group=next((key for key in arguments.get("group", ()) if key in groupings(register)), ""),
    )


def register_rows(
    session: Session,
    actor: Actor,
    register: Register,
    query: RegisterQuery,
    *,
    now: datetime,
    after: Cursor | None = None,
    limit: int = PAGE,
) -> list[RegisterRow]:
    """Return one row more than the limit, so that a page knows whether there is a next."""
    sort = sort_of(register, query)
    value = sort.reckoned(session, now) if sort.reckoned else sort_value(sort)
    statement = filtered(session, register, query, now, rows_statement(register))
    if after is not None:
        statement = statement.where(_beyond(sort, value, after))
    order = (value.desc(), Record.id.desc()) if sort.is_descending else (value, Record.id)
    rows = session.execute(visible(statement, actor).order_by(*order).limit(limit + 1)).all()
    figures = register.figures(session, [row[0] for row in rows], now)
    return [RegisterRow(row[0], row[1], row[2], figures.get(row[0].id)) for row in rows]


def exported_rows(
    session: Session, actor: Actor, register: Register, query: RegisterQuery, *, now: datetime
) -> Iterator[RegisterRow]:
    """Yield all rows a list shows on its pages, read in portions, so that none are held at once."""
    after: Cursor | None = None
    for _portion in range(MOST_EXPORTED // PORTION):
        rows = register_rows(session, actor, register, query, now=now, after=after, limit=PORTION)
        yield from rows[:PORTION]
        if len(rows) <= PORTION:
            return
        after = cursor_of(register, query, rows[PORTION - 1])


def cursor_of(register: Register, query: RegisterQuery, row: RegisterRow) -> Cursor:
    """Return what names a row's place in the present order."""
    sort = sort_of(register, query)
    found = sort.value(row) if sort.value else getattr(row.record, sort.column.key or "", None)
    value = _edge(sort) if found is None else found
    return (value.isoformat() if isinstance(value, date) else value, row.record.id)


def register_figures(
    session: Session, actor: Actor, register: Register, query: RegisterQuery, *, now: datetime
) -> Figures:
    """Return the counts of the register with its filters, in one statement.

    Filters that a count sets itself do not narrow the others, so that each door leads to what it counts.
    """
    every = replace(query, values={**kept_values(query), "state": (EVERY,)})
    is_open = Record.closed_at.is_(None)
    conditions = (
        is_open,
        and_(is_open, Record.due_at < now),
        and_(is_open, Record.owner_id == actor.id),
        and_(is_open, Record.severity >= 4),
        Record.opened_at >= now - MONTH,
        Record.closed_at >= now - MONTH,
    )
    counted = select(
        *(func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in conditions)
    ).select_from(register.model)
    row = session.execute(visible(filtered(session, register, every, now, counted), actor)).one()
    return Figures(*(int(value) for value in row))


def register_counts(
    session: Session, actor: Actor, register: Register, query: RegisterQuery, *, now: datetime
) -> list[int]:
    """Return how many rows pass each of the register's own counts, in one statement.

    Filters that a count sets do not narrow the others, so that each door leads to what it counts.
    """
    every = replace(query, values=counted_values(register, query))
    conditions = {one.key: one.condition for one in register.filters}
    sums = [
        func.coalesce(
            func.sum(case((and_(*(conditions[key](chosen, now) for key, chosen in one.values.items())), 1))),
            0,
        )
        for one in register.counts
    ]
    statement = filtered(session, register, every, now, select(*sums).select_from(register.model))
    return [int(value) for value in session.execute(visible(statement, actor)).one()]


def counted_values(register: Register, query: RegisterQuery) -> dict[str, tuple[str, ...]]:
    """Return the filters that the register's own counts keep."""
    set_by_counts = {key for one in register.counts for key in one.values} | COUNTED
    return {key: values for key, values in query.values.items() if key not in set_by_counts}


def kept_values(query: RegisterQuery) -> dict[str, tuple[str, ...]]:
    """Return the filters that the counts above a register keep."""
    return {key: values for key, values in query.values.items() if key not in COUNTED}


def groupings(register: Register) -> Mapping[str, InstrumentedAttribute[Any]]:
    """Return the columns by which a register can be grouped, by the key of the filter that finds a group."""
    known = {one.key for one in register.filters}
    return {key: column for key, column in _GROUPED_BY.items() if key in known}


def rows_statement(register: Register) -> Select[*tuple[Any, ...]]:
    """Return the statement for record, name of the site and name of the owner."""
    return (
        select(register.model, func.coalesce(Site.name, ""), func.coalesce(Person.name, ""))
        .outerjoin(Site, Site.id == Record.site_id)
        .outerjoin(Person, Person.id == Record.owner_id)
    )


def filtered(
    session: Session,
    register: Register,
    query: RegisterQuery,
    now: datetime,
    statement: Select[*tuple[Any, ...]],
) -> Select[*tuple[Any, ...]]:
    """Return the statement with the register's kind, filters and words; who may see what comes on top."""
    statement = statement.where(Record.kind == register.kind)
    for one in register.filters:
        if one.key in query.values:
            statement = statement.where(one.condition(query.values[one.key], now))
    words = matches(session, query.text) if query.text else None
    return statement if words is None else statement.where(words)


def sort_of(register: Register, query: RegisterQuery) -> RegisterSort:
    """Return the order that is asked for."""
    sort = register.sort(query.sort)
    return replace(sort, is_descending=not sort.is_descending) if query.is_reversed else sort


def _edge(sort: RegisterSort) -> Any:
    """Return what stands in for a missing value, so that rows without one come last."""
    return (_FIRST if sort.is_descending else _LAST)[sort.type]


def sort_value(sort: RegisterSort) -> ColumnElement[Any]:
    """Return what the list is ordered by, with rows without a value last."""
    if not sort.column.property.columns[0].nullable:
        return sort.column.expression  # as it stands, so that its index serves the order
    return func.coalesce(sort.column, literal(_edge(sort), sort.column.type), type_=sort.column.type)


def _beyond(sort: RegisterSort, value: ColumnElement[Any], after: Cursor) -> ColumnElement[bool]:
    place: Any = after[0]
    if sort.type is SortType.MOMENT:
        place = datetime.fromisoformat(str(place))
    elif sort.type is SortType.DAY:
        place = date.fromisoformat(str(place))
    if sort.is_descending:
        return or_(value < place, and_(value == place, Record.id < after[1]))
    return or_(value > place, and_(value == place, Record.id > after[1]))
