"""Reads the one-line signatures by which the library declares its functions."""

from __future__ import annotations

from collections.abc import Callable

from app.decisions.feel.runtime import Runtime
from app.decisions.feel.types import ANY, BUILTIN_TYPES, Type, UnionType
from app.decisions.feel.values import Function, Parameter, Value


def declare(signature: str, implementation: Callable[..., Value]) -> Function:
    """Return the library function of a signature such as `substring(string: string, length?: number)`.

    Shape: `?` marks an optional parameter, `*` one that takes all remaining arguments or one list, `...` all
    remaining arguments, `/` a second name; no type means any; `|` parts alternatives, commas parameters.
    """
    head, _separator, tail = signature.rpartition(")")
    name, _separator, inside = head.partition("(")
    parameters = tuple(_parameter(text) for text in inside.split(",") if text.strip())

    def call(runtime: Runtime, arguments: object) -> Value:
        return implementation(runtime, *arguments)  # type: ignore[misc]

    result = _type(tail.removeprefix(":")) if tail else None
    return Function(name, parameters, call, result=result, is_strict=True)


def _parameter(text: str) -> Parameter:
    name, _separator, kind = (part.strip() for part in text.partition(":"))
    plain, _separator, alias = name.rstrip("?*.").partition("/")
    return Parameter(
        plain,
        _type(kind),
        is_optional=name.endswith("?"),
        is_variadic=name.endswith(("*", "...")),
        takes_list=name.endswith("*"),
        alias=alias,
    )


def _type(text: str) -> Type:
    if not text.strip():
        return ANY
    members = tuple(BUILTIN_TYPES[part.strip()] for part in text.split("|"))
    return members[0] if len(members) == 1 else UnionType(members)
