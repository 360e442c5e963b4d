"""Lines: sequence flows with rounded corners, message flows, associations."""

from __future__ import annotations

import math

from app.workflow.compile.bpmn import ACTIVITIES, bpmn
from app.workflow.compile.diagram import Element
from app.workflow.compile.layout import Box, Edge, Point
from app.workflow.picture.canvas import Canvas, number
from app.workflow.picture.text import width_of

_CORNER = 6.0
_CLASSES = {"messageFlow": "dg-flow dg-message", "association": "dg-flow dg-association"}


def draw_flow(
    canvas: Canvas, element: Element, kind: str, edge: Edge, source: Element | None, mark: str
) -> None:
    """Draw one line with its arrow, its signs and its name."""
    marked = f" dg--{mark}" if mark else ""
    group = canvas.group(f"{_CLASSES.get(kind, 'dg-flow')}{marked}")
    group.element.set("data-element", element.get("id", ""))
    line = group.path(_rounded(edge.points), "dg-line")
    if kind == "sequenceFlow":
        line.set("marker-end", f"url(#{canvas.prefix}-arrow)")
        _draw_start(group, element, edge, source)
    elif kind == "messageFlow":
        line.set("marker-end", f"url(#{canvas.prefix}-open)")
    if element.get("name"):
        group.caption(element.get("name", ""))


def draw_flow_name(canvas: Canvas, element: Element, edge: Edge) -> None:
    """Write the name of a line, above everything it may run past."""
    name = element.get("name", "")
    if name:
        canvas.words(name, _label_place(edge, name), "dg-label", at_top=edge.label is not None)


def _draw_start(canvas: Canvas, element: Element, edge: Edge, source: Element | None) -> None:
    """Draw the slash of a default flow, or the diamond of a condition that leaves an activity."""
    if source is None:
        return
    start = _along(edge.points[0], edge.points[1], 10)
    if source.get("default") == element.get("id"):
        canvas.path("M-4-5L4 5", "dg-line", start)
        return
    kind = str(source.tag).rpartition("}")[2]
    if kind in ACTIVITIES | {"task"} and element.find(bpmn("conditionExpression")) is not None:
        canvas.path("M-8 0L0-5L8 0L0 5z", "dg-box", _along(edge.points[0], edge.points[1], 8))


def _rounded(points: tuple[Point, ...]) -> str:
    parts = [f"M{_at(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        reach = min(_CORNER, math.dist(before, corner) / 2, math.dist(corner, after) / 2)
        enter, leave = _along(corner, before, reach), _along(corner, after, reach)
        parts.append(f"L{_at(enter)}Q{_at(corner)} {_at(leave)}")
    parts.append(f"L{_at(points[-1])}")
    return "".join(parts)


def _label_place(edge: Edge, name: str) -> Box:
    width = min(110.0, width_of(name) + 8)
    if edge.label is not None:
        wide = max(edge.label.width, width)
        return Box(edge.label.centre[0] - wide / 2, edge.label.y, wide, max(edge.label.height, 30))
    start, stop = max(edge.segments, key=lambda piece: math.dist(*piece))
    x, y = (start[0] + stop[0]) / 2, (start[1] + stop[1]) / 2
    is_level = abs(start[1] - stop[1]) < abs(start[0] - stop[0])
    return Box(x - width / 2, y - 17, width, 15) if is_level else Box(x + 6, y - 8, width, 15)


def _along(start: Point, toward: Point, length: float) -> Point:
    distance = math.dist(start, toward) or 1.0
    share = length / distance
    return start[0] + (toward[0] - start[0]) * share, start[1] + (toward[1] - start[1]) * share


def _at(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"
