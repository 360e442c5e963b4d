"""A decision model: its decisions, inputs, functions and services, and how a decision is evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from app.decisions.dmn.elements import Decision, Element, InputData
from app.decisions.dmn.errors import DecisionNotFound
from app.decisions.dmn.evidence import Evaluation, read_part
from app.decisions.dmn.graph_run import GraphRun
from app.decisions.feel.budget import Budget
from app.decisions.feel.conversion import to_feel, weigh
from app.decisions.feel.expression_run import ExpressionRun
from app.decisions.feel.types import Type
from app.decisions.feel.values import Value

MODEL_BUDGET = Budget(steps=30_000)


@dataclass(frozen=True)
class DecisionModel:
    """A model that was read without problems.

    Shape: `name` is what messages call it, `title` what its author called it; `elements` by key: their id, or
    `import/key` for imported ones; `prefixes` the names of the imports that lead to an imported element;
    `used` and `paths` the variables and dotted accesses of all expressions, `whole` the names used without
    one; `declared` the names the model gives itself.
    """

    name: str
    namespace: str
    elements: Mapping[str, Element]
    types: Mapping[str, Type]
    prefixes: Mapping[str, tuple[str, ...]]
    used: frozenset[str]
    paths: frozenset[tuple[str, ...]]
    whole: frozenset[str] = frozenset()
    declared: frozenset[str] = frozenset()
    title: str = ""

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
        return Evaluation(wanted.id, outputs, rules, self._read_parts(run.given), wanted.table)

    def _read_parts(self, given: Mapping[str, Value]) -> Mapping[str, Value]:
        # Evidence keeps what the model could look at, not a whole record with all its personal data.
        return {
            name: value
            if name in self.whole
            else read_part(value, [path[1:] for path in self.paths if path[0] == name])
            for name, value in given.items()
        }

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
        names = {element.name for element in self.elements.values()}
        names |= {path[0] for path in self.prefixes.values()}
        return frozenset(names | self.input_names)
