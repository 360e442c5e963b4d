"""The status bar of a record: which stage is done, which is in hand, and since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.foundation.i18n import gettext as _
from app.records.models import Record
from app.records.register import Register
from app.workflow.compile import StripStep
from app.workflow.definitions import definitions
from app.workflow.engine import ElementState
from app.workflow.models import InstanceState, ProcessInstance, Task, TaskState
from app.workflow.picture import render_svg
from app.workflow.picture.svg import Mark
from app.workflow.spots import Spot

MOST_STAGES = 10


@dataclass(frozen=True, slots=True)
class StagePlace:
    """A stage as it stands: `state` is done, here or ahead; `since` is when it was done, or is due."""

    name: str
    state: str
    since: datetime | None = None


def instance_of(session: Session, record: Record) -> ProcessInstance | None:
    """Return the latest instance about a record, None for one that was imported as history."""
    return session.scalars(
        select(ProcessInstance)
        .where(ProcessInstance.record_kind == record.kind, ProcessInstance.record_id == record.id)
        .order_by(ProcessInstance.id.desc())
        .limit(1)
    ).first()


def states_of(row: ProcessInstance) -> dict[str, ElementState]:
    """Return how often each element was done and is in hand."""
    return {key: ElementState(done, here) for key, (done, here) in row.element_states.items()}


def stages_of(session: Session, row: ProcessInstance | None, register: Register | None) -> list[StagePlace]:
    """Return the stages of a record: the register's, else the tasks on the happy path of its diagram."""
    if row is None:
        return []
    named = _named_stages(session, row, register)
    states = states_of(row)
    is_over = row.state in {InstanceState.OVER.value, InstanceState.CANCELLED.value}
    here = _standing(named, states, is_over=is_over)
    moments = _moments(session, row)
    return [
        StagePlace(
            name=name,
            state="done" if index < here else "here" if index == here else "ahead",
            since=_since(elements, moments) if index < here else None,
        )
        for index, (name, elements) in enumerate(named)
    ]


def diagram_of(session: Session, row: ProcessInstance) -> str:
    """Return the instance's diagram as SVG, with what is done, here and next."""
    definition = definitions.get(session, row.definition_version_id)
    states = states_of(row)
    marks: dict[str, Mark] = {
        key: "here" if state.here else "done" for key, state in states.items() if state.here or state.done
    }
    following = _after_here(definition.compiled.happy_path, states)
    if following and following not in marks:
        marks[following] = "next"
    return render_svg(definition.bundle.diagram, marks, _("Diagram: %(title)s", title=definition.title))


def _after_here(path: Sequence[StripStep], states: Mapping[str, ElementState]) -> str:
    is_past = False
    for step in path:
        state = states.get(step.element_id)
        if is_past and step.kind in {"task", "end"}:
            return step.element_id
        is_past = is_past or (state is not None and state.here > 0)
    return ""


def _named_stages(
    session: Session, row: ProcessInstance, register: Register | None
) -> Sequence[tuple[str, tuple[str, ...]]]:
    if register is not None and register.stages:
        return [(stage.name(), stage.elements) for stage in register.stages]
    path = definitions.get(session, row.definition_version_id).compiled.happy_path
    tasks = [(step.name, (step.element_id,)) for step in path if step.kind == "task"]
    return tasks[:MOST_STAGES]


def _standing(
    named: Sequence[tuple[str, tuple[str, ...]]], states: Mapping[str, ElementState], *, is_over: bool
) -> int:
    """Return the index of the stage in hand, the count of stages when all lies behind."""
    if is_over:
        return len(named)
    for index, (_name, elements) in enumerate(named):
        if any(element in states and states[element].here for element in elements):
            return index
    done = [
        index
        for index, (_name, elements) in enumerate(named)
        if any(element in states and states[element].done for element in elements)
    ]
    return max(done, default=-1) + 1


def _moments(session: Session, row: ProcessInstance) -> dict[str, datetime]:
    rows = session.execute(
        select(Task.element_id, Task.call_id, func.max(Task.completed_at))
        .where(Task.instance_id == row.id, Task.state == TaskState.DONE.value)
        .group_by(Task.element_id, Task.call_id)
    )
    moments: dict[str, datetime] = {}
    for element_id, call_id, moment in rows:
        step = Spot(element_id, call_id).step_id
        if moment is not None:
            moments[step] = max(moment, moments.get(step, moment))
    return moments


def _since(elements: Sequence[str], moments: Mapping[str, datetime]) -> datetime | None:
    return max((moments[element] for element in elements if element in moments), default=None)
