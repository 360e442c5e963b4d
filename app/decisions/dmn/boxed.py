"""Boxed expressions of DMN: what stands in a decision or a function, each able to evaluate itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.decisions.dmn.errors import LogicUnreadable
from app.decisions.dmn.run import ModelRun
from app.decisions.feel.expression import Expression
from app.decisions.feel.runtime import Runtime
from app.decisions.feel.scope import Scope
from app.decisions.feel.types import ANY, Type, coerce
from app.decisions.feel.values import Function, Parameter, Value


class Boxed:
    """Any boxed expression."""

    __slots__ = ()

    def evaluate(self, run: ModelRun, scope: Scope) -> Value:
        """Return the value of the expression in the scope, one level deeper on the meter.

        Errors: BudgetExceeded, RulesOverlap, LogicUnreadable.
        """
        run.expressions.meter.enter()
        value = self.value_in(run, scope)
        run.expressions.meter.leave()
        return value

    def value_in(self, run: ModelRun, scope: Scope) -> Value:
        """Return the value; each kind of box has its own way."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Typed(Boxed):
    """An expression whose value must fit a type; a value that does not is null."""

    inner: Boxed
    type: Type

    def value_in(self, run: ModelRun, scope: Scope) -> Value:
        """Evaluate and convert."""
        return coerce(self.inner.evaluate(run, scope), self.type, run.expressions)


@dataclass(frozen=True, slots=True)
class LiteralBox(Boxed):
    """A FEEL expression."""

    expression: Expression

    def value_in(self, run: ModelRun, scope: Scope) -> Value:
        """Evaluate the text."""
        return self.expression.evaluate_in(scope, run.expressions)


@dataclass(frozen=True, slots=True)
class MissingBox(Boxed):
    """No logic at all: null."""

    def value_in(self, _run: ModelRun, _scope: Scope) -> Value:
        """Return null."""
        return None


@dataclass(frozen=True, slots=True)
class UnreadableBox(Boxed):
    """Logic that could not be read; stands in drafts so that the rest can be tried."""

    element: str

    def value_in(self, _run: ModelRun, _scope: Scope) -> Value:
        """Refuse to guess.

        Errors: LogicUnreadable.
        """
        raise LogicUnreadable(self.element)


@dataclass(frozen=True, slots=True)
class ContextBox(Boxed):
    """Named entries, each seeing the ones before it; an unnamed last one is the result."""

    entries: tuple[tuple[str, Boxed], ...]
    result: Boxed | None

    def value_in(self, run: ModelRun, scope: Scope) -> Value:
        """Evaluate the entries in order."""
        values: dict[str, Value] = {}
        inner = scope.inner(values)
        for name, box in self.entries:
            values[name] = box.evaluate(run, inner)
        return dict(values) if self.result is None else self.result.evaluate(run, inner)


@dataclass(frozen=True, slots=True)
class ListBox(Boxed):
    """A list of expressions."""

    items: tuple[Boxed, ...]

    def value_in(self, run: ModelRun, scope: Scope) -> Value:
        """Evaluate the items in order."""
        return tuple(item.evaluate(run, scope) for item in self.items)


@dataclass(frozen=True, slots=True)
class RelationBox(Boxed):
    """Rows of the same columns: a list of contexts."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Boxed, ...], ...]

    def value_in(self, run: ModelRun, scope: Scope) -> Value:
        """Evaluate the rows in order."""
        return tuple(
            {name: box.evaluate(run, scope) for name, box in zip(self.columns, row, strict=True)}
            for row in self.rows
        )


@dataclass(frozen=True, slots=True)
class FunctionBox(Boxed):
    """A function; its body sees the scope in which the function stands."""

    name: str
    parameters: tuple[Parameter, ...]
    body: Boxed
    result: Type = ANY

    def value_in(self, run: ModelRun, scope: Scope) -> Value:
        """Return the function as a value."""
        return self.function(run, scope)

    def function(self, run: ModelRun, scope: Scope) -> Function:
        """Return the function that evaluates the body in a frame of its own."""

        def call(_runtime: Runtime, arguments: Sequence[Value]) -> Value:
            names = (parameter.name for parameter in self.parameters)
            return self.body.evaluate(run, scope.inner(dict(zip(names, arguments, strict=True))))

        return Function(self.name, self.parameters, call, self.result)


@dataclass(frozen=True, slots=True)
class InvocationBox(Boxed):
    """A function called with arguments bound to its parameters by name."""

    callee: Boxed
    bindings: tuple[tuple[str, Boxed], ...]

    def value_in(self, run: ModelRun, scope: Scope) -> Value:
        """Call the function; what is none gives null."""
        function = self.callee.evaluate(run, scope)
        if not isinstance(function, Function):
            return None
        named = {name: box.evaluate(run, scope) for name, box in self.bindings}
        return run.expressions.call(function, (), named)
