"""A decision model: its decisions, inputs, functions and services, and how a decision is evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from app.decisions.dmn.elements import Decision, Element, InputData
from app.decisions.dmn.errors import DecisionNotFound
from app.decisions.dmn.graph_run import GraphRun
from app.decisions.feel.budget import Budget
from app.decisions.feel.conversion import to_feel, to_json, weigh
from app.decisions.feel.expression_run import ExpressionRun
from app.decisions.feel.types import Type
from app.decisions.feel.values import Value

MODEL_BUDGET = Budget(steps=30_000)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a decision came to, to be stored as evidence.

    Shape: `inputs` the values given under names the model uses; `table` the id of the decision's own table,
    `matched_rules` the ids of its rules that matched, in the order of the table.
    """

    decision: str
    outputs: Value
    matched_rules: tuple[str, ...]
    inputs: Mapping[str, Value]
    table: str | None

    def to_json(self) -> dict[str, object]:
        """Return the evaluation as plain JSON data."""
        return {
            "decision": self.decision,
            "outputs": to_json(self.outputs),
            "matched_rules": list(self.matched_rules),
            "inputs": to_json(dict(self.inputs)),
            "table": self.table,
        }


@dataclass(frozen=True)
class DecisionModel:
    """A model that was read without problems.

    Shape: `elements` by id, imported ones under `namespace#id`; `prefixes` maps imported ids to the import's
    name; `used` and `paths` are the variables and dotted accesses of all expressions.
    """

    name: str
    namespace: str
    elements: Mapping[str, Element]
    types: Mapping[str, Type]
    prefixes: Mapping[str, str]
    used: frozenset[str]
    paths: frozenset[tuple[str, ...]]
    declared: frozenset[str] = field(default=frozenset())

    @cached_property
    def decisions(self) -> Mapping[str, Decision]:
        """Return the model's own decisions, each by its id and by its name."""
        own = [
            element
            for key, element in self.elements.items()
            if isinstance(element, Decision) and key not in self.prefixes
        ]
        return {decision.name: decision for decision in own} | {decision.id: decision for decision in own}

    @cached_property
    def input_names(self) -> frozenset[str]:
        """Return the names the model must be given: its input data, and variables it does not declare."""
        given = {element.name for element in self.elements.values() if isinstance(element, InputData)}
        return frozenset(given | (self.used - self.declared))

    def evaluate(
        self,
        decision: str,
        inputs: Mapping[str, object],
        *,
        budget: Budget | None = None,
        now: datetime | None = None,
    ) -> Evaluation:
        """Evaluate a decision, and what it requires, for the inputs.

        Shape: `decision` an id or a name; `inputs` by name, others than the model uses are left aside; a
        table without a matching rule gives its default, else null.
        Errors: DecisionNotFound, RulesOverlap, BudgetExceeded, NotAFeelValue.
        """
        wanted = self.decisions.get(decision)
        if wanted is None:
            raise DecisionNotFound(decision, self.name)
        run = self.begin(inputs, budget=budget, now=now)
        outputs = run.decide(wanted)
        weigh(outputs, run.expressions.meter)
        rules = next((match.rules for match in run.matches if match.table == wanted.table), ())
        return Evaluation(wanted.id, outputs, rules, run.given, wanted.table)

    def begin(
        self, inputs: Mapping[str, object], *, budget: Budget | None = None, now: datetime | None = None
    ) -> GraphRun:
        """Return a run over the requirement graph with these inputs.

        Errors: NotAFeelValue.
        """
        given = {name: to_feel(value) for name, value in inputs.items() if name in self._known_names}
        expressions = ExpressionRun(budget or MODEL_BUDGET, now or datetime.now(UTC))
        return GraphRun(expressions, elements=self.elements, prefixes=self.prefixes, given=given)

    @cached_property
    def _known_names(self) -> frozenset[str]:
        names = {element.name for element in self.elements.values()} | set(self.prefixes.values())
        names |= {f"{prefix}.{self.elements[key].name}" for key, prefix in self.prefixes.items()}
        return frozenset(names | self.input_names)
