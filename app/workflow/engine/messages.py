"""Messages: what waits for which name and correlation, and how one is taken up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.util.task import TaskState

from app.workflow.engine.values import clean

_CORRELATIONS = "correlations"


class CatchMessage(MessageEventDefinition):  # type: ignore[misc]  # the library has no types
    """A message to wait for, by name and, where the diagram says so, by correlation."""

    def __init__(self, name: str, correlation: str = "", **kwargs: Any) -> None:
        """Keep the FEEL text of the correlation, "" without one."""
        kwargs.pop("correlation_properties", None)
        super().__init__(name, **kwargs)
        self.correlation = correlation

    def catches(self, spiff_task: Any, event: Any) -> bool:
        """Tell whether this place waits for that message."""
        definition = event.event_definition
        if not isinstance(definition, CatchMessage) or definition.name != self.name:
            return False
        wanted = correlation_of(self, spiff_task)
        return wanted is None or wanted == event.correlations.get("key")

    def catch(self, spiff_task: Any, event: Any = None) -> None:
        """Keep the payload until the task runs."""
        spiff_task.internal_data[self.name] = dict(event.payload or {}) if event is not None else {}
        spiff_task.internal_data["event_fired"] = True

    def update_task(self, spiff_task: Any) -> None:
        """Fix the correlation when the place is reached; a later change of the record cannot move it."""
        correlation_of(self, spiff_task)

    def update_task_data(self, spiff_task: Any) -> None:
        """Give the payload to the task."""
        spiff_task.data.update(spiff_task.internal_data.pop(self.name, {}))

    def reset(self, spiff_task: Any) -> None:
        """Forget what was caught."""
        spiff_task.internal_data.pop(self.name, None)
        spiff_task.internal_data.pop(_CORRELATIONS, None)
        spiff_task.internal_data["event_fired"] = False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CatchMessage) and other.name == self.name

    __hash__ = None  # type: ignore[assignment]  # equal by name, mutable by the library


def correlation_of(definition: CatchMessage, spiff_task: Any) -> str | None:
    """Return the correlation a waiting place was reached with, None when the name alone decides."""
    if not definition.correlation:
        return None
    fixed = spiff_task.internal_data.setdefault(_CORRELATIONS, {})
    if definition.name not in fixed:
        fixed[definition.name] = str(
            spiff_task.workflow.script_engine.evaluate(spiff_task, definition.correlation)
        )
    return str(fixed[definition.name])


def catches_of(spiff_task: Any) -> list[tuple[CatchMessage, str]]:
    """Return the messages a waiting task listens for, each with the element id it is drawn at."""
    spec = spiff_task.task_spec
    definition = spec.event_definition
    if spiff_task.state != TaskState.WAITING:
        return []
    if isinstance(definition, MultipleEventDefinition):
        pairs = zip(definition.event_definitions, spec.outputs, strict=True)
        return [(one, output.bpmn_id) for one, output in pairs if isinstance(one, CatchMessage)]
    return [(definition, spec.bpmn_id)] if isinstance(definition, CatchMessage) else []


def deliver(workflow: Any, name: str, correlation: str | None, payload: Mapping[str, Any]) -> int:
    """Hand a message to every place that waits for it and return how many took it."""
    event = BpmnEvent(CatchMessage(name), payload=clean(payload), correlations={"key": correlation})
    takers = [
        spiff_task
        for spiff_task in workflow.event_manager.tasks.values()
        if any(definition.catches(spiff_task, event) for definition, _element in catches_of(spiff_task))
    ]
    for spiff_task in takers:
        spiff_task.task_spec.catch(spiff_task, event)
        spiff_task.task_spec._update(spiff_task)  # noqa: SLF001 - the library's own way to take an event up
    return len(takers)
