"""Reads boxed expressions; decision tables stand in `reader_table`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from app.decisions.dmn.boxed import (
    Boxed,
    ContextBox,
    FunctionBox,
    InvocationBox,
    ListBox,
    LiteralBox,
    MissingBox,
    RelationBox,
    Typed,
    UnreadableBox,
)
from app.decisions.dmn.boxed_iteration import ConditionalBox, FilterBox, ForBox, QuantifiedBox
from app.decisions.dmn.item_types import ItemTypes
from app.decisions.dmn.notes import ReadingNotes
from app.decisions.dmn.reader_table import read_table
from app.decisions.dmn.xml import child, children, local_name, place_of, text_of
from app.decisions.feel.types import ANY
from app.decisions.feel.values import Parameter
from app.foundation.i18n import gettext as _

DEPTH_LIMIT = 24


class BoxedReader:
    """Reads the boxed expressions of one model."""

    def __init__(self, notes: ReadingNotes, types: ItemTypes) -> None:
        self.notes = notes
        self.types = types
        self._depth = 0
        self._readers: Mapping[str, Callable[[etree._Element], Boxed]] = {
            "literalExpression": self.literal,
            "context": self._context,
            "list": self._list,
            "relation": self._relation,
            "functionDefinition": self._function,
            "invocation": self._invocation,
            "decisionTable": lambda element: read_table(self, element),
            "conditional": self._conditional,
            "filter": self._filter,
            "for": self._for,
            "some": self._quantified,
            "every": self._quantified,
        }

    def read_inside(self, element: etree._Element | None) -> Boxed:
        """Return the boxed expression directly inside an element; without one, one that gives null."""
        if element is None:
            return MissingBox()
        inner = child(element, *self._readers)
        return MissingBox() if inner is None else self.read(inner)

    def read(self, element: etree._Element) -> Boxed:
        """Return the boxed expression of an element, held to the type it names."""
        reader = self._readers.get(local_name(element))
        if reader is None:
            return MissingBox()
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            self._depth -= 1
            self.notes.add(element, "dmn-depth", _("Expressions stand in each other too deep."))
            return UnreadableBox(place_of(element))
        box = reader(element)
        self._depth -= 1
        kind = self.types.of(element)
        is_function = isinstance(box, FunctionBox)
        return box if kind == ANY or is_function else Typed(box, kind)

    def literal(self, element: etree._Element) -> Boxed:
        """Return the FEEL expression in the element's text; without a text one that gives null."""
        language = element.get("expressionLanguage", "")
        if language and "FEEL" not in language and "feel" not in language:
            sentence = _("The expression language “%(language)s” is not run.", language=language)
            self.notes.add(element, "dmn-language", sentence, _("Write it in FEEL."))
            return UnreadableBox(place_of(element))
        text = text_of(element)
        if not text:
            return MissingBox()
        compiled = self.notes.expression(element, text)
        return UnreadableBox(place_of(element)) if compiled is None else LiteralBox(compiled)

    def _context(self, element: etree._Element) -> Boxed:
        entries: list[tuple[str, Boxed]] = []
        result: Boxed | None = None
        for entry in children(element, "contextEntry"):
            variable = child(entry, "variable")
            box = self.read_inside(entry)
            if variable is None:
                result = box
                continue
            kind = self.types.of(variable)
            if kind != ANY and not isinstance(box, FunctionBox):
                box = Typed(box, kind)
            entries.append((" ".join(variable.get("name", "").split()), box))
        return ContextBox(tuple(entries), result)

    def _list(self, element: etree._Element) -> Boxed:
        return ListBox(tuple(self.read(item) for item in children(element, *self._readers)))

    def _relation(self, element: etree._Element) -> Boxed:
        columns = tuple(column.get("name", "") for column in children(element, "column"))
        rows: list[tuple[Boxed, ...]] = []
        for row in children(element, "row"):
            cells = tuple(self.read(cell) for cell in children(row, *self._readers))
            if len(cells) != len(columns):
                self.notes.add(row, "dmn-relation", _("A row has more or fewer cells than the head."))
                return UnreadableBox(place_of(row))
            rows.append(cells)
        return RelationBox(columns, tuple(rows))

    def _function(self, element: etree._Element) -> Boxed:
        function = self.read_function(element, "")
        return UnreadableBox(place_of(element)) if function is None else function

    def read_function(self, element: etree._Element, name: str) -> FunctionBox | None:
        """Return the function an element defines; other languages than FEEL are refused."""
        if element.get("kind", "FEEL") != "FEEL":
            sentence = _("Functions in other languages are not run.")
            self.notes.add(element, "dmn-external", sentence, _("Write the function in FEEL."))
            return None
        parameters = tuple(
            Parameter(" ".join(parameter.get("name", "").split()), self.types.of(parameter))
            for parameter in children(element, "formalParameter")
        )
        return FunctionBox(name, parameters, self.read_inside(element), self.types.of(element))

    def _invocation(self, element: etree._Element) -> Boxed:
        bindings: list[tuple[str, Boxed]] = []
        for binding in children(element, "binding"):
            parameter = child(binding, "parameter")
            name = "" if parameter is None else " ".join(parameter.get("name", "").split())
            bindings.append((name, self.read_inside(binding)))
        return InvocationBox(self.read_inside(element), tuple(bindings))

    def _conditional(self, element: etree._Element) -> Boxed:
        return ConditionalBox(
            self.read_inside(child(element, "if")),
            self.read_inside(child(element, "then")),
            self.read_inside(child(element, "else")),
        )

    def _filter(self, element: etree._Element) -> Boxed:
        return FilterBox(self.read_inside(child(element, "in")), self.read_inside(child(element, "match")))

    def _for(self, element: etree._Element) -> Boxed:
        return ForBox(
            element.get("iteratorVariable", ""),
            self.read_inside(child(element, "in")),
            self.read_inside(child(element, "return")),
        )

    def _quantified(self, element: etree._Element) -> Boxed:
        return QuantifiedBox(
            is_every=local_name(element) == "every",
            variable=element.get("iteratorVariable", ""),
            source=self.read_inside(child(element, "in")),
            condition=self.read_inside(child(element, "satisfies")),
        )
