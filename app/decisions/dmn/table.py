"""Decision tables: inputs against rules, and the hit policy over what matched."""

from __future__ import annotations

from dataclasses import dataclass

from app.decisions.dmn.boxed import Boxed
from app.decisions.dmn.hit_policy import Aggregator, Hit, HitPolicy, Table, answer, output_of
from app.decisions.dmn.run import Match, ModelRun
from app.decisions.feel.expression import Expression, UnaryTests
from app.decisions.feel.scope import Scope
from app.decisions.feel.types import Type, coerce
from app.decisions.feel.values import Value, as_list


@dataclass(frozen=True, slots=True)
class Input:
    """A column of conditions; `type` converts the value of its expression."""

    expression: Boxed
    type: Type


@dataclass(frozen=True, slots=True)
class Output:
    """A column of results.

    Shape: `priorities` gives the list of its allowed values, best first; `default` its value without a match.
    """

    name: str
    type: Type
    priorities: Expression | None
    default: Boxed | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row."""

    id: str
    tests: tuple[UnaryTests, ...]
    outputs: tuple[Boxed, ...]


@dataclass(frozen=True, slots=True)
class DecisionTable(Boxed):
    """A table. Shape: each rule has one test for each input and one box for each output."""

    id: str
    name: str
    policy: HitPolicy
    aggregator: Aggregator | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]

    def value_in(self, run: ModelRun, scope: Scope) -> Value:
        """Return the answer of the table, or its defaults if no rule matches; notes which rules matched.

        Errors: RulesOverlap.
        """
        runtime = run.expressions
        values = [
            coerce(column.expression.evaluate(run, scope), column.type, runtime) for column in self.inputs
        ]
        matching = [rule for rule in self.rules if self._holds(rule, values, run, scope)]
        if self.policy is HitPolicy.FIRST:
            matching = matching[:1]
        run.matches.append(Match(self.id, tuple(rule.id for rule in matching)))
        table = self._described(run, scope)
        if not matching:
            return self._default(table, run, scope)
        hits = [Hit(rule.id, self._results(rule, run, scope)) for rule in matching]
        return answer(self.policy, table, hits, runtime)

    def _holds(self, rule: Rule, values: list[Value], run: ModelRun, scope: Scope) -> bool:
        return all(
            test.matches_in(value, scope, run.expressions) is True
            for test, value in zip(rule.tests, values, strict=True)
        )

    def _results(self, rule: Rule, run: ModelRun, scope: Scope) -> tuple[Value, ...]:
        return tuple(
            coerce(box.evaluate(run, scope), column.type, run.expressions)
            for column, box in zip(self.outputs, rule.outputs, strict=True)
        )

    def _described(self, run: ModelRun, scope: Scope) -> Table:
        priorities = tuple(
            ()
            if column.priorities is None
            else as_list(column.priorities.evaluate_in(scope, run.expressions))
            for column in self.outputs
        )
        return Table(self.name, tuple(column.name for column in self.outputs), priorities, self.aggregator)

    def _default(self, table: Table, run: ModelRun, scope: Scope) -> Value:
        if all(column.default is None for column in self.outputs):
            return None
        outputs = tuple(
            None if column.default is None else column.default.evaluate(run, scope) for column in self.outputs
        )
        result = output_of(table, outputs)
        return (result,) if self.policy.is_multiple and self.aggregator is None else result
