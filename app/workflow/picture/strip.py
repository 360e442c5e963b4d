"""The strip on top of a task: six to eight boxes that say where it sits, the rest as "n more"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.foundation.i18n import ngettext
from app.workflow.compile.specs import CompiledDiagram, StripStep
from app.workflow.engine import ElementState

BOXES = 7
_BEFORE = 3


@dataclass(frozen=True, slots=True)
class StripBox:
    """One box.

    Shape: `state` is done, here, next or more; `kind` is task, gateway, event, end or more; `is_near` boxes
    stay on narrow screens.
    """

    element_id: str
    name: str
    kind: str
    state: str
    is_near: bool


def strip(compiled: CompiledDiagram, states: Mapping[str, ElementState]) -> list[StripBox]:
    """Return the boxes of the happy path around where the instance stands.

    Shape: in the order of the path, only what people do and decide; steps the instance went past without
    doing them are left out; one that stands beside the path keeps its last step as `here`.
    """
    steps = [step for step in compiled.happy_path if _is_seen(step, compiled)]
    if not steps:
        return []
    steps = _without_idle_gates(_without_skipped(steps, _standing_at(steps, states), states))
    here = _standing_at(steps, states)
    first = max(0, min(here - _BEFORE, len(steps) - BOXES))
    last = min(len(steps), first + BOXES)
    boxes = [
        _box(step, _state(index, here, states, step), abs(index - here) <= 1)
        for index, step in enumerate(steps)
    ]
    before, after = _tasks(steps[:first]), _tasks(steps[last:])
    shown = [_more(before), *boxes[first:last]] if before else boxes[first:last]
    if after:
        return [*shown, _more(after), boxes[-1]]
    return [*shown, *boxes[last:]]


def _is_seen(step: StripStep, compiled: CompiledDiagram) -> bool:
    """Tell whether people know the step: not what Keel does by itself between two of theirs."""
    is_automatic = step.element_id in compiled.service_tasks or step.element_id in compiled.decisions
    return step.kind != "event" and not is_automatic


def _without_skipped(
    steps: list[StripStep], here: int, states: Mapping[str, ElementState]
) -> list[StripStep]:
    """Leave out tasks that lie behind and were not needed this time."""
    return [
        step
        for index, step in enumerate(steps)
        if index >= here
        or step.kind != "task"
        or (step.element_id in states and states[step.element_id].done)
    ]


def _without_idle_gates(steps: list[StripStep]) -> list[StripStep]:
    """Keep of several decisions in a row the last, and none before the first task."""
    kept = [
        step
        for step, follower in zip(steps, [*steps[1:], None], strict=True)
        if step.kind != "gateway" or (follower is not None and follower.kind != "gateway")
    ]
    return kept[1:] if len(kept) > 1 and kept[0].kind == "gateway" else kept


def _tasks(steps: list[StripStep]) -> int:
    return sum(step.kind == "task" for step in steps)


def _standing_at(steps: list[StripStep], states: Mapping[str, ElementState]) -> int:
    """Return the index in hand, else the one after the last done."""
    for index, step in enumerate(steps):
        if step.element_id in states and states[step.element_id].here:
            return index
    done = [
        index
        for index, step in enumerate(steps)
        if step.element_id in states and states[step.element_id].done
    ]
    return max(done, default=0)


def _state(index: int, here: int, states: Mapping[str, ElementState], step: StripStep) -> str:
    """Call what lies ahead next even if an earlier round did it: rework goes through it again."""
    if index == here:
        state = states.get(step.element_id)
        is_finished = step.kind == "end" and state is not None and state.done
        return "done" if is_finished else "here"
    is_done = index < here and step.element_id in states and states[step.element_id].done
    return "done" if is_done else "next"


def _box(step: StripStep, state: str, is_near: bool) -> StripBox:  # noqa: FBT001 - a plain field, not a switch
    return StripBox(step.element_id, step.name, step.kind, state, is_near)


def _more(count: int) -> StripBox:
    name = ngettext("%(num)s more", "%(num)s more", count)
    return StripBox("", name, "more", "more", is_near=False)
