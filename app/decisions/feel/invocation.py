"""Fitting arguments to the parameters of a function: by place or name, optional, variadic, converted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.decisions.feel.runtime import Runtime
from app.decisions.feel.types import ANY, NULL, UnionType, coerce
from app.decisions.feel.values import Function, Parameter, Value


def bind(
    function: Function, arguments: Sequence[Value], named: Mapping[str, Value], runtime: Runtime
) -> list[Value] | None:
    """Return one value for each parameter, or None if the arguments do not fit.

    Shape: a missing optional parameter is None; a variadic one is a list.
    """
    placed = _place_by_name(function, named) if named else _place(function, arguments)
    if placed is None:
        return None
    bound: list[Value] = []
    for parameter, (is_given, value) in zip(function.parameters, placed, strict=True):
        fitted = coerce(value, parameter.type, runtime)
        if fitted is None and value is not None:
            return None
        # Library functions answer null to null; others are called with it.
        if function.is_strict and is_given and fitted is None and _needs_value(parameter):
            return None
        bound.append(fitted)
    return bound


def _needs_value(parameter: Parameter) -> bool:
    if isinstance(parameter.type, UnionType) and NULL in parameter.type.members:
        return False
    return parameter.type != ANY or parameter.is_variadic


def _place(function: Function, arguments: Sequence[Value]) -> list[tuple[bool, Value]] | None:
    placed: list[tuple[bool, Value]] = []
    rest = list(arguments)
    for parameter in function.parameters:
        if parameter.is_variadic:
            if not rest:
                return None
            placed.append((True, _gathered(parameter, rest)))
            rest = []
        elif rest:
            placed.append((True, rest.pop(0)))
        elif parameter.is_optional:
            placed.append((False, None))
        else:
            return None
    return None if rest else placed


def _gathered(parameter: Parameter, values: list[Value]) -> Value:
    if not parameter.is_variadic:
        return values[0]
    if parameter.takes_list and len(values) == 1:
        return values[0] if isinstance(values[0], tuple) or values[0] is None else (values[0],)
    return tuple(values)


def _place_by_name(function: Function, named: Mapping[str, Value]) -> list[tuple[bool, Value]] | None:
    rest = dict(named)
    placed: list[tuple[bool, Value]] = []
    for parameter in function.parameters:
        name = parameter.name if parameter.name in rest else parameter.alias
        if name in rest:
            placed.append((True, _gathered(parameter, [rest.pop(name)])))
        elif parameter.is_optional:
            placed.append((False, None))
        else:
            return None
    return None if rest else placed
