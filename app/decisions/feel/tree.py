"""Going through syntax trees: the parts of each kind of node, in the order of the text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.decisions.feel import nodes

Parts = tuple[nodes.Node, ...]


def children(node: nodes.Node) -> Parts:
    """Return the parts directly below a node."""
    return _PARTS[type(node)](node)


def walk(node: nodes.Node) -> Iterator[nodes.Node]:
    """Yield the node and everything below it."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(children(current))


def mentions(node: nodes.Node, name: str) -> bool:
    """Tell whether the name occurs anywhere in the tree."""
    wanted = nodes.Name(name)
    return any(part == wanted for part in walk(node))


def _sources(iterators: tuple[nodes.Iterator, ...]) -> Parts:
    found: list[nodes.Node] = []
    for iterator in iterators:
        found.append(iterator.source)
        if iterator.end is not None:
            found.append(iterator.end)
    return tuple(found)


def _values(named: tuple[tuple[str, nodes.Node], ...]) -> Parts:
    return tuple(value for _name, value in named)


_PARTS: Mapping[type[nodes.Node], Callable[[Any], Parts]] = {
    nodes.Literal: lambda _node: (),
    nodes.Name: lambda _node: (),
    nodes.Path: lambda node: (node.base,),
    nodes.Filter: lambda node: (node.base, node.condition),
    nodes.Negation: lambda node: (node.operand,),
    nodes.Arithmetic: lambda node: (node.left, node.right),
    nodes.Comparison: lambda node: (node.left, node.right),
    nodes.Conjunction: lambda node: node.parts,
    nodes.Disjunction: lambda node: node.parts,
    nodes.Between: lambda node: (node.value, node.low, node.high),
    nodes.Membership: lambda node: (node.value, *node.tests),
    nodes.InstanceOf: lambda node: (node.value,),
    nodes.Conditional: lambda node: (node.condition, node.consequence, node.alternative),
    nodes.For: lambda node: (*_sources(node.iterators), node.body),
    nodes.Quantified: lambda node: (*_sources(node.iterators), node.condition),
    nodes.RangeLiteral: lambda node: (node.low, node.high),
    nodes.Test: lambda node: (node.operand,),
    nodes.Question: lambda node: (node.condition,),
    nodes.ListLiteral: lambda node: node.items,
    nodes.ContextLiteral: lambda node: _values(node.entries),
    nodes.FunctionLiteral: lambda node: (node.body,),
    nodes.Call: lambda node: (node.callee, *node.positional, *_values(node.named)),
    nodes.TestSet: lambda node: node.tests,
}
