"""The picture in words: for those who do not see it, and for the text beside it."""

from __future__ import annotations

from collections.abc import Mapping

from app.foundation.i18n import gettext as _
from app.foundation.xml import safe_parse
from app.workflow.compile.bpmn import END, GATEWAYS
from app.workflow.compile.diagram import Diagram, Node, read_diagram


def describe(author_xml: bytes, marks: Mapping[str, str]) -> str:
    """Return one paragraph: what the diagram is, where it stands, what comes next.

    Shape: elements without a name, such as joins, are left out; their ids mean nothing to people.
    Errors: UnsafeXml.
    """
    diagram = read_diagram(safe_parse(author_xml))
    parts = [
        _("%(name)s: a diagram of %(count)s steps.", name=diagram.name or diagram.key, count=_steps(diagram))
    ]
    for mark, lead in (("done", _("Done")), ("here", _("In hand")), ("next", _("Next"))):
        names = [node.name for node in diagram.nodes.values() if node.name and marks.get(node.id) == mark]
        if names:
            parts.append(f"{lead}: {', '.join(names)}.")
    return " ".join(parts)


def describe_steps(author_xml: bytes, marks: Mapping[str, str]) -> list[str]:
    """Return the diagram as a list of sentences, one for each element that leads somewhere.

    Errors: UnsafeXml.
    """
    diagram = read_diagram(safe_parse(author_xml))
    return [_sentence(diagram, node, marks) for node in diagram.nodes.values()]


def _steps(diagram: Diagram) -> int:
    return sum(node.kind not in GATEWAYS for node in diagram.nodes.values())


def _sentence(diagram: Diagram, node: Node, marks: Mapping[str, str]) -> str:
    states = {"done": _("done"), "here": _("in hand"), "next": _("next")}
    state = states.get(marks.get(node.id, ""))
    name = f"{node.name or node.id} ({state})" if state else (node.name or node.id)
    if node.attached_to:
        name = _("%(name)s, on %(host)s,", name=name, host=diagram.label(node.attached_to))
    ways = [
        _("%(answer)s: %(target)s", answer=flow.name, target=diagram.label(flow.target))
        if flow.name
        else diagram.label(flow.target)
        for flow in diagram.outgoing(node.id)
    ]
    if not ways:
        return _("%(name)s ends here.", name=name) if node.kind == END else f"{name}."
    return _("%(name)s leads to %(ways)s.", name=name, ways="; ".join(ways))
