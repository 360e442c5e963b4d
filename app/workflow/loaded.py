"""An instance in hand during one act, and the doors through which the engine reaches the rest of Keel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.decisions.feel import to_json
from app.foundation.errors import Broken
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.workflow import engine
from app.workflow.decision_outputs import named_outputs
from app.workflow.definitions import Definition
from app.workflow.lifecycle import Lifecycle, OperationCall, RecordView, registry
from app.workflow.models import ProcessInstance
from app.workflow.scope import Scope
from app.workflow.slot_rules import Place, SlotRule
from app.workflow.spots import Spot

OUTCOME = "outcome"  # the one output of a call: how its part ended


class UnknownOperation(Broken):
    """A service task names an operation that its lifecycle does not declare."""


@dataclass(frozen=True, slots=True)
class Projection:
    """What of the engine's position stands in rows: live tasks, timers and catch events.

    Shape: tasks by guid; timers by guid and due moment; catches by guid.
    """

    tasks: Mapping[str, engine.LiveTask] = field(default_factory=dict)
    timers: Mapping[tuple[str, str], engine.Timer] = field(default_factory=dict)
    catches: Mapping[tuple[str, str], engine.Catch] = field(default_factory=dict)

    @classmethod
    def of(cls, runtime: engine.Runtime) -> Projection:
        """Read the projection off a runtime; nothing is left of an instance that is over."""
        if runtime.is_over:
            return cls()
        return cls(
            tasks={task.guid: task for task in runtime.live_tasks()},
            timers={(timer.guid, timer.due.isoformat()): timer for timer in runtime.timers()},
            catches={(catch.guid, catch.element_id): catch for catch in runtime.catches()},
        )


@dataclass
class Loaded:
    """An instance in hand: its locked row, what it runs on, and the engine's runtime.

    Shape: `before` is what the rows say; `evaluations` collects what gateways and tables decided in this
    act, until the instance is saved; `closed` are guids whose only task row the act closes itself.
    """

    uow: UnitOfWork
    row: ProcessInstance
    definition: Definition
    lifecycle: Lifecycle
    scope: Scope
    runtime: engine.Runtime = field(init=False)
    before: Projection = field(default_factory=Projection)
    evaluations: list[dict[str, Any]] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)

    @property
    def record(self) -> RecordView:
        """The record, as the last operation left it."""
        return self.scope.record

    @property
    def stands_at(self) -> str | None:
        """Return the element last stepped on, None before the first step."""
        return (self.runtime.stands_at or None) if hasattr(self, "runtime") else None

    def begin(self) -> None:
        """Start the engine and run to the first wait states."""
        self.runtime = engine.Runtime.start(self.definition.program, self._ports())

    def place_of(self, spot: Spot, guid: str) -> Place:
        """Return where a task of a part stands."""
        parameters = self.row.calls.get(spot.call_id, {})
        return Place(self.row.id, spot.element_id, spot.call_id, guid, parameters)

    def slot_rule(self, spot: Spot) -> SlotRule | None:
        """Return the rule by which a task is offered to several people, None for an ordinary one."""
        if not spot.call_id:
            return None
        return registry.part(self.definition.piece(spot.call_id).bundle.key).slots.get(spot.element_id)

    def restore(self) -> None:
        """Bring the stored position back; nothing runs."""
        self.runtime = engine.Runtime.restore(self.definition.program, self.row.snapshot, self._ports())
        self.before = Projection.of(self.runtime)

    def _ports(self) -> engine.EnginePorts:
        return engine.EnginePorts(
            scope=self.scope,
            operation=self._run_operation,
            decision=self._decide,
            now=self._now,
            on_evaluation=self._note_condition,
            begin_call=self._begin_call,
            end_call=self._end_call,
        )

    def _now(self) -> datetime:
        return self.uow.now

    def _run_operation(self, call: engine.OperationCall) -> Mapping[str, Any] | None:
        piece = self.definition.piece(call.call_id)
        operation = registry.operation(piece.bundle.key, call.operation)
        if operation is None:
            raise UnknownOperation(_("There is no operation “%(name)s”.", name=call.operation))
        result = operation.run(
            OperationCall(
                uow=self.uow,
                instance_id=self.row.id,
                record_kind=self.row.record_kind,
                record_id=self.row.record_id,
                element_id=call.element_id,
                task_guid=call.task_guid,
                parameters=call.parameters,
                call_id=call.call_id,
                call_parameters=self.row.calls.get(call.call_id, {}),
            )
        )
        self.scope.refresh_record()
        if result:
            self.scope.give_result(call.element_id, engine.clean(result), call_id=call.call_id)
        return result

    def _decide(self, call: engine.DecisionCall) -> Mapping[str, Any] | None:
        model = self.definition.piece(call.call_id).tables[call.decision]
        answer = model.evaluate(call.decision, self.scope(call.call_id), now=self.uow.now)
        outputs = named_outputs(model, call.decision, to_json(answer.outputs))
        self.scope.give_decision(call.decision, outputs, call_id=call.call_id)
        self._note(Spot(call.element_id, call.call_id), "table", call.decision, answer.to_json(), outputs)
        return None

    def _begin_call(self, call: engine.CallBegun) -> None:
        self.scope.begin_call(call.call_id, call.parameters)

    def _end_call(self, call: engine.CallEnded) -> None:
        ends = self.definition.parts[call.called].compiled.ends
        outcomes = [ends[one].outcome for one in call.ends if one in ends and ends[one].outcome]
        outputs = {OUTCOME: outcomes[-1] if outcomes else None}
        self.scope.give_decision(call.call_id, outputs)
        self._note(Spot(call.call_id), "call", call.called, self.row.calls.get(call.call_id, {}), outputs)

    def _note_condition(self, heard: engine.Evaluation) -> None:
        self._note(
            Spot(heard.element_id, heard.call_id), "gateway", heard.flow_id, heard.inputs, heard.result
        )

    def _note(self, spot: Spot, kind: str, key: str, inputs: Any, result: Any) -> None:
        self.evaluations.append(
            {
                "instance_id": self.row.id,
                "element_id": spot.element_id,
                "call_id": spot.call_id,
                "kind": kind,
                "key": key,
                "inputs": dict(inputs),
                "result": result,
                "evaluated_at": self.uow.now,
            }
        )
