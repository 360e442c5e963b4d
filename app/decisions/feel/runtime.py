"""The running evaluation as node handlers, functions and types see it, without knowing its class."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from app.decisions.feel import nodes
from app.decisions.feel.budget import Meter
from app.decisions.feel.scope import Scope
from app.decisions.feel.values import Function, Value


class Runtime(Protocol):
    """What may be asked of the evaluation that is under way."""

    @property
    def meter(self) -> Meter:
        """Return the meter all work is paid to."""

    @property
    def now(self) -> datetime:
        """Return the moment taken for the present."""

    def evaluate(self, node: nodes.Node, scope: Scope) -> Value:
        """Return the value of a node."""

    def invoke(self, function: Function, arguments: Sequence[Value]) -> Value:
        """Call a function value with arguments in order."""

    def call(self, function: Function, arguments: Sequence[Value], named: Mapping[str, Value]) -> Value:
        """Call a function with arguments by place or by name."""


Handler: TypeAlias = Callable[[Runtime, Any, Scope], Value]
