"""Evaluating for, some and every. Ranges are walked, never built, and every round is paid for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from app.decisions.feel import nodes
from app.decisions.feel.logic import all_of, any_of
from app.decisions.feel.runtime import Handler, Runtime
from app.decisions.feel.scope import Scope
from app.decisions.feel.temporal import Date, date_from_ordinal
from app.decisions.feel.values import Range, Value, as_list, is_whole, truth

PARTIAL = "partial"
ITEMS_PER_STEP = 16


class NotIterable(Exception):
    """The source of an iterator gives nothing to walk: the whole expression is null."""


def _for(evaluator: Runtime, node: nodes.For, scope: Scope) -> Value:
    results: list[Value] = []
    try:
        for frame in _rounds(evaluator, node.iterators, scope):
            inner = _with_partial(evaluator, frame, results) if node.sees_partial else frame
            results.append(evaluator.evaluate(node.body, inner))
            evaluator.meter.check_items(len(results))
    except NotIterable:
        return None
    return tuple(results)


def _with_partial(evaluator: Runtime, frame: Scope, results: list[Value]) -> Scope:
    # The list so far is copied for each round, and paid for.
    evaluator.meter.spend(len(results) // ITEMS_PER_STEP)
    return frame.inner({PARTIAL: tuple(results)})


def _rounds(evaluator: Runtime, iterators: tuple[nodes.Iterator, ...], scope: Scope) -> Iterator[Scope]:
    if not iterators:
        yield scope
        return
    first, rest = iterators[0], iterators[1:]
    for item in _items(evaluator, first, scope):
        evaluator.meter.spend()
        yield from _rounds(evaluator, rest, scope.inner({first.name: item}))


def _items(evaluator: Runtime, iterator: nodes.Iterator, scope: Scope) -> Iterable[Value]:
    source = evaluator.evaluate(iterator.source, scope)
    if iterator.end is not None:
        return _walk(source, evaluator.evaluate(iterator.end, scope))
    return items_of(source)


def items_of(source: Value) -> Iterable[Value]:
    """Return what a source gives to walk over: the items of a list, the steps of a range, or the one value.

    Errors: NotIterable for null and for ranges without steps.
    """
    if isinstance(source, Range):
        return _walk_range(source)
    if source is None:
        raise NotIterable
    return as_list(source)


def _walk_range(limits: Range) -> Iterable[Value]:
    items = _walk(limits.low, limits.high)
    return (
        item
        for item in items
        if (limits.includes_low or item != limits.low) and (limits.includes_high or item != limits.high)
    )


def _walk(low: Value, high: Value) -> Iterable[Value]:
    if isinstance(low, Decimal) and isinstance(high, Decimal) and is_whole(low) and is_whole(high):
        start, end = int(low), int(high)
        return (Decimal(number) for number in _steps(start, end))
    if isinstance(low, Date) and isinstance(high, Date):
        return (date_from_ordinal(day) for day in _steps(low.ordinal, high.ordinal))
    raise NotIterable


def _steps(start: int, end: int) -> range:
    return range(start, end + 1) if start <= end else range(start, end - 1, -1)


def _quantified(evaluator: Runtime, node: nodes.Quantified, scope: Scope) -> Value:
    combine, decisive = (all_of, False) if node.is_every else (any_of, True)
    result: bool | None = node.is_every
    try:
        for frame in _rounds(evaluator, node.iterators, scope):
            result = combine(result, truth(evaluator.evaluate(node.condition, frame)))
            if result is decisive:
                break
    except NotIterable:
        return None
    return result


HANDLERS: Mapping[type[nodes.Node], Handler] = {
    nodes.For: _for,
    nodes.Quantified: _quantified,
}
