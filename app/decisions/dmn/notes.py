"""What is noted while a model is read: every problem with its element, and every variable used."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lxml import etree

from app.decisions.dmn.xml import place_of
from app.decisions.feel.budget import Budget
from app.decisions.feel.errors import FeelSyntaxError
from app.decisions.feel.expression import Expression, UnaryTests, compile_expression, compile_unary_tests
from app.decisions.feel.types import Type
from app.foundation.errors import Problem


class ReadingNotes:
    """Compiles texts with the names and types of the model; notes what cannot be read instead of stopping."""

    def __init__(self, names: Collection[str], types: Mapping[str, Type], budget: Budget) -> None:
        self.problems: list[Problem] = []
        self.used: set[str] = set()
        self.paths: set[tuple[str, ...]] = set()
        self.whole: set[str] = set()
        # Only names that one word cannot hold need to be known to the lexer.
        self._names = tuple(name for name in names if not name.isidentifier())
        self._types = types
        self._budget = budget

    def use_types(self, types: Mapping[str, Type]) -> None:
        """Let expressions name these types from here on."""
        self._types = types

    def add(self, element: etree._Element, rule: str, sentence: str, mend: str = "") -> None:
        """Note a problem at an element."""
        self.problems.append(Problem(place_of(element), rule, sentence, mend))

    def expression(self, element: etree._Element, text: str) -> Expression | None:
        """Compile an expression; None if it cannot be read, which is noted."""
        try:
            compiled = compile_expression(text, names=self._names, types=self._types, budget=self._budget)
        except FeelSyntaxError as error:
            self._note(element, error)
            return None
        self._note_names(compiled)
        return compiled

    def unary_tests(self, element: etree._Element, text: str) -> UnaryTests | None:
        """Compile the tests of a cell; None if they cannot be read, which is noted."""
        try:
            compiled = compile_unary_tests(text, names=self._names, types=self._types, budget=self._budget)
        except FeelSyntaxError as error:
            self._note(element, error)
            return None
        self._note_names(compiled)
        return compiled

    def _note_names(self, compiled: Expression | UnaryTests) -> None:
        self.used |= compiled.names
        self.paths |= compiled.paths
        self.whole |= compiled.whole_names

    def _note(self, element: etree._Element, error: FeelSyntaxError) -> None:
        problem = error.problems[0]
        self.add(element, problem.rule, problem.sentence, problem.mend)
