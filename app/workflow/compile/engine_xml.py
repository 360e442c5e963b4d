"""What the engine reads: a document built anew from the elements we know, never a copy of the author's.

Nothing of the author's file passes unless it is named here: no foreign extension, script or data object
can reach the engine.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from app.workflow.compile.bpmn import (
    BOUNDARY,
    BPMN,
    CALL,
    CONDITIONAL_GATEWAYS,
    QMS,
    RECEIVE_TASK,
    RULE_TASK,
    SERVICE_TASK,
    START,
    SUBPROCESS,
    XSI,
    bpmn,
    qms,
)
from app.workflow.compile.diagram import Diagram, Element, Flow, Node, child_text

_TIMER_FIELDS = ("timeDate", "timeDuration", "timeCycle")
_LOOP_TEXTS = ("loopCardinality", "loopDataInputRef", "loopDataOutputRef")
_LOOP_ITEMS = ("inputDataItem", "outputDataItem")
_LOOP = "multiInstanceLoopCharacteristics"


def build_engine_xml(diagram: Diagram) -> bytes:
    """Return the engine's document for a diagram that passed the gate."""
    root = etree.Element(bpmn("definitions"), nsmap={"bpmn": BPMN, "qms": QMS, "xsi": XSI})
    root.set("targetNamespace", QMS)
    _declare(root, "message", diagram.messages, "name")
    _declare(root, "error", diagram.errors, "errorCode")
    _declare(root, "escalation", diagram.escalations, "escalationCode")
    process = _child(root, "process", id=diagram.key, name=diagram.name, isExecutable="true")
    _fill(process, diagram, diagram.key)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def timer_expression(node: Node) -> tuple[str, str]:
    """Return the kind (duration, date or cycle) and the expression of a timer event, empty ones if absent."""
    definition = node.xml.find(bpmn("timerEventDefinition"))
    if definition is not None:
        for field in _TIMER_FIELDS:
            text = child_text(definition, field)
            if text:
                return field.removeprefix("time").lower(), text
    return "", ""


def parameters_of(node: Node) -> Mapping[str, str]:
    """Return the parameters of a service task or call activity: name to FEEL text."""
    found = node.xml.iterfind(f"{bpmn('extensionElements')}/{qms('parameter')}")
    return {parameter.get("name", ""): parameter.get("value", "") for parameter in found}


def loop_of(node: Node) -> Element | None:
    """Return the multi-instance element of an activity, None without one."""
    return node.xml.find(bpmn(_LOOP))


def event_reference(node: Node, event: str) -> str:
    """Return the id of the message, error or escalation that an event or receive task names."""
    if node.kind == RECEIVE_TASK:
        return node.xml.get("messageRef", "")
    definition = node.xml.find(bpmn(f"{event}EventDefinition"))
    return definition.get(f"{event}Ref", "") if definition is not None else ""


def _declare(root: Element, tag: str, named: Mapping[str, str], attribute: str) -> None:
    for element_id, value in named.items():
        _child(root, tag, id=element_id, name=value, **({attribute: value} if attribute != "name" else {}))


def _fill(holder: Element, diagram: Diagram, scope: str) -> None:
    for node in diagram.in_scope(scope):
        _add_node(holder, diagram, node)
    for flow in diagram.flows.values():
        if flow.scope == scope:
            _add_flow(holder, flow)


def _add_node(holder: Element, diagram: Diagram, node: Node) -> None:
    element = _child(holder, node.kind, id=node.id, name=node.name)
    if node.kind in CONDITIONAL_GATEWAYS and node.default_flow:
        element.set("default", node.default_flow)
    elif node.kind == SERVICE_TASK:
        _add_operation(element, node)
    elif node.kind == RULE_TASK:
        element.set(qms("decision"), node.qms("decision"))
    elif node.kind == CALL:
        element.set("calledElement", node.xml.get("calledElement", ""))
        _add_parameters(element, node)
    elif node.kind == BOUNDARY:
        element.set("attachedToRef", node.attached_to)
        element.set("cancelActivity", "true" if node.is_interrupting else "false")
    _add_event(element, node)
    _add_loop(element, node)
    if node.kind == SUBPROCESS:
        _fill(element, diagram, node.id)


def _add_operation(element: Element, node: Node) -> None:
    element.set(qms("operation"), node.qms("operation"))
    _add_parameters(element, node)


def _add_parameters(element: Element, node: Node) -> None:
    extensions = _child(element, "extensionElements")
    for name, value in parameters_of(node).items():
        etree.SubElement(extensions, qms("parameter"), name=name, value=value)


def _add_event(element: Element, node: Node) -> None:
    """Write the event definition; a message that starts an instance has done so before the engine runs."""
    if node.kind == START or (not node.event and node.kind != RECEIVE_TASK):
        return
    if node.kind == RECEIVE_TASK or node.event == "message":
        element.set(qms("correlation"), node.qms("correlation"))
    if node.kind == RECEIVE_TASK:
        element.set("messageRef", event_reference(node, "message"))
        return
    definition = _child(element, f"{node.event}EventDefinition")
    if node.event == "timer":
        kind, text = timer_expression(node)
        _child(definition, f"time{kind.capitalize()}").text = text
    elif node.event != "terminate":
        definition.set(f"{node.event}Ref", event_reference(node, node.event))


def _add_loop(element: Element, node: Node) -> None:
    author = loop_of(node)
    if author is None:
        return
    loop = _child(element, _LOOP, isSequential=author.get("isSequential", "false"))
    for name in _LOOP_TEXTS:
        if text := child_text(author, name):
            _child(loop, name).text = text
    for name in _LOOP_ITEMS:
        item = author.find(bpmn(name))
        if item is not None:
            _child(loop, name, id=item.get("id", ""), name=item.get("name", item.get("id", "")))
    if text := child_text(author, "completionCondition"):
        _child(loop, "completionCondition").text = text


def _add_flow(holder: Element, flow: Flow) -> None:
    element = _child(holder, "sequenceFlow", id=flow.id, sourceRef=flow.source, targetRef=flow.target)
    if flow.condition:
        _child(element, "conditionExpression").text = flow.condition


def _child(holder: Element, tag: str, **attributes: str) -> Element:
    element = etree.SubElement(holder, bpmn(tag))
    for name, value in attributes.items():
        if value:
            element.set(name, value)
    return element
