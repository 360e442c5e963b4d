"""Library functions on lists. Positions count from 1, negative ones from the end."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from functools import cmp_to_key

from app.decisions.feel.comparison import compare, same
from app.decisions.feel.runtime import Runtime
from app.decisions.feel.signature import declare
from app.decisions.feel.values import Function, Value, as_list, is_whole

Items = tuple[Value, ...]


def _list_contains(runtime: Runtime, items: Items, element: Value) -> Value:
    return any(same(item, element, runtime.meter) for item in items)


def _count(_runtime: Runtime, items: Items) -> Value:
    return Decimal(len(items))


def _index(position: Decimal, size: int) -> int | None:
    """Return the position counted from 0, or None if it is outside the list."""
    if not is_whole(position) or not 1 <= abs(position) <= size:
        return None
    return int(position) - 1 if position > 0 else size + int(position)


def _sublist(runtime: Runtime, items: Items, start: Decimal, length: Decimal | None) -> Value:
    first = _index(start, len(items))
    if first is None or (length is not None and (length < 0 or not is_whole(length))):
        return None
    if length is not None and first + length > len(items):
        return None
    taken = items[first:] if length is None else items[first : first + int(length)]
    runtime.meter.pay_items(len(taken))
    return taken


def _append(runtime: Runtime, items: Items, more: Items) -> Value:
    runtime.meter.pay_items(len(items) + len(more))
    return (*items, *more)


def _concatenate(runtime: Runtime, lists: Items) -> Value:
    if not all(isinstance(part, tuple) for part in lists):
        return None
    joined: list[Value] = []
    for part in lists:
        joined += as_list(part)
        runtime.meter.pay_items(len(joined))
    return tuple(joined)


def _insert_before(runtime: Runtime, items: Items, position: Decimal, element: Value) -> Value:
    index = _index(position, len(items))
    if index is None:
        return None
    runtime.meter.pay_items(len(items) + 1)
    return (*items[:index], element, *items[index:])


def _remove(runtime: Runtime, items: Items, position: Decimal) -> Value:
    index = _index(position, len(items))
    if index is None:
        return None
    runtime.meter.pay_items(len(items))
    return (*items[:index], *items[index + 1 :])


def _reverse(runtime: Runtime, items: Items) -> Value:
    runtime.meter.pay_items(len(items))
    return items[::-1]


def _index_of(runtime: Runtime, items: Items, match: Value) -> Value:
    return tuple(Decimal(index) for index, item in enumerate(items, 1) if same(item, match, runtime.meter))


def _distinct(runtime: Runtime, items: Items) -> Value:
    kept: list[Value] = []
    for item in items:
        if not any(same(item, known, runtime.meter) for known in kept):
            kept.append(item)
    return tuple(kept)


def _union(runtime: Runtime, lists: Items) -> Value:
    joined = _concatenate(runtime, lists)
    return _distinct(runtime, joined) if isinstance(joined, tuple) else None


def _flatten(runtime: Runtime, items: Items) -> Value:
    flat: list[Value] = []
    _flatten_into(runtime, items, flat)
    return tuple(flat)


def _flatten_into(runtime: Runtime, items: Items, flat: list[Value]) -> None:
    runtime.meter.enter()
    for item in items:
        if isinstance(item, tuple):
            _flatten_into(runtime, item, flat)
        else:
            flat.append(item)
            runtime.meter.spend()
            runtime.meter.check_items(len(flat))
    runtime.meter.leave()


def _sort(runtime: Runtime, items: Items, precedes: Value) -> Value:
    if precedes is None:
        return _sorted_by_order(runtime, items)
    if not isinstance(precedes, Function) or len(precedes.parameters) != 2:
        return None

    def order(left: Value, right: Value) -> int:
        runtime.meter.spend()
        if runtime.invoke(precedes, (left, right)) is True:
            return -1
        return 1 if runtime.invoke(precedes, (right, left)) is True else 0

    return tuple(sorted(items, key=cmp_to_key(order)))


def _sorted_by_order(runtime: Runtime, items: Items) -> Value:
    if any(compare(item, items[0], runtime.meter) is None for item in items):
        return None

    def order(left: Value, right: Value) -> int:
        runtime.meter.spend()
        return compare(left, right, runtime.meter) or 0

    return tuple(sorted(items, key=cmp_to_key(order)))


def _list_replace(runtime: Runtime, items: Items, chosen: Value, element: Value) -> Value:
    runtime.meter.pay_items(len(items))
    if isinstance(chosen, Decimal):
        index = _index(chosen.to_integral_value(ROUND_DOWN), len(items))
        return None if index is None else (*items[:index], element, *items[index + 1 :])
    if not isinstance(chosen, Function) or len(chosen.parameters) != 2:
        return None
    replaced: list[Value] = []
    for item in items:
        verdict = runtime.invoke(chosen, (item, element))
        if not isinstance(verdict, bool):
            return None
        replaced.append(element if verdict else item)
    return tuple(replaced)


FUNCTIONS = (
    declare("list contains(list: list, element): boolean", _list_contains),
    declare("list replace(list: list, position/match, newItem)", _list_replace),
    declare("count(list: list): number", _count),
    declare("sublist(list: list, start position: number, length?: number | Null)", _sublist),
    declare("append(list: list, item...)", _append),
    declare("concatenate(list...)", _concatenate),
    declare("insert before(list: list, position: number, newItem)", _insert_before),
    declare("remove(list: list, position: number)", _remove),
    declare("reverse(list: list)", _reverse),
    declare("index of(list: list, match)", _index_of),
    declare("union(list...)", _union),
    declare("distinct values(list: list)", _distinct),
    declare("flatten(list: list)", _flatten),
    declare("sort(list: list, precedes?: function)", _sort),
)
