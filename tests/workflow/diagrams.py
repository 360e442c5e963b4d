"""Small diagrams for tests, written as text: only what matters stands in the test."""

from __future__ import annotations

from itertools import pairwise

from lxml import etree

from app.workflow.compile import compile_diagram
from app.workflow.compile.diagram import read_diagram
from app.workflow.engine import Bundle, Program, build_program

NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:qms="urn:keel:bpmn:1" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


def bpmn(*body: str, key: str = "sample", head: str = "", tail: str = "") -> bytes:
    """Wrap elements into a document with one executable process."""
    inner = "\n".join(body)
    opening = f'<definitions {NAMESPACES} id="d" targetNamespace="keel">'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{opening}{head}'
        f'<process id="{key}" name="Sample" isExecutable="true">{inner}</process>{tail}</definitions>'
    ).encode()


def chain(*ids: str) -> str:
    """Return plain flows from each id to the next."""
    return "".join(flow(source, target) for source, target in pairwise(ids))


def flow(source: str, target: str, when: str = "", name: str = "") -> str:
    """Return one flow, with its condition."""
    condition = f"<conditionExpression>{when}</conditionExpression>" if when else ""
    label = f' name="{name}"' if name else ""
    return (
        f'<sequenceFlow id="{source}_to_{target}"{label} sourceRef="{source}" targetRef="{target}">'
        f"{condition}</sequenceFlow>"
    )


def start(element_id: str = "begun") -> str:
    return f'<startEvent id="{element_id}"/>'


def end(element_id: str = "closed", outcome: str = "") -> str:
    mark = f' qms:outcome="{outcome}"' if outcome else ""
    return f'<endEvent id="{element_id}"{mark}/>'


def user(element_id: str, inner: str = "", **attributes: str) -> str:
    extra = "".join(
        f' qms:{name}="{value}"' for name, value in {"role": "quality_manager", **attributes}.items()
    )
    return f'<userTask id="{element_id}" name="{element_id}"{extra}>{inner}</userTask>'


def service(element_id: str, operation: str = "sample.do", inner: str = "", **parameters: str) -> str:
    given = "".join(f'<qms:parameter name="{name}" value="{value}"/>' for name, value in parameters.items())
    return (
        f'<serviceTask id="{element_id}" qms:operation="{operation}">'
        f"<extensionElements>{given}</extensionElements>{inner}</serviceTask>"
    )


def timer(kind: str, text: str) -> str:
    return f"<timerEventDefinition><time{kind}>{text}</time{kind}></timerEventDefinition>"


def boundary(element_id: str, host: str, definition: str, *, interrupting: bool = True) -> str:
    cancel = "true" if interrupting else "false"
    return (
        f'<boundaryEvent id="{element_id}" attachedToRef="{host}" cancelActivity="{cancel}">'
        f"{definition}</boundaryEvent>"
    )


def program_of(*documents: bytes) -> Program:
    """Compile documents; the first is the one to run, the others are called by it."""
    compiled = [compile_diagram(document) for document in documents]
    sources = {one.key: one.engine_xml for one in compiled}
    return build_program(Bundle(hash="test", key=compiled[0].key, sources=sources))


def forged(*body: str, head: str = "") -> Program:
    """Build a program from an engine document nobody compiled, as an attacker with the database would."""
    return build_program(Bundle(hash="forged", key="sample", sources={"sample": bpmn(*body, head=head)}))


REWORK = bpmn(
    start(),
    user("repair"),
    '<exclusiveGateway id="is_good" default="is_good_to_closed"/>',
    end(),
    chain("begun", "repair", "is_good", "closed"),
    flow("is_good", "repair", when="record.again"),
)


def task(element_id: str, inner: str = "", **attributes: str) -> str:
    """A user task the gate accepts: documented, with clause and role."""
    marks = {"clause": "10.2.1", **attributes}
    return user(element_id, f"<documentation>Do it.</documentation>{inner}", **marks)


def drawn(document: bytes) -> bytes:
    """Add a drawing in which everything stands in one long row; good enough for the gate."""
    root = etree.fromstring(document)
    diagram = read_diagram(root)
    shapes, edges = [], []
    places = {node_id: 150 * number for number, node_id in enumerate(diagram.nodes)}
    for node_id, x in places.items():
        bounds = f'<dc:Bounds x="{x}" y="100" width="100" height="80"/>'
        shapes.append(
            f'<bpmndi:BPMNShape id="{node_id}_di" bpmnElement="{node_id}">{bounds}</bpmndi:BPMNShape>'
        )
    for flow_id, one in diagram.flows.items():
        ends = (places.get(one.source, 0) + 100, places.get(one.target, 0))
        points = "".join(f'<di:waypoint x="{x}" y="140"/>' for x in ends)
        edges.append(f'<bpmndi:BPMNEdge id="{flow_id}_di" bpmnElement="{flow_id}">{points}</bpmndi:BPMNEdge>')
    plane = f'<bpmndi:BPMNPlane id="plane" bpmnElement="{diagram.key}">{"".join(shapes + edges)}'
    picture = f'<bpmndi:BPMNDiagram id="picture">{plane}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    return document.replace(b"</definitions>", f"{picture}</definitions>".encode())
