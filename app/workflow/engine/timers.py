"""Timer events on the one clock: due *at* their moment, calendar months, missed repetitions coalesced.

The library's definitions read the machine's clock, compare strictly and add the start month's days for P1M.
Ours are registered in the parser and the serializer, so no module is patched.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    CycleTimerEventDefinition,
    DurationTimerEventDefinition,
    TimeDateEventDefinition,
    TimerEventDefinition,
)
from SpiffWorkflow.util.task import TaskState

from app.foundation.i18n import gettext as _
from app.workflow.engine.durations import BadTimer, parse_duration, parse_moment, parse_repetition
from app.workflow.engine.errors import EngineFault

_VALUE = "event_value"
_FIRED = "event_fired"


class MomentTimer(TimeDateEventDefinition):  # type: ignore[misc]  # the library has no types
    """Fires at a moment; the moment is fixed when the event is reached."""

    def has_fired(self, spiff_task: Any) -> bool:
        """Tell whether the moment has come."""
        return _has_come(self, spiff_task, parse_moment)


class DurationTimer(DurationTimerEventDefinition):  # type: ignore[misc]  # the library has no types
    """Fires a span after the event was reached."""

    def has_fired(self, spiff_task: Any) -> bool:
        """Tell whether the span is over."""
        return _has_come(self, spiff_task, lambda text: parse_duration(text).after(_now(spiff_task)))


class RepeatingTimer(CycleTimerEventDefinition):  # type: ignore[misc]  # the library has no types
    """Fires again and again while its activity is open.

    Firings missed while the server was down count as used and come as one: nobody needs ten reminders.
    Units: firing n is the n-fold span after the anchor, so R/P1M from the 31st stays at month ends.
    """

    def cycle_complete(self, spiff_task: Any) -> bool:
        """Tell whether the timer fires in this pass, and count it."""
        state = spiff_task.internal_data.get(_VALUE) or self._begin(spiff_task)
        spiff_task.internal_data[_VALUE] = state
        now = _now(spiff_task)
        is_firing = False
        while not _is_spent(state) and _due(state) <= now:
            state["fired"] += 1
            is_firing = True
        if _is_spent(state) and not is_firing:
            spiff_task.internal_data.pop(_VALUE, None)
            spiff_task.internal_data[_FIRED] = True
        return is_firing

    def _begin(self, spiff_task: Any) -> dict[str, Any]:
        text = _text_of(self, spiff_task)
        repetition = _parsed(self, spiff_task, lambda: parse_repetition(text))
        anchor = _now(spiff_task)
        offset = 1
        if repetition.start is not None:
            anchor, offset = repetition.start, 0
        return {
            "times": repetition.times,
            "fired": 0,
            "anchor": anchor.isoformat(),
            "offset": offset,
            "rule": text,
        }


def due_of(definition: Any, spiff_task: Any) -> datetime | None:
    """Return when a waiting timer is due, None for an event that is no timer or not reached."""
    value = spiff_task.internal_data.get(_VALUE)
    if value is None or not isinstance(definition, TimerEventDefinition):
        return None
    if isinstance(value, dict):
        return _due(value) if not _is_spent(value) else None
    return datetime.fromisoformat(value)


def timers_of(spiff_task: Any) -> list[tuple[Any, str]]:
    """Return the timer definitions a waiting task watches, each with the element id it is drawn at."""
    spec = spiff_task.task_spec
    definition = spec.event_definition
    if spiff_task.state != TaskState.WAITING:
        return []
    if isinstance(definition, MultipleEventDefinition):
        pairs = zip(definition.event_definitions, spec.outputs, strict=True)
        return [(one, output.bpmn_id) for one, output in pairs if isinstance(one, TimerEventDefinition)]
    return [(definition, spec.bpmn_id)] if isinstance(definition, TimerEventDefinition) else []


def _has_come(definition: Any, spiff_task: Any, due: Any) -> bool:
    value = spiff_task.internal_data.get(_VALUE)
    if value is None:
        text = _text_of(definition, spiff_task)
        value = _parsed(definition, spiff_task, lambda: due(text)).isoformat()
        spiff_task.internal_data[_VALUE] = value
    if datetime.fromisoformat(value) <= _now(spiff_task):
        spiff_task.internal_data[_FIRED] = True
    return bool(spiff_task.internal_data.get(_FIRED, False))


def _text_of(definition: Any, spiff_task: Any) -> str:
    value = spiff_task.workflow.script_engine.evaluate(spiff_task, definition.expression)
    if not isinstance(value, str):
        raise EngineFault(
            _("The timer “%(name)s” gave no duration or moment.", name=definition.name),
            spiff_task.task_spec.bpmn_id or "",
        )
    return value


def _parsed(definition: Any, spiff_task: Any, parse: Any) -> Any:
    try:
        return parse()
    except (BadTimer, OverflowError, ValueError) as error:
        why = getattr(error, "sentence", str(error))
        raise EngineFault(
            _("The timer “%(name)s” cannot be set: %(why)s", name=definition.name, why=why),
            spiff_task.task_spec.bpmn_id or "",
        ) from error


def _is_spent(state: dict[str, Any]) -> bool:
    return bool(0 <= state["times"] <= state["fired"])


def _due(state: dict[str, Any]) -> datetime:
    anchor = datetime.fromisoformat(state["anchor"])
    every = parse_repetition(state["rule"]).every
    return every.after(anchor, state["fired"] + state["offset"])


def _now(spiff_task: Any) -> datetime:
    moment: datetime = spiff_task.workflow.script_engine.ports.now()
    return moment
