"""The running evaluation: walks syntax trees under one meter and calls functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.decisions.feel import evaluate_access, evaluate_iteration, evaluate_logic, evaluate_values, nodes
from app.decisions.feel.budget import Budget, Meter
from app.decisions.feel.invocation import bind
from app.decisions.feel.runtime import Handler
from app.decisions.feel.scope import Scope
from app.decisions.feel.types import coerce
from app.decisions.feel.values import Function, Value

_HANDLERS: Mapping[type[nodes.Node], Handler] = {
    **evaluate_values.HANDLERS,
    **evaluate_logic.HANDLERS,
    **evaluate_access.HANDLERS,
    **evaluate_iteration.HANDLERS,
}


class ExpressionRun:
    """One evaluation: its meter, and the moment it takes for the present."""

    __slots__ = ("meter", "now")

    def __init__(self, budget: Budget, now: datetime) -> None:
        self.meter = Meter(budget)
        self.now = now

    def evaluate(self, node: nodes.Node, scope: Scope) -> Value:
        """Return the value of a node.

        Errors: BudgetExceeded.
        """
        self.meter.enter()
        value = _HANDLERS[type(node)](self, node, scope)
        self.meter.leave()
        return value

    def invoke(self, function: Function, arguments: Sequence[Value]) -> Value:
        """Call a function value with arguments in order; None if they do not fit."""
        return self.call(function, arguments, {})

    def call(self, function: Function, arguments: Sequence[Value], named: Mapping[str, Value]) -> Value:
        """Call a function with arguments by place or by name; None if they do not fit."""
        bound = bind(function, arguments, named, self)
        if bound is None:
            return None
        self.meter.enter()
        value = function.call(self, bound)
        self.meter.leave()
        return value if function.result is None else coerce(value, function.result, self)
