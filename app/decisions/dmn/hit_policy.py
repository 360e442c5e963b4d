"""The hit policies of DMN: which of the matching rules decide, and what becomes of their outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from app.decisions.dmn.errors import RulesOverlap
from app.decisions.feel.comparison import same
from app.decisions.feel.library import LIBRARY
from app.decisions.feel.runtime import Runtime
from app.decisions.feel.values import Value


class HitPolicy(Enum):
    """How a table answers when several rules match."""

    UNIQUE = "UNIQUE"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    FIRST = "FIRST"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"
    COLLECT = "COLLECT"

    @property
    def is_multiple(self) -> bool:
        """Tell whether the answer is a list."""
        return self in {HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT}


class Aggregator(Enum):
    """What COLLECT makes of the outputs."""

    SUM = "SUM"
    MIN = "MIN"
    MAX = "MAX"
    COUNT = "COUNT"


@dataclass(frozen=True, slots=True)
class Hit:
    """A matching rule and its outputs, in the order of the columns."""

    rule: str
    outputs: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What a policy must know of the table.

    Shape: `priorities` the allowed outputs of each column, best first.
    """

    name: str
    columns: tuple[str, ...]
    priorities: tuple[tuple[Value, ...], ...]
    aggregator: Aggregator | None = None


def answer(policy: HitPolicy, table: Table, hits: Sequence[Hit], runtime: Runtime) -> Value:
    """Return the answer of a table whose rules gave at least one hit.

    Errors: RulesOverlap where the policy allows one answer and the rules give several.
    """
    return _POLICIES[policy](table, hits, runtime)


def _unique(table: Table, hits: Sequence[Hit], _runtime: Runtime) -> Value:
    if len(hits) > 1:
        raise RulesOverlap(table.name, [hit.rule for hit in hits], HitPolicy.UNIQUE.value)
    return output_of(table, hits[0].outputs)


def _any(table: Table, hits: Sequence[Hit], runtime: Runtime) -> Value:
    first = hits[0]
    if not all(same(hit.outputs, first.outputs, runtime.meter) for hit in hits[1:]):
        raise RulesOverlap(table.name, [hit.rule for hit in hits], HitPolicy.ANY.value)
    return output_of(table, first.outputs)


def _first(table: Table, hits: Sequence[Hit], _runtime: Runtime) -> Value:
    return output_of(table, hits[0].outputs)


def _priority(table: Table, hits: Sequence[Hit], runtime: Runtime) -> Value:
    return output_of(table, _by_priority(table, hits, runtime)[0].outputs)


def _rule_order(table: Table, hits: Sequence[Hit], _runtime: Runtime) -> Value:
    return tuple(output_of(table, hit.outputs) for hit in hits)


def _output_order(table: Table, hits: Sequence[Hit], runtime: Runtime) -> Value:
    return tuple(output_of(table, hit.outputs) for hit in _by_priority(table, hits, runtime))


def _collect(table: Table, hits: Sequence[Hit], runtime: Runtime) -> Value:
    if table.aggregator is Aggregator.COUNT:
        return Decimal(len(hits))
    collected = _rule_order(table, hits, runtime)
    if table.aggregator is None:
        return collected
    return runtime.invoke(LIBRARY[table.aggregator.value.lower()], (collected,))


def _by_priority(table: Table, hits: Sequence[Hit], runtime: Runtime) -> list[Hit]:
    def rank(hit: Hit) -> tuple[int, ...]:
        return tuple(
            next(
                (place for place, known in enumerate(order) if same(known, value, runtime.meter)), len(order)
            )
            for order, value in zip(table.priorities, hit.outputs, strict=True)
        )

    return sorted(hits, key=rank)


def output_of(table: Table, outputs: tuple[Value, ...]) -> Value:
    """Return the one output of a table with one column, else all of them by name."""
    return outputs[0] if len(outputs) == 1 else dict(zip(table.columns, outputs, strict=True))


_POLICIES: Mapping[HitPolicy, Callable[[Table, Sequence[Hit], Runtime], Value]] = {
    HitPolicy.UNIQUE: _unique,
    HitPolicy.ANY: _any,
    HitPolicy.PRIORITY: _priority,
    HitPolicy.FIRST: _first,
    HitPolicy.RULE_ORDER: _rule_order,
    HitPolicy.OUTPUT_ORDER: _output_order,
    HitPolicy.COLLECT: _collect,
}
