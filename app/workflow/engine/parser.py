"""From the engine's document to SpiffWorkflow's spec. Knows exactly the elements we execute, no others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, full_tag
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    EndEventParser,
    EventBasedGatewayParser,
    EventDefinitionParser,
    IntermediateCatchEventParser,
    IntermediateThrowEventParser,
    ReceiveTaskParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.task_parsers import (
    CallActivityParser,
    ConditionalGatewayParser,
    GatewayParser,
    SubWorkflowParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    EndEvent,
    EventBasedGateway,
    ExclusiveGateway,
    InclusiveGateway,
    IntermediateCatchEvent,
    IntermediateThrowEvent,
    ParallelGateway,
    ReceiveTask,
    StartEvent,
    SubWorkflowTask,
    UserTask,
)
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.foundation.xml import UnsafeXml, safe_parse
from app.workflow.engine.calls import PartCall
from app.workflow.engine.errors import ProgramRefused
from app.workflow.engine.messages import CatchMessage
from app.workflow.engine.tasks import (
    BoundedParallel,
    BoundedSequential,
    DecisionTask,
    JudgedCondition,
    OperationTask,
)
from app.workflow.engine.timers import DurationTimer, MomentTimer, RepeatingTimer

_QMS = "{urn:keel:bpmn:1}"
_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_TIMERS = {"timeDate": MomentTimer, "timeDuration": DurationTimer, "timeCycle": RepeatingTimer}
# The library's own namespace can name scripts and payload expressions; our document never uses it.
_LIBRARY = "{http://spiffworkflow.org/bpmn/schema/1.0/core}*"


class _OwnLoops:
    """Multi-instance specs of ours, whatever the task."""

    PARALLEL_MI_CLASS = BoundedParallel
    SEQUENTIAL_MI_CLASS = BoundedSequential


class _OwnUserTask(_OwnLoops, TaskParser):  # type: ignore[misc]  # the library has no types
    """A task of a person."""


class _OwnSubprocess(_OwnLoops, SubWorkflowParser):  # type: ignore[misc]  # the library has no types
    """An embedded sub-process."""


class _OwnCall(_OwnLoops, CallActivityParser):  # type: ignore[misc]  # the library has no types
    """A call of another definition, with its parameters."""

    def create_task(self) -> Any:
        """Return the spec with what `calledElement` and `qms:parameter` say."""
        called = self.node.get("calledElement")
        if not called:
            raise ValidationException("A call names no definition", self.node, self.filename)
        return self.spec_class(
            self.spec,
            self.bpmn_id,
            _parameters(self.node),
            subworkflow_spec=called,
            **self.bpmn_attributes,
        )


class _OwnOperation(_OwnLoops, TaskParser):  # type: ignore[misc]  # the library has no types
    """A service task: its operation and parameters."""

    def create_task(self) -> Any:
        """Return the spec with what `qms:operation` and `qms:parameter` say."""
        target = self.node.get(f"{_QMS}operation", "")
        return self.spec_class(
            self.spec, self.bpmn_id, target, _parameters(self.node), **self.bpmn_attributes
        )


class _OwnDecision(_OwnLoops, TaskParser):  # type: ignore[misc]  # the library has no types
    """A business rule task: its decision key."""

    def create_task(self) -> Any:
        """Return the spec with what `qms:decision` says."""
        return self.spec_class(
            self.spec, self.bpmn_id, self.node.get(f"{_QMS}decision", ""), **self.bpmn_attributes
        )


class _OwnConditions(ConditionalGatewayParser):  # type: ignore[misc]  # the library has no types
    """A gateway whose conditions are judged by FEEL and told to the host."""

    def connect_outgoing(self, outgoing_task: Any, sequence_flow_node: Any, is_default: Any) -> None:
        """Connect the default flow as it is, the others with their condition."""
        condition = self.parse_condition(sequence_flow_node)
        if is_default or condition is None:
            super().connect_outgoing(outgoing_task, sequence_flow_node, is_default)
            return
        judged = JudgedCondition(self.bpmn_id, sequence_flow_node.get("id"), condition)
        self.task.connect_if(judged, outgoing_task)


class _OwnEvents(_OwnLoops, EventDefinitionParser):  # type: ignore[misc]  # the library has no types
    """Timers and messages of ours inside each kind of event."""

    def parse_timer_event(self, event: Any) -> TimerEventDefinition:
        """Return our timer definition."""
        for field, timer in _TIMERS.items():
            text = event.findtext(f"{_BPMN}{field}")
            if text:
                return timer(self.node.get("id"), text)
        raise ValidationException("A timer needs a date, a duration or a cycle", self.node, self.filename)

    def parse_message_event(self, message_event: Any) -> CatchMessage:
        """Return our message definition."""
        name = self.process_parser.parser.messages.get(message_event.get("messageRef"))
        if not name:
            raise ValidationException("A message event needs a message with a name", self.node, self.filename)
        return CatchMessage(name, self.node.get(f"{_QMS}correlation", ""))


class _OwnStart(_OwnEvents, StartEventParser):  # type: ignore[misc]  # the library has no types
    """A start event."""


class _OwnEnd(_OwnEvents, EndEventParser):  # type: ignore[misc]  # the library has no types
    """An end event."""


class _OwnCatch(_OwnEvents, IntermediateCatchEventParser):  # type: ignore[misc]  # the library has no types
    """A catching intermediate event."""


class _OwnThrow(_OwnEvents, IntermediateThrowEventParser):  # type: ignore[misc]  # the library has no types
    """A throwing intermediate event."""


class _OwnBoundary(_OwnEvents, BoundaryEventParser):  # type: ignore[misc]  # the library has no types
    """A boundary event."""


class _OwnReceive(_OwnEvents, ReceiveTaskParser):  # type: ignore[misc]  # the library has no types
    """A receive task."""


class KeelParser(BpmnParser):  # type: ignore[misc]  # the library has no types
    """The library's parser with our table of elements in place of its own."""

    PARSER_CLASSES: ClassVar[Mapping[str, tuple[Any, Any]]] = {
        full_tag("userTask"): (_OwnUserTask, UserTask),
        full_tag("serviceTask"): (_OwnOperation, OperationTask),
        full_tag("businessRuleTask"): (_OwnDecision, DecisionTask),
        full_tag("receiveTask"): (_OwnReceive, ReceiveTask),
        full_tag("callActivity"): (_OwnCall, PartCall),
        full_tag("subProcess"): (_OwnSubprocess, SubWorkflowTask),
        full_tag("exclusiveGateway"): (_OwnConditions, ExclusiveGateway),
        full_tag("inclusiveGateway"): (_OwnConditions, InclusiveGateway),
        full_tag("parallelGateway"): (GatewayParser, ParallelGateway),
        full_tag("eventBasedGateway"): (EventBasedGatewayParser, EventBasedGateway),
        full_tag("startEvent"): (_OwnStart, StartEvent),
        full_tag("endEvent"): (_OwnEnd, EndEvent),
        full_tag("intermediateCatchEvent"): (_OwnCatch, IntermediateCatchEvent),
        full_tag("intermediateThrowEvent"): (_OwnThrow, IntermediateThrowEvent),
        full_tag("boundaryEvent"): (_OwnBoundary, BoundaryEvent),
    }


