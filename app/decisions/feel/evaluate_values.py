"""Evaluating constants, lists, contexts, ranges, arithmetic, functions and calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.decisions.feel import nodes
from app.decisions.feel.arithmetic import OPERATIONS, negate
from app.decisions.feel.comparison import ORDERED, compare
from app.decisions.feel.library import LIBRARY
from app.decisions.feel.runtime import Handler, Runtime
from app.decisions.feel.scope import Scope
from app.decisions.feel.values import Function, Parameter, Range, Value


def _literal(_evaluator: Runtime, node: nodes.Literal, _scope: Scope) -> Value:
    return node.value


def _list(evaluator: Runtime, node: nodes.ListLiteral, scope: Scope) -> Value:
    return tuple(evaluator.evaluate(item, scope) for item in node.items)


def _context(evaluator: Runtime, node: nodes.ContextLiteral, scope: Scope) -> Value:
    entries: dict[str, Value] = {}
    inner = scope.inner(entries)
    for key, value in node.entries:
        entries[key] = evaluator.evaluate(value, inner)
    # The scope of functions made inside keeps the entries; what is handed out is a copy.
    return dict(entries)


def _range(evaluator: Runtime, node: nodes.RangeLiteral, scope: Scope) -> Value:
    low = evaluator.evaluate(node.low, scope)
    high = evaluator.evaluate(node.high, scope)
    if low is None and high is None:
        return None
    if not all(bound is None or isinstance(bound, ORDERED) for bound in (low, high)):
        return None
    # A range that ends before it starts, or whose bounds have no order, is none.
    if low is not None and high is not None and compare(low, high, evaluator.meter) not in {-1, 0}:
        return None
    return Range(low, high, node.includes_low, node.includes_high)


def _negation(evaluator: Runtime, node: nodes.Negation, scope: Scope) -> Value:
    return negate(evaluator.evaluate(node.operand, scope))


def _arithmetic(evaluator: Runtime, node: nodes.Arithmetic, scope: Scope) -> Value:
    left = evaluator.evaluate(node.left, scope)
    right = evaluator.evaluate(node.right, scope)
    if left is None or right is None:
        return None
    return OPERATIONS[node.operator](left, right, evaluator.meter)


def _function(evaluator: Runtime, node: nodes.FunctionLiteral, scope: Scope) -> Value:
    names = tuple(name for name, _kind in node.parameters)

    def call(_runtime: Runtime, arguments: Sequence[Value]) -> Value:
        return evaluator.evaluate(node.body, scope.inner(dict(zip(names, arguments, strict=True))))

    return Function("", tuple(Parameter(name, kind) for name, kind in node.parameters), call)


def _call(evaluator: Runtime, node: nodes.Call, scope: Scope) -> Value:
    function = _callee(evaluator, node.callee, scope)
    if not isinstance(function, Function):
        return None
    positional = [evaluator.evaluate(argument, scope) for argument in node.positional]
    named = {name: evaluator.evaluate(argument, scope) for name, argument in node.named}
    return evaluator.call(function, positional, named)


def _callee(evaluator: Runtime, callee: nodes.Node, scope: Scope) -> Value:
    if not isinstance(callee, nodes.Name):
        return evaluator.evaluate(callee, scope)
    # A field that happens to be called `count` must not take the function away.
    _is_known, value = scope.find(callee.name)
    return value if isinstance(value, Function) else LIBRARY.get(callee.name)


HANDLERS: Mapping[type[nodes.Node], Handler] = {
    nodes.Literal: _literal,
    nodes.ListLiteral: _list,
    nodes.ContextLiteral: _context,
    nodes.RangeLiteral: _range,
    nodes.Negation: _negation,
    nodes.Arithmetic: _arithmetic,
    nodes.FunctionLiteral: _function,
    nodes.Call: _call,
}
