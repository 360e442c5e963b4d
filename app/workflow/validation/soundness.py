"""Soundness by playing all token games of a scope, within a bound: no deadlock, no doubled token.

A place is a sequence flow; a marking says how many tokens lie on each. Ending with tokens elsewhere is
allowed: the engine waits for all of them. Conditions are not looked at: every way is possible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.workflow.compile.bpmn import END, EVENT_BASED, EXCLUSIVE, INCLUSIVE, PARALLEL, START
from app.workflow.compile.diagram import Diagram, Node
from app.workflow.compile.graph import reachable, reversed_graph, successors
from app.workflow.validation.context import GateContext

BOUND = 20_000
_SUBSETS_UP_TO = 4
_ABORTING = frozenset({"terminate", "error"})
Marking = frozenset[str]


@dataclass(slots=True)
class _Game:
    """One scope, prepared for play."""

    diagram: Diagram
    scope: str
    ways_in: dict[str, list[str]] = field(default_factory=dict)
    ways_out: dict[str, list[str]] = field(default_factory=dict)
    target: dict[str, str] = field(default_factory=dict)
    before: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node in self.diagram.in_scope(self.scope):
            self.ways_in[node.id] = [flow.id for flow in self.diagram.incoming(node.id)]
            self.ways_out[node.id] = [flow.id for flow in self.diagram.outgoing(node.id)]
        self.target = {flow.id: flow.target for flow in self.diagram.flows.values()}
        turned = reversed_graph(successors(self.diagram, self.scope))
        for node in self.diagram.in_scope(self.scope):
            if node.kind == INCLUSIVE:
                self.before[node.id] = reachable(turned, turned.get(node.id, ()), without=node.id)

    def moves(self, marking: Marking) -> Iterator[Counter[str]]:
        """Yield each marking one step ahead, with counts so that doubled tokens show."""
        for node_id in sorted({self.target[place] for place in marking}):
            node = self.diagram.nodes[node_id]
            filled = [place for place in self.ways_in[node_id] if place in marking]
            if node.kind == PARALLEL:
                if len(filled) == len(self.ways_in[node_id]):
                    yield self._moved(marking, filled, self.ways_out[node_id])
            elif node.kind == INCLUSIVE:
                yield from self._inclusive(marking, node, filled)
            else:
                for place in filled:
                    yield from self._single(marking, node, place)

    def _single(self, marking: Marking, node: Node, place: str) -> Iterator[Counter[str]]:
        outs = self.ways_out[node.id]
        if node.kind == END:
            yield Counter() if node.event in _ABORTING else self._moved(marking, [place], [])
        elif node.kind in {EXCLUSIVE, EVENT_BASED}:
            for out in outs:
                yield self._moved(marking, [place], [out])
        else:
            yield self._moved(marking, [place], outs)
            for event in self.diagram.boundaries(node.id):
                beside = [] if event.is_interrupting else outs
                yield self._moved(marking, [place], [*beside, *self.ways_out.get(event.id, [])])

    def _inclusive(self, marking: Marking, node: Node, filled: list[str]) -> Iterator[Counter[str]]:
        others = [place for place in marking if place not in filled]
        if any(self.target[place] in self.before[node.id] for place in others):
            return
        outs = self.ways_out[node.id]
        sizes = range(1, len(outs) + 1) if len(outs) <= _SUBSETS_UP_TO else (1, len(outs))
        for size in sizes:
            for chosen in combinations(outs, size):
                yield self._moved(marking, filled, list(chosen))

    @staticmethod
    def _moved(marking: Marking, taken: list[str], put: list[str]) -> Counter[str]:
        after = Counter(marking)
        after.subtract(taken)
        after.update(put)
        return +after


def check_soundness(diagram: Diagram, _context: GateContext) -> Iterator[Problem]:
    """Show where the process can get stuck, or run the same part twice at once."""
    for scope in diagram.scopes():
        starts = [node for node in diagram.in_scope(scope) if node.kind == START]
        if len(starts) == 1:
            yield from _play(
                _Game(diagram, scope), frozenset(flow.id for flow in diagram.outgoing(starts[0].id))
            )


def _play(game: _Game, first: Marking) -> Iterator[Problem]:
    seen, queue = {first}, [first]
    told: set[str] = set()
    for marking in queue:
        is_stuck = bool(marking)
        for after in game.moves(marking):
            is_stuck = False
            doubled = next((place for place, count in after.items() if count > 1), None)
            if doubled is not None:
                yield from _once(told, _doubled(game, game.target[doubled]))
            elif frozenset(after) not in seen:
                seen.add(frozenset(after))
                queue.append(frozenset(after))
        if is_stuck:
            yield from _once(told, _deadlock(game, marking))
        if len(seen) > BOUND:
            yield _too_large(game.scope)
            return


def _once(told: set[str], problem: Problem) -> Iterator[Problem]:
    if problem.where + problem.rule not in told:
        told.add(problem.where + problem.rule)
        yield problem


def _deadlock(game: _Game, marking: Marking) -> Problem:
    node_id = min(game.target[place] for place in marking)
    sentence = _(
        "The process can get stuck at “%(label)s”: it waits for a way that was not taken.",
        label=game.diagram.label(node_id),
    )
    return Problem(node_id, "sound.deadlock", sentence, _("Join with the kind of gateway that split."))


def _doubled(game: _Game, node_id: str) -> Problem:
    sentence = _(
        "“%(label)s” can be reached twice at once and would be done twice.", label=game.diagram.label(node_id)
    )
    return Problem(
        node_id, "sound.doubled", sentence, _("Join the parallel ways before it with a parallel gateway.")
    )


def _too_large(scope: str) -> Problem:
    sentence = _("The process has too many parallel ways to prove that it ends.")
    return Problem(scope, "sound.bound", sentence, _("Put parts into sub-processes."))