def parse_specs(key: str, sources: Mapping[str, bytes]) -> tuple[Any, dict[str, Any]]:
    """Return the library's spec of the process `key` and of everything it calls.

    Shape: `sources` maps a definition key to its engine document.
    Errors: ProgramRefused for whatever the engine does not run.
    """
    parser = KeelParser()
    try:
        for source in sources.values():
            root = safe_parse(source)
            _refuse_library_extensions(root)
            parser.add_bpmn_xml(root)
        spec, called = parser.get_spec(key), parser.get_subprocess_specs(key)
    except (ValidationException, UnsafeXml) as error:
        raise _refused(key, str(error)) from error
    for one in (spec, *called.values()):
        connect_loops(one)
    return spec, called


def _parameters(node: Any) -> dict[str, str]:
    found = node.iterfind(f"{_BPMN}extensionElements/{_QMS}parameter")
    return {parameter.get("name"): parameter.get("value") for parameter in found}


def connect_loops(spec: Any) -> None:
    """Wire the callbacks that bring finished instances back to their multi-instance task.

    The library wires them when it creates the first child; an instance restored later would hang.
    """
    for task_spec in spec.task_specs.values():
        if isinstance(task_spec, LoopTask):
            child = spec.task_specs[task_spec.task_spec]
            if not child.completed_event.is_connected(task_spec.merge_child):
                child.completed_event.connect(task_spec.merge_child)


def _refuse_library_extensions(root: etree._Element) -> None:
    found = next(root.iter(_LIBRARY), None)
    if found is not None:
        raise _refused(
            "", _("It holds “%(tag)s”, which could name a script.", tag=etree.QName(found).localname)
        )


def _refused(key: str, why: str) -> ProgramRefused:
    sentence = _("The engine cannot run the definition “%(key)s”: %(why)s", key=key, why=why)
    return ProgramRefused(sentence, [Problem(key, "engine.parse", sentence)])
