"""A host for engine tests: facts in a dictionary, calls in a list, time in hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from app.workflow.engine import (
    CallBegun,
    CallEnded,
    DecisionCall,
    EnginePorts,
    Evaluation,
    OperationCall,
    Program,
    Runtime,
)

MORNING = datetime(2026, 1, 31, 9, 0, tzinfo=UTC)


class Host:
    """Stands in for the database half of the engine room."""

    def __init__(self) -> None:
        self.record: dict[str, Any] = {}
        self.settings: dict[str, Any] = {}
        self.results: dict[str, Any] = {}
        self.calls: list[OperationCall | DecisionCall] = []
        self.evaluations: list[Evaluation] = []
        self.begun: list[CallBegun] = []
        self.ended: list[CallEnded] = []
        self.inside: dict[str, dict[str, Any]] = {}
        self.moment = MORNING

    @property
    def ports(self) -> EnginePorts:
        return EnginePorts(
            scope=lambda call_id: {
                "record": self.inside.get(call_id, self.record),
                "settings": self.settings,
                "decision": {one.call_id: {"outcome": one.ends[-1]} for one in self.ended},
            },
            operation=lambda call: self._answer(call, call.operation),
            decision=lambda call: self._answer(call, call.decision),
            now=lambda: self.moment,
            on_evaluation=self.evaluations.append,
            begin_call=self.begun.append,
            end_call=self.ended.append,
        )

    def start(self, program: Program) -> Runtime:
        return Runtime.start(program, self.ports)

    def reload(self, program: Program, runtime: Runtime) -> Runtime:
        return Runtime.restore(program, runtime.snapshot(), self.ports)

    def finish(self, program: Program, order: list[str], data: Mapping[str, Any] | None = None) -> Runtime:
        """Complete tasks in this order, saved and loaded before each step."""
        runtime = self.start(program)
        for element_id in order:
            runtime = self.reload(program, runtime)
            runtime.complete(live(runtime, element_id), data)
        return self.reload(program, runtime)

    def wait(self, **span: float) -> None:
        self.moment += timedelta(**span)

    def _answer(self, call: OperationCall | DecisionCall, name: str) -> Any:
        self.calls.append(call)
        result = self.results.get(name, {})
        if isinstance(result, Exception):
            raise result
        return result


def live(runtime: Runtime, element_id: str) -> str:
    """Return the guid of the first open task of that element."""
    return next(task.guid for task in runtime.live_tasks() if task.element_id == element_id)


def open_ids(runtime: Runtime) -> list[str]:
    """Return the element ids of the open tasks, sorted."""
    return sorted(task.element_id for task in runtime.live_tasks())
