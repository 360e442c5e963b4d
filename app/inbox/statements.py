"""Statements over the task table, one for each shape of question.

A branch for each principal reads at most one row more than a page from a partial index; the branches are
united. Statements are built once for each shape: building twenty branches costs more than running them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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

from app.foundation.db import UtcDateTime
from app.records.models import Record
from app.workflow.models import Task

MOST_BRANCHES = 50

TASK = cast("Table", Task.__table__)
# Literals, not parameters: a planner proves a partial index only from what it can read.
_OPEN = TASK.c.state == literal_column("'open'")
_DONE = TASK.c.state == literal_column("'done'")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a statement depends on besides its parameters."""

    people: int
    groups: int
    sites: int
    has_no_site: bool
    is_done: bool
    has_cursor: bool
    narrowing: frozenset[str]
    limit: int
    is_count: bool = False


@lru_cache(maxsize=256)
def page_statement(shape: Shape) -> Select[Any]:
    """Return the statement of a shape; the same object each time, so that it is compiled once."""
    branches = _branches(shape, None)
    return _count_of(branches, shape.limit) if shape.is_count else _page_of(shape, branches)


def worded_statement(shape: Shape, words: ColumnElement[bool] | None) -> Select[Any]:
    """Return the statement of a shape for one search; its words make it another each time."""
    branches = _branches(shape, words)
    return _count_of(branches, shape.limit) if shape.is_count else _page_of(shape, branches)


def _page_of(shape: Shape, branches: Sequence[Any]) -> Select[Any]:
    united = union_all(*branches).subquery("found") if len(branches) > 1 else branches[0].subquery("found")
    moment, number = united.c.moment, united.c.id
    order = (moment.desc(), number.desc()) if shape.is_done else (moment, number)
    # A task of mine at my site comes twice; the doubled limit leaves a whole page after the doubles go.
    factor = 2 if shape.sites else 1
    return select(moment, number).order_by(*order).limit(_literal(shape.limit * factor))


def _count_of(branches: Sequence[Any], limit: int) -> Select[Any]:
    united = union_all(*branches).subquery("found") if len(branches) > 1 else branches[0].subquery("found")
    some = select(united.c.id).limit(_literal(limit)).subquery("some")
    return select(func.count(some.c.id.distinct()))


def _branches(shape: Shape, words: ColumnElement[bool] | None) -> list[Any]:
    moment = TASK.c.completed_at if shape.is_done else TASK.c.due_at
    conditions = [*_principal_conditions(shape)]
    limits = _narrowing(shape, moment, words)
    order = (moment.desc(), TASK.c.id.desc()) if shape.is_done else (moment, TASK.c.id)
    parts = [
        select(moment.label("moment"), TASK.c.id)
        .where(condition, *limits)
        .order_by(*order)
        .limit(_literal(shape.limit))
        .subquery()
        for condition in conditions
    ]
    return [select(part.c.moment, part.c.id) for part in parts]


def _principal_conditions(shape: Shape) -> list[ColumnElement[bool]]:
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
    shape: Shape, moment: ColumnElement[Any], words: ColumnElement[bool] | None
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


def _literal(limit: int) -> ColumnElement[int]:
    """Return the limit as it stands in the text: a planner makes more of it than of a parameter."""
    return literal_column(str(limit))
