"""The inbox's questions to the task table: pages by keyset, and capped counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.models import Person
from app.inbox.filters import Filters, Tab
from app.inbox.statements import MOST_BRANCHES, TASK, Shape, page_statement, worded_statement
from app.organisation.models import Site
from app.records.models import Record
from app.records.search import matches
from app.records.visibility import visible_to

PAGE = 50
MOST_COUNTED = 100
Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task as a list shows it. The fields stand in the order in which they are read."""

    id: int
    title: str
    definition_key: str
    record_kind: str
    record_id: int
    record_number: str
    record_title: str
    severity: int | None
    priority: int
    role: str
    why: str
    state: str
    due_at: datetime
    assignee_id: int | None
    candidate_group_id: int | None
    completed_at: datetime | None
    row_version: int
    site: str
    assignee: str
    has_draft: bool


@dataclass(frozen=True, slots=True)
class Principals:
    """Whose tasks a list shows: numbers of people, candidate groups, and sites (None: tasks of no site)."""

    people: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    sites: tuple[int | None, ...] = ()
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a list: the lines, and the key of the last row read when there may be more."""

    lines: tuple[TaskLine, ...]
    next_key: Key | None = None
    parameters: dict[str, Any] = field(default_factory=dict, compare=False)


def task_page(
    session: Session,
    actor: Actor,
    principals: Principals,
    filters: Filters,
    *,
    now: datetime,
    after: Key | None = None,
    size: int = PAGE,
) -> Slice:
    """Return a page of tasks by due moment, done ones latest first; keyset, never an offset.

    Shape: tasks reached only through a site, or because they are somebody else's, are shown when the person
    may see their record.
    """
    keys = page_keys(session, principals, filters, now=now, after=after, size=size)
    shown = keys[:size]
    is_guarded = bool(principals.sites) or filters.who_id is not None
    lines = _lines(session, actor, [key[1] for key in shown], is_guarded=is_guarded)
    ordered = tuple(lines[key[1]] for key in shown if key[1] in lines)
    return Slice(ordered, shown[-1] if len(keys) > size else None)


def page_keys(
    session: Session,
    principals: Principals,
    filters: Filters,
    *,
    now: datetime,
    after: Key | None = None,
    size: int = PAGE,
) -> list[Key]:
    """Return moment and id of one row more than a page, in order and without doubles."""
    if not (principals.people or principals.groups or principals.sites):
        return []
    shape = _shape(principals, filters, size + 1, has_cursor=after is not None)
    statement, parameters = _statement(session, shape, filters), _parameters(principals, filters, now)
    if after is not None:
        parameters |= {"after_at": after[0], "after_id": after[1]}
    rows = session.connection().execute(statement, parameters)
    return list(dict.fromkeys((row[0], row[1]) for row in rows))[: size + 1]


def capped_count(session: Session, principals: Principals, filters: Filters, *, now: datetime) -> int:
    """Return how many tasks there are, at most a hundred: a list says “99+” beyond that."""
    if not (principals.people or principals.groups or principals.sites):
        return 0
    shape = _shape(principals, filters, MOST_COUNTED, is_count=True)
    parameters = _parameters(principals, filters, now)
    statement = _statement(session, shape, filters)
    return min(int(session.connection().scalar(statement, parameters) or 0), MOST_COUNTED)


def principals_for(actor: Actor, tab: Tab, sites: Sequence[int | None] = ()) -> Principals:
    """Return whose tasks a tab shows to a person; `sites` are those at which they see all tasks."""
    people = (actor.id, *sorted(actor.stands_in_for))
    groups = tuple(sorted(actor.group_ids))
    return {
        Tab.MINE: Principals(people=people),
        Tab.GROUPS: Principals(groups=groups),
        Tab.ALL: Principals(people, groups, tuple(sites)),
        Tab.DONE: Principals(people=(actor.id,), is_done=True),
    }[tab]


def _statement(session: Session, shape: Shape, filters: Filters) -> Select[Any]:
    if "text" in shape.narrowing:
        return worded_statement(shape, matches(session, filters.text))
    return page_statement(shape)


def _shape(
    principals: Principals,
    filters: Filters,
    limit: int,
    *,
    has_cursor: bool = False,
    is_count: bool = False,
) -> Shape:
    named = [site for site in principals.sites if site is not None]
    return Shape(
        people=len(principals.people),
        groups=len(principals.groups),
        sites=len(named),
        has_no_site=len(named) < len(principals.sites),
        is_done=principals.is_done,
        has_cursor=has_cursor,
        narrowing=filters.names,
        limit=limit,
        is_count=is_count,
    )


def _parameters(principals: Principals, filters: Filters, now: datetime) -> dict[str, Any]:
    named = [site for site in principals.sites if site is not None]
    found: dict[str, Any] = {f"person_{number}": person for number, person in enumerate(principals.people)}
    found |= {f"site_{number}": site for number, site in enumerate(named)}
    if len(principals.groups) > MOST_BRANCHES:
        found["groups"] = list(principals.groups)
    else:
        found |= {f"group_{number}": group for number, group in enumerate(principals.groups)}
    values = {
        "site": ("at_site", filters.site_id),
        "kind": ("of_kind", filters.kind),
        "overdue": ("now", now),
        "text": ("typed", filters.text.lower()),
    }
    return found | {values[name][0]: values[name][1] for name in filters.names}


def _lines(session: Session, actor: Actor, ids: Sequence[int], *, is_guarded: bool) -> dict[int, TaskLine]:
    """Return the rows of a page by id."""
    if not ids:
        return {}
    statement = _rows_by_id()
    if is_guarded:
        statement = statement.join(Record, Record.id == TASK.c.record_id).where(visible_to(actor))
    rows = session.connection().execute(statement, {"ids": list(ids)})
    return {row[0]: TaskLine(*row) for row in rows}


@lru_cache(maxsize=1)
def _rows_by_id() -> Select[*tuple[Any, ...]]:
    """Return the statement that reads the rows of a page, in the order of `TaskLine`."""
    site, person = Site.__table__, Person.__table__
    return (
        select(
            *(TASK.c[name] for name in _PLAIN),
            func.coalesce(site.c.name, ""),
            func.coalesce(person.c.name, ""),
            TASK.c.draft_at.is_not(None),
        )
        .outerjoin(site, site.c.id == TASK.c.site_id)
        .outerjoin(person, person.c.id == TASK.c.assignee_id)
        .where(TASK.c.id.in_(bindparam("ids", expanding=True)))
    )


_PLAIN = (
    "id",
    "title",
    "definition_key",
    "record_kind",
    "record_id",
    "record_number",
    "record_title",
    "severity",
    "priority",
    "role",
    "why",
    "state",
    "due_at",
    "assignee_id",
    "candidate_group_id",
    "completed_at",
    "row_version",
)
