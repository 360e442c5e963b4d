"""Files of other tools: assignment, due, operation and decision marks become ours; the rest is listed.

Runs on a copy. What is imported still has to pass the publish gate.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from app.foundation.xml import safe_parse
from app.workflow.compile.bpmn import BPMN, QMS, RULE_TASK, SERVICE_TASK, USER_TASK, bpmn, local, qms
from app.workflow.compile.diagram import Element

_TOOLS = {
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://camunda.org/schema/zeebe/1.0": "zeebe",
    "http://flowable.org/bpmn": "flowable",
    "http://activiti.org/bpmn": "activiti",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "spiffworkflow",
}
# (element, foreign name) to our attribute; zeebe keeps the same facts in child elements.
_MARKS: dict[tuple[str, str], str] = {
    (USER_TASK, "assignee"): "person",
    (USER_TASK, "candidateGroups"): "role",
    (USER_TASK, "dueDate"): "due",
    (SERVICE_TASK, "topic"): "operation",
    (SERVICE_TASK, "type"): "operation",
    (RULE_TASK, "decisionRef"): "decision",
    (RULE_TASK, "decisionId"): "decision",
    (RULE_TASK, "calledDecisionId"): "decision",
}
_INPUTS = frozenset({"inputParameter", "input"})


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something of another tool that has no counterpart here."""

    element_id: str
    tool: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class ImportedDiagram:
    """The mapped file and what was left behind."""

    xml: bytes
    dropped: tuple[Dropped, ...]


def import_diagram(foreign_xml: bytes) -> ImportedDiagram:
    """Return a copy of a diagram with the marks of other tools turned into ours.

    Shape: expressions such as `${record.owner}` or `=record.owner` lose their wrapping; candidate groups keep
    the first; form keys are dropped, because our form is the file of the element's id.
    Errors: UnsafeXml.
    """
    root = safe_parse(foreign_xml)
    dropped: list[Dropped] = []
    for element in list(root.iter(f"{{{BPMN}}}*")):
        _map_attributes(element, dropped)
        extensions = element.find(bpmn("extensionElements"))
        if extensions is not None:
            _map_children(element, extensions, dropped)
    etree.cleanup_namespaces(root, top_nsmap={"qms": QMS})
    return ImportedDiagram(etree.tostring(root, encoding="UTF-8", xml_declaration=True), tuple(dropped))


def _map_attributes(element: Element, dropped: list[Dropped]) -> None:
    for attribute, value in list(element.attrib.items()):
        name = etree.QName(str(attribute))
        tool = _TOOLS.get(name.namespace or "")
        if tool is not None:
            del element.attrib[attribute]
            _keep(element, tool, name.localname, str(value), dropped)


def _map_children(element: Element, extensions: Element, dropped: list[Dropped]) -> None:
    parameters: dict[str, str] = {}
    for child in list(extensions.iter()):
        tool = _TOOLS.get(etree.QName(child).namespace or "") if isinstance(child.tag, str) else None
        if tool is None:
            continue
        name = local(child)
        if element.tag == bpmn(SERVICE_TASK) and name in _INPUTS:
            target = child.get("name") or child.get("target") or ""
            parameters[target] = _bare(child.get("source") or child.text or "")
            continue
        for attribute, value in child.attrib.items():
            _keep(element, tool, etree.QName(str(attribute)).localname, str(value), dropped)
        if not child.attrib and (child.text or "").strip():
            _keep(element, tool, name, (child.text or "").strip(), dropped)
    for child in list(extensions):
        if isinstance(child.tag, str) and etree.QName(child).namespace in _TOOLS:
            extensions.remove(child)
    for name, value in parameters.items():
        etree.SubElement(extensions, qms("parameter"), name=name, value=value)
    if len(extensions) == 0:
        element.remove(extensions)


def _keep(element: Element, tool: str, name: str, value: str, dropped: list[Dropped]) -> None:
    # Elsewhere `type` only says that a worker does it; Zeebe names the worker's job by it.
    ours = _MARKS.get((local(element), name)) if name != "type" or tool == "zeebe" else None
    if ours is None or element.get(qms(ours)):
        dropped.append(Dropped(element.get("id", ""), tool, name, value))
    else:
        first = value.split(",", maxsplit=1)[0].strip() if ours == "role" else value
        element.set(qms(ours), _bare(first))


def _bare(expression: str) -> str:
    text = expression.strip()
    if text.startswith("${") and text.endswith("}"):
        return text[2:-1].strip()
    return text.removeprefix("=").strip()
