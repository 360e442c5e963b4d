"""FEEL's types: whether a value belongs to one, and the conversions FEEL makes on its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from app.decisions.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time, midnight
from app.decisions.feel.values import Function, Range, Value

if TYPE_CHECKING:
    from app.decisions.feel.runtime import Runtime

_CLASSES: Mapping[str, type] = {
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": Date,
    "time": Time,
    "date and time": DateTime,
    "days and time duration": DaysDuration,
    "years and months duration": MonthsDuration,
    "list": tuple,
    "context": dict,
    "function": Function,
    "range": Range,
}
_ALIASES: Mapping[str, str] = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
}


class Type:
    """A set of values. Null belongs to none of them but may stand for a missing value of any."""

    __slots__ = ()

    def admits(self, value: Value, runtime: Runtime) -> bool:
        """Tell whether a value that is not null belongs to the type."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class AnyType(Type):
    """Every value."""

    def admits(self, _value: Value, _runtime: Runtime) -> bool:
        """Admit everything."""
        return True


@dataclass(frozen=True, slots=True)
class NullType(Type):
    """Null alone."""

    def admits(self, value: Value, _runtime: Runtime) -> bool:
        """Admit null only."""
        return value is None


@dataclass(frozen=True, slots=True)
class NamedType(Type):
    """One of the built-in types, by its name; `days or months` admits both kinds of duration."""

    name: str

    def admits(self, value: Value, _runtime: Runtime) -> bool:
        """Compare the kind of the value."""
        return isinstance(value, _CLASSES[self.name])


@dataclass(frozen=True, slots=True)
class UnionType(Type):
    """Values of any of several types."""

    members: tuple[Type, ...]

    def admits(self, value: Value, runtime: Runtime) -> bool:
        """Admit what one of the members admits."""
        return any(member.admits(value, runtime) for member in self.members)


@dataclass(frozen=True, slots=True)
class ListType(Type):
    """Lists whose items are all of one type, or null."""

    item: Type

    def admits(self, value: Value, runtime: Runtime) -> bool:
        """Check every item."""
        if not isinstance(value, tuple):
            return False
        runtime.meter.spend(len(value))
        return all(item is None or self.item.admits(item, runtime) for item in value)


@dataclass(frozen=True, slots=True)
class ContextType(Type):
    """Contexts that have at least these entries, each of its type or null."""

    members: tuple[tuple[str, Type], ...]

    def admits(self, value: Value, runtime: Runtime) -> bool:
        """Check that every entry is there and fits."""
        if not isinstance(value, dict):
            return False
        runtime.meter.spend(len(self.members))
        return all(
            name in value and (value[name] is None or kind.admits(value[name], runtime))
            for name, kind in self.members
        )


@dataclass(frozen=True, slots=True)
class RangeType(Type):
    """Ranges whose bounds are of one type."""

    item: Type

    def admits(self, value: Value, runtime: Runtime) -> bool:
        """Check the bounds that are given."""
        if not isinstance(value, Range):
            return False
        return all(bound is None or self.item.admits(bound, runtime) for bound in (value.low, value.high))


@dataclass(frozen=True, slots=True)
class FunctionType(Type):
    """Functions of as many parameters as given, each able to take what this type promises to pass."""

    parameters: tuple[Type, ...]
    result: Type

    def admits(self, value: Value, _runtime: Runtime) -> bool:
        """Compare parameters (wider is fine) and result (narrower is fine)."""
        if not isinstance(value, Function) or len(value.parameters) != len(self.parameters):
            return False
        wide_enough = all(
            conforms(promised, parameter.type)
            for promised, parameter in zip(self.parameters, value.parameters, strict=True)
        )
        return wide_enough and (value.result in {None, ANY} or conforms(value.result, self.result))


ANY = AnyType()
NULL = NullType()
BUILTIN_TYPES: Mapping[str, Type] = (
    {name: NamedType(name) for name in _CLASSES}
    | {alias: NamedType(name) for alias, name in _ALIASES.items()}
    | {"Any": ANY, "Null": NULL}
)


def conforms(narrow: Type, wide: Type) -> bool:
    """Tell whether every value of `narrow` is also one of `wide`."""
    if wide in {narrow, ANY} or narrow == NULL:
        return True
    if isinstance(wide, UnionType):
        return any(conforms(narrow, member) for member in wide.members)
    if isinstance(narrow, ListType | ContextType | RangeType | FunctionType) and isinstance(wide, NamedType):
        return wide.name == type(narrow).__name__.removesuffix("Type").lower()
    return _parts_conform(narrow, wide)


def _parts_conform(narrow: Type, wide: Type) -> bool:
    if isinstance(narrow, ListType) and isinstance(wide, ListType):
        return conforms(narrow.item, wide.item)
    if isinstance(narrow, RangeType) and isinstance(wide, RangeType):
        return conforms(narrow.item, wide.item)
    if isinstance(narrow, ContextType) and isinstance(wide, ContextType):
        have = dict(narrow.members)
        return all(name in have and conforms(have[name], kind) for name, kind in wide.members)
    return False


def is_instance(value: Value, kind: Type, runtime: Runtime) -> bool:
    """Tell whether the value is an instance of the type; null only of Null."""
    if value is None:
        return kind == NULL
    return kind.admits(value, runtime)


def coerce(value: Value, kind: Type, runtime: Runtime) -> Value:
    """Return the value as the type wants it, or None if it cannot be had.

    Shape: a list of one gives its item where an item is wanted, an item becomes a list of one where a list
    is wanted, a date becomes its midnight in UTC where a date and time is wanted.
    Source: DMN 1.5, 10.3.2.9.4.
    """
    if value is None or kind.admits(value, runtime):
        return value
    if isinstance(value, tuple):
        return value[0] if len(value) == 1 and kind.admits(value[0], runtime) else None
    if isinstance(value, Date) and kind.admits(midnight(value), runtime):
        return midnight(value)
    return (value,) if kind.admits((value,), runtime) else None
