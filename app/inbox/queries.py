"""The inbox's questions to the task table, in the shape that stays flat at a million rows.

One branch for each principal (a person, a group, a site) reads at most one row more than a page from a
partial index; the branches are united and the page's rows fetched by id. Statements are built once for each
shape, because building twenty branches costs more than running them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.models import Person
from app.foundation.db import UtcDateTime
from app.inbox.filters import Filters, Tab
from app.organisation.models import Site
from app.records.models import Record
from app.records.search import matches
from app.records.visibility import visible_to
from app.workflow.models import Task

PAGE = 50
MOST_COUNTED = 100
MOST_BRANCHES = 50

TASK = cast("Table", Task.__table__)
# Literals, not parameters: a planner proves a partial index only from what it can read.
_OPEN = TASK.c.state == literal_column("'open'")
_DONE = TASK.c.state == literal_column("'done'")
Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task as a list shows it."""

    id: int
    title: str
    definition_key: str
    record_kind: str
    record_id: int
    record_number: str
    record_title: str
    site: str
    severity: int | None
    priority: int
    role: str
    why: str
    state: str
    due_at: datetime
    assignee_id: int | None
    assignee: str
    candidate_group_id: int | None
    completed_at: datetime | None
    has_draft: bool
    row_version: int


@dataclass(frozen=True, slots=True)
class Principals:
    """Whose tasks a list shows: numbers of people, candidate groups, and sites (None: tasks of no site)."""

    people: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    sites: tuple[int | None, ...] = ()
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a statement depends on besides its parameters."""

    people: int
    groups: int
    sites: int
    has_no_site: bool
    is_done: bool
    has_cursor: bool
    narrowing: frozenset[str]
    is_count: bool = False


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

    Shape: tasks reached only through a site are shown when the person may see their record.
    """
    keys = page_keys(session, principals, filters, now=now, after=after, size=size)
    shown = keys[:size]
    lines = _lines(session, actor, [key[1] for key in shown], is_guarded=bool(principals.sites))
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
    shape = _shape(principals, filters, has_cursor=after is not None)
    statement, parameters = page_statement(shape), _parameters(principals, filters, now, size)
    if after is not None:
        parameters |= {"after_at": after[0], "after_id": after[1]}
    if "text" in shape.narrowing:
        statement = _with_words(session, shape, filters.text)
    rows = session.execute(statement, parameters)
    return list(dict.fromkeys((row[0], row[1]) for row in rows))[: size + 1]


def capped_count(session: Session, principals: Principals, filters: Filters, *, now: datetime) -> int:
    """Return how many tasks there are, at most a hundred: a list says “99+” beyond that."""
    if not (principals.people or principals.groups or principals.sites):
        return 0
    shape = _shape(principals, filters, has_cursor=False, is_count=True)
    parameters = _parameters(principals, filters, now, MOST_COUNTED - 1)
    if "text" in shape.narrowing:
        statement = _count_of(_branches(shape, matches(session, filters.text)))
    else:
        statement = page_statement(shape)
    return min(int(session.scalar(statement, parameters) or 0), MOST_COUNTED)


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


@lru_cache(maxsize=256)
def page_statement(shape: _Shape) -> Select[Any]:
    """Return the statement of a shape; the same object each time, so that it is compiled once."""
    branches = _branches(shape, None)
    return _count_of(branches) if shape.is_count else _page_of(shape, branches)


def _with_words(session: Session, shape: _Shape, words: str) -> Select[Any]:
    return _page_of(shape, _branches(shape, matches(session, words)))


def _page_of(shape: _Shape, branches: Sequence[Any]) -> Select[Any]:
    united = union_all(*branches).subquery("found") if len(branches) > 1 else branches[0].subquery("found")
    moment, number = united.c.moment, united.c.id
    order = (moment.desc(), number.desc()) if shape.is_done else (moment, number)
    # A task of mine at my site comes twice; the doubled limit leaves a whole page after the doubles go.
    factor = 2 if shape.sites else 1
    return select(moment, number).order_by(*order).limit(bindparam("size") * factor)


def _count_of(branches: Sequence[Any]) -> Select[Any]:
    united = union_all(*branches).subquery("found") if len(branches) > 1 else branches[0].subquery("found")
    some = select(united.c.id).limit(bindparam("size")).subquery("some")
    return select(func.count(some.c.id.distinct()))


