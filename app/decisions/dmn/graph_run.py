"""Walks the requirement graph of a model: evaluates what a decision requires, each thing once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.decisions.dmn.elements import Decision, DecisionService, Element, InputData, KnowledgeModel
from app.decisions.dmn.run import ModelRun
from app.decisions.feel.runtime import Runtime
from app.decisions.feel.scope import Scope
from app.decisions.feel.types import coerce
from app.decisions.feel.values import Function, Parameter, Value


@dataclass(slots=True)
class GraphRun(ModelRun):
    """A run over a graph. Shape: `given` inputs by name; `decided` results by element id."""

    elements: Mapping[str, Element] = field(kw_only=True)
    prefixes: Mapping[str, tuple[str, ...]] = field(kw_only=True)
    given: Mapping[str, Value] = field(kw_only=True)
    decided: dict[str, Value] = field(default_factory=dict, kw_only=True)

    def decide(self, decision: Decision) -> Value:
        """Return the value of a decision, evaluating what it requires first."""
        if decision.id not in self.decided:
            self.expressions.meter.enter()
            value = decision.logic.evaluate(self, self._scope(decision))
            self.decided[decision.id] = coerce(value, decision.type, self.expressions)
            self.expressions.meter.leave()
        return self.decided[decision.id]

    def value_of(self, key: str) -> Value:
        """Return what an element stands for: an input's value, a decision's result, or a function."""
        element = self.elements[key]
        if isinstance(element, InputData):
            return coerce(self._input(key, element), element.type, self.expressions)
        if isinstance(element, Decision):
            return self.decide(element)
        if isinstance(element, KnowledgeModel):
            return self._knowledge(element)
        return self.service(element)

    def _input(self, key: str, element: InputData) -> Value:
        inside: Value = dict(self.given)
        for name in (*self.prefixes.get(key, ()), element.name):
            inside = inside.get(name) if isinstance(inside, dict) else None
        return self.given.get(element.name) if inside is None else inside

    def _knowledge(self, element: KnowledgeModel) -> Value:
        if element.function is None:
            return None
        return element.function.function(self, self._scope(element))

    def _scope(self, element: Decision | KnowledgeModel) -> Scope:
        own = len(self.prefixes.get(element.id, ()))
        values: dict[str, Value] = {}
        for key in element.requires:
            # Seen from the element's own model, only what that model imports has a prefix.
            frame = values
            for prefix in self.prefixes.get(key, ())[own:]:
                inside = frame.setdefault(prefix, {})
                frame = inside if isinstance(inside, dict) else {}
            frame[self.elements[key].name] = self.value_of(key)
        return Scope(values, Scope(self._free_inputs()))

    def _free_inputs(self) -> Mapping[str, Value]:
        # Names that no element claims are open to every decision: tables drawn without inputs rely on it.
        claimed = {element.name for element in self.elements.values()}
        return {name: value for name, value in self.given.items() if name not in claimed}

    def service(self, service: DecisionService) -> Function:
        """Return a decision service as a function of its inputs."""
        keys = (*service.input_data, *service.input_decisions)
        parameters = tuple(Parameter(self.elements[key].name, self.elements[key].type) for key in keys)

        def call(_runtime: Runtime, arguments: Sequence[Value]) -> Value:
            return self._serve(service, dict(zip(keys, arguments, strict=True)))

        return Function(service.name, parameters, call, service.type)

    def _serve(self, service: DecisionService, arguments: Mapping[str, Value]) -> Value:
        given = {self.elements[key].name: value for key, value in arguments.items()}
        inner = GraphRun(
            self.expressions,
            self.matches,
            elements=self.elements,
            prefixes=self.prefixes,
            given=given,
            decided={key: arguments[key] for key in service.input_decisions},
        )
        outputs = {self.elements[key].name: inner.value_of(key) for key in service.outputs}
        return next(iter(outputs.values())) if len(outputs) == 1 else outputs
