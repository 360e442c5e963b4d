"""Variables where an expression stands: frames of names, the inner ones hiding the outer."""

from __future__ import annotations

from collections.abc import Mapping

from app.decisions.feel.values import Value


class Scope:
    """One frame of names and the scope around it."""

    __slots__ = ("outer", "values")

    def __init__(self, values: Mapping[str, Value], outer: Scope | None = None) -> None:
        self.values = values
        self.outer = outer

    def find(self, name: str) -> tuple[bool, Value]:
        """Return whether the name is known, and its value."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.values:
                return True, scope.values[name]
            scope = scope.outer
        return False, None

    def inner(self, values: Mapping[str, Value]) -> Scope:
        """Return a scope within this one."""
        return Scope(values, self)
