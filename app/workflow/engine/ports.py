"""What the engine asks of the rest of Keel, and what it tells. Plain values; nothing of SpiffWorkflow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.foundation import clock

SCOPE_NAMES = frozenset({"record", "task", "decision", "settings"})


@dataclass(frozen=True, slots=True)
class OperationCall:
    """A service task asks for its operation.

    Shape: `parameters` are evaluated FEEL values; `item` is the element of a multi-instance task, None
    outside; `(instance, task_guid)` is the key by which an operation tells a repeated call; `call_id` is the
    call activity it stands inside, "" in the instance's own diagram.
    """

    element_id: str
    operation: str
    parameters: Mapping[str, Any]
    task_guid: str
    item: Any = None
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class DecisionCall:
    """A business rule task asks for its decision; the host evaluates it with the names of the scope."""

    element_id: str
    decision: str
    task_guid: str
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class CallBegun:
    """A call activity begins: the definition it calls, and its parameters as plain JSON values."""

    call_id: str
    called: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CallEnded:
    """A call activity is over: the end events reached in the part, in order."""

    call_id: str
    called: str
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A condition as it was judged: what it read and what came out, so that the record can show why."""

    element_id: str
    flow_id: str
    expression: str
    inputs: Mapping[str, Any]
    result: Any
    call_id: str = ""


def _no_scope(_call_id: str) -> Mapping[str, Any]:
    return {}


def _no_result(_call: Any) -> Mapping[str, Any]:
    return {}


def _ignore(_told: Any) -> None:
    return


@dataclass(frozen=True, slots=True)
class EnginePorts:
    """The engine's doors.

    Shape: `scope` returns the four names an expression sees, asked at each evaluation with the id of the call
    activity it stands inside ("" outside of any); `operation` and `decision` return plain outputs (ids and
    outcomes) that become task data; `now` is the one clock; `on_evaluation` hears each condition judged,
    `begin_call` and `end_call` hear of calls.
    """

    scope: Callable[[str], Mapping[str, Any]] = _no_scope
    operation: Callable[[OperationCall], Mapping[str, Any] | None] = _no_result
    decision: Callable[[DecisionCall], Mapping[str, Any] | None] = _no_result
    now: Callable[[], datetime] = clock.now
    on_evaluation: Callable[[Evaluation], None] = _ignore
    begin_call: Callable[[CallBegun], None] = _ignore
    end_call: Callable[[CallEnded], None] = _ignore


@dataclass(frozen=True, slots=True)
class LiveTask:
    """A task that waits for a person.

    Shape: `process_key` names the definition the element stands in, which a call makes another than the
    instance's, and `call_id` is the call activity then; `item` is the multi-instance element or index.
    """

    guid: str
    element_id: str
    name: str
    process_key: str
    item: Any = None
    data: Mapping[str, Any] = field(default_factory=dict)
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer that waits; due is aware and in UTC."""

    guid: str
    element_id: str
    process_key: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Catch:
    """A place that waits for a message; `correlation` is None when the name alone decides."""

    guid: str
    element_id: str
    process_key: str
    message: str
    correlation: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an instance ended: the end events reached, in order, and whether it was cancelled."""

    ends: tuple[str, ...]
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class ElementState:
    """How often an element was finished and how many of it are in hand."""

    done: int
    here: int
