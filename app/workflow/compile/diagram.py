"""A diagram as read: nodes, flows and lanes, tolerant of mistakes so that the gate can name them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree

from app.workflow.compile.bpmn import (
    BOUNDARY,
    BPMN,
    END,
    FLOW_NODES,
    REFUSED_NODES,
    START,
    SUBPROCESS,
    bpmn,
    is_bpmn,
    local,
    qms,
)

Element: TypeAlias = "etree._Element"  # noqa: SLF001 - lxml names its element type only so
_EVENT_SUFFIX = "EventDefinition"


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node: task, gateway, event, sub-process or call.

    Shape: `kind` is the element's BPMN name; `scope` the id of the process or sub-process it stands in;
    `events` the kinds of its event definitions ("timer", "message"); `lane` the id of its innermost lane.
    """

    id: str
    kind: str
    name: str
    scope: str
    lane: str
    events: tuple[str, ...]
    xml: Element

    @property
    def event(self) -> str:
        """The kind of its only event definition, "" without one."""
        return self.events[0] if self.events else ""

    @property
    def attached_to(self) -> str:
        """The id of the activity a boundary event sits on."""
        return self.xml.get("attachedToRef", "") if self.kind == BOUNDARY else ""

    @property
    def is_interrupting(self) -> bool:
        """Tell whether a boundary event ends the activity it sits on."""
        return self.xml.get("cancelActivity", "true") != "false"

    @property
    def default_flow(self) -> str:
        """The id of the flow taken when no condition holds."""
        return self.xml.get("default", "")

    @property
    def documentation(self) -> str:
        """The documentation text of the element."""
        return child_text(self.xml, "documentation")

    def qms(self, name: str) -> str:
        """Return one of our attributes, "" without it."""
        return self.xml.get(qms(name), "").strip()


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `condition` is its FEEL text, "" without one."""

    id: str
    source: str
    target: str
    name: str
    scope: str
    condition: str
    xml: Element


@dataclass(frozen=True, slots=True)
class Diagram:
    """All of one file that the compiler and the gate look at."""

    root: Element
    process: Element | None
    key: str
    name: str
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    messages: Mapping[str, str]
    errors: Mapping[str, str]
    escalations: Mapping[str, str]

    def outgoing(self, node_id: str) -> list[Flow]:
        """Return the flows that leave a node, in the order of the file."""
        return [flow for flow in self.flows.values() if flow.source == node_id]

    def incoming(self, node_id: str) -> list[Flow]:
        """Return the flows that enter a node, in the order of the file."""
        return [flow for flow in self.flows.values() if flow.target == node_id]

    def boundaries(self, node_id: str) -> list[Node]:
        """Return the boundary events that sit on an activity."""
        return [node for node in self.nodes.values() if node.attached_to == node_id]

    def in_scope(self, scope: str) -> list[Node]:
        """Return the nodes that stand directly in a process or sub-process."""
        return [node for node in self.nodes.values() if node.scope == scope]

    def scopes(self) -> list[str]:
        """Return the ids of the process and of each sub-process, outermost first."""
        return [self.key, *(node.id for node in self.nodes.values() if node.kind == SUBPROCESS)]

    def starts(self, scope: str) -> list[Node]:
        """Return the start events of a scope."""
        return [node for node in self.in_scope(scope) if node.kind == START]

    def ends(self, scope: str) -> list[Node]:
        """Return the end events of a scope."""
        return [node for node in self.in_scope(scope) if node.kind == END]

    def label(self, element_id: str) -> str:
        """Return what people call an element: its name, else its id."""
        thing = self.nodes.get(element_id) or self.flows.get(element_id)
        return (thing.name if thing else "") or element_id


def read_diagram(root: Element) -> Diagram:
    """Return the diagram in a parsed file; a wrong file gives an incomplete diagram, never an error.

    Shape: nodes and flows in the order of the file; of two elements with one id the first counts.
    """
    process = _executable(root)
    nodes: dict[str, Node] = {}
    flows: dict[str, Flow] = {}
    if process is not None:
        lanes_of = _innermost_lanes(process)
        _collect(process, process.get("id", ""), lanes_of, nodes, flows)
    return Diagram(
        root=root,
        process=process,
        key=process.get("id", "") if process is not None else "",
        name=_process_name(root, process),
        nodes=nodes,
        flows=flows,
        messages=_named(root, "message", "name"),
        errors=_named(root, "error", "errorCode"),
        escalations=_named(root, "escalation", "escalationCode"),
    )


def child_text(element: Element, name: str) -> str:
    """Return the text of the first BPMN child of that name, "" without one."""
    return (element.findtext(bpmn(name)) or "").strip()


def _executable(root: Element) -> Element | None:
    processes = list(root.iter(bpmn("process")))
    executable = [process for process in processes if process.get("isExecutable", "true") != "false"]
    return next(iter(executable or processes), None)


def _process_name(root: Element, process: Element | None) -> str:
    if process is None:
        return ""
    key = process.get("id", "")
    pools = {pool.get("processRef", ""): pool.get("name", "") for pool in root.iter(bpmn("participant"))}
    return process.get("name") or pools.get(key) or key


def _named(root: Element, tag: str, attribute: str) -> dict[str, str]:
    return {node.get("id", ""): node.get(attribute) or "" for node in root.findall(bpmn(tag))}


def _innermost_lanes(process: Element) -> dict[str, str]:
    """Return the innermost lane of each node; later lanes in the walk are the deeper ones."""
    lanes: dict[str, str] = {}
    for lane in process.iter(bpmn("lane")):
        for reference in lane.findall(bpmn("flowNodeRef")):
            lanes[(reference.text or "").strip()] = lane.get("id", "")
    return lanes


def _collect(
    holder: Element, scope: str, lanes: Mapping[str, str], nodes: dict[str, Node], flows: dict[str, Flow]
) -> None:
    for child in _bpmn_children(holder):
        kind, element_id = local(child), child.get("id", "")
        if kind in FLOW_NODES | REFUSED_NODES and element_id not in nodes:
            lane = lanes.get(element_id) or lanes.get(scope, "")
            nodes[element_id] = Node(
                element_id, kind, child.get("name", ""), scope, lane, _events(child), child
            )
            if kind == SUBPROCESS:
                _collect(child, element_id, {**lanes, element_id: lane}, nodes, flows)
        elif kind == "sequenceFlow" and element_id not in flows:
            flows[element_id] = _flow(child, scope)


def _flow(element: Element, scope: str) -> Flow:
    return Flow(
        id=element.get("id", ""),
        source=element.get("sourceRef", ""),
        target=element.get("targetRef", ""),
        name=element.get("name", ""),
        scope=scope,
        condition=child_text(element, "conditionExpression"),
        xml=element,
    )


def _events(element: Element) -> tuple[str, ...]:
    names = (local(child) for child in _bpmn_children(element))
    return tuple(name.removesuffix(_EVENT_SUFFIX) for name in names if name.endswith(_EVENT_SUFFIX))


def _bpmn_children(element: Element) -> Iterator[Element]:
    return (child for child in element.iterchildren(f"{{{BPMN}}}*") if is_bpmn(child))
