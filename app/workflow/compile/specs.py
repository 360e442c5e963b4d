"""What a compiled diagram says, in plain frozen values. No XML and no engine below this line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class UserTaskSpec:
    """A task of a person.

    Shape: `role` is a role key, from `qms:role` or the id of the innermost lane; `person` and `due` are FEEL
    or an ISO 8601 duration; `declined` is FEEL over the answers that makes the signature a rejection, and
    `reason` the signer's words for it; the form key is the element id.
    """

    element_id: str
    name: str
    role: str
    person: str = ""
    due: str = ""
    policy: str = ""
    signature: str = ""
    declined: str = ""
    reason: str = ""
    duty: str = ""
    clause: str = ""
    documentation: str = ""

    @property
    def form_key(self) -> str:
        """The stem of the form's file."""
        return self.element_id


@dataclass(frozen=True, slots=True)
class ServiceTaskSpec:
    """An operation with its parameters, each a FEEL text."""

    element_id: str
    name: str
    operation: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DecisionSpec:
    """A business rule task and the key of the decision it asks."""

    element_id: str
    name: str
    decision: str


@dataclass(frozen=True, slots=True)
class CallSpec:
    """A call activity: the part it calls, its parameters as FEEL texts, and what its tasks take from it."""

    element_id: str
    name: str
    called: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    duty: str = ""
    clause: str = ""
    documentation: str = ""


@dataclass(frozen=True, slots=True)
class EndSpec:
    """An end event of the process; `outcome` is the domain's word for it, "" without one."""

    element_id: str
    name: str
    outcome: str
    kind: str


@dataclass(frozen=True, slots=True)
class TimerSpec:
    """A timer event; `kind` is duration, date or cycle; `host` the activity a boundary timer sits on."""

    element_id: str
    name: str
    kind: str
    expression: str
    host: str = ""
    is_interrupting: bool = True


@dataclass(frozen=True, slots=True)
class CatchSpec:
    """A place that waits for a message; `correlation` is FEEL, "" when the name alone decides."""

    element_id: str
    name: str
    message: str
    correlation: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class BranchSpec:
    """A flow that leaves a gateway; `condition` is "" on the default and on parallel flows."""

    flow_id: str
    name: str
    target: str
    condition: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class GatewaySpec:
    """A gateway that splits, with its branches in the order in which they are tried."""

    element_id: str
    name: str
    kind: str
    branches: tuple[BranchSpec, ...]


@dataclass(frozen=True, slots=True)
class StripStep:
    """A box of the happy path; `kind` is task, gateway, event or end."""

    element_id: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class CompiledDiagram:
    """A diagram ready to be bundled.

    Shape: mappings are keyed by element id; `start_message` names the message that starts an instance, ""
    when people or services start it.
    """

    key: str
    name: str
    documentation: str
    engine_xml: bytes
    start_id: str
    start_message: str
    user_tasks: Mapping[str, UserTaskSpec]
    service_tasks: Mapping[str, ServiceTaskSpec]
    decisions: Mapping[str, DecisionSpec]
    ends: Mapping[str, EndSpec]
    timers: Mapping[str, TimerSpec]
    catches: Mapping[str, CatchSpec]
    gateways: Mapping[str, GatewaySpec]
    calls: Mapping[str, CallSpec]
    happy_path: tuple[StripStep, ...]

    @property
    def happy_path_ids(self) -> tuple[str, ...]:
        """The element ids of the way to the closing end without rework."""
        return tuple(step.element_id for step in self.happy_path)
