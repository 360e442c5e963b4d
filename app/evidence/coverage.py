"""Which clauses have fresh evidence at which site: a finished step is evidence of the clause it carries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
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


def is_fresh(last_at: datetime | None, clause: Clause, now: datetime) -> bool:
    """Tell whether evidence is young enough for a clause."""
    return last_at is not None and now - last_at <= clause.fresh_months * MONTH


def coverage(session: Session, edition: Edition, now: datetime) -> Sequence[CoveredClause]:
    """Return every requirement with its evidence by site; two statements, whatever was done.

    Source: lifecycles 5.10; what the scope excludes is not counted.
    """
    excluded = exclusions(session, edition, now)
    found: dict[str, dict[int, Cell]] = defaultdict(dict)
    steps = clauses_of_steps(session)
    rows = session.execute(
        select(Task.definition_key, Task.element_id, Task.site_id, func.count(), func.max(Task.completed_at))
        .where(Task.state == TaskState.DONE.value)
        .group_by(Task.definition_key, Task.element_id, Task.site_id)
    )
    for key, element_id, site_id, count, last_at in rows:
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
    session: Session, actor: Actor, edition: Edition, number: str, *, site_id: int | None, most: int
) -> Sequence[Proof]:
    """Return the latest steps that are evidence of a clause, of records that the person may see."""
    steps = [place for place, text in clauses_of_steps(session).items() if edition.place_of(text) == number]
    if not steps:
        return ()
    keys = {key for key, _element in steps}
    elements = {element for _key, element in steps}
    statement = (
        select(
            Task.id,
            Task.title,
            Record.id.label("record_id"),
            Task.record_kind,
            Record.number,
            Record.title.label("record_title"),
            Task.site_id,
            Task.completed_at,
            Task.definition_key,
            Task.element_id,
        )
        .join(Record, Record.id == Task.record_id)
        .where(
            Task.state == TaskState.DONE.value,
            Task.definition_key.in_(keys),
            Task.element_id.in_(elements),
        )
        .order_by(Task.completed_at.desc(), Task.id.desc())
        .limit(most)
    )
    if site_id is not None:
        statement = statement.where(Task.site_id == site_id)
    wanted = set(steps)
    return [
        Proof(
            row.id,
            row.title,
            row.record_id,
            row.record_kind,
            row.number,
            row.record_title,
            row.site_id,
            row.completed_at,
        )
        for row in session.execute(visible(statement, actor))
        if (row.definition_key, row.element_id) in wanted
    ]


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
