"""The vocabulary of the files: namespaces, and the elements Keel executes."""

from __future__ import annotations

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
QMS = "urn:keel:bpmn:1"

USER_TASK = "userTask"
SERVICE_TASK = "serviceTask"
RULE_TASK = "businessRuleTask"
RECEIVE_TASK = "receiveTask"
CALL = "callActivity"
SUBPROCESS = "subProcess"
EXCLUSIVE = "exclusiveGateway"
PARALLEL = "parallelGateway"
INCLUSIVE = "inclusiveGateway"
EVENT_BASED = "eventBasedGateway"
START = "startEvent"
END = "endEvent"
CATCH = "intermediateCatchEvent"
THROW = "intermediateThrowEvent"
BOUNDARY = "boundaryEvent"

ACTIVITIES = frozenset({USER_TASK, SERVICE_TASK, RULE_TASK, RECEIVE_TASK, CALL, SUBPROCESS})
GATEWAYS = frozenset({EXCLUSIVE, PARALLEL, INCLUSIVE, EVENT_BASED})
CONDITIONAL_GATEWAYS = frozenset({EXCLUSIVE, INCLUSIVE})
EVENTS = frozenset({START, END, CATCH, THROW, BOUNDARY})
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS

# Drawn and named in problems, but never executed.
REFUSED_NODES = frozenset(
    {"task", "manualTask", "scriptTask", "sendTask", "complexGateway", "transaction", "adHocSubProcess"}
)

# Which event definitions each event may carry; "" is an event without one.
EVENT_DEFINITIONS: dict[str, frozenset[str]] = {
    START: frozenset({"", "message"}),
    END: frozenset({"", "terminate", "error", "escalation"}),
    CATCH: frozenset({"timer", "message"}),
    THROW: frozenset({"", "escalation"}),
    BOUNDARY: frozenset({"timer", "message", "error", "escalation"}),
}


def bpmn(name: str) -> str:
    """Return the qualified name of a BPMN element."""
    return f"{{{BPMN}}}{name}"


def qms(name: str) -> str:
    """Return the qualified name of one of our attributes or elements."""
    return f"{{{QMS}}}{name}"


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return etree.QName(element).localname


def is_bpmn(element: etree._Element) -> bool:
    """Tell whether the element belongs to the BPMN model namespace."""
    return etree.QName(element).namespace == BPMN
