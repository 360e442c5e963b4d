"""State without the spec, compressed, with a head that is checked before a single byte of it is believed.

The library's own migrations are never called: one of them evaluates stored text as Python.
"""

from __future__ import annotations

import zlib
from typing import Any, NoReturn
from uuid import UUID

import orjson
from SpiffWorkflow.bpmn.serializer import DEFAULT_CONFIG, BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter
from SpiffWorkflow.bpmn.serializer.helpers.spec import EventDefinitionConverter
from SpiffWorkflow.bpmn.serializer.workflow import VERSION
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from app.foundation.i18n import gettext as _
from app.workflow.engine.errors import SnapshotRefused
from app.workflow.engine.messages import CatchMessage
from app.workflow.engine.program import Program
from app.workflow.engine.script import FeelScriptEngine
from app.workflow.engine.timers import DurationTimer, MomentTimer, RepeatingTimer

SCHEMA = 1
LIMIT = 64 * 1024 * 1024
_MAGIC = "keel-state"


class _TimerConverter(EventDefinitionConverter):  # type: ignore[misc]  # the library has no types
    """A timer that an event-based gateway has seen."""

    def to_dict(self, event_definition: Any) -> dict[str, Any]:
        return {"name": event_definition.name, "expression": event_definition.expression}


class _MessageConverter(EventDefinitionConverter):  # type: ignore[misc]  # the library has no types
    """A message that an event-based gateway has seen."""

    def to_dict(self, event_definition: Any) -> dict[str, Any]:
        return {"name": event_definition.name, "correlation": event_definition.correlation}


class _StateConverter(BpmnWorkflowConverter):  # type: ignore[misc]  # the library has no types
    """The library's converter without the specs, which a program holds once for all instances."""

    def to_dict(self, workflow: Any) -> dict[str, Any]:
        # The grandparent's: the parent would write the specs into every instance.
        state: dict[str, Any] = super(BpmnWorkflowConverter, self).to_dict(workflow)
        state["subprocesses"] = self.mapping_to_dict(workflow.subprocesses)
        return state

    def from_dict(self, dct: dict[str, Any], *, program: Program, engine: FeelScriptEngine) -> Any:
        workflow = self.target_class(
            program.spec, dict(program.called), script_engine=engine, deserializing=True
        )
        workflow.tasks = self.mapping_from_dict(_parents_first(dct), UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks[UUID(dct["root"])]
        self.set_default_attributes(workflow, dct)
        for state in dct["subprocesses"].values():
            state["tasks"] = _parents_first(state)
        self.subprocesses_from_dict(dct["subprocesses"], workflow)
        return workflow


_registry = BpmnWorkflowSerializer.configure(
    {
        **DEFAULT_CONFIG,
        BpmnWorkflow: _StateConverter,
        MomentTimer: _TimerConverter,
        DurationTimer: _TimerConverter,
        RepeatingTimer: _TimerConverter,
        CatchMessage: _MessageConverter,
    }
)


def dump(workflow: Any, program: Program) -> bytes:
    """Return the state of a workflow.

    Shape: one line of head (format, our schema, the library's serializer version, bundle hash, key), then
    zlib of JSON.
    Errors: SnapshotRefused when task data holds what JSON cannot keep.
    """
    try:
        state = orjson.dumps(
            _registry.convert(workflow), default=_refuse_value, option=orjson.OPT_PASSTHROUGH_DATETIME
        )
    except TypeError as error:
        raise SnapshotRefused(
            _("The state of the instance cannot be stored: %(why)s", why=str(error))
        ) from error
    return _head(program) + zlib.compress(state, 6)


def load(snapshot: bytes, program: Program, engine: FeelScriptEngine) -> Any:
    """Return the workflow a snapshot holds, with our engine in place before anything can run.

    Errors: SnapshotRefused for another schema, serializer version or bundle, and for damage. The head is
    compared before the body is decompressed.
    """
    head, separator, body = snapshot.partition(b"\n")
    if head + separator != _head(program):
        raise SnapshotRefused(
            _(
                "The stored state “%(found)s” cannot be loaded as “%(wanted)s”.",
                found=_shown(head),
                wanted=_shown(_head(program)),
            )
        )
    state = _unpacked(body)
    _refuse_foreign(state, program)
    return _registry.restore(state, program=program, engine=engine)


def _head(program: Program) -> bytes:
    return f"{_MAGIC} {SCHEMA} {VERSION} {program.hash} {program.key}\n".encode()


def _shown(head: bytes) -> str:
    return head[:160].decode("utf-8", "replace").strip()


def _unpacked(body: bytes) -> dict[str, Any]:
    decompressor = zlib.decompressobj()
    try:
        text = decompressor.decompress(body, LIMIT)
        if not decompressor.eof:
            raise SnapshotRefused(_("The stored state is larger than allowed, or cut off."))
        state: dict[str, Any] = orjson.loads(text)
    except (zlib.error, orjson.JSONDecodeError) as error:
        raise SnapshotRefused(_("The stored state is damaged: %(why)s", why=str(error))) from error
    if not isinstance(state, dict) or state.get("typename") != BpmnWorkflow.__name__:
        raise SnapshotRefused(_("The stored state is damaged: %(why)s", why=_("it is no workflow")))
    return state


def _refuse_foreign(state: dict[str, Any], program: Program) -> None:
    """Refuse tasks of a spec the program does not have; the library would fail without saying why."""
    known = set(program.spec.task_specs)
    unknown = {task["task_spec"] for task in state["tasks"].values()} - known
    for inner in state["subprocesses"].values():
        spec = program.called.get(inner["spec"])
        unknown |= {task["task_spec"] for task in inner["tasks"].values()} - set(
            spec.task_specs if spec else ()
        )
    if unknown:
        raise SnapshotRefused(
            _(
                "The stored state belongs to another diagram: it knows %(names)s.",
                names=", ".join(sorted(unknown)),
            )
        )


def _parents_first(state: dict[str, Any]) -> dict[str, Any]:
    """Return the tasks parents first; restored in another order they lose their data silently."""
    tasks, ordered = state["tasks"], {}
    stack = [state["root"]]
    while stack:
        guid = stack.pop()
        if guid in tasks and guid not in ordered:
            ordered[guid] = tasks[guid]
            stack.extend(reversed(tasks[guid]["children"]))
    return ordered


def _refuse_value(value: Any) -> NoReturn:
    raise TypeError(_("a value of kind “%(kind)s” is not plain", kind=type(value).__name__))
