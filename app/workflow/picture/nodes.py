"""Nodes as BPMN draws them: tasks, gateways, events, containers, artefacts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.workflow.compile.bpmn import local
from app.workflow.compile.diagram import Element
from app.workflow.compile.layout import Box, Shape
from app.workflow.picture import icons
from app.workflow.picture.canvas import Canvas, number

_PAD = 6.0
_HEADER = 30.0
_LABEL_WIDTH = 110.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """One element to draw."""

    element: Element
    kind: str
    name: str
    shape: Shape
    mark: str

    @property
    def box(self) -> Box:
        """Where it stands."""
        return self.shape.box

    @property
    def events(self) -> list[str]:
        """The kinds of its event definitions."""
        names = (local(child) for child in self.element if isinstance(child.tag, str))
        return [name.removesuffix("EventDefinition") for name in names if name.endswith("EventDefinition")]


def draw_node(canvas: Canvas, drawing: Drawing) -> None:
    """Draw one element with its name and its mark."""
    mark = f" dg--{drawing.mark}" if drawing.mark else ""
    group = canvas.group(f"dg-node dg-{drawing.kind}{mark}")
    group.element.set("data-element", drawing.element.get("id", ""))
    if drawing.name:
        group.caption(drawing.name)
    _PAINTERS.get(drawing.kind, _task)(group, drawing)
    _mark(group, drawing)


def _task(canvas: Canvas, drawing: Drawing) -> None:
    box = drawing.box
    is_call = drawing.kind == "callActivity"
    canvas.rect(box, "dg-box dg-thick" if is_call else "dg-box", 10)
    icon = icons.TASK_ICONS.get(drawing.kind)
    if icon:
        filled = " dg-solid" if drawing.kind == "sendTask" else ""
        canvas.path(icon, f"dg-icon{filled}", (box.x + _PAD, box.y + _PAD))
    signs = _signs(drawing)
    foot = 16.0 if signs else 0.0
    head = 14.0 if icon and box.height > 60 else 0.0
    inner = Box(box.x + _PAD, box.y + 4 + head / 2, box.width - 2 * _PAD, box.height - 8 - foot - head / 2)
    canvas.words(drawing.name, inner, "dg-name")
    _draw_signs(canvas, drawing, signs)


def _subprocess(canvas: Canvas, drawing: Drawing) -> None:
    if not drawing.shape.is_expanded:
        _task(canvas, drawing)
        return
    is_event = drawing.element.get("triggeredByEvent") == "true"
    canvas.rect(drawing.box, "dg-box dg-open dg-dotted" if is_event else "dg-box dg-open", 10)
    if drawing.kind == "transaction":
        canvas.rect(drawing.box.shrunk(3), "dg-box dg-open", 8)
    box = drawing.box
    canvas.words(drawing.name, Box(box.x + 10, box.y + 6, box.width - 20, 16), "dg-name", at_top=True)
    _draw_signs(canvas, drawing, [sign for sign in _signs(drawing) if sign != icons.PLUS])


def _gateway(canvas: Canvas, drawing: Drawing) -> None:
    box = drawing.box
    (x, y), half = box.centre, box.width / 2
    corners = [(x, y - half), (x + half, y), (x, y + half), (x - half, y)]
    canvas.add("polygon", "dg-box", points=" ".join(f"{number(px)},{number(py)}" for px, py in corners))
    canvas.path(icons.GATEWAY_ICONS.get(drawing.kind, ""), "dg-icon dg-bold", box.centre)


def _event(canvas: Canvas, drawing: Drawing) -> None:
    box = drawing.box
    radius = min(box.width, box.height) / 2
    is_loose = "false" in {drawing.element.get("cancelActivity"), drawing.element.get("isInterrupting")}
    style = "dg-box dg-loose" if is_loose else "dg-box"
    is_end = drawing.kind == "endEvent"
    canvas.circle(box.centre, radius, f"{style} dg-thick" if is_end else style)
    if drawing.kind in {"intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}:
        canvas.circle(box.centre, radius - 3, f"{style} dg-inner")
    events = drawing.events
    kind = "multiple" if len(events) > 1 else next(iter(events), "")
    if kind == "terminate":
        canvas.circle(box.centre, radius - 6, "dg-solid dg-icon")
    elif kind in icons.EVENT_ICONS:
        is_throwing = is_end or drawing.kind == "intermediateThrowEvent"
        canvas.path(icons.EVENT_ICONS[kind], "dg-icon dg-solid" if is_throwing else "dg-icon", box.centre)


def _container(canvas: Canvas, drawing: Drawing) -> None:
    box = drawing.box
    canvas.rect(box, "dg-frame")
    if not drawing.name:
        return
    if not drawing.shape.is_horizontal:
        canvas.words(drawing.name, Box(box.x, box.y, box.width, _HEADER), "dg-name")
        return
    middle = (box.x + _HEADER / 2, box.centre[1])
    if drawing.kind == "participant":
        canvas.add("line", "dg-rule", x1=box.x + _HEADER, y1=box.y, x2=box.x + _HEADER, y2=box.bottom)
    turned = canvas.group("dg-turned")
    turned.element.set("transform", f"translate({number(middle[0])} {number(middle[1])}) rotate(-90)")
    turned.words(drawing.name, Box(-box.height / 2 + 4, -_HEADER / 2, box.height - 8, _HEADER), "dg-name")


def _annotation(canvas: Canvas, drawing: Drawing) -> None:
    box = drawing.box
    canvas.add(
        "polyline",
        "dg-rule",
        points=f"{number(box.x + 10)},{number(box.y)} {number(box.x)},{number(box.y)} "
        f"{number(box.x)},{number(box.bottom)} {number(box.x + 10)},{number(box.bottom)}",
    )
    canvas.words(drawing.name, Box(box.x + 8, box.y, box.width - 10, box.height), "dg-label")


def _data(canvas: Canvas, drawing: Drawing) -> None:
    box, fold = drawing.box, 10.0
    x, y, right, bottom = (number(value) for value in (box.x, box.y, box.right, box.bottom))
    bend, low = number(box.right - fold), number(box.y + fold)
    canvas.path(f"M{x} {y}H{bend}L{right} {low}V{bottom}H{x}zM{bend} {y}V{low}H{right}", "dg-box")


def _store(canvas: Canvas, drawing: Drawing) -> None:
    box = drawing.box
    rx, ry = number(box.width / 2), number(min(8.0, box.height / 6))
    top, bottom = number(box.y + min(8.0, box.height / 6)), number(box.bottom - min(8.0, box.height / 6))
    x, right = number(box.x), number(box.right)
    canvas.path(
        f"M{x} {top}A{rx} {ry} 0 0 1 {right} {top}V{bottom}A{rx} {ry} 0 0 1 {x} {bottom}z"
        f"M{x} {top}A{rx} {ry} 0 0 0 {right} {top}",
        "dg-box",
    )


def _group(canvas: Canvas, drawing: Drawing) -> None:
    canvas.rect(drawing.box, "dg-frame dg-loose", 10)


def draw_label(canvas: Canvas, drawing: Drawing) -> None:
    """Write the name of a small shape where the author put it, else under the shape.

    Labels come last: a neighbour's box must not cover them.
    """
    if not drawing.name or drawing.kind not in _LABELLED:
        return
    box, label = drawing.box, drawing.shape.label
    if label is None:
        place = Box(box.centre[0] - _LABEL_WIDTH / 2, box.bottom + 4, _LABEL_WIDTH, 45)
    else:
        # Fonts differ from the author's: keep the place, allow more room.
        width = max(label.width + 8, 80)
        place = Box(label.centre[0] - width / 2, label.y, width, max(label.height, 45))
    canvas.words(drawing.name, place, "dg-label", at_top=True)


def _signs(drawing: Drawing) -> list[str]:
    """Return the small signs at the foot of an activity."""
    signs = []
    for child in drawing.element.iterchildren():
        if isinstance(child.tag, str) and local(child) == "multiInstanceLoopCharacteristics":
            is_sequential = child.get("isSequential") == "true"
            signs.append(icons.SEQUENTIAL_BARS if is_sequential else icons.PARALLEL_BARS)
        elif isinstance(child.tag, str) and local(child) == "standardLoopCharacteristics":
            signs.append(icons.LOOP)
    if drawing.kind in {"subProcess", "transaction", "adHocSubProcess", "callActivity"}:
        signs.append(icons.PLUS)
    return signs


def _draw_signs(canvas: Canvas, drawing: Drawing, signs: list[str]) -> None:
    x = drawing.box.centre[0] - (len(signs) - 1) * 9
    for index, sign in enumerate(signs):
        canvas.path(sign, "dg-icon", (x + 18 * index, drawing.box.bottom - 10))


def _mark(canvas: Canvas, drawing: Drawing) -> None:
    """Say done and here with a sign as well as with colour."""
    sign = {"done": icons.CHECK, "here": icons.PIN}.get(drawing.mark)
    if sign:
        at = (drawing.box.right - 4, drawing.box.y + 4)
        canvas.circle(at, 8, "dg-badge")
        canvas.path(sign, "dg-sign", at)


_LABELLED = frozenset(
    {
        *icons.GATEWAY_ICONS,
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "dataObjectReference",
        "dataInput",
        "dataOutput",
        "dataStoreReference",
    }
)
Painter = Callable[[Canvas, Drawing], None]
_PAINTERS: dict[str, Painter] = {
    **dict.fromkeys(icons.GATEWAY_ICONS, _gateway),
    **dict.fromkeys(
        ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"),
        _event,
    ),
    **dict.fromkeys(("subProcess", "transaction", "adHocSubProcess"), _subprocess),
    "participant": _container,
    "lane": _container,
    "textAnnotation": _annotation,
    "dataObjectReference": _data,
    "dataInput": _data,
    "dataOutput": _data,
    "dataStoreReference": _store,
    "group": _group,
}
