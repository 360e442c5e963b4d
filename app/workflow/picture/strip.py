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

    Shape: in the order of the path; an instance that stands beside the path keeps its last step as `here`.
    """
    steps = [step for step in compiled.happy_path if step.kind != "event"]
    if not steps:
        return []
    here = _standing_at(steps, states)
    first = max(0, min(here - _BEFORE, len(steps) - BOXES))
    last = min(len(steps), first + BOXES)
    boxes = [
        _box(step, _state(index, here, states, step), abs(index - here) <= 1)
        for index, step in enumerate(steps)
    ]
    shown = boxes[first:last]
    if first:
        shown.insert(0, _more(first))
    if last < len(steps) - 1:
        return [*shown, _more(len(steps) - last - 1), boxes[-1]]
    return [*shown, *boxes[last:]]


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
