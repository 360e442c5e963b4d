"""Prepares the list page of a register: filters as sentences, counts as doors, rows as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.foundation.i18n import gettext as _
from app.records.models import SavedView
from app.records.register import Register, RegisterColumn, RegisterRow
from app.records.register_groups import register_groups
from app.records.register_query import (
    PAGE,
    Cursor,
    RegisterQuery,
    counted_values,
    cursor_of,
    groupings,
    kept_values,
    register_counts,
    register_figures,
    register_rows,
)
from app.records.service import views_of
from app.records.texts import Snippet, snippets_of
from app.records.urls import record_url, register_url
from app.web.paging import Page, page_of
from app.web.parts import Column, Count, Filter, Link, Tab

Arguments = Mapping[str, Sequence[str]]
_ALWAYS = ("number", "title")


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """One column of the chooser."""

    key: str
    label: str
    is_shown: bool
    is_fixed: bool


@dataclass(frozen=True, slots=True)
class FilterChoice:
    """One filter with all that may be chosen in it."""

    key: str
    label: str
    options: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class GroupPart:
    """A group of the list: its heading is a door to exactly the rows it counts; some of them stand below."""

    key: str
    label: str
    count: int
    url: str
    rows: tuple[dict[str, object], ...]


@dataclass(frozen=True, slots=True)
class ListPage:
    """Everything the template of a register draws."""

    title: str
    caption: str
    crumbs: tuple[Link, ...]
    url: str
    counts: tuple[Count, ...]
    filters: tuple[Filter, ...]
    choices: tuple[FilterChoice, ...]
    columns: tuple[Column, ...]
    column_choices: tuple[ColumnChoice, ...]
    kept: tuple[tuple[str, str], ...]
    rows: tuple[dict[str, object], ...]
    page: Page[RegisterRow]
    sorted_by: str
    exports: tuple[Link, ...]
    views: tuple[SavedView, ...]
    text: str
    order: str
    tabs: tuple[Tab, ...]
    groups: tuple[GroupPart, ...]
    group_choices: tuple[tuple[str, str, bool], ...]


def list_page(
    session: Session,
    actor: Actor,
    register: Register,
    query: RegisterQuery,
    arguments: Arguments,
    *,
    now: datetime,
    after: Cursor | None,
) -> ListPage:
    """Return the list page for what the address asks."""
    rows = [] if query.group else register_rows(session, actor, register, query, now=now, after=after)
    columns = shown_columns(register, query)
    url = register_url(register)
    choices = _choices(session, actor, register, query)
    order = f"{register.kind}:{query.sort}:{query.is_reversed}"
    filters = _filters(choices, query, arguments, url)
    ids = [row.record.id for row in rows[:PAGE]]
    snippets = snippets_of(session, ids, query.text) if query.text else {}
    return ListPage(
        title=register.title(),
        caption=_caption(register, filters),
        crumbs=(*((Link(register.group()),) if register.group else ()), Link(register.title())),
        url=url,
        counts=_counts(session, actor, register, query, url, now),
        filters=filters,
        choices=choices,
        columns=tuple(_column(register, query, column, arguments, url) for column in columns),
        column_choices=tuple(
            ColumnChoice(one.key, one.label(), one in columns, one.key in _ALWAYS) for one in register.columns
        ),
        kept=tuple((key, value) for key, values in arguments.items() for value in values if key != "after"),
        rows=tuple(_row(columns, row, snippets) for row in rows[:PAGE]),
        page=page_of(
            rows, key=lambda row: cursor_of(register, query, row), order=order, is_first=after is None
        ),
        sorted_by=register.sort(query.sort).label(),
        exports=(
            Link(_("For Excel"), _address(f"{url}.xlsx", arguments, {})),
            Link(_("As CSV"), _address(f"{url}.csv", arguments, {})),
        ),
        views=tuple(views_of(session, actor.id, register.kind)),
        text=query.text,
        order=order,
        tabs=tuple(register.tabs(query.values)),
        groups=_groups(session, actor, register, query, arguments, now=now),
        group_choices=tuple(
            (key, word, key == query.group)
            for key, word in group_words().items()
            if key in groupings(register)
        ),
    )


def group_words() -> Mapping[str, str]:
    """Return what a list can be grouped by, by key."""
    return {"status": _("Stage"), "owner": _("Owner"), "site": _("Site"), "process": _("Process")}


def shown_columns(register: Register, query: RegisterQuery) -> tuple[RegisterColumn, ...]:
    """Return the columns to show: those asked for, with number and title, else the usual ones."""
    if not query.columns:
        return tuple(column for column in register.columns if column.is_default)
    return tuple(
        column for column in register.columns if column.key in query.columns or column.key in _ALWAYS
    )


def _address(url: str, arguments: Arguments, changes: Mapping[str, Sequence[str]]) -> str:
    merged = {**arguments, **changes}
    pairs = [(key, value) for key, values in merged.items() if key != "after" for value in values]
    return f"{url}?{urlencode(pairs)}" if pairs else url


def _choices(
    session: Session, actor: Actor, register: Register, query: RegisterQuery
) -> tuple[FilterChoice, ...]:
    return tuple(
        FilterChoice(
            one.key,
            one.label(),
            tuple(
                (option.value, option.label, option.value in query.values.get(one.key, ()))
                for option in one.options(session, actor)
            ),
        )
        for one in register.filters
    )


def _filters(
    choices: Sequence[FilterChoice], query: RegisterQuery, arguments: Arguments, url: str
) -> tuple[Filter, ...]:
    found = []
    for choice in choices:
        chosen = [label for _value, label, is_chosen in choice.options if is_chosen]
        if not chosen or choice.key not in query.values:
            continue
        removed: Sequence[str] = ("all",) if choice.key == "state" else ()
        if choice.key == "state" and query.values["state"] == ("all",):
            continue
        words = _(" or ").join(chosen)
        found.append(Filter(choice.label, words, _address(url, arguments, {choice.key: removed})))
    if query.group:
        found.append(
            Filter(_("Grouped by"), group_words()[query.group], _address(url, arguments, {"group": ()}))
        )
    if query.text:
        quoted = _("“%(text)s”", text=query.text)
        found.append(Filter(_("Contains"), quoted, _address(url, arguments, {"q": ()})))
    return tuple(found)


def _groups(
    session: Session,
    actor: Actor,
    register: Register,
    query: RegisterQuery,
    arguments: Arguments,
    *,
    now: datetime,
) -> tuple[GroupPart, ...]:
    if not query.group:
        return ()
    columns, url = shown_columns(register, query), register_url(register)
    return tuple(
        GroupPart(
            one.value,
            one.label,
            one.count,
            _address(url, arguments, {query.group: (one.value,), "group": ()}),
            tuple(_row(columns, row, {}) for row in one.rows),
        )
        for one in register_groups(session, actor, register, query, now=now)
    )


def _caption(register: Register, filters: Sequence[Filter]) -> str:
    sentences = [f"{one.name} {one.value}".lower() for one in filters]
    return ", ".join([register.title(), *sentences])


def _counts(
    session: Session, actor: Actor, register: Register, query: RegisterQuery, url: str, now: datetime
) -> tuple[Count, ...]:
    if register.counts:
        return _own_counts(session, actor, register, query, url, now)
    figures = register_figures(session, actor, register, query, now=now)
    kept = kept_values(query) | ({"q": (query.text,)} if query.text else {})
    severe = max("4", *query.values.get("severity", ("4",)))

    def door(**changes: str) -> str:
        return _address(url, kept, {key: (value,) for key, value in changes.items()})

    return (
        Count(_("Open"), figures.open, door(state="open")),
        Count(
            _("Overdue"),
            figures.overdue,
            door(state="open", due="overdue"),
            is_bad=figures.overdue > 0,
            icon="alert-triangle",
        ),
        Count(_("Mine"), figures.mine, door(state="open", owner=str(actor.id))),
        Count(_("Major or worse"), figures.severe, door(state="open", severity=severe)),
        Count(_("Opened, 30 days"), figures.opened, door(state="all", opened="month")),
        Count(_("Closed, 30 days"), figures.closed, door(state="closed", closed="month")),
    )


def _own_counts(
    session: Session, actor: Actor, register: Register, query: RegisterQuery, url: str, now: datetime
) -> tuple[Count, ...]:
    kept = counted_values(register, query) | ({"q": (query.text,)} if query.text else {})
    found = register_counts(session, actor, register, query, now=now)
    return tuple(
        Count(
            one.label(),
            figure,
            _address(url, kept, one.values),
            is_bad=one.is_bad and figure > 0,
            icon="alert-triangle" if one.is_bad else "",
        )
        for one, figure in zip(register.counts, found, strict=True)
    )


def _column(
    register: Register, query: RegisterQuery, column: RegisterColumn, arguments: Arguments, url: str
) -> Column:
    sort_url = direction = ""
    if column.sort:
        is_here = register.sort(query.sort).key == column.sort
        if is_here:
            is_down = register.sort(query.sort).is_descending != query.is_reversed
            direction = "descending" if is_down else "ascending"
        turned = ("reversed",) if is_here and not query.is_reversed else ()
        sort_url = _address(url, arguments, {"sort": (column.sort,), "order": turned})
    return Column(column.key, column.label(), column.kind, sort_url, direction, column.on_phone)


def _row(
    columns: Sequence[RegisterColumn], row: RegisterRow, snippets: Mapping[int, Snippet]
) -> dict[str, object]:
    found: dict[str, object] = {column.key: column.value(row) for column in columns}
    found["_snippet"] = snippets.get(row.record.id, ())
    found["_url"] = record_url(row.record.kind, row.record.id)
    found["_id"] = row.record.number
    return found
