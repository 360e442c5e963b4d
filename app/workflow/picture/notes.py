"""Figures on a diagram: a short word on an element, and how hot it is."""

from __future__ import annotations

from dataclasses import dataclass

from app.workflow.compile.layout import Box
from app.workflow.picture.canvas import Canvas
from app.workflow.picture.nodes import Drawing
from app.workflow.picture.text import width_of

_HEIGHT = 18.0
_SIZE = 11.0
_SMALL = 60.0


@dataclass(frozen=True, slots=True)
class Note:
    """What is written on an element. Shape: `heat` from 0 (cool) to 4; `words` is the whole of it."""

    text: str
    heat: int = 0
    words: str = ""


def draw_note(canvas: Canvas, drawing: Drawing, note: Note) -> None:
    """Write a note on the lower edge of a box, or left above a small shape, where no line leaves."""
    box = drawing.box
    width = max(width_of(note.text, _SIZE) + 14, 22)
    is_box = box.width > _SMALL
    top = box.bottom - _HEIGHT / 2 if is_box else box.y - _HEIGHT / 2 - 2
    left = box.centre[0] - width / 2 if is_box else box.x - width + 10
    group = canvas.group(f"dg-note dg-heat-{note.heat}")
    if note.words:
        group.caption(note.words)
    place = Box(left, top, width, _HEIGHT)
    group.rect(place, "dg-pill", _HEIGHT / 2)
    group.words(note.text, Box(place.x - 20, place.y, place.width + 40, place.height), "dg-figure")
