"""The drawing of a diagram: boxes, lines and labels from its own diagram interchange."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from app.workflow.compile.bpmn import BPMNDI, DC, DI
from app.workflow.compile.diagram import Element

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle. Units: diagram pixels, y grows downward."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower side."""
        return self.y + self.height

    @property
    def centre(self) -> Point:
        """The middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    def shrunk(self, by: float) -> Box:
        """Return the box with each side moved inward."""
        return Box(self.x + by, self.y + by, max(0.0, self.width - 2 * by), max(0.0, self.height - 2 * by))

    def overlaps(self, other: Box) -> bool:
        """Tell whether the two share area."""
        return (
            self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom
        )

    def holds(self, other: Box) -> bool:
        """Tell whether the other lies inside."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and self.right >= other.right
            and self.bottom >= other.bottom
        )

    def is_crossed_by(self, start: Point, stop: Point) -> bool:
        """Tell whether a straight line passes through the box."""
        enter, leave = 0.0, 1.0
        for low, high, origin, target in (
            (self.x, self.right, start[0], stop[0]),
            (self.y, self.bottom, start[1], stop[1]),
        ):
            run = target - origin
            if run == 0:
                if not low < origin < high:
                    return False
                continue
            first, last = sorted(((low - origin) / run, (high - origin) / run))
            enter, leave = max(enter, first), min(leave, last)
        return enter < leave


@dataclass(frozen=True, slots=True)
class Shape:
    """A drawn node, lane, pool or annotation."""

    element_id: str
    box: Box
    label: Box | None
    is_expanded: bool
    is_horizontal: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """A drawn flow."""

    element_id: str
    points: tuple[Point, ...]
    label: Box | None

    @property
    def segments(self) -> list[tuple[Point, Point]]:
        """The straight pieces of the line."""
        return list(pairwise(self.points))


@dataclass(frozen=True, slots=True)
class Layout:
    """All shapes and edges by the id of the element they draw."""

    shapes: Mapping[str, Shape]
    edges: Mapping[str, Edge]


def read_layout(root: Element) -> Layout:
    """Return the drawing; what has no readable coordinates is left out."""
    shapes, edges = {}, {}
    for element in root.iter(f"{{{BPMNDI}}}BPMNShape"):
        box = _box(element.find(f"{{{DC}}}Bounds"))
        element_id = element.get("bpmnElement", "")
        if box is not None and element_id and element_id not in shapes:
            is_expanded = element.get("isExpanded", "true") != "false"
            is_horizontal = element.get("isHorizontal", "true") != "false"
            shapes[element_id] = Shape(element_id, box, _label(element), is_expanded, is_horizontal)
    for element in root.iter(f"{{{BPMNDI}}}BPMNEdge"):
        points = [_point(one) for one in element.iterfind(f"{{{DI}}}waypoint")]
        whole = tuple(point for point in points if point is not None)
        element_id = element.get("bpmnElement", "")
        if len(whole) > 1 and element_id and element_id not in edges:
            edges[element_id] = Edge(element_id, whole, _label(element))
    return Layout(shapes, edges)


def _label(element: Element) -> Box | None:
    return _box(element.find(f"{{{BPMNDI}}}BPMNLabel/{{{DC}}}Bounds"))


def _box(bounds: Element | None) -> Box | None:
    if bounds is None:
        return None
    values = [_number(bounds.get(name)) for name in ("x", "y", "width", "height")]
    x, y, width, height = values
    if x is None or y is None or width is None or height is None:
        return None
    return Box(x, y, width, height)


def _point(element: Element) -> Point | None:
    x, y = _number(element.get("x")), _number(element.get("y"))
    return (x, y) if x is not None and y is not None else None


def _number(text: str | None) -> float | None:
    """Return a finite coordinate; NaN and infinity would spoil the whole picture."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if abs(value) < 1e6 else None  # also false for NaN
