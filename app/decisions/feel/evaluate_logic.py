"""Evaluating comparisons, three-valued logic, conditions and tests. None stands for "unknown" throughout."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.decisions.feel import nodes
from app.decisions.feel.comparison import ORDERED, compare, equal, in_range, same
from app.decisions.feel.logic import all_of, any_of, opposite
from app.decisions.feel.runtime import Handler, Runtime
from app.decisions.feel.scope import Scope
from app.decisions.feel.types import is_instance
from app.decisions.feel.values import Range, Value, truth

TESTED = "?"
_ORDERS: Mapping[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def _conjunction(evaluator: Runtime, node: nodes.Conjunction, scope: Scope) -> Value:
    result: bool | None = True
    for part in node.parts:
        result = all_of(result, truth(evaluator.evaluate(part, scope)))
        if result is False:
            break
    return result


def _disjunction(evaluator: Runtime, node: nodes.Disjunction, scope: Scope) -> Value:
    result: bool | None = False
    for part in node.parts:
        result = any_of(result, truth(evaluator.evaluate(part, scope)))
        if result is True:
            break
    return result


def _compared(evaluator: Runtime, operator: str, left: Value, right: Value) -> bool | None:
    if operator == "=":
        return equal(left, right, evaluator.meter)
    if operator == "!=":
        return opposite(equal(left, right, evaluator.meter))
    order = compare(left, right, evaluator.meter)
    return None if order is None else _ORDERS[operator](order)


def _comparison(evaluator: Runtime, node: nodes.Comparison, scope: Scope) -> Value:
    left = evaluator.evaluate(node.left, scope)
    return _compared(evaluator, node.operator, left, evaluator.evaluate(node.right, scope))


def _between(evaluator: Runtime, node: nodes.Between, scope: Scope) -> Value:
    value = evaluator.evaluate(node.value, scope)
    above = _compared(evaluator, ">=", value, evaluator.evaluate(node.low, scope))
    return all_of(above, _compared(evaluator, "<=", value, evaluator.evaluate(node.high, scope)))


def _conditional(evaluator: Runtime, node: nodes.Conditional, scope: Scope) -> Value:
    holds = evaluator.evaluate(node.condition, scope) is True
    return evaluator.evaluate(node.consequence if holds else node.alternative, scope)


def _instance_of(evaluator: Runtime, node: nodes.InstanceOf, scope: Scope) -> Value:
    return is_instance(evaluator.evaluate(node.value, scope), node.type, evaluator)


def _open_range(evaluator: Runtime, node: nodes.Test, scope: Scope) -> Value:
    bound = evaluator.evaluate(node.operand, scope)
    if node.operator == "!=":
        is_known, value = scope.find(TESTED)
        return _compared(evaluator, node.operator, value, bound) if is_known else None
    if not isinstance(bound, ORDERED):
        return None
    if node.operator == "=":
        return Range(bound, bound)
    includes = node.operator in {"<=", ">="}
    if node.operator in {"<", "<="}:
        return Range(None, bound, includes_low=False, includes_high=includes)
    return Range(bound, None, includes_low=includes, includes_high=False)


def _membership(evaluator: Runtime, node: nodes.Membership, scope: Scope) -> Value:
    value = evaluator.evaluate(node.value, scope)
    return _any_test(evaluator, node.tests, value, scope)


def _test_set(evaluator: Runtime, node: nodes.TestSet, scope: Scope) -> Value:
    if not node.tests:
        return True
    _is_known, value = scope.find(TESTED)
    result = _any_test(evaluator, node.tests, value, scope)
    return opposite(result) if node.is_negated else result


def _any_test(evaluator: Runtime, tests: nodes.TestNodes, value: Value, scope: Scope) -> bool | None:
    inner = scope.inner({TESTED: value})
    result: bool | None = False
    for test in tests:
        result = any_of(result, _holds(evaluator, test, value, inner))
        if result is True:
            break
    return result


def _holds(evaluator: Runtime, test: nodes.Node, value: Value, scope: Scope) -> bool | None:
    if isinstance(test, nodes.Test):
        bound = evaluator.evaluate(test.operand, scope)
        return _compared(evaluator, test.operator, value, bound)
    outcome = evaluator.evaluate(test, scope)
    if isinstance(outcome, bool) and isinstance(test, nodes.Question):
        return outcome
    return matches_outcome(evaluator, value, outcome)


def matches_outcome(evaluator: Runtime, value: Value, outcome: Value) -> bool | None:
    """Tell whether a value passes a test whose expression gave `outcome`: equal, contained, or true."""
    if isinstance(outcome, Range):
        return in_range(value, outcome, evaluator.meter)
    if isinstance(outcome, tuple):
        return _in_list(evaluator, value, outcome)
    if isinstance(outcome, bool) and value is not None and not isinstance(value, bool):
        return outcome
    return equal(value, outcome, evaluator.meter)


def _in_list(evaluator: Runtime, value: Value, candidates: tuple[Value, ...]) -> bool:
    if same(value, candidates, evaluator.meter):
        return True
    evaluator.meter.spend(len(candidates))
    return any(
        in_range(value, candidate, evaluator.meter) is True
        if isinstance(candidate, Range)
        else same(value, candidate, evaluator.meter)
        for candidate in candidates
    )


def _question(evaluator: Runtime, node: nodes.Question, scope: Scope) -> Value:
    return evaluator.evaluate(node.condition, scope)


HANDLERS: Mapping[type[nodes.Node], Handler] = {
    nodes.Conjunction: _conjunction,
    nodes.Disjunction: _disjunction,
    nodes.Comparison: _comparison,
    nodes.Between: _between,
    nodes.Conditional: _conditional,
    nodes.InstanceOf: _instance_of,
    nodes.Test: _open_range,
    nodes.Question: _question,
    nodes.Membership: _membership,
    nodes.TestSet: _test_set,
}
