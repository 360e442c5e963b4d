"""Task specs of ours: operations, decisions, judged conditions, bounded multi-instance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    ParallelMultiInstanceTask,
    SequentialMultiInstanceTask,
    ServiceTask,
)
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import ErrorEventDefinition
from SpiffWorkflow.operators import Operator
from SpiffWorkflow.util.task import TaskState

from app.foundation.i18n import gettext as _
from app.workflow.engine.calls import call_of
from app.workflow.engine.errors import BadExpression, BpmnError, EngineFault, UncaughtError
from app.workflow.engine.ports import DecisionCall, EnginePorts, OperationCall
from app.workflow.engine.script import Judged
from app.workflow.engine.values import clean

MAX_INSTANCES = 200


class _PortTask(ServiceTask):  # type: ignore[misc]  # the library has no types
    """A task that is done by a door of the host; a BpmnError takes the error boundary of the task."""

    def __init__(
        self, wf_spec: Any, name: str, target: str = "", parameters: Any = None, **kwargs: Any
    ) -> None:
        """Keep the operation or decision key and the FEEL text of each parameter."""
        super().__init__(wf_spec, name, **kwargs)
        self.target = target
        self.parameters: Mapping[str, str] = parameters or {}

    def call(self, spiff_task: Any, ports: EnginePorts) -> Mapping[str, Any] | None:
        """Call the door."""
        raise NotImplementedError

    def _execute(self, spiff_task: Any) -> bool:
        engine = spiff_task.workflow.script_engine
        try:
            result = self.call(spiff_task, engine.ports)
        except BpmnError as error:
            take_error_boundary(spiff_task, error.code)
            return True
        except Exception as error:
            engine.environment.port_error = error
            raise
        spiff_task.data.update(clean(result or {}))
        return True


class OperationTask(_PortTask):
    """A service task that names an operation."""

    def call(self, spiff_task: Any, ports: EnginePorts) -> Mapping[str, Any] | None:
        """Evaluate the parameters and run the operation."""
        environment, call_id = spiff_task.workflow.script_engine.environment, call_of(spiff_task)
        values = {name: environment.value_of(call_id, text) for name, text in self.parameters.items()}
        return ports.operation(
            OperationCall(self.bpmn_id, self.target, values, str(spiff_task.id), item_of(spiff_task), call_id)
        )


class DecisionTask(_PortTask):
    """A business rule task that names a decision."""

    def call(self, spiff_task: Any, ports: EnginePorts) -> Mapping[str, Any] | None:
        """Ask for the decision; its outputs are the host's to keep, ids and outcomes become task data."""
        return ports.decision(
            DecisionCall(self.bpmn_id, self.target, str(spiff_task.id), call_of(spiff_task))
        )


class JudgedCondition(Operator):  # type: ignore[misc]  # the library has no types
    """The condition of a flow, judged strictly and told to the host."""

    def __init__(self, gateway_id: str, flow_id: str, expression: str) -> None:
        """Keep where the condition stands."""
        super().__init__(expression)
        self.gateway_id = gateway_id
        self.flow_id = flow_id

    def _matches(self, spiff_task: Any) -> bool:
        environment = spiff_task.workflow.script_engine.environment
        place = Judged(self.gateway_id, self.flow_id, call_of(spiff_task))
        return bool(environment.judge(place, self.args[0]))


class _Bounded:
    """What both multi-instance specs share: a limit, and the library's broken check of outputs put right."""

    cardinality: str | None
    data_input: Any
    data_output: Any

    def _update_hook(self, spiff_task: Any) -> Any:
        self._refuse_too_many(spiff_task)
        return super()._update_hook(spiff_task)  # type: ignore[misc]  # provided by the library's half

    def _refuse_too_many(self, spiff_task: Any) -> None:
        if self.cardinality is not None:
            count = spiff_task.workflow.script_engine.evaluate(spiff_task, self.cardinality)
            if isinstance(count, bool) or not isinstance(count, int):
                raise BadExpression(_("The number of instances must be a whole number."))
        else:
            count = len(spiff_task.parent.data.get(self.data_input.bpmn_id) or ())
        if count > MAX_INSTANCES:
            raise EngineFault(
                _(
                    "%(count)s instances were asked for; at most %(limit)s may run.",
                    count=count,
                    limit=MAX_INSTANCES,
                )
            )

    def init_data_output_with_cardinality(self, spiff_task: Any) -> None:
        """Begin with an empty output list; the library's own check stumbles over a misspelt name."""
        self.data_output.set(spiff_task, [])


class BoundedParallel(_Bounded, ParallelMultiInstanceTask):  # type: ignore[misc]  # the library has no types
    """Several at once."""


class BoundedSequential(_Bounded, SequentialMultiInstanceTask):  # type: ignore[misc]  # the library has no types
    """One after the other."""


def item_of(spiff_task: Any) -> Any:
    """Return the multi-instance element a task is for, its index with a cardinality, None outside of one."""
    holder = spiff_task
    while holder is not None and not _is_instance(holder):
        holder = holder.parent or _calling_task(holder)
    if holder is None:
        return None
    spec = holder.parent.task_spec
    if getattr(spec, "input_item", None) is not None:
        return holder.data.get(spec.input_item.bpmn_id)
    return holder.internal_data.get("item", holder.internal_data.get("key_or_index"))


def take_error_boundary(spiff_task: Any, code: str) -> None:
    """Send a business error to the nearest error boundary: of the task, else of the sub-process around it.

    Errors: UncaughtError when nobody catches the code.
    """
    host = spiff_task
    while host is not None:
        boundary = _error_boundary(host, code)
        if boundary is not None:
            definition = boundary.task_spec.event_definition
            boundary.task_spec.catch(boundary, BpmnEvent(definition, payload={}))
            boundary.task_spec._update(boundary)  # noqa: SLF001 - the library's own way to take an event up
            return
        host = _calling_task(host)
    raise UncaughtError(
        _("The operation reported “%(code)s” and no boundary event catches it.", code=code),
        spiff_task.task_spec.bpmn_id or "",
    )


def _error_boundary(host: Any, code: str) -> Any:
    for sibling in host.parent.children if host.parent else ():
        spec = sibling.task_spec
        is_error = isinstance(spec, BoundaryEvent) and isinstance(spec.event_definition, ErrorEventDefinition)
        if is_error and sibling.state == TaskState.WAITING and spec.event_definition.code in {None, "", code}:
            return sibling
    return None


def _calling_task(spiff_task: Any) -> Any:
    workflow = spiff_task.workflow
    if workflow.parent_task_id is None:
        return None
    return workflow.top_workflow.get_task_from_id(workflow.parent_task_id)


def _is_instance(spiff_task: Any) -> bool:
    return "item" in spiff_task.internal_data or "key_or_index" in spiff_task.internal_data
