"""Expressions to syntax trees, by precedence: or, and, comparison, sum, product, power, sign, type, postfix.

Here are the operators; what an operand may be stands in `operands`.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.decisions.feel import nodes, operands
from app.decisions.feel.budget import Budget
from app.decisions.feel.lexer import Kind, Vocabulary
from app.decisions.feel.token_stream import TokenStream
from app.decisions.feel.tree import mentions
from app.decisions.feel.type_parser import parse_type
from app.decisions.feel.types import Type
from app.foundation.i18n import gettext as _

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


class Parser:
    """Reads one text. `vocabulary` grows with its local names; `types` are the named types of the model."""

    def __init__(
        self, text: str, vocabulary: Vocabulary, budget: Budget, types: Mapping[str, Type] | None = None
    ) -> None:
        self.stream = TokenStream(text, vocabulary, budget)
        self.types = types or {}

    def parse_expression(self) -> nodes.Node:
        """Read the whole text as one expression.

        Errors: FeelSyntaxError.
        """
        result = self.expression()
        self._expect_end()
        return result

    def parse_unary_tests(self) -> nodes.TestSet:
        """Read the whole text as the tests of a cell: `-`, tests parted by commas, or not(tests).

        Errors: FeelSyntaxError.
        """
        stream = self.stream
        if stream.at("-") and stream.peek().kind is Kind.END:
            return nodes.TestSet(())
        if stream.at_name("not") and stream.peek().value == "(":
            negated = self._negated_tests()
            if negated is not None:
                return negated
        tests = self.tests()
        self._expect_end()
        return nodes.TestSet(tests)

    def _negated_tests(self) -> nodes.TestSet | None:
        # `not(a) and b` is an expression, not a negated list of tests: then nothing is read.
        start = self.stream.token.start
        self.stream.advance()
        self.stream.advance()
        tests = self.tests()
        self.stream.expect(")")
        if self.stream.token.kind is Kind.END:
            return nodes.TestSet(tests, is_negated=True)
        self.stream.move_to(start)
        return None

    def _expect_end(self) -> None:
        if self.stream.token.kind is Kind.NAME:
            raise self.stream.refuse(
                mend=_("Names of several words must be known: check the spelling, or use an operator.")
            )
        if self.stream.token.kind is not Kind.END:
            raise self.stream.refuse()

    def tests(self) -> tuple[nodes.Node, ...]:
        """Read tests parted by commas."""
        found = [self._asked()]
        while self.stream.accept(","):
            found.append(self._asked())
        return tuple(found)

    def _asked(self) -> nodes.Node:
        test = self.test()
        if isinstance(test, nodes.Test) or not mentions(test, "?"):
            return test
        return nodes.Question(test)

    def test(self) -> nodes.Node:
        """Read one test: an operator with its operand, or an expression."""
        if not self.stream.at(*COMPARISONS):
            return self.expression()
        self.stream.grow()
        operator = self.stream.advance().value
        return nodes.Test(operator, self.sum())

    def expression(self) -> nodes.Node:
        """Read one expression of any kind."""
        self.stream.descend()
        result = self._disjunction()
        self.stream.ascend()
        return result

    def _disjunction(self) -> nodes.Node:
        parts = [self._conjunction()]
        while self.stream.accept("or"):
            parts.append(self._conjunction())
        return parts[0] if len(parts) == 1 else nodes.Disjunction(tuple(parts))

    def _conjunction(self) -> nodes.Node:
        parts = [self._comparison()]
        while self.stream.accept("and"):
            parts.append(self._comparison())
        return parts[0] if len(parts) == 1 else nodes.Conjunction(tuple(parts))

    def _comparison(self) -> nodes.Node:
        left = self.sum()
        while True:
            if self.stream.at(*COMPARISONS):
                operator = self.stream.advance().value
                left = nodes.Comparison(operator, left, self.sum())
            elif self.stream.accept("between"):
                low = self.sum()
                self.stream.expect("and")
                left = nodes.Between(left, low, self.sum())
            elif self.stream.accept("in"):
                left = nodes.Membership(left, self._membership_tests())
            else:
                return left
            self.stream.grow()

    def _membership_tests(self) -> tuple[nodes.Node, ...]:
        if not self.stream.at("("):
            return (self.test() if self.stream.at(*COMPARISONS) else self.sum(),)
        start = self.stream.token.start
        self.stream.advance()
        self.stream.descend()
        tests = self.tests()
        self.stream.ascend()
        if self.stream.at(".."):
            self.stream.move_to(start)
            return (self.sum(),)
        self.stream.expect(")")
        return tests

    def sum(self) -> nodes.Node:
        """Read terms joined by + and -."""
        left = self._product()
        while self.stream.at("+", "-"):
            operator = self.stream.advance().value
            left = self._joined(operator, left, self._product())
        return left

    def _product(self) -> nodes.Node:
        left = self._power()
        while self.stream.at("*", "/"):
            operator = self.stream.advance().value
            left = self._joined(operator, left, self._power())
        return left

    def _power(self) -> nodes.Node:
        # FEEL raises to powers from left to right: 2 ** 3 ** 2 is 64.
        left = self._signed()
        while self.stream.accept("**"):
            left = self._joined("**", left, self._signed())
        return left

    def _joined(self, operator: str, left: nodes.Node, right: nodes.Node) -> nodes.Node:
        self.stream.grow()
        return nodes.Arithmetic(operator, left, right)

    def _signed(self) -> nodes.Node:
        if self.stream.at("-"):
            self.stream.advance()
            self.stream.grow()
            self.stream.descend()
            operand = self._signed()
            self.stream.ascend()
            return nodes.Negation(operand)
        return self._typed()

    def _typed(self) -> nodes.Node:
        value = operands.parse_operand(self)
        if self.stream.at_name("instance") and self.stream.peek().value == "of":
            self.stream.advance()
            self.stream.advance()
            self.stream.grow()
            return nodes.InstanceOf(value, parse_type(self.stream, self.types))
        return value
