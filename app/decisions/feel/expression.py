"""Compiled expressions and unary tests: what the rest of Keel holds and evaluates."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from app.decisions.feel import nodes
from app.decisions.feel.budget import Budget
from app.decisions.feel.conversion import to_feel, weigh
from app.decisions.feel.evaluate_access import MEMBER_NAMES
from app.decisions.feel.evaluate_logic import TESTED
from app.decisions.feel.expression_run import ExpressionRun
from app.decisions.feel.lexer import Vocabulary
from app.decisions.feel.library import LIBRARY
from app.decisions.feel.parser import Parser
from app.decisions.feel.runtime import Runtime
from app.decisions.feel.scope import Scope
from app.decisions.feel.types import Type
from app.decisions.feel.used_names import used_names
from app.decisions.feel.values import Value, truth

DEFAULT_BUDGET = Budget()
_VOCABULARY = Vocabulary((*LIBRARY, *MEMBER_NAMES))


class _Compiled:
    """A syntax tree with the names it uses."""

    __slots__ = ("names", "paths", "possible_names", "text", "tree", "whole_names")

    def __init__(self, text: str, tree: nodes.Node) -> None:
        used = used_names(tree)
        self.text = text
        self.tree = tree
        self.names = frozenset(used.sure)
        self.possible_names = frozenset(used.possible)
        self.paths = frozenset(used.paths)
        self.whole_names = frozenset(used.whole)

    def _frame(self, context: Mapping[str, object]) -> dict[str, Value]:
        # Only what the expression can ask for is converted: a record has many fields.
        return {name: to_feel(context[name]) for name in self.names | self.possible_names if name in context}


class Expression(_Compiled):
    """A compiled expression.

    Shape: `names` are the variables it uses, library functions excluded; `possible_names` stand inside
    filters, where a name may also be an entry of the item; `paths` are dotted accesses as tuples of names;
    `whole_names` are used without one.
    """

    __slots__ = ()

    def evaluate(
        self, context: Mapping[str, object], *, budget: Budget | None = None, now: datetime | None = None
    ) -> Value:
        """Return the value of the expression; a name that is not in the context is null.

        Errors: BudgetExceeded; NotAFeelValue for a context value of an unknown kind.
        """
        evaluation = ExpressionRun(budget or DEFAULT_BUDGET, now or datetime.now(UTC))
        value = evaluation.evaluate(self.tree, Scope(self._frame(context)))
        weigh(value, evaluation.meter)
        return value

    def evaluate_in(self, scope: Scope, evaluation: Runtime) -> Value:
        """Return the value within a running evaluation, on its meter."""
        return evaluation.evaluate(self.tree, scope)


class UnaryTests(_Compiled):
    """The compiled tests of a decision table cell; `names` and `paths` as for an expression."""

    __slots__ = ()

    def matches(
        self,
        value: object,
        context: Mapping[str, object],
        *,
        budget: Budget | None = None,
        now: datetime | None = None,
    ) -> bool | None:
        """Tell whether the value passes one of the tests; None if that cannot be said.

        Errors: BudgetExceeded; NotAFeelValue.
        """
        evaluation = ExpressionRun(budget or DEFAULT_BUDGET, now or datetime.now(UTC))
        return self.matches_in(to_feel(value), Scope(self._frame(context)), evaluation)

    def matches_in(self, value: Value, scope: Scope, evaluation: Runtime) -> bool | None:
        """Tell the same within a running evaluation, on its meter."""
        return truth(evaluation.evaluate(self.tree, scope.inner({TESTED: value})))


def compile_expression(
    text: str,
    *,
    names: Collection[str] = (),
    types: Mapping[str, Type] | None = None,
    budget: Budget = DEFAULT_BUDGET,
) -> Expression:
    """Return the compiled expression.

    Shape: `names` known names that hold spaces or operators; `types` named types of a model.
    Errors: FeelSyntaxError with the position and how to mend it.
    """
    return Expression(text, _parser(text, names, types, budget).parse_expression())


def compile_unary_tests(
    text: str,
    *,
    names: Collection[str] = (),
    types: Mapping[str, Type] | None = None,
    budget: Budget = DEFAULT_BUDGET,
) -> UnaryTests:
    """Return the compiled tests of one cell, such as `> 5`, `[1..3], 7`, `not("a")` or `-`.

    Errors: FeelSyntaxError with the position and how to mend it.
    """
    return UnaryTests(text, _parser(text, names, types, budget).parse_unary_tests())


def _parser(text: str, names: Collection[str], types: Mapping[str, Type] | None, budget: Budget) -> Parser:
    return Parser(text, Vocabulary(names, base=_VOCABULARY), budget, types)
