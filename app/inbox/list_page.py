"""Prepares the inbox: tabs with capped counts, rows grouped by time, and filters as sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.accounts.people import names_of
from app.foundation.i18n import gettext as _
from app.inbox.filters import Filters, Tab
from app.inbox.queries import MOST_COUNTED, Key, TaskLine, capped_count, task_page
from app.inbox.service import principals_asked, principals_of
from app.organisation.models import Site
from app.records.models import SavedView
from app.records.service import views_of
from app.records.urls import icon_of
from app.training.reading_page import rows_to_read
from app.web.addresses import address
from app.web.parts import Chip, Filter, TaskRow
from app.web.parts import Tab as TabPart
from app.web.reader import Reader
from app.workflow.lifecycle import registry

LIST = "inbox"
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows that are due in the same stretch of time."""

    label: str
    rows: tuple[TaskRow, ...]


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Everything the template of the inbox draws."""

    tab: str
    tabs: tuple[TabPart, ...]
    readings: tuple[TaskRow, ...]
    groups: tuple[RowGroup, ...]
    filters: tuple[Filter, ...]
    sites: tuple[tuple[str, str, bool], ...]
    kinds: tuple[tuple[str, str, bool], ...]
    is_overdue: bool
    text: str
    next_key: Key | None
    is_first: bool
    selected_id: int | None
    views: tuple[SavedView, ...]
    query: str
    can_reassign: bool


@dataclass(frozen=True, slots=True)
class ListWish:
    """What an address asks of the inbox; `selected_id` is the task read beside the list."""

    tab: Tab
    filters: Filters
    after: Key | None = None
    selected_id: int | None = None


def inbox_page(session: Session, actor: Actor, reader: Reader, wish: ListWish, *, now: datetime) -> InboxPage:
    """Return a page of the inbox. The first task is read beside the list when none was chosen."""
    tab, filters = wish.tab, wish.filters
    principals = principals_asked(session, actor, tab, filters)
    found = task_page(session, actor, principals, filters, now=now, after=wish.after)
    shown = [line.id for line in found.lines]
    selected = wish.selected_id if wish.selected_id in shown else next(iter(shown), None)
    readings = () if filters.names else rows_to_read(session, actor)
    return InboxPage(
        tab=tab.value,
        tabs=_tabs(session, actor, wish, len(readings), now),
        readings=readings if tab is Tab.MINE and wish.after is None else (),
        groups=tuple(_groups(found.lines, wish, reader, now)),
        filters=_filters(session, tab, filters),
        sites=tuple(_sites(session, filters)),
        kinds=tuple((one.key, _(one.title), one.key == filters.kind) for one in registry.all()),
        is_overdue=filters.is_overdue,
        text=filters.text,
        next_key=found.next_key,
        is_first=wish.after is None,
        selected_id=selected,
        views=tuple(views_of(session, actor.id, LIST)),
        query=urlencode(_arguments(tab, filters)),
        can_reassign=policy.can(actor, "tasks.reassign"),
    )


def count_words(count: int) -> str:
    """Return a capped count as it is shown."""
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count)


def kind_icon(line: TaskLine) -> str:
    """Return the sign of a task: its lifecycle's, else its record's."""
    known = {one.key: one for one in registry.all()}
    start = known[line.definition_key].start if line.definition_key in known else None
    return start.icon if start else icon_of(line.record_kind)


def row_of(line: TaskLine, url: str, *, is_current: bool = False) -> TaskRow:
    """Return a task as a row: verb first, then number, matter, site."""
    meta = [line.record_number, line.record_title, line.site]
    if line.state == "open" and line.assignee_id is None:
        meta.append(_("offered to your group"))
    return TaskRow(
        title=line.title,
        url=url,
        icon=kind_icon(line),
        meta=tuple(word for word in meta if word),
        due=line.completed_at if line.state == "done" else line.due_at,
        chip=Chip(_("Urgent"), "bad") if line.priority == 1 and line.state == "open" else None,
        is_current=is_current,
        value=str(line.id),
    )


def inbox_url(tab: Tab, filters: Filters, **more: str) -> str:
    """Return the address of a list with these filters."""
    return address("inbox.page", **{**_arguments(tab, filters), **more})


def _arguments(tab: Tab, filters: Filters) -> dict[str, str]:
    found = {
        "tab": tab.value,
        "site": str(filters.site_id or ""),
        "kind": filters.kind,
        "due": "overdue" if filters.is_overdue else "",
        "q": filters.text,
        "who": str(filters.who_id or ""),
    }
    return {key: value for key, value in found.items() if value}


def _tabs(
    session: Session, actor: Actor, wish: ListWish, readings: int, now: datetime
) -> tuple[TabPart, ...]:
    tab, filters = wish.tab, wish.filters
    labels = {Tab.MINE: _("Mine"), Tab.GROUPS: _("My groups"), Tab.ALL: _("All"), Tab.DONE: _("Done")}
    parts = []
    for one, label in labels.items():
        count = None
        if one is not Tab.DONE:
            tasks = capped_count(session, principals_of(session, actor, one), filters, now=now)
            count = count_words(tasks + (readings if one is Tab.MINE else 0))
        parts.append(TabPart(label, inbox_url(one, filters), one is tab, count))
    return tuple(parts)


def _groups(lines: Sequence[TaskLine], wish: ListWish, reader: Reader, now: datetime) -> list[RowGroup]:
    stretches: dict[str, list[TaskRow]] = {}
    for line in lines:
        url = address("inbox.task", task_id=line.id)
        label = _("Latest first") if wish.tab is Tab.DONE else _stretch(line.due_at, reader, now)
        stretches.setdefault(label, []).append(row_of(line, url, is_current=line.id == wish.selected_id))
    return [RowGroup(label, tuple(rows)) for label, rows in stretches.items()]


def _stretch(due_at: datetime, reader: Reader, now: datetime) -> str:
    zone = reader.zone_info
    today, day = now.astimezone(zone).date(), due_at.astimezone(zone).date()
    if due_at < now:
        return _("Overdue")
    if day == today:
        return _("Today")
    return _("Within a week") if day - today < WEEK else _("Later")


def _sites(session: Session, filters: Filters) -> list[tuple[str, str, bool]]:
    rows = session.execute(select(Site.id, Site.name).where(Site.is_active).order_by(Site.name))
    return [(str(row.id), row.name, row.id == filters.site_id) for row in rows]


def _filters(session: Session, tab: Tab, filters: Filters) -> tuple[Filter, ...]:
    kinds: Mapping[str, str] = {one.key: _(one.title) for one in registry.all()}
    found = []
    if filters.site_id is not None:
        name = session.scalar(select(Site.name).where(Site.id == filters.site_id)) or _("unknown")
        found.append((_("Site is"), name, "site"))
    if filters.kind:
        found.append((_("It is about"), kinds.get(filters.kind, filters.kind), "kind"))
    if filters.is_overdue:
        found.append((_("Due is"), _("overdue"), "due"))
    if filters.text:
        found.append((_("Contains"), _("“%(text)s”", text=filters.text), "q"))
    if filters.who_id is not None and tab is Tab.ALL:
        name = names_of(session, [filters.who_id]).get(filters.who_id) or _("unknown")
        found.append((_("Tasks of"), name, "who"))
    arguments = _arguments(tab, filters)
    return tuple(
        Filter(name, value, address("inbox.page", **{k: v for k, v in arguments.items() if k != key}))
        for name, value, key in found
    )
