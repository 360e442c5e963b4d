"""The engine as the rest of Keel sees it: one instance in memory, from one wait state to the next.

No type of SpiffWorkflow leaves this package. A runtime that failed once is spoilt: drop it, roll back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import ErrorEventDefinition
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from app.foundation.errors import QmsError
from app.foundation.i18n import gettext as _
from app.workflow.engine import history, snapshot
from app.workflow.engine.budget import StepBudget
from app.workflow.engine.calls import call_of
from app.workflow.engine.errors import (
    EngineFault,
    NobodyWaits,
    SpoiltRuntime,
    TaskNotLive,
    UncaughtError,
)
from app.workflow.engine.messages import catches_of, correlation_of, deliver
from app.workflow.engine.ports import Catch, ElementState, EnginePorts, LiveTask, Outcome, Timer
from app.workflow.engine.program import Program
from app.workflow.engine.script import FeelScriptEngine
from app.workflow.engine.tasks import item_of
from app.workflow.engine.timers import due_of, timers_of
from app.workflow.engine.values import clean

_UNFINISHED = TaskState.READY | TaskState.WAITING | TaskState.STARTED | TaskState.FUTURE


class Runtime:
    """One instance of a program, in memory for one act."""

    def __init__(self, program: Program, workflow: Any) -> None:
        """Use `start` or `restore` instead."""
        self._program = program
        self._workflow = workflow
        self._is_spoilt = False
        self._stands_at = ""

    @classmethod
    def start(cls, program: Program, ports: EnginePorts, data: Mapping[str, Any] | None = None) -> Runtime:
        """Begin an instance and run it to its first wait states.

        Shape: `data` are ids that start as task data.
        Errors: EngineFault and what the ports raise.
        """
        workflow = BpmnWorkflow(program.spec, dict(program.called), script_engine=FeelScriptEngine(ports))
        runtime = cls(program, workflow)
        with runtime._act():
            workflow.task_tree.data.update(clean(data or {}))
            runtime._advance()
        return runtime

    @classmethod
    def restore(cls, program: Program, state: bytes, ports: EnginePorts) -> Runtime:
        """Return the instance a snapshot holds; nothing is run.

        Errors: SnapshotRefused.
        """
        return cls(program, snapshot.load(state, program, FeelScriptEngine(ports)))

    @property
    def is_over(self) -> bool:
        """Tell whether the instance has ended or was cancelled."""
        return bool(self._workflow.completed)

    @property
    def outcome(self) -> Outcome:
        """Return the end events reached so far; final when the instance is over."""
        return Outcome(history.ends_reached(self._workflow), not self._workflow.success)

    def live_tasks(self) -> tuple[LiveTask, ...]:
        """Return the tasks that wait for a person, in the order in which they were reached."""
        ready = [one for one in history.all_tasks(self._workflow) if _waits_for_person(one)]
        return tuple(self._live_task(one) for one in sorted(ready, key=lambda one: one.last_state_change))

    def timers(self) -> tuple[Timer, ...]:
        """Return the timers that wait, the next one first."""
        found = [
            Timer(str(one.id), element_id, self._key_of(one), due)
            for one in self._waiting()
            for definition, element_id in timers_of(one)
            if (due := due_of(definition, one)) is not None
        ]
        return tuple(sorted(found, key=lambda timer: (timer.due, timer.element_id)))

    @property
    def next_due(self) -> datetime | None:
        """Return when the scheduler must look again, None when no timer waits."""
        return next((timer.due for timer in self.timers()), None)

    def catches(self) -> tuple[Catch, ...]:
        """Return the places that wait for a message."""
        return tuple(
            Catch(
                str(one.id), element_id, self._key_of(one), definition.name, correlation_of(definition, one)
            )
            for one in self._waiting()
            for definition, element_id in catches_of(one)
        )

    def element_states(self, process_key: str = "") -> dict[str, ElementState]:
        """Return what is done and in hand per element id, of the own diagram or of a called one."""
        return history.element_states(
            self._workflow, self._program.definition_keys, process_key or self._program.key
        )

    def complete(self, guid: str, data: Mapping[str, Any] | None = None) -> None:
        """Complete a person's task and run on to the next wait states.

        Shape: `data` are ids and outcomes; answers belong to submissions.
        Errors: TaskNotLive, with nothing changed; UnsafeData, also with nothing changed; else as `start`.
        """
        spiff_task = self._live(guid)
        outcome = clean(data or {})
        self._stand_at(_name(spiff_task))
        with self._act():
            spiff_task.data.update(outcome)
            spiff_task.run()
            self._advance()

    def refresh_timers(self) -> None:
        """Fire what is due by the ports' clock and run on. Safe to call at any time."""
        with self._act():
            self._advance()

    def receive(
        self, message: str, *, correlation: str | None = None, payload: Mapping[str, Any] | None = None
    ) -> int:
        """Hand a message to the places that wait for it, run on, and return how many took it.

        Errors: NobodyWaits, with nothing changed.
        """
        is_awaited = any(
            catch.message == message and catch.correlation in {None, correlation} for catch in self.catches()
        )
        if not is_awaited:
            raise NobodyWaits(message)
        with self._act():
            taken = deliver(self._workflow, message, correlation, payload or {})
            self._advance()
        return taken

    def cancel(self) -> None:
        """End the instance where it stands; everything open is cancelled."""
        with self._act():
            self._workflow.cancel()

    def snapshot(self) -> bytes:
        """Return the state to store; the finished past is trimmed first.

        Errors: SpoiltRuntime, SnapshotRefused.
        """
        if self._is_spoilt:
            raise SpoiltRuntime
        history.trim(self._workflow, self._program.definition_keys)
        return snapshot.dump(self._workflow, self._program)

    @property
    def tree_size(self) -> int:
        """Return how many tasks the tree holds, which is what a step costs."""
        return sum(1 for _one in history.all_tasks(self._workflow))

    @property
    def stands_at(self) -> str:
        """Return the id of the element last stepped on: after an error, where it happened."""
        return self._stands_at

    @contextmanager
    def _act(self) -> Iterator[None]:
        """Name whatever goes wrong, and never let a half-stepped instance be used again."""
        if self._is_spoilt:
            raise SpoiltRuntime
        self._is_spoilt = True
        try:
            yield
        except QmsError:
            raise
        except Exception as error:
            if error is self._workflow.script_engine.environment.port_error:
                raise
            raise _fault(error, self._stands_at) from error
        self._is_spoilt = False

    def _advance(self) -> None:
        """Run until nothing moves; a timer that fires in the last pass needs another one."""
        budget = StepBudget(self._stand_at)
        is_moving = True
        while is_moving:
            self._workflow.refresh_timers()
            self._workflow.do_engine_steps(will_complete_task=budget.spend)
            is_moving = any(_is_engines(one) for one in history.all_tasks(self._workflow))
        self._refuse_uncaught()
        self._check()
        history.trim(self._workflow, self._program.definition_keys)

    def _stand_at(self, element_id: str) -> None:
        self._stands_at = element_id or self._stands_at

    def _refuse_uncaught(self) -> None:
        for event in self._workflow.get_events():
            definition = event.event_definition
            if isinstance(definition, ErrorEventDefinition):
                raise UncaughtError(
                    _(
                        "The error “%(code)s” was thrown and nothing catches it.",
                        code=event.event_definition.code,
                    )
                )

    def _check(self) -> None:
        """Trust no single sign of completion: flag and tree must agree, and an open instance must wait."""
        unfinished = [one for one in history.all_tasks(self._workflow) if one.has_state(_UNFINISHED)]
        if self.is_over and unfinished:
            raise EngineFault(
                _("The engine calls the instance completed, but tasks are open."), _name(unfinished[0])
            )
        if self.is_over:
            return
        is_waiting = any(_waits_for_person(one) for one in unfinished) or self.timers() or self.catches()
        if not is_waiting:
            where = _name(unfinished[0]) if unfinished else ""
            raise EngineFault(_("The instance is stuck: it is not over and waits for nothing."), where)

    def _live(self, guid: str) -> Any:
        try:
            wanted = UUID(guid)
        except ValueError:
            raise TaskNotLive from None
        for one in history.all_tasks(self._workflow):
            if one.id == wanted and _waits_for_person(one) and not self.is_over:
                return one
        raise TaskNotLive

    def _live_task(self, spiff_task: Any) -> LiveTask:
        spec = spiff_task.task_spec
        return LiveTask(
            guid=str(spiff_task.id),
            element_id=spec.bpmn_id,
            name=spec.bpmn_name or spec.bpmn_id,
            process_key=self._key_of(spiff_task),
            item=item_of(spiff_task),
            data=clean(spiff_task.data),
            call_id=call_of(spiff_task),
        )

    def _waiting(self) -> list[Any]:
        return list(self._workflow.event_manager.tasks.values())

    def _key_of(self, spiff_task: Any) -> str:
        return history.process_key_of(spiff_task, self._program.definition_keys)


def _waits_for_person(spiff_task: Any) -> bool:
    return spiff_task.state == TaskState.READY and bool(spiff_task.task_spec.manual)


def _is_engines(spiff_task: Any) -> bool:
    return spiff_task.state == TaskState.READY and not spiff_task.task_spec.manual


def _name(spiff_task: Any) -> str:
    return spiff_task.task_spec.bpmn_id or ""


def _fault(error: Exception, element_id: str) -> EngineFault:
    sentence = _("The engine could not finish the step: %(why)s", why=f"{type(error).__name__}: {error}")
    return EngineFault(sentence, element_id)
