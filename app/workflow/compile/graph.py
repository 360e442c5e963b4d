"""Walks over a diagram: reach, cycles, back edges, the happy path. Pure functions over ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.workflow.compile.bpmn import ACTIVITIES, BOUNDARY, END, GATEWAYS, SUBPROCESS
from app.workflow.compile.diagram import Diagram, Node
from app.workflow.compile.specs import StripStep

Graph = Mapping[str, Sequence[str]]
EFFECTIVE = "closed_effective"


def successors(diagram: Diagram, scope: str, *, with_boundaries: bool = True) -> dict[str, list[str]]:
    """Return who follows whom in a scope; an activity is followed by its boundary events as well."""
    nodes = diagram.in_scope(scope)
    graph: dict[str, list[str]] = {node.id: [] for node in nodes}
    for flow in diagram.flows.values():
        if flow.source in graph and flow.target in graph:
            graph[flow.source].append(flow.target)
    if with_boundaries:
        for node in nodes:
            if node.kind == BOUNDARY and node.attached_to in graph:
                graph[node.attached_to].append(node.id)
    return graph


def reachable(graph: Graph, starts: Iterable[str], without: str = "") -> set[str]:
    """Return all nodes reached from `starts`, never stepping on `without`."""
    seen: set[str] = set()
    stack = [start for start in starts if start != without]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack.extend(follower for follower in graph.get(node, ()) if follower != without)
    return seen


def reversed_graph(graph: Graph) -> dict[str, list[str]]:
    """Return the graph with every edge turned round."""
    turned: dict[str, list[str]] = {node: [] for node in graph}
    for node, followers in graph.items():
        for follower in followers:
            turned.setdefault(follower, []).append(node)
    return turned


def path_between(graph: Graph, start: str, goal: str, avoid: frozenset[str] = frozenset()) -> list[str]:
    """Return a shortest path from start to goal that steps on none of `avoid`, [] when there is none."""
    if start in avoid:
        return []
    came_from: dict[str, str] = {start: ""}
    queue = [start]
    for node in queue:
        if node == goal:
            return _walk_back(came_from, goal)
        for follower in graph.get(node, ()):
            if follower not in came_from and follower not in avoid:
                came_from[follower] = node
                queue.append(follower)
    return []


def cycles(graph: Graph) -> list[set[str]]:
    """Return the strongly connected parts that hold a cycle."""
    turned = reversed_graph(graph)
    left = dict.fromkeys(graph)
    found = []
    while left:
        node = next(iter(left))
        part = reachable(graph, [node]) & reachable(turned, [node])
        if len(part) > 1 or node in graph.get(node, ()):
            found.append(part)
        for member in part:
            left.pop(member, None)
    return found


def back_edges(graph: Graph, start: str) -> set[tuple[str, str]]:
    """Return the edges that lead back to a node still being visited: the rework flows."""
    open_nodes: set[str] = set()
    done: set[str] = set()
    backs: set[tuple[str, str]] = set()
    stack: list[tuple[str, int]] = [(start, 0)]
    while stack:
        node, position = stack.pop()
        open_nodes.add(node)
        followers = graph.get(node, ())
        if position == len(followers):
            open_nodes.discard(node)
            done.add(node)
            continue
        stack.append((node, position + 1))
        follower = followers[position]
        if follower in open_nodes:
            backs.add((node, follower))
        elif follower not in done:
            stack.append((follower, 0))
    return backs


def happy_path(diagram: Diagram) -> tuple[StripStep, ...]:
    """Return the way from the start to the closing end without rework, the one with the most steps.

    Shape: the closing end is the one with outcome `closed_effective`, else the one that takes most steps.
    """
    starts = diagram.starts(diagram.key)
    if not starts:
        return ()
    graph = successors(diagram, diagram.key, with_boundaries=False)
    best = _longest_paths(graph, starts[0].id, diagram.nodes)
    ends = [end for end in diagram.ends(diagram.key) if end.id in best]
    closing = [end for end in ends if end.qms("outcome") == EFFECTIVE] or ends
    if not closing:
        return ()
    goal = max(closing, key=lambda end: best[end.id][0])
    return tuple(_step(diagram.nodes[node_id]) for node_id in best[goal.id][1])


def _longest_paths(
    graph: Graph, start: str, nodes: Mapping[str, Node]
) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Return for each node the path from start with most activities, rework flows left out."""
    backs = back_edges(graph, start)
    forward = {node: [f for f in graph[node] if (node, f) not in backs] for node in reachable(graph, [start])}
    best: dict[str, tuple[int, tuple[str, ...]]] = {start: (0, (start,))}
    for node in _in_order(forward, start):
        length, path = best[node]
        for follower in forward[node]:
            longer = length + (nodes[follower].kind in ACTIVITIES)
            if follower not in best or longer > best[follower][0]:
                best[follower] = (longer, (*path, follower))
    return best


def _in_order(acyclic: Graph, start: str) -> list[str]:
    waiting = dict.fromkeys(acyclic, 0)
    for followers in acyclic.values():
        for follower in followers:
            waiting[follower] += 1
    ordered = [start]
    for node in ordered:
        for follower in acyclic[node]:
            waiting[follower] -= 1
            if waiting[follower] == 0:
                ordered.append(follower)
    return ordered


def _step(node: Node) -> StripStep:
    kind = "task" if node.kind in ACTIVITIES or node.kind == SUBPROCESS else "event"
    if node.kind in GATEWAYS:
        kind = "gateway"
    return StripStep(node.id, node.name or node.id, "end" if node.kind == END else kind)


def _walk_back(came_from: Mapping[str, str], goal: str) -> list[str]:
    path, node = [], goal
    while node:
        path.append(node)
        node = came_from[node]
    return path[::-1]
