"""The drawing can be read: everything is drawn, nothing overlaps, the happy path never runs left."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.workflow.compile.bpmn import BOUNDARY, SUBPROCESS
from app.workflow.compile.diagram import Diagram
from app.workflow.compile.graph import happy_path
from app.workflow.compile.layout import Layout, read_layout
from app.workflow.validation.context import GateContext

_TOUCH = 1.0


def check_drawn(diagram: Diagram, _context: GateContext) -> Iterator[Problem]:
    """Ask for a shape for each element and a line for each flow; pictures are made from them."""
    layout = read_layout(diagram.root)
    for node in diagram.nodes.values():
        if node.id not in layout.shapes:
            sentence = _("“%(label)s” is not drawn.", label=node.name or node.id)
            yield Problem(node.id, "layout.shape", sentence, _("Open the file in the editor and place it."))
    for flow in diagram.flows.values():
        if flow.id not in layout.edges:
            sentence = _("The flow from “%(label)s” is not drawn.", label=diagram.label(flow.source))
            yield Problem(flow.id, "layout.edge", sentence, _("Open the file in the editor and connect it."))


def check_readable(diagram: Diagram, _context: GateContext) -> Iterator[Problem]:
    """Refuse overlaps, flows through foreign shapes and a happy path that runs left."""
    layout = read_layout(diagram.root)
    yield from _overlaps(diagram, layout)
    yield from _crossings(diagram, layout)
    yield from _leftward(diagram, layout)


def _overlaps(diagram: Diagram, layout: Layout) -> Iterator[Problem]:
    drawn = [node for node in diagram.nodes.values() if node.id in layout.shapes]
    for one, other in combinations(drawn, 2):
        first, second = layout.shapes[one.id].box, layout.shapes[other.id].box
        is_kin = other.id in {one.attached_to, one.scope} or one.id in {other.attached_to, other.scope}
        if one.scope == other.scope and not is_kin and first.shrunk(_TOUCH).overlaps(second):
            sentence = _(
                "“%(one)s” and “%(other)s” overlap.", one=one.name or one.id, other=other.name or other.id
            )
            yield Problem(one.id, "layout.overlap", sentence, _("Move them apart."))


def _crossings(diagram: Diagram, layout: Layout) -> Iterator[Problem]:
    for flow in diagram.flows.values():
        edge = layout.edges.get(flow.id)
        source, target = diagram.nodes.get(flow.source), diagram.nodes.get(flow.target)
        if edge is None or source is None or target is None:
            continue
        own = {source.id, target.id, source.attached_to}
        for node in diagram.in_scope(flow.scope):
            if (
                node.id in own
                or node.id not in layout.shapes
                or (node.kind == BOUNDARY and node.attached_to in own)
            ):
                continue
            box = layout.shapes[node.id].box.shrunk(_TOUCH)
            if any(box.is_crossed_by(start, stop) for start, stop in edge.segments):
                sentence = _(
                    "The flow to “%(target)s” runs through “%(label)s”.",
                    target=target.name or target.id,
                    label=node.name or node.id,
                )
                yield Problem(flow.id, "layout.crossing", sentence, _("Lead it round."))


def _leftward(diagram: Diagram, layout: Layout) -> Iterator[Problem]:
    steps = [step for step in happy_path(diagram) if step.element_id in layout.shapes]
    for before, after in pairwise(steps):
        start, stop = layout.shapes[before.element_id].box, layout.shapes[after.element_id].box
        is_wide = diagram.nodes[before.element_id].kind == SUBPROCESS
        if stop.centre[0] < (start.x if is_wide else start.centre[0]) - _TOUCH:
            sentence = _(
                "The way from “%(one)s” to “%(other)s” runs to the left.", one=before.name, other=after.name
            )
            yield Problem(
                after.element_id, "layout.leftward", sentence, _("Let the main way run from left to right.")
            )
