"""Library functions on one or two numbers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)

from app.decisions.feel.arithmetic import SERIES_STEPS, compute
from app.decisions.feel.runtime import Runtime
from app.decisions.feel.signature import declare
from app.decisions.feel.temporal import DaysDuration, MonthsDuration
from app.decisions.feel.values import NUMBERS, Value, is_whole

# Wide enough to hold every number of the budget at every place it can be rounded to.
_ROUNDING = Context(prec=8000, Emax=9000, Emin=-9000)
SCALE_MINIMUM, SCALE_MAXIMUM = -6111, 6176


def _rounding(mode: str) -> Callable[..., Value]:
    def round_number(_runtime: Runtime, number: Decimal, scale: Decimal | None) -> Value:
        return rounded(number, scale if scale is not None else Decimal(0), mode)

    return round_number


def rounded(number: Decimal, scale: Decimal, mode: str) -> Decimal | None:
    """Return the number with so many digits after the point; None for an impossible scale.

    Units: a negative scale rounds before the point; a fraction of the scale is cut off.
    """
    places = int(scale) if abs(scale) <= SCALE_MAXIMUM + 1 else SCALE_MAXIMUM + 1
    if not SCALE_MINIMUM <= places <= SCALE_MAXIMUM:
        return None
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= places:
        return number
    return number.quantize(Decimal(1).scaleb(-places), rounding=mode, context=_ROUNDING)


def _modulo(runtime: Runtime, dividend: Decimal, divisor: Decimal) -> Value:
    def work() -> Decimal:
        quotient = NUMBERS.divide(dividend, divisor).to_integral_value(ROUND_FLOOR)
        return NUMBERS.subtract(dividend, NUMBERS.multiply(divisor, quotient))

    return compute(work, runtime.meter)


def _absolute(_runtime: Runtime, value: Decimal | DaysDuration | MonthsDuration) -> Value:
    if isinstance(value, DaysDuration):
        return DaysDuration(value.seconds.copy_abs())
    if isinstance(value, MonthsDuration):
        return MonthsDuration(abs(value.months))
    return value.copy_abs()


def _square_root(runtime: Runtime, number: Decimal) -> Value:
    return compute(lambda: NUMBERS.sqrt(number), runtime.meter)


def _logarithm(runtime: Runtime, number: Decimal) -> Value:
    runtime.meter.spend(SERIES_STEPS)
    return compute(lambda: NUMBERS.ln(number), runtime.meter) if number > 0 else None


def _exponential(runtime: Runtime, number: Decimal) -> Value:
    runtime.meter.spend(SERIES_STEPS)
    return compute(lambda: NUMBERS.exp(number), runtime.meter)


def _odd(_runtime: Runtime, number: Decimal) -> Value:
    return int(number) % 2 == 1 if is_whole(number) else None


def _even(_runtime: Runtime, number: Decimal) -> Value:
    return int(number) % 2 == 0 if is_whole(number) else None


FUNCTIONS = (
    declare("decimal(n: number, scale: number): number", _rounding(ROUND_HALF_EVEN)),
    declare("floor(n: number, scale?: number): number", _rounding(ROUND_FLOOR)),
    declare("ceiling(n: number, scale?: number): number", _rounding(ROUND_CEILING)),
    declare("round up(n: number, scale?: number): number", _rounding(ROUND_UP)),
    declare("round down(n: number, scale?: number): number", _rounding(ROUND_DOWN)),
    declare("round half up(n: number, scale?: number): number", _rounding(ROUND_HALF_UP)),
    declare("round half down(n: number, scale?: number): number", _rounding(ROUND_HALF_DOWN)),
    declare("abs(n: number | days and time duration | years and months duration)", _absolute),
    declare("modulo(dividend: number, divisor: number): number", _modulo),
    declare("sqrt(number: number): number", _square_root),
    declare("log(number: number): number", _logarithm),
    declare("exp(number: number): number", _exponential),
    declare("odd(number: number): boolean", _odd),
    declare("even(number: number): boolean", _even),
)
