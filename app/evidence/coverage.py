"""Which clauses have fresh evidence at which site: a finished step is evidence of the clause it carries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, false, func, or_, select, tuple_
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.evidence.clauses import Clause, Edition
from app.process_map.scope import scope_on
from app.records.models import Record
from app.records.visibility import visible
from app.workflow.definitions import Definition, NotPublished, current
from app.workflow.lifecycle import registry
from app.workflow.models import Task, TaskState

MONTH = timedelta(days=30.44)
Steps = Mapping[tuple[str, str], str]
"""Clause by definition key and element id."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What there is for a clause at a site. Shape: `last_at` None where nothing was ever done."""

    count: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CoveredClause:
    """A clause with its evidence by site. Shape: `excluded` says why it does not apply, else empty."""

    clause: Clause
    cells: Mapping[int, Cell]
    excluded: str = ""

    def is_fresh(self, site_id: int, now: datetime) -> bool:
        """Tell whether the evidence of a site is young enough."""
        return is_fresh(self.cells.get(site_id, Cell()).last_at, self.clause, now)

    def last_anywhere(self) -> datetime | None:
        """Return when the last evidence arose at any site."""
        return max((one.last_at for one in self.cells.values() if one.last_at), default=None)


@dataclass(frozen=True, slots=True)
class Proof:
    """One finished step as evidence of a clause."""

    task_id: int
    title: str
    record_id: int
    record_kind: str
    record_number: str
    record_title: str
    site_id: int | None
    done_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where evidence is looked for. Shape: no site means all, 0 what belongs to none."""

    edition: Edition
    number: str
    site_id: int | None = None


def is_fresh(last_at: datetime | None, clause: Clause, now: datetime) -> bool:
    """Tell whether evidence is young enough for a clause."""
    return last_at is not None and now - last_at <= clause.fresh_months * MONTH


def coverage(
    session: Session, edition: Edition, now: datetime, *, only: ColumnElement[bool] | None = None
) -> Sequence[CoveredClause]:
    """Return every requirement with its evidence by site; two statements, whatever was done.

    Shape: `only` is a condition on `Record` and `Task`, for who may see a part of the company.
    Source: lifecycles 5.10; what the scope excludes is not counted.
    """
    excluded = exclusions(session, edition, now)
    found: dict[str, dict[int, Cell]] = defaultdict(dict)
    steps = clauses_of_steps(session)
    done = (
        select(Task.definition_key, Task.element_id, Task.site_id, func.count(), func.max(Task.completed_at))
        .where(Task.state == TaskState.DONE.value)
        .group_by(Task.definition_key, Task.element_id, Task.site_id)
    )
    if only is not None:
        done = done.join(Record, Record.id == Task.record_id).where(only)
    for key, element_id, site_id, count, last_at in session.execute(done):
        number = edition.place_of(steps.get((key, element_id), ""))
        if not number:
            continue
        before = found[number].get(site_id or 0, Cell())
        latest = max(one for one in (before.last_at, last_at) if one is not None)
        found[number][site_id or 0] = Cell(before.count + count, latest)
    return [
        CoveredClause(one, found.get(one.number, {}), excluded.get(one.number, ""))
        for one in edition.clauses
        if one.is_requirement
    ]


def share_fresh(covered: Sequence[CoveredClause], now: datetime) -> tuple[int, int]:
    """Return how many applicable clauses have fresh evidence somewhere, and how many apply."""
    applicable = [one for one in covered if not one.excluded]
    fresh = [one for one in applicable if is_fresh(one.last_anywhere(), one.clause, now)]
    return len(fresh), len(applicable)


def proofs(
    session: Session,
    actor: Actor,
    place: Place,
    *,
    before: tuple[datetime, int] | None = None,
    most: int,
) -> Sequence[Proof]:
    """Return the latest steps that are evidence of a clause, of records that the person may see.

    Shape: `before` is moment and id of the last step of the page before.
    """
    statement = (
        select(
            Task.id.label("task_id"),
            Task.title,
            Record.id.label("record_id"),
            Task.record_kind,
            Record.number.label("record_number"),
            Record.title.label("record_title"),
            Task.site_id,
            Task.completed_at.label("done_at"),
        )
        .join(Record, Record.id == Task.record_id)
        .where(_shows(session, place))
        .order_by(Task.completed_at.desc(), Task.id.desc())
        .limit(most)
    )
    if before is not None:
        statement = statement.where(tuple_(Task.completed_at, Task.id) < before)
    rows = session.execute(visible(statement, actor)).mappings().all()
    return [Proof(**row) for row in rows]


def counted(session: Session, actor: Actor, place: Place) -> tuple[int, int]:
    """Return how many steps are evidence of a clause, and how many of them the person may not open.

    Shape: the first is the figure of the coverage page, which counts without naming.
    """
    every = session.scalar(select(func.count()).select_from(Task).where(_shows(session, place))) or 0
    joined = select(func.count()).select_from(Task).join(Record, Record.id == Task.record_id)
    seen = session.scalar(visible(joined.where(_shows(session, place)), actor)) or 0
    return every, every - seen


def _shows(session: Session, place: Place) -> ColumnElement[bool]:
    """Tell in SQL whether a finished step is evidence of a clause at a site."""
    steps = clauses_of_steps(session).items()
    wanted = [key for key, text in steps if place.edition.place_of(text) == place.number]
    which = [and_(Task.definition_key == key, Task.element_id == element) for key, element in wanted]
    conditions = [Task.state == TaskState.DONE.value, or_(*which) if which else false()]
    if place.site_id is not None:
        is_here = Task.site_id == place.site_id if place.site_id else Task.site_id.is_(None)
        conditions.append(is_here)
    return and_(*conditions)


def exclusions(session: Session, edition: Edition, now: datetime) -> Mapping[str, str]:
    """Return why clauses do not apply, by number; those below an excluded one go with it."""
    scope = scope_on(session, now.date())
    found: dict[str, str] = {}
    for one in scope.exclusions if scope else ():
        number = str(one.get("clause", "")).strip()
        below = [
            clause.number
            for clause in edition.clauses
            if clause.number == number or clause.number.startswith(f"{number}.")
        ]
        found.update(dict.fromkeys(below, str(one.get("justification", ""))))
    return found


def clauses_of_steps(session: Session) -> Steps:
    """Return the clause of every step of the definitions in force, those of called parts included."""
    found: dict[tuple[str, str], str] = {}
    for lifecycle in registry.all():
        try:
            definition = current(session, lifecycle.key)
        except NotPublished:
            continue
        found |= {(definition.key, element): clause for element, clause in _clauses(definition)}
    return found


def _clauses(definition: Definition) -> Sequence[tuple[str, str]]:
    return [(task.element_id, task.clause) for task in definition.compiled.user_tasks.values() if task.clause]
