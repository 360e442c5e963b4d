"""A diagram as an accessible SVG, from its own layout; marks say what is done, here and next."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from lxml import etree

from app.foundation.xml import safe_parse
from app.workflow.compile.bpmn import bpmn, is_bpmn, local
from app.workflow.compile.diagram import Element, child_text
from app.workflow.compile.layout import Box, Layout, Shape, read_layout
from app.workflow.picture.canvas import SVG, Canvas, number
from app.workflow.picture.flows import draw_flow, draw_flow_name
from app.workflow.picture.nodes import Drawing, draw_label, draw_node
from app.workflow.picture.notes import Note, draw_note
from app.workflow.picture.text import readable
from app.workflow.picture.twin import describe

Mark = Literal["done", "here", "next"]
_MARGIN = 16.0
_LABEL_ROOM = 48.0
_BACK = ("participant", "lane", "group", "subProcess", "transaction", "adHocSubProcess")
_MARKS = frozenset({"done", "here", "next"})


def render_svg(
    author_xml: bytes, marks: Mapping[str, Mark], title: str, notes: Mapping[str, Note] | None = None
) -> str:
    """Return the picture of a diagram, to be put into a page as it is.

    Shape: `marks` and `notes` map element ids; unknown ids are ignored. Classes only, no styles: the page's
    CSS (`diagram.css` beside this module) paints it. What is not drawn in the file is not in the picture.
    Errors: UnsafeXml.
    """
    return etree.tostring(_picture(author_xml, marks, title, notes or {}), encoding="unicode")


def render_standalone_svg(author_xml: bytes, marks: Mapping[str, Mark], title: str) -> str:
    """Return the same picture with its style sheet inside, for print, PDF and download.

    Errors: UnsafeXml.
    """
    root = _picture(author_xml, marks, title, {})
    style = etree.Element(f"{{{SVG}}}style")
    style.text = stylesheet()
    root.insert(2, style)
    return etree.tostring(root, encoding="unicode")


@lru_cache(maxsize=1)
def stylesheet() -> str:
    """Return the CSS of pictures."""
    return files("app.workflow.picture").joinpath("diagram.css").read_text("utf-8")


def _picture(author_xml: bytes, marks: Mapping[str, Mark], title: str, notes: Mapping[str, Note]) -> Element:
    root = safe_parse(author_xml)
    layout = read_layout(root)
    elements = {one.get("id", ""): one for one in root.iter() if one.get("id") and is_bpmn(one)}
    prefix = f"dg-{hashlib.sha256(author_xml + title.encode()).hexdigest()[:8]}"
    svg = _frame(layout, prefix, title, describe(author_xml, marks))
    canvas = Canvas(svg, prefix)
    drawings = sorted(_drawings(elements, layout, marks), key=_depth)
    for drawing in drawings:
        if drawing.kind in _BACK:
            draw_node(canvas, drawing)
    for element_id, edge in layout.edges.items():
        element = elements.get(element_id)
        if element is not None:
            source = elements.get(element.get("sourceRef", ""))
            draw_flow(canvas, element, local(element), edge, source, _flow_mark(element, marks))
    for drawing in drawings:
        if drawing.kind not in _BACK:
            draw_node(canvas, drawing)
    _label(canvas, drawings, elements, layout)
    for drawing in drawings:
        note = notes.get(drawing.element.get("id", ""))
        if note is not None:
            draw_note(canvas, drawing, note)
    return svg


def _label(canvas: Canvas, drawings: list[Drawing], elements: Mapping[str, Element], layout: Layout) -> None:
    for drawing in drawings:
        draw_label(canvas, drawing)
    for element_id, edge in layout.edges.items():
        if element_id in elements:
            draw_flow_name(canvas, elements[element_id], edge)


def _frame(layout: Layout, prefix: str, title: str, description: str) -> Element:
    box = _extent(layout)
    namespaces: Any = {None: SVG}  # the default namespace, which the stubs do not know
    svg = etree.Element(f"{{{SVG}}}svg", nsmap=namespaces)
    svg.set("class", "dg")
    svg.set("role", "img")
    svg.set("aria-labelledby", f"{prefix}-title")
    svg.set("aria-describedby", f"{prefix}-desc")
    svg.set("viewBox", " ".join(number(value) for value in (box.x, box.y, box.width, box.height)))
    svg.set("width", number(box.width))
    svg.set("height", number(box.height))
    for tag, text in (("title", title), ("desc", description)):
        element = etree.SubElement(svg, f"{{{SVG}}}{tag}")
        element.set("id", f"{prefix}-{tag}")
        element.text = readable(text)
    definitions = Canvas(svg, prefix).group("dg-definitions")
    definitions.element.tag = f"{{{SVG}}}defs"
    _arrow(definitions, "arrow", "M0 0L10 5L0 10z", "dg-arrow")
    _arrow(definitions, "open", "M1 1L9 5L1 9z", "dg-arrow dg-arrow--open")
    return svg


def _arrow(canvas: Canvas, name: str, data: str, classes: str) -> None:
    marker = canvas.add(
        "marker",
        id=f"{canvas.prefix}-{name}",
        viewBox="0 0 10 10",
        refX="9.5",
        refY="5",
        markerWidth="8",
        markerHeight="8",
        markerUnits="userSpaceOnUse",
        orient="auto",
    )
    Canvas(marker, canvas.prefix).path(data, classes)


def _drawings(
    elements: Mapping[str, Element], layout: Layout, marks: Mapping[str, Mark]
) -> Iterator[Drawing]:
    for element_id, shape in layout.shapes.items():
        element = elements.get(element_id)
        if element is None:
            continue
        mark = marks.get(element_id, "")
        yield Drawing(element, local(element), _name(element), shape, mark if mark in _MARKS else "")


def _name(element: Element) -> str:
    kind = local(element)
    if kind == "textAnnotation":
        return child_text(element, "text")
    return element.get("name") or ""


def _depth(drawing: Drawing) -> tuple[int, float]:
    """Paint containers before what they hold, boundary events after their hosts."""
    order = _BACK.index(drawing.kind) if drawing.kind in _BACK else len(_BACK)
    is_boundary = drawing.kind == "boundaryEvent"
    return order + is_boundary, -drawing.box.width * drawing.box.height


def _flow_mark(element: Element, marks: Mapping[str, Mark]) -> str:
    """Mark a flow as done when both its ends are: the way that was gone, as far as marks can tell."""
    ends = {marks.get(element.get("sourceRef", "")), marks.get(element.get("targetRef", ""))}
    is_gone = marks.get(element.get("sourceRef", "")) == "done" and ends <= {"done", "here"}
    return "done" if is_gone and element.tag == bpmn("sequenceFlow") else ""


def _extent(layout: Layout) -> Box:
    boxes = [*(_with_label(shape) for shape in layout.shapes.values())]
    points = [point for edge in layout.edges.values() for point in edge.points]
    boxes.extend(edge.label for edge in layout.edges.values() if edge.label is not None)
    if not boxes and not points:
        return Box(0, 0, 100, 100)
    left = min([box.x for box in boxes] + [x for x, _y in points]) - _MARGIN
    top = min([box.y for box in boxes] + [y for _x, y in points]) - _MARGIN
    right = max([box.right for box in boxes] + [x for x, _y in points]) + _MARGIN
    bottom = max([box.bottom for box in boxes] + [y for _x, y in points]) + _MARGIN
    return Box(left, top, right - left, bottom - top)


def _with_label(shape: Shape) -> Box:
    """Return the room a shape needs; small shapes carry their name below."""
    box, label = shape.box, shape.label
    if box.width > 60:
        return box
    if label is None:
        return Box(box.centre[0] - 55, box.y, 110, box.height + _LABEL_ROOM)
    left, top = min(box.x, label.centre[0] - 40), min(box.y, label.y)
    return Box(left, top, max(box.right, label.centre[0] + 40) - left, max(box.bottom, label.y + 45) - top)
