"""Pictures of diagrams, made on the server: SVG, its text twin, and the progress strip."""

from app.workflow.picture.notes import Note
from app.workflow.picture.strip import StripBox, strip
from app.workflow.picture.svg import Mark, render_standalone_svg, render_svg, stylesheet
from app.workflow.picture.twin import describe, describe_steps

__all__ = [
    "Mark",
    "Note",
    "StripBox",
    "describe",
    "describe_steps",
    "render_standalone_svg",
    "render_svg",
    "strip",
    "stylesheet",
]