def _branches(shape: _Shape, words: ColumnElement[bool] | None) -> list[Any]:
    moment = TASK.c.completed_at if shape.is_done else TASK.c.due_at
    conditions = [*_principal_conditions(shape)]
    limits = _narrowing(shape, moment, words)
    order = (moment.desc(), TASK.c.id.desc()) if shape.is_done else (moment, TASK.c.id)
    parts = [
        select(moment.label("moment"), TASK.c.id)
        .where(condition, *limits)
        .order_by(*order)
        .limit(bindparam("size"))
        .subquery()
        for condition in conditions
    ]
    return [select(part.c.moment, part.c.id) for part in parts]


def _principal_conditions(shape: _Shape) -> list[ColumnElement[bool]]:
    if shape.is_done:
        return [and_(_DONE, TASK.c.completed_by_id == bindparam("person_0"))]
    mine = TASK.c.assignee_id.is_not(None)
    conditions = [
        and_(_OPEN, mine, TASK.c.assignee_id == bindparam(f"person_{number}"))
        for number in range(shape.people)
    ]
    offered = TASK.c.assignee_id.is_(None)
    if shape.groups > MOST_BRANCHES:
        many = TASK.c.candidate_group_id.in_(bindparam("groups", expanding=True))
        conditions.append(and_(_OPEN, offered, many))
    else:
        conditions += [
            and_(_OPEN, offered, TASK.c.candidate_group_id == bindparam(f"group_{number}"))
            for number in range(shape.groups)
        ]
    conditions += [
        and_(_OPEN, TASK.c.site_id == bindparam(f"site_{number}")) for number in range(shape.sites)
    ]
    if shape.has_no_site:
        conditions.append(and_(_OPEN, TASK.c.site_id.is_(None)))
    return conditions


def _narrowing(
    shape: _Shape, moment: ColumnElement[Any], words: ColumnElement[bool] | None
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if shape.has_cursor:
        cursor = tuple_(bindparam("after_at", type_=UtcDateTime()), bindparam("after_id"))
        here = tuple_(moment, TASK.c.id)
        found.append(here < cursor if shape.is_done else here > cursor)
    if "site" in shape.narrowing:
        found.append(TASK.c.site_id == bindparam("at_site"))
    if "kind" in shape.narrowing:
        found.append(TASK.c.definition_key == bindparam("of_kind"))
    if "overdue" in shape.narrowing:
        found.append(TASK.c.due_at < bindparam("now", type_=UtcDateTime()))
    if "text" in shape.narrowing:
        title = func.lower(TASK.c.title).contains(bindparam("typed"), autoescape=False)
        record = TASK.c.record_id.in_(select(Record.id).where(words)) if words is not None else None
        found.append(title if record is None else or_(title, record))
    return found


def _shape(principals: Principals, filters: Filters, *, has_cursor: bool, is_count: bool = False) -> _Shape:
    named = [site for site in principals.sites if site is not None]
    return _Shape(
        people=len(principals.people),
        groups=len(principals.groups),
        sites=len(named),
        has_no_site=len(named) < len(principals.sites),
        is_done=principals.is_done,
        has_cursor=has_cursor,
        narrowing=filters.names,
        is_count=is_count,
    )


def _parameters(principals: Principals, filters: Filters, now: datetime, size: int) -> dict[str, Any]:
    named = [site for site in principals.sites if site is not None]
    found: dict[str, Any] = {"size": size + 1}
    found |= {f"person_{number}": person for number, person in enumerate(principals.people)}
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
    statement = (
        select(
            *(TASK.c[name] for name in _PLAIN),
            func.coalesce(Site.name, "").label("site"),
            func.coalesce(Person.name, "").label("assignee"),
            TASK.c.draft_at.is_not(None).label("has_draft"),
        )
        .outerjoin(Site, Site.id == TASK.c.site_id)
        .outerjoin(Person, Person.id == TASK.c.assignee_id)
        .where(TASK.c.id.in_(ids))
    )
    if is_guarded:
        statement = statement.join(Record, Record.id == TASK.c.record_id).where(visible_to(actor))
    return {row["id"]: TaskLine(**row) for row in session.execute(statement).mappings()}


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
