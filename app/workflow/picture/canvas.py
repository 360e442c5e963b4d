"""The few SVG elements pictures are made of. Everything is set through the tree, so every text is escaped."""

from __future__ import annotations

from lxml import etree

from app.workflow.compile.layout import Box, Point
from app.workflow.picture.text import LINE, readable, wrapped

SVG = "http://www.w3.org/2000/svg"


class Canvas:
    """A group that things are drawn into."""

    def __init__(self, element: etree._Element, prefix: str) -> None:
        """Draw into `element`; `prefix` keeps ids apart when a page shows several pictures."""
        self.element = element
        self.prefix = prefix

    def group(self, classes: str) -> Canvas:
        """Return a canvas for a group inside this one."""
        return Canvas(self.add("g", classes), self.prefix)

    def add(self, tag: str, classes: str = "", **attributes: str | float) -> etree._Element:
        """Add an element; underscores in attribute names become hyphens, numbers are rounded."""
        element = etree.SubElement(self.element, f"{{{SVG}}}{tag}")
        if classes:
            element.set("class", classes)
        for name, value in attributes.items():
            element.set(name.replace("_", "-"), value if isinstance(value, str) else number(value))
        return element

    def rect(self, box: Box, classes: str, radius: float = 0) -> None:
        """Draw a rectangle."""
        self.add("rect", classes, x=box.x, y=box.y, width=box.width, height=box.height, rx=radius)

    def circle(self, centre: Point, radius: float, classes: str) -> None:
        """Draw a circle."""
        self.add("circle", classes, cx=centre[0], cy=centre[1], r=radius)

    def path(self, data: str, classes: str, at: Point | None = None) -> etree._Element:
        """Draw a path, moved to `at`."""
        element = self.add("path", classes, d=data)
        if at is not None:
            element.set("transform", f"translate({number(at[0])} {number(at[1])})")
        return element

    def caption(self, text: str) -> None:
        """Give the group a tooltip with the whole text."""
        self.add("title").text = readable(text)

    def words(self, text: str, box: Box, classes: str, *, at_top: bool = False) -> None:
        """Write text centred in a box, wrapped to its width."""
        rows = wrapped(text, box.width, max(1, int(box.height // LINE)))
        if not rows:
            return
        middle = box.y + box.height / 2 - (len(rows) - 1) * LINE / 2
        top = box.y + LINE / 2 if at_top else middle
        element = self.add("text", classes, x=box.centre[0], y=top)
        for index, row in enumerate(rows):
            span = etree.SubElement(element, f"{{{SVG}}}tspan")
            span.set("x", number(box.centre[0]))
            span.set("dy", "0.35em" if index == 0 else number(LINE))
            span.text = row


def number(value: float) -> str:
    """Return a coordinate as short text."""
    return f"{value:.1f}".removesuffix(".0")
