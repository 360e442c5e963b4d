"""The kinds of value FEEL knows: plain data and functions. Nothing here can be walked by attribute."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import TYPE_CHECKING, TypeAlias

from app.decisions.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time

if TYPE_CHECKING:
    from app.decisions.feel.runtime import Runtime
    from app.decisions.feel.types import Type

Scalar: TypeAlias = "bool | Decimal | str | Date | Time | DateTime | DaysDuration | MonthsDuration | None"
Value: TypeAlias = "Scalar | Range | Function | tuple[Value, ...] | dict[str, Value]"

# 34 digits as in IEEE 754 decimal128, the arithmetic FEEL prescribes.
NUMBERS = Context(
    prec=34, Emax=6144, Emin=-6143, traps=[Overflow, InvalidOperation, DivisionByZero], flags=[]
)


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; None as a bound means that the side is open without end."""

    low: Value
    high: Value
    includes_low: bool = True
    includes_high: bool = True


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a function.

    Shape: a variadic one takes all remaining arguments; if it `takes_list`, also one list of them.
    `alias` is a second name.
    """

    name: str
    type: Type
    is_optional: bool = False
    is_variadic: bool = False
    takes_list: bool = False
    alias: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function: of the library, of an expression, or of a decision model. `call` gets bound arguments."""

    name: str
    parameters: tuple[Parameter, ...]
    call: Callable[[Runtime, Sequence[Value]], Value] = field(repr=False)
    result: Type | None = None
    is_strict: bool = False


def is_whole(value: Decimal) -> bool:
    """Tell whether the number has no fraction."""
    return value == value.to_integral_value()


def truth(value: Value) -> bool | None:
    """Return the value as FEEL's logic sees it: anything but true and false is unknown."""
    return value if isinstance(value, bool) else None


def as_list(value: Value) -> tuple[Value, ...]:
    """Return the list itself, or a list of the one value, as FEEL coerces a single value."""
    return value if isinstance(value, tuple) else (value,)


Names: TypeAlias = Mapping[str, Value]
