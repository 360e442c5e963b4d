"""The syntax tree of FEEL: plain frozen data, made by the parser, walked by the evaluator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from app.decisions.feel.types import Type
from app.decisions.feel.values import Scalar


@dataclass(frozen=True, slots=True)
class Node:
    """Any part of an expression."""


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A constant."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable, or a function of the library."""

    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """`base.member`: an entry of a context, a part of a date, or that of every item of a list."""

    base: Node
    member: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """`base[condition]`: the items for which the condition holds, or the item at a position."""

    base: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """`-operand`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`left operator right` for + - * / **."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`left operator right` for = != < <= > >=."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Conjunction(Node):
    """`a and b and c`."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Disjunction(Node):
    """`a or b or c`."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`value between low and high`."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Membership(Node):
    """`value in tests`: true if one of the tests holds for the value."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """`value instance of type`."""

    value: Node
    type: Type


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """`if condition then consequence else alternative`."""

    condition: Node
    consequence: Node
    alternative: Node


@dataclass(frozen=True, slots=True)
class Iterator:
    """`name in source` or `name in source..end`."""

    name: str
    source: Node
    end: Node | None = None


@dataclass(frozen=True, slots=True)
class For(Node):
    """`for iterators return body`; the body sees the results so far as `partial`."""

    iterators: tuple[Iterator, ...]
    body: Node
    sees_partial: bool = False


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some` or `every` (`is_every`) `iterators satisfies condition`."""

    is_every: bool
    iterators: tuple[Iterator, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class RangeLiteral(Node):
    """`[low..high]` with either kind of bracket."""

    low: Node
    high: Node
    includes_low: bool
    includes_high: bool


@dataclass(frozen=True, slots=True)
class Test(Node):
    """`operator operand` without a left side: a test of the value in question, or an open range."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Question(Node):
    """A test that names the value in question as `?`, so that its own truth is the answer."""

    condition: Node


@dataclass(frozen=True, slots=True)
class ListLiteral(Node):
    """`[a, b]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextLiteral(Node):
    """`{key: value}`; later entries see earlier ones."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class FunctionLiteral(Node):
    """`function(parameters) body`."""

    parameters: tuple[tuple[str, Type], ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`callee(arguments)`, by position or by name."""

    callee: Node
    positional: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...] = ()


TestNodes: TypeAlias = tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class TestSet(Node):
    """The tests of one cell: true if one holds, turned around if negated; without tests always true."""

    tests: TestNodes
    is_negated: bool = False
