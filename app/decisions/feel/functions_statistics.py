"""Library functions that sum up a list in one value, numbers mostly."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from app.decisions.feel.arithmetic import compute
from app.decisions.feel.comparison import ORDERED, compare
from app.decisions.feel.logic import all_of, any_of
from app.decisions.feel.runtime import Runtime
from app.decisions.feel.signature import declare
from app.decisions.feel.values import NUMBERS, Value, truth

Items = tuple[Value, ...]


def numbers_of(runtime: Runtime, items: Items) -> list[Decimal] | None:
    """Return the items if all are numbers, else None."""
    runtime.meter.spend(len(items))
    found = [item for item in items if isinstance(item, Decimal)]
    return found if len(found) == len(items) else None


def total(numbers: list[Decimal]) -> Decimal:
    """Return the sum with 34 digits."""
    result = Decimal(0)
    for number in numbers:
        result = NUMBERS.add(result, number)
    return result


def _over_numbers(work: Callable[[list[Decimal]], Decimal], least: int = 1) -> Callable[..., Value]:
    def summed_up(runtime: Runtime, items: Items) -> Value:
        numbers = numbers_of(runtime, items)
        if numbers is None or len(numbers) < least:
            return None
        return compute(lambda: work(numbers), runtime.meter)

    return summed_up


def _mean(numbers: list[Decimal]) -> Decimal:
    return NUMBERS.divide(total(numbers), Decimal(len(numbers)))


def _product(numbers: list[Decimal]) -> Decimal:
    result = Decimal(1)
    for number in numbers:
        result = NUMBERS.multiply(result, number)
    return result


def _median(numbers: list[Decimal]) -> Decimal:
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else _mean(ordered[middle - 1 : middle + 1])


def _deviation(numbers: list[Decimal]) -> Decimal:
    mean = _mean(numbers)
    squares = [NUMBERS.power(NUMBERS.subtract(number, mean), Decimal(2)) for number in numbers]
    return NUMBERS.sqrt(NUMBERS.divide(total(squares), Decimal(len(numbers) - 1)))


def _mode(runtime: Runtime, items: Items) -> Value:
    numbers = numbers_of(runtime, items)
    if numbers is None:
        return None
    counts: dict[Decimal, int] = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values(), default=0)
    return tuple(sorted(number for number, count in counts.items() if count == most))


def _extreme(sign: int) -> Callable[..., Value]:
    def chosen(runtime: Runtime, items: Items) -> Value:
        if not items or not isinstance(items[0], ORDERED):
            return None
        best: Value = items[0]
        for item in items[1:]:
            order = compare(item, best, runtime.meter)
            if order is None:
                return None
            runtime.meter.spend()
            best = item if order * sign > 0 else best
        return best

    return chosen


def _all(runtime: Runtime, items: Items) -> Value:
    return _combined(runtime, items, all_of, start=True)


def _any(runtime: Runtime, items: Items) -> Value:
    return _combined(runtime, items, any_of, start=False)


def _combined(
    runtime: Runtime,
    items: Items,
    combine: Callable[[bool | None, bool | None], bool | None],
    *,
    start: bool,
) -> Value:
    runtime.meter.spend(len(items))
    result: bool | None = start
    for item in items:
        result = combine(result, truth(item))
    return result


FUNCTIONS = (
    declare("min(list*)", _extreme(-1)),
    declare("max(list*)", _extreme(1)),
    declare("sum(list*): number", _over_numbers(total)),
    declare("mean(list*): number", _over_numbers(_mean)),
    declare("product(list*): number", _over_numbers(_product)),
    declare("median(list*): number", _over_numbers(_median)),
    declare("stddev(list*): number", _over_numbers(_deviation, least=2)),
    declare("mode(list*)", _mode),
    declare("all(list*): boolean", _all),
    declare("any(list*): boolean", _any),
)
