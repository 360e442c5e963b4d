"""Calls of another definition: where an expression stands, and what the host hears of begin and end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import CallActivity

from app.foundation.i18n import gettext as _
from app.workflow.engine.errors import EngineFault
from app.workflow.engine.history import ends_in
from app.workflow.engine.ports import CallBegun, CallEnded

MAX_DEPTH = 20


class PartCall(CallActivity):  # type: ignore[misc]  # the library has no types
    """A call activity: its parameters are evaluated once, as it begins; its outcome is told when it ends."""

    def __init__(self, wf_spec: Any, name: str, parameters: Any = None, **kwargs: Any) -> None:
        """Keep the FEEL text of each parameter."""
        super().__init__(wf_spec, name, **kwargs)
        self.parameters: Mapping[str, str] = parameters or {}

    def start_workflow(self, my_task: Any) -> None:
        """Tell the host that the call begins, then run into the part.

        Errors: EngineFault where definitions call each other without an end, and what the port raises.
        """
        if getattr(my_task.workflow, "depth", 0) >= MAX_DEPTH:
            raise EngineFault(_("Parts call each other more than %(limit)s levels deep.", limit=MAX_DEPTH))
        engine = my_task.workflow.script_engine
        outer = call_of(my_task)
        values = {name: engine.environment.evaluate_in(outer, text) for name, text in self.parameters.items()}
        self._tell(engine, engine.ports.begin_call, CallBegun(self.bpmn_id, self.spec, values))
        super().start_workflow(my_task)

    def _run_hook(self, my_task: Any) -> Any:
        engine = my_task.workflow.script_engine
        part = my_task.workflow.top_workflow.get_subprocess(my_task)
        ends = ends_in(part) if part is not None else ()
        self._tell(engine, engine.ports.end_call, CallEnded(self.bpmn_id, self.spec, ends))
        return super()._run_hook(my_task)

    @staticmethod
    def _tell(engine: Any, door: Any, what: Any) -> None:
        try:
            door(what)
        except Exception as error:
            engine.environment.port_error = error
            raise


def call_of(spiff_task: Any) -> str:
    """Return the id of the call activity around a task, "" for a task of the instance's own diagram."""
    workflow = spiff_task.workflow
    while workflow.parent_task_id is not None:
        host = workflow.top_workflow.get_task_from_id(workflow.parent_task_id)
        if isinstance(host.task_spec, CallActivity):
            return str(host.task_spec.bpmn_id)
        workflow = workflow.parent_workflow
    return ""
