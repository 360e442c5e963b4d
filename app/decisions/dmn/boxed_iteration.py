"""Boxed conditionals, filters and iterators (DMN 1.4 and later)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.decisions.dmn.boxed import Boxed
from app.decisions.dmn.run import ModelRun
from app.decisions.feel.evaluate_access import item_at, item_scope
from app.decisions.feel.evaluate_iteration import PARTIAL, NotIterable, items_of
from app.decisions.feel.scope import Scope
from app.decisions.feel.values import Value, as_list


@dataclass(frozen=True, slots=True)
class ConditionalBox(Boxed):
    """If, then, else."""

    condition: Boxed
    consequence: Boxed
    alternative: Boxed

    def value_in(self, run: ModelRun, scope: Scope) -> Value:
        """Evaluate the branch that applies; anything but true takes the alternative."""
        holds = self.condition.evaluate(run, scope) is True
        return (self.consequence if holds else self.alternative).evaluate(run, scope)


@dataclass(frozen=True, slots=True)
class FilterBox(Boxed):
    """The items for which the condition is true; null if it is not a truth value for one of them."""

    source: Boxed
    condition: Boxed

    def value_in(self, run: ModelRun, scope: Scope) -> Value:
        """Evaluate the condition for each item."""
        source = self.source.evaluate(run, scope)
        if source is None:
            return None
        kept: list[Value] = []
        for item in as_list(source):
            run.expressions.meter.spend()
            verdict = self.condition.evaluate(run, item_scope(item, scope))
            if verdict is True:
                kept.append(item)
            elif verdict is not False and verdict is not None:
                return item_at(as_list(source), verdict)
        return tuple(kept)


@dataclass(frozen=True, slots=True)
class ForBox(Boxed):
    """One result for each item."""

    variable: str
    source: Boxed
    body: Boxed

    def value_in(self, run: ModelRun, scope: Scope) -> Value:
        """Evaluate the body for each item; it sees the results so far as `partial`."""
        results: list[Value] = []
        try:
            for item in _walk(self.source, run, scope):
                run.expressions.meter.pay_items(len(results) // 16 + 1)
                inner = scope.inner({self.variable: item, PARTIAL: tuple(results)})
                results.append(self.body.evaluate(run, inner))
        except NotIterable:
            return None
        return tuple(results)


@dataclass(frozen=True, slots=True)
class QuantifiedBox(Boxed):
    """Whether some, or every, item satisfies a condition; null if one is neither true nor false."""

    is_every: bool
    variable: str
    source: Boxed
    condition: Boxed

    def value_in(self, run: ModelRun, scope: Scope) -> Value:
        """Evaluate the condition for every item."""
        try:
            verdicts = [
                self.condition.evaluate(run, scope.inner({self.variable: item}))
                for item in _walk(self.source, run, scope)
            ]
        except NotIterable:
            return None
        if not all(isinstance(verdict, bool) for verdict in verdicts):
            return None
        return all(verdicts) if self.is_every else any(verdicts)


def _walk(source: Boxed, run: ModelRun, scope: Scope) -> Iterator[Value]:
    for item in items_of(source.evaluate(run, scope)):
        run.expressions.meter.spend()
        yield item
