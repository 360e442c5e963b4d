"""Rules about the drawing as a graph: starts, ends, flows, gateways, loops."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.workflow.compile.bpmn import (
    ACTIVITIES,
    BOUNDARY,
    CALL,
    CATCH,
    CONDITIONAL_GATEWAYS,
    END,
    EVENT_BASED,
    EVENTS,
    EXCLUSIVE,
    GATEWAYS,
    PARALLEL,
    RECEIVE_TASK,
    START,
    SUBPROCESS,
    USER_TASK,
)
from app.workflow.compile.diagram import Diagram, Node
from app.workflow.compile.engine_xml import event_reference
from app.workflow.compile.graph import cycles, reachable, reversed_graph, successors
from app.workflow.validation.context import GateContext
from app.workflow.validation.elements import where_of

_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_WAITING = frozenset({USER_TASK, CATCH, RECEIVE_TASK, EVENT_BASED, CALL, SUBPROCESS})


def check_identifiers(diagram: Diagram, _context: GateContext) -> Iterator[Problem]:
    """Refuse ids that are used twice or not in snake_case; they are permanent."""
    counted = Counter(element.get("id") for element in diagram.root.iter() if element.get("id"))
    for element_id, count in counted.items():
        if count > 1:
            sentence = _("The id “%(id)s” is used %(count)s times.", id=element_id, count=count)
            yield Problem(str(element_id), "id.unique", sentence, _("Give each element its own id."))
    for element_id in (diagram.key, *diagram.nodes):
        if not _SNAKE.fullmatch(element_id):
            yield Problem(
                element_id,
                "id.snake_case",
                _("The id “%(id)s” is not in snake_case.", id=element_id),
                _("Name it like analyse_cause: it is permanent and names the form."),
            )


def check_flows(diagram: Diagram, _context: GateContext) -> Iterator[Problem]:
    """Refuse flows that lead nowhere, and conditions where nobody judges them."""
    for flow in diagram.flows.values():
        ends = [diagram.nodes.get(flow.source), diagram.nodes.get(flow.target)]
        if None in ends or any(node is not None and node.scope != flow.scope for node in ends):
            yield Problem(
                flow.id,
                "flow.resolves",
                _("The flow “%(id)s” does not join two elements of one process.", id=flow.id),
                _("Connect both ends, or delete it."),
            )
        source = diagram.nodes.get(flow.source)
        if flow.condition and source is not None and source.kind not in CONDITIONAL_GATEWAYS:
            yield Problem(
                flow.id,
                "flow.condition",
                _(
                    "The flow leaving “%(label)s” has a condition, which only a gateway judges.",
                    label=_label(source),
                ),
                _("Put an exclusive gateway behind it."),
            )


def check_ends(diagram: Diagram, _context: GateContext) -> Iterator[Problem]:
    """Ask for one start, everything reached from it, an end reached from everything."""
    for scope in diagram.scopes():
        starts, ends = diagram.starts(scope), diagram.ends(scope)
        if len(starts) != 1:
            sentence = _(
                "“%(scope)s” has %(count)s start events.", scope=diagram.label(scope), count=len(starts)
            )
            yield Problem(scope, "start.single", sentence, _("Draw exactly one."))
        if not ends:
            sentence = _("“%(scope)s” has no end event.", scope=diagram.label(scope))
            yield Problem(scope, "end.missing", sentence, _("Draw where it ends."))
        graph = successors(diagram, scope)
        seen = reachable(graph, [node.id for node in starts])
        ending = reachable(reversed_graph(graph), [node.id for node in ends])
        for node in diagram.in_scope(scope):
            if starts and node.id not in seen:
                sentence = _("Nothing leads to “%(label)s”.", label=_label(node))
                yield Problem(node.id, "node.reached", sentence, _("Connect it, or delete it."))
            elif ends and node.id not in ending:
                sentence = _("From “%(label)s” no end can be reached.", label=_label(node))
                yield Problem(node.id, "end.reached", sentence, _("Draw the way to an end event."))


def check_degrees(diagram: Diagram, _context: GateContext) -> Iterator[Problem]:
    """Refuse splits without a gateway, ways into a start and out of an end."""
    for node in diagram.nodes.values():
        outgoing, incoming = len(diagram.outgoing(node.id)), len(diagram.incoming(node.id))
        if outgoing > 1 and node.kind in ACTIVITIES | EVENTS:
            yield Problem(
                node.id,
                "split.implicit",
                _(
                    "“%(label)s” has %(count)s ways out without a gateway.",
                    label=_label(node),
                    count=outgoing,
                ),
                _("Put a gateway behind it that says whether all or one of them is taken."),
            )
        if (node.kind == END and outgoing) or (node.kind in {START, BOUNDARY} and incoming):
            sentence = _("A flow is drawn the wrong way at “%(label)s”.", label=_label(node))
            yield Problem(node.id, "flow.direction", sentence, _("Turn it round, or delete it."))
        if node.kind == BOUNDARY and not diagram.nodes.get(node.attached_to):
            sentence = _("“%(label)s” sits on nothing.", label=_label(node))
            yield Problem(node.id, "boundary.host", sentence, _("Attach it to a task."))


def check_gateways(diagram: Diagram, _context: GateContext) -> Iterator[Problem]:
    """Refuse splits that cannot be read or decided, and waits for the wrong things."""
    for node in diagram.nodes.values():
        outgoing = diagram.outgoing(node.id)
        if node.kind in CONDITIONAL_GATEWAYS and len(outgoing) > 1:
            yield from _conditions(diagram, node)
        if node.kind == EVENT_BASED:
            yield from _awaited(diagram, node)
        if node.kind in GATEWAYS and len(outgoing) == 1 and len(diagram.incoming(node.id)) <= 1:
            sentence = _("The gateway “%(label)s” neither splits nor joins.", label=_label(node))
            yield Problem(node.id, "gateway.idle", sentence, _("Delete it."))


def check_loops(diagram: Diagram, _context: GateContext) -> Iterator[Problem]:
    """Refuse a loop that never waits, and one with a parallel gateway in it."""
    for scope in diagram.scopes():
        for loop in cycles(successors(diagram, scope)):
            nodes = [diagram.nodes[node_id] for node_id in loop]
            first = min(loop)
            if not any(node.kind in _WAITING for node in nodes):
                names = ", ".join(sorted(_label(node) for node in nodes))
                sentence = _("The loop through %(names)s never waits for anybody.", names=names)
                yield Problem(first, "loop.waits", sentence, _("Put a task, a timer or a message into it."))
            for node in nodes:
                if node.kind == PARALLEL and _is_real(diagram, node):
                    yield Problem(
                        node.id,
                        "loop.parallel",
                        _("The parallel gateway “%(label)s” stands in a loop.", label=_label(node)),
                        _("Put the parallel part into a sub-process or a called definition."),
                    )


def check_events(diagram: Diagram, context: GateContext) -> Iterator[Problem]:
    """Refuse events that name nothing, and an error code caught at two places."""
    named = {"message": diagram.messages, "error": diagram.errors, "escalation": diagram.escalations}
    caught: dict[tuple[str, str], str] = {}
    for node in diagram.nodes.values():
        event = "message" if node.kind == RECEIVE_TASK else node.event
        if event not in named:
            continue
        reference = event_reference(node, event)
        text = named[event].get(reference, "")
        if not text:
            sentence = _("“%(label)s” does not say which %(kind)s it means.", label=_label(node), kind=event)
            yield Problem(node.id, "event.named", sentence, _("Choose or create one, with a name or code."))
        elif node.kind == BOUNDARY and event != "message":
            first = caught.setdefault((event, text), node.id)
            if first != node.id:
                yield _caught_twice(diagram, node, first, text)
        if node.kind == END and event == "error" and text and not _is_caught(diagram, node, text):
            yield _never_caught(node, text)
    yield from _start_message(diagram, context)


def _start_message(diagram: Diagram, _context: GateContext) -> Iterator[Problem]:
    for node in diagram.nodes.values():
        if node.kind == START and node.event and node.scope != diagram.key:
            sentence = _("A sub-process cannot be started by a message: “%(label)s”.", label=_label(node))
            yield Problem(node.id, "start.inner", sentence, _("Use a plain start event."))


def _is_caught(diagram: Diagram, node: Node, code: str) -> bool:
    """Tell whether a boundary event of a part around the node catches the error."""
    part = diagram.nodes.get(node.scope)
    while part is not None:
        for event in diagram.boundaries(part.id):
            if event.event == "error" and diagram.errors.get(event_reference(event, "error")) == code:
                return True
        part = diagram.nodes.get(part.scope)
    return False


def _never_caught(node: Node, code: str) -> Problem:
    sentence = _("“%(label)s” throws “%(code)s” and nothing catches it.", label=_label(node), code=code)
    return Problem(
        node.id, "error.caught", sentence, _("Catch it on the sub-process, or end with an outcome.")
    )


def _caught_twice(diagram: Diagram, node: Node, first: str, text: str) -> Problem:
    return Problem(
        node.id,
        "error.caught_once",
        _(
            "“%(code)s” is caught here and at “%(other)s”; one throw would reach both.",
            code=text,
            other=diagram.label(first),
        ),
        _("Use a code of its own for each place."),
    )


def _conditions(diagram: Diagram, node: Node) -> Iterator[Problem]:
    outgoing = diagram.outgoing(node.id)
    if node.default_flow not in {flow.id for flow in outgoing}:
        sentence = _("The gateway “%(label)s” has no default flow.", label=_label(node))
        yield Problem(node.id, "gateway.default", sentence, _("Mark the flow taken when no condition holds."))
    for flow in outgoing:
        if not flow.name:
            sentence = _("A flow leaving “%(label)s” has no name.", label=_label(node))
            yield Problem(flow.id, "gateway.names", sentence, _("Name it with the answer it stands for."))
        if flow.id != node.default_flow and not flow.condition:
            sentence = _(
                "The flow “%(name)s” leaving “%(label)s” has no condition.",
                name=flow.name,
                label=_label(node),
            )
            yield Problem(flow.id, "gateway.condition", sentence, _("Write one, or make it the default."))
        if flow.id == node.default_flow and flow.condition:
            sentence = _(
                "The default flow of “%(label)s” has a condition, which nobody judges.", label=_label(node)
            )
            yield Problem(flow.id, "gateway.default_condition", sentence, _("Remove the condition."))


def _awaited(diagram: Diagram, node: Node) -> Iterator[Problem]:
    targets = [
        diagram.nodes[flow.target] for flow in diagram.outgoing(node.id) if flow.target in diagram.nodes
    ]
    if sum(target.event == "timer" for target in targets) > 1:
        yield Problem(
            node.id,
            "gateway.one_timer",
            _(
                "“%(label)s” waits for more than one timer; they would share one due time.",
                label=_label(node),
            ),
            _("Keep the shorter one."),
        )
    for target in targets:
        if target.kind != CATCH or len(diagram.incoming(target.id)) > 1:
            yield Problem(
                target.id,
                "gateway.events",
                _("“%(label)s” cannot follow an event-based gateway.", label=_label(target)),
                _("Put a timer or message event between, used by this gateway only."),
            )


def _is_real(diagram: Diagram, node: Node) -> bool:
    return len(diagram.outgoing(node.id)) > 1 or len(diagram.incoming(node.id)) > 1


def _label(node: Node) -> str:
    return node.name or node.id


def check_exclusive_merge(diagram: Diagram, _context: GateContext) -> Iterator[Problem]:
    """Refuse a gateway that both joins and splits: the engine waits for all ways in."""
    for node in diagram.nodes.values():
        is_both = len(diagram.incoming(node.id)) > 1 and len(diagram.outgoing(node.id)) > 1
        if is_both and node.kind != EXCLUSIVE and node.kind in GATEWAYS:
            sentence = _("The gateway “%(label)s” joins and splits at once.", label=_label(node))
            yield Problem(where_of(node.xml), "gateway.both", sentence, _("Draw two gateways."))
