"""Reads cases and their tasks: rows of instances and tasks only, never a snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.insight.rules import StepRow
from app.records.models import Record
from app.records.visibility import visible
from app.workflow.figures import FigureScope
from app.workflow.models import DefinitionVersion, InstanceState, ProcessInstance, Task, TaskState
from app.workflow.spots import Spot

MOST_CASES = 5000
MOST_SHOWN = 200
_AT_ONCE = 900  # what one statement may name


@dataclass(frozen=True, slots=True)
class Case:
    """One run of a definition. Shape: `states` maps element ids to how often done and how many in hand."""

    id: int
    version_id: int
    record_id: int
    state: str
    outcome: str
    started_at: datetime
    ended_at: datetime | None
    states: Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases looked at, the latest first, and how many there are in all."""

    cases: Sequence[Case]
    total: int


@dataclass(frozen=True, slots=True)
class Version:
    """A published version: what the reader may choose."""

    id: int
    number: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Running:
    """A definition in force with what runs on any of its versions."""

    key: str
    title: str
    number: int
    begun: int
    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class SeenCase:
    """A record behind a figure that the person may see."""

    id: int
    kind: str
    number: str
    title: str
    status: str
    site_id: int | None


def versions_of(session: Session, key: str) -> Sequence[Version]:
    """Return the versions of a definition, the newest first."""
    rows = session.execute(
        select(DefinitionVersion.id, DefinitionVersion.number, DefinitionVersion.is_current)
        .where(DefinitionVersion.key == key)
        .order_by(DefinitionVersion.number.desc())
    )
    return [Version(*row) for row in rows]


def cases_of(session: Session, key: str, version_id: int | None, scope: FigureScope) -> Cases:
    """Return the cases begun in a period, at most the latest few thousand."""
    wanted = _begun(scope).where(ProcessInstance.definition_key == key)
    if version_id is not None:
        wanted = wanted.where(ProcessInstance.definition_version_id == version_id)
    total = session.scalar(wanted.with_only_columns(func.count())) or 0
    rows = session.execute(wanted.order_by(ProcessInstance.started_at.desc()).limit(MOST_CASES))
    return Cases(
        [
            Case(
                row.id,
                row.definition_version_id,
                row.record_id,
                row.state,
                row.outcome or "",
                row.started_at,
                row.ended_at,
                row.element_states,
            )
            for row in rows
        ],
        total,
    )


def steps_of(session: Session, case_ids: Sequence[int]) -> list[StepRow]:
    """Return the task rows of cases."""
    found: list[StepRow] = []
    for start in range(0, len(case_ids), _AT_ONCE):
        rows = session.execute(
            select(
                Task.instance_id,
                Task.element_id,
                Task.call_id,
                Task.state,
                Task.created_at,
                Task.completed_at,
                Task.due_at,
                Task.original_due_at,
                Task.waiting_minutes,
                Task.handling_minutes,
            ).where(Task.instance_id.in_(case_ids[start : start + _AT_ONCE]))
        )
        found.extend(_step(row) for row in rows)
    return found


def _step(row: Row[*tuple[Any, ...]]) -> StepRow:
    case_id, element_id, call_id, state, created_at, completed_at, due_at, original_due_at, *spans = row
    step, (waiting, handling) = Spot(element_id, call_id).step_id, spans
    return StepRow(
        case_id=case_id,
        step=step,
        is_call=bool(call_id),
        state=state,
        created_at=created_at,
        completed_at=completed_at,
        due_at=due_at,
        original_due_at=original_due_at,
        waiting=waiting,
        handling=handling,
    )


def seen_cases(session: Session, actor: Actor, case_ids: Sequence[int]) -> Sequence[SeenCase]:
    """Return the records of cases that the person may see, the latest first, at most some of them."""
    statement = (
        select(Record.id, Record.kind, Record.number, Record.title, Record.status, Record.site_id)
        .join(ProcessInstance, ProcessInstance.record_id == Record.id)
        .where(ProcessInstance.id.in_(case_ids[:MOST_CASES]))
        .distinct()
    )
    rows = session.execute(visible(statement, actor).order_by(Record.id.desc()).limit(MOST_SHOWN))
    return [SeenCase(*row) for row in rows]


def running(session: Session, scope: FigureScope, now: datetime) -> Sequence[Running]:
    """Return every definition in force with its cases of the period and its open tasks, by title."""
    is_open = ProcessInstance.state.in_([InstanceState.OPEN.value, InstanceState.HELD.value])
    begun = {
        key: (count, still)
        for key, count, still in session.execute(
            _begun(scope)
            .with_only_columns(
                ProcessInstance.definition_key, func.count(), func.sum(case((is_open, 1), else_=0))
            )
            .group_by(ProcessInstance.definition_key)
        )
    }
    late: dict[str, int] = dict(
        session.execute(
            select(Task.definition_key, func.count())
            .join(ProcessInstance, ProcessInstance.id == Task.instance_id)
            .join(Record, Record.id == ProcessInstance.record_id)
            .where(
                Task.state == TaskState.OPEN.value,
                Task.due_at < now,
                scope.within(ProcessInstance.started_at),
                scope.here(ProcessInstance.site_id, Record.process_id),
            )
            .group_by(Task.definition_key)
        ).all()
    )
    rows = session.execute(
        select(DefinitionVersion.key, DefinitionVersion.title, DefinitionVersion.number)
        .where(DefinitionVersion.is_current)
        .order_by(DefinitionVersion.title)
    )
    return [
        Running(key, title, number, *begun.get(key, (0, 0)), late.get(key, 0)) for key, title, number in rows
    ]


def _begun(scope: FigureScope) -> Select[*tuple[object, ...]]:
    return (
        select(
            ProcessInstance.id,
            ProcessInstance.definition_version_id,
            ProcessInstance.record_id,
            ProcessInstance.state,
            ProcessInstance.outcome,
            ProcessInstance.started_at,
            ProcessInstance.ended_at,
            ProcessInstance.element_states,
        )
        .join(Record, Record.id == ProcessInstance.record_id)
        .where(
            scope.within(ProcessInstance.started_at), scope.here(ProcessInstance.site_id, Record.process_id)
        )
    )
