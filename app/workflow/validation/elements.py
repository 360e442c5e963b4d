"""What may be drawn at all. Everything else is refused by name, never ignored."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.workflow.compile.bpmn import (
    BPMN,
    CALL,
    EVENT_DEFINITIONS,
    FLOW_NODES,
    QMS,
    RULE_TASK,
    SERVICE_TASK,
    USER_TASK,
    bpmn,
    is_bpmn,
    local,
)
from app.workflow.compile.diagram import Diagram, Element, Node
from app.workflow.validation.context import GateContext
from app.workflow.validation.refusals import refusal_of

_DRAWING = frozenset(
    {
        "documentation",
        "extensionElements",
        "incoming",
        "outgoing",
        "sequenceFlow",
        "conditionExpression",
        "laneSet",
        "childLaneSet",
        "lane",
        "flowNodeRef",
        "textAnnotation",
        "text",
        "association",
        "group",
        "category",
        "categoryValue",
        "collaboration",
        "participant",
        "message",
        "error",
        "escalation",
        "process",
    }
)
_EVENT_PARTS = frozenset(
    {
        "timerEventDefinition",
        "messageEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
        "terminateEventDefinition",
        "timeDate",
        "timeDuration",
        "timeCycle",
    }
)
_LOOP_PARTS = frozenset(
    {
        "multiInstanceLoopCharacteristics",
        "loopCardinality",
        "loopDataInputRef",
        "loopDataOutputRef",
        "inputDataItem",
        "outputDataItem",
        "completionCondition",
    }
)
SUPPORTED = FLOW_NODES | _DRAWING | _EVENT_PARTS | _LOOP_PARTS
_EXECUTING = ("camunda.org", "spiffworkflow.org", "flowable.org", "activiti.org")
_MESSAGE_WAITERS = frozenset({"receiveTask", "intermediateCatchEvent", "boundaryEvent"})
ATTRIBUTES: dict[str, frozenset[str]] = {
    USER_TASK: frozenset(
        {"role", "person", "due", "policy", "signature", "declined", "reason", "duty", "clause"}
    ),
    SERVICE_TASK: frozenset({"operation", "clause"}),
    RULE_TASK: frozenset({"decision", "clause"}),
    CALL: frozenset({"duty", "clause"}),
    "endEvent": frozenset({"outcome"}),
    **{kind: frozenset({"correlation"}) for kind in _MESSAGE_WAITERS},
}


def check_elements(diagram: Diagram, _context: GateContext) -> Iterator[Problem]:
    """Name every element, attribute and extension that Keel does not execute."""
    for element in diagram.root.iter(f"{{{BPMN}}}*"):
        if local(element) not in SUPPORTED and _is_outermost(element, diagram.root):
            yield _refused(element)
        yield from _foreign(element)
    yield from _processes(diagram)
    for node in diagram.nodes.values():
        yield from _event(node)
        yield from _marks(node)


def where_of(element: Element) -> str:
    """Return the id of an element, or of the nearest one around it that has an id."""
    place: Element | None = element
    while place is not None and not place.get("id"):
        place = place.getparent()
    return place.get("id", "") if place is not None else ""


def _is_outermost(element: Element, root: Element) -> bool:
    """Tell whether nothing around the element is refused already; one sentence for one drawing is enough."""
    parent = element.getparent()
    return element is not root and parent is not None and (parent is root or local(parent) in SUPPORTED)


def _refused(element: Element) -> Problem:
    name = local(element)
    why, mend = refusal_of(name)
    label = element.get("name") or where_of(element)
    sentence = _("“%(label)s” is a %(kind)s. %(why)s", label=label, kind=name, why=why)
    return Problem(where_of(element), f"element.{name}", sentence, mend)


def _foreign(element: Element) -> Iterator[Problem]:
    """Refuse what another engine would execute, and misspelt attributes of ours."""
    known = ATTRIBUTES.get(local(element), frozenset())
    for attribute in element.attrib:
        name = etree.QName(str(attribute))
        if name.namespace == QMS and name.localname not in known:
            yield _unknown_mark(element, name.localname)
        elif name.namespace and any(tool in name.namespace for tool in _EXECUTING):
            yield _other_tool(element, name.localname)
    if local(element) == "extensionElements":
        for child in element.iterchildren():
            yield from _extension(child)


def _extension(child: Element) -> Iterator[Problem]:
    name = etree.QName(child)
    parent = child.getparent()
    holder = parent.getparent() if parent is not None else None
    takes_parameters = holder is not None and local(holder) in {SERVICE_TASK, CALL}
    is_parameter = name.localname == "parameter" and takes_parameters
    if name.namespace == QMS and not is_parameter:
        yield _unknown_mark(child, name.localname)
    elif name.namespace and any(tool in name.namespace for tool in _EXECUTING):
        yield _other_tool(child, name.localname)


def _unknown_mark(element: Element, name: str) -> Problem:
    return Problem(
        where_of(element),
        "qms.unknown",
        _("“qms:%(name)s” means nothing on a %(kind)s.", name=name, kind=local(element)),
        _("Correct the spelling or remove it."),
    )


def _other_tool(element: Element, name: str) -> Problem:
    return Problem(
        where_of(element),
        "extension.foreign",
        _("“%(name)s” belongs to another engine and would not be executed.", name=name),
        _("Import the file instead, which maps what can be mapped, or remove it."),
    )


def _processes(diagram: Diagram) -> Iterator[Problem]:
    filled = [one for one in diagram.root.iter(bpmn("process")) if any(is_bpmn(child) for child in one)]
    for extra in filled:
        if extra is not diagram.process:
            yield Problem(
                extra.get("id", ""),
                "process.single",
                _("The file holds more than one process."),
                _("Give each process its own file; other pools stay empty."),
            )


def _event(node: Node) -> Iterator[Problem]:
    allowed = EVENT_DEFINITIONS.get(node.kind)
    if allowed is None:
        return
    if len(node.events) > 1:
        yield Problem(
            node.id,
            "event.multiple",
            _("“%(label)s” waits for several things at once.", label=node.name or node.id),
            _("Draw an event-based gateway with one event each."),
        )
    elif node.event not in allowed:
        what = _("a %(kind)s event", kind=node.event) if node.event else _("an event without a kind")
        sentence = _(
            "“%(label)s” is %(what)s at a place where Keel executes none.", label=node.name, what=what
        )
        yield Problem(node.id, f"event.{node.kind}", sentence, refusal_of(f"{node.event}Event")[1])


def _marks(node: Node) -> Iterator[Problem]:
    label = node.name or node.id
    if node.xml.get("triggeredByEvent") == "true":
        why, mend = refusal_of("eventSubProcess")
        yield Problem(node.id, "element.eventSubProcess", f"“{label}”: {why}", mend)
    if node.xml.get("isForCompensation") == "true":
        why, mend = refusal_of("compensateEventDefinition")
        yield Problem(node.id, "element.compensation", f"“{label}”: {why}", mend)
    if node.kind == "boundaryEvent" and node.event == "message" and not node.is_interrupting:
        yield Problem(
            node.id,
            "message.once",
            _("“%(label)s” would hear the message only the first time.", label=label),
            _("Make it interrupting, or wait for the message on a parallel path."),
        )
