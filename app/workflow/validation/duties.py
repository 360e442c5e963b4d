"""Duties proven by dominance: no way to the proven end goes round a required duty."""

from __future__ import annotations

from collections.abc import Iterator

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.workflow.compile.bpmn import CALL, SUBPROCESS, USER_TASK
from app.workflow.compile.diagram import Diagram, Node
from app.workflow.compile.graph import path_between
from app.workflow.validation.context import GateContext

_ENTRY = "/entry of "


def check_duties(diagram: Diagram, context: GateContext) -> Iterator[Problem]:
    """Show for each required duty a path to the proven end that passes no task with it."""
    goals = [end for end in diagram.ends(diagram.key) if end.qms("outcome") == context.proven_outcome]
    if context.required_duties and not goals:
        sentence = _("No end event has the outcome “%(outcome)s”.", outcome=context.proven_outcome)
        yield Problem(diagram.key, "duty.outcome", sentence, _("Give the closing end that outcome."))
    for duty in context.required_duties:
        for goal in goals:
            path = path_round(diagram, duty, goal)
            if path:
                yield _bypass(diagram, duty, goal, path)
    carried = {node.qms("duty") for node in diagram.nodes.values()}
    # A separation may also name a role: the person whom the record names for it.
    separated = {duty for pair in context.separations for duty in pair}
    for duty in sorted(separated - carried - context.roles):
        sentence = _("The lifecycle separates the duty “%(duty)s”, but no task carries it.", duty=duty)
        yield Problem(diagram.key, "duty.separated", sentence, _("Mark the task that does it."))


def path_round(diagram: Diagram, duty: str, goal: Node) -> list[str]:
    """Return a shortest path to `goal` that passes no task with the duty, [] when there is none."""
    starts = diagram.starts(goal.scope)
    if not starts:
        return []
    avoid = frozenset(node.id for node in diagram.in_scope(goal.scope) if _provides(diagram, node, duty))
    path = path_between(_completion_graph(diagram, goal.scope), starts[0].id, goal.id, avoid)
    return [step for step in path if not step.startswith(_ENTRY)]


def _provides(diagram: Diagram, node: Node, duty: str) -> bool:
    """Tell whether completing the node means that the duty was done."""
    if node.kind in {USER_TASK, CALL}:
        return node.qms("duty") == duty
    if node.kind != SUBPROCESS:
        return False
    ends = [end for end in diagram.ends(node.id) if end.event != "error"]
    return bool(ends) and not any(path_round(diagram, duty, end) for end in ends)


def _completion_graph(diagram: Diagram, scope: str) -> dict[str, list[str]]:
    """Return who follows the *completion* of whom: leaving by a boundary event completes nothing."""
    hosts = {node.attached_to for node in diagram.in_scope(scope) if node.attached_to}
    graph: dict[str, list[str]] = {}
    for node in diagram.in_scope(scope):
        targets = [flow.target for flow in diagram.outgoing(node.id)]
        graph[node.id] = [f"{_ENTRY}{one}" if one in hosts else one for one in targets]
    for host in hosts:
        graph[f"{_ENTRY}{host}"] = [host, *(event.id for event in diagram.boundaries(host))]
    return graph


def _bypass(diagram: Diagram, duty: str, goal: Node, path: list[str]) -> Problem:
    way = " → ".join(diagram.label(step) for step in path)
    sentence = _(
        "“%(end)s” can be reached without the duty “%(duty)s”: %(way)s.",
        end=diagram.label(goal.id),
        duty=duty,
        way=way,
    )
    return Problem(
        goal.id, "duty.dominates", sentence, _("Lead every way to this end past a task with that duty.")
    )
