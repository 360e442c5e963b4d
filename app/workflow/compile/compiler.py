"""From the author's XML to what the engine, the inbox and the pictures need."""

from __future__ import annotations

from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.xml import UnsafeXml, safe_parse
from app.workflow.compile.bpmn import (
    CALL,
    END,
    EVENT_DEFINITIONS,
    FLOW_NODES,
    GATEWAYS,
    RECEIVE_TASK,
    RULE_TASK,
    SERVICE_TASK,
    USER_TASK,
)
from app.workflow.compile.diagram import Diagram, Node, child_text, read_diagram
from app.workflow.compile.engine_xml import build_engine_xml, event_reference, parameters_of, timer_expression
from app.workflow.compile.graph import happy_path
from app.workflow.compile.specs import (
    BranchSpec,
    CallSpec,
    CatchSpec,
    CompiledDiagram,
    DecisionSpec,
    EndSpec,
    GatewaySpec,
    ServiceTaskSpec,
    TimerSpec,
    UserTaskSpec,
)


class CannotCompile(Invalid):
    """The diagram has no process to run, or an event the engine does not know."""


def compile_diagram(author_xml: bytes) -> CompiledDiagram:
    """Return the compiled form of a diagram; the author's bytes stay untouched.

    Errors: UnsafeXml; CannotCompile for a file without process or start. Whether the diagram is any good
    is the publish gate's question, not this function's.
    """
    diagram = read_diagram(safe_parse(author_xml))
    _refuse_hopeless(diagram)
    start = diagram.starts(diagram.key)[0]
    return CompiledDiagram(
        key=diagram.key,
        name=diagram.name,
        documentation=child_text(diagram.process, "documentation") if diagram.process is not None else "",
        engine_xml=build_engine_xml(diagram),
        start_id=start.id,
        start_message=_message(diagram, start) if start.event == "message" else "",
        user_tasks={node.id: user_task(node) for node in _of_kind(diagram, USER_TASK)},
        service_tasks={node.id: _service_task(node) for node in _of_kind(diagram, SERVICE_TASK)},
        decisions={node.id: _decision(node) for node in _of_kind(diagram, RULE_TASK)},
        ends={node.id: _end(node) for node in diagram.ends(diagram.key)},
        timers={node.id: _timer(node) for node in diagram.nodes.values() if node.event == "timer"},
        catches={
            node.id: _catch(diagram, node) for node in diagram.nodes.values() if _waits_for_message(node)
        },
        gateways={
            node.id: gateway(diagram, node) for node in diagram.nodes.values() if _splits(diagram, node)
        },
        calls={node.id: call(node) for node in _of_kind(diagram, CALL)},
        happy_path=happy_path(diagram),
    )


def user_task(node: Node) -> UserTaskSpec:
    """Return the specification of a user task; its role is its own or the id of its innermost lane."""
    return UserTaskSpec(
        element_id=node.id,
        name=node.name or node.id,
        role=node.qms("role") or node.lane,
        person=node.qms("person"),
        due=node.qms("due"),
        policy=node.qms("policy"),
        signature=node.qms("signature"),
        declined=node.qms("declined"),
        reason=node.qms("reason"),
        duty=node.qms("duty"),
        clause=node.qms("clause"),
        documentation=node.documentation,
    )


def call(node: Node) -> CallSpec:
    """Return the specification of a call activity."""
    return CallSpec(
        element_id=node.id,
        name=node.name or node.id,
        called=node.xml.get("calledElement", ""),
        parameters=parameters_of(node),
        duty=node.qms("duty"),
        clause=node.qms("clause"),
        documentation=node.documentation,
    )


def called_keys(author_xml: bytes) -> tuple[str, ...]:
    """Return the keys of the definitions a diagram calls, each once; none of a file that cannot be read."""
    try:
        diagram = read_diagram(safe_parse(author_xml))
    except UnsafeXml:
        return ()
    return tuple(dict.fromkeys(call(node).called for node in _of_kind(diagram, CALL)))


def gateway(diagram: Diagram, node: Node) -> GatewaySpec:
    """Return a splitting gateway with its branches in the order in which the engine tries them."""
    branches = tuple(
        BranchSpec(flow.id, flow.name, flow.target, flow.condition, flow.id == node.default_flow)
        for flow in diagram.outgoing(node.id)
    )
    return GatewaySpec(node.id, node.name or node.id, node.kind, branches)


def _refuse_hopeless(diagram: Diagram) -> None:
    problems = []
    if diagram.process is None:
        problems.append(Problem("", "process.missing", _("The file holds no process."), _("Draw one.")))
    elif not diagram.starts(diagram.key):
        problems.append(
            Problem(
                diagram.key, "start.missing", _("The process has no start event."), _("Draw one start event.")
            )
        )
    problems.extend(
        Problem(
            node.id, "element.unsupported", _("“%(name)s” is not executable here.", name=node.name or node.id)
        )
        for node in diagram.nodes.values()
        if not _is_executable(node)
    )
    if problems:
        raise CannotCompile(_("The diagram cannot be compiled."), problems)


def _is_executable(node: Node) -> bool:
    if node.kind not in FLOW_NODES or node.xml.get("triggeredByEvent") == "true":
        return False
    allowed = EVENT_DEFINITIONS.get(node.kind)
    return allowed is None or (len(node.events) < 2 and node.event in allowed)


def _of_kind(diagram: Diagram, kind: str) -> list[Node]:
    return [node for node in diagram.nodes.values() if node.kind == kind]


def _service_task(node: Node) -> ServiceTaskSpec:
    return ServiceTaskSpec(node.id, node.name or node.id, node.qms("operation"), parameters_of(node))


def _decision(node: Node) -> DecisionSpec:
    return DecisionSpec(node.id, node.name or node.id, node.qms("decision"))


def _end(node: Node) -> EndSpec:
    return EndSpec(node.id, node.name or node.id, node.qms("outcome"), node.event if node.kind == END else "")


def _timer(node: Node) -> TimerSpec:
    kind, text = timer_expression(node)
    return TimerSpec(node.id, node.name or node.id, kind, text, node.attached_to, node.is_interrupting)


def _catch(diagram: Diagram, node: Node) -> CatchSpec:
    message = _message(diagram, node)
    return CatchSpec(node.id, node.name or node.id, message, node.qms("correlation"), node.attached_to)


def _waits_for_message(node: Node) -> bool:
    return node.kind == RECEIVE_TASK or (node.event == "message" and node.kind not in {"startEvent", END})


def _message(diagram: Diagram, node: Node) -> str:
    return diagram.messages.get(event_reference(node, "message"), "")


def _splits(diagram: Diagram, node: Node) -> bool:
    return node.kind in GATEWAYS and len(diagram.outgoing(node.id)) > 1
