"""Arithmetic of FEEL: numbers with 34 digits, strings joined, dates and durations moved.

Every function returns None where FEEL has no answer, and refuses numbers beyond the budget's magnitude.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_FLOOR, Decimal, DivisionByZero, InvalidOperation, Overflow

from app.decisions.feel.budget import Meter
from app.decisions.feel.errors import BudgetExceeded
from app.decisions.feel.temporal import (
    SECONDS_PER_DAY,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Time,
    date_from_ordinal,
    days_in_month,
    make_date,
    midnight,
    offset_of,
    time_from_seconds,
)
from app.decisions.feel.values import NUMBERS, Value, is_whole
from app.foundation.i18n import gettext as _

Duration = DaysDuration | MonthsDuration
SERIES_STEPS = 50
MONTHS_LIMIT = 12 * 10**10


def checked(number: Decimal, meter: Meter) -> Decimal:
    """Return the number if it is within the budget's magnitude.

    Errors: BudgetExceeded for larger numbers.
    """
    if number and number.adjusted() > meter.budget.magnitude:
        raise BudgetExceeded(_("digits in a number"), meter.budget.magnitude)
    return number


def compute(work: Callable[[], Decimal], meter: Meter) -> Decimal | None:
    """Return the result of a calculation, None where it has none.

    Errors: BudgetExceeded for results too large.
    """
    try:
        return checked(work(), meter)
    except Overflow:
        raise BudgetExceeded(_("digits in a number"), meter.budget.magnitude) from None
    except (InvalidOperation, DivisionByZero):
        return None


def add(left: Value, right: Value, meter: Meter) -> Value:
    """Return the sum, the joined text, or the moved date."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return compute(lambda: NUMBERS.add(left, right), meter)
    if isinstance(left, str) and isinstance(right, str):
        meter.pay_text(len(left) + len(right))
        return left + right
    if isinstance(left, MonthsDuration) and isinstance(right, MonthsDuration):
        return months(left.months + right.months)
    if isinstance(left, DaysDuration) and isinstance(right, DaysDuration):
        return days(compute(lambda: NUMBERS.add(left.seconds, right.seconds), meter))
    if isinstance(right, DaysDuration | MonthsDuration):
        return moved(left, right, sign=1)
    return moved(right, left, sign=1) if isinstance(left, DaysDuration | MonthsDuration) else None


def subtract(left: Value, right: Value, meter: Meter) -> Value:
    """Return the difference, the time between two moments, or the moved date."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return compute(lambda: NUMBERS.subtract(left, right), meter)
    if isinstance(left, MonthsDuration) and isinstance(right, MonthsDuration):
        return months(left.months - right.months)
    if isinstance(left, DaysDuration) and isinstance(right, DaysDuration):
        return days(compute(lambda: NUMBERS.subtract(left.seconds, right.seconds), meter))
    if isinstance(right, DaysDuration | MonthsDuration):
        return moved(left, right, sign=-1)
    return time_between(left, right)


def time_between(left: Value, right: Value) -> DaysDuration | None:
    """Return the time from the right to the left moment; a local and a zoned moment have none."""
    if isinstance(left, Time) and isinstance(right, Time):
        if left.is_zoned != right.is_zoned:
            return None
        shift = (offset_of(left) or 0) - (offset_of(right) or 0)
        return DaysDuration(left.seconds - right.seconds - shift)
    start = midnight(right) if isinstance(right, Date) else right
    end = midnight(left) if isinstance(left, Date) else left
    if not isinstance(start, DateTime) or not isinstance(end, DateTime):
        return None
    if start.time.is_zoned != end.time.is_zoned:
        return None
    return DaysDuration(end.seconds - start.seconds)


def moved(moment: Value, duration: Duration, *, sign: int) -> Value:
    """Return the date, time or date and time moved by a duration; None if it leaves the calendar."""
    if isinstance(duration, MonthsDuration):
        return _moved_by_months(moment, sign * duration.months)
    seconds = sign * duration.seconds
    if isinstance(moment, Time):
        total = moment.seconds + seconds
        day = (total / SECONDS_PER_DAY).to_integral_value(ROUND_FLOOR)
        return time_from_seconds(total - day * SECONDS_PER_DAY, moment)
    if isinstance(moment, Date):
        shifted = _moved_by_seconds(DateTime(moment, Time(0, 0, 0)), seconds)
        return shifted.date if shifted is not None else None
    return _moved_by_seconds(moment, seconds) if isinstance(moment, DateTime) else None


def _moved_by_seconds(moment: DateTime, seconds: Decimal) -> DateTime | None:
    total = moment.date.ordinal * SECONDS_PER_DAY + moment.time.seconds + seconds
    day = int((total / SECONDS_PER_DAY).to_integral_value(ROUND_FLOOR))
    date = date_from_ordinal(day)
    if date is None:
        return None
    return DateTime(date, time_from_seconds(total - day * SECONDS_PER_DAY, moment.time))


def _moved_by_months(moment: Value, count: int) -> Value:
    if isinstance(moment, DateTime):
        date = _moved_by_months(moment.date, count)
        return DateTime(date, moment.time) if isinstance(date, Date) else None
    if not isinstance(moment, Date):
        return None
    year, month = divmod(moment.year * 12 + moment.month - 1 + count, 12)
    return make_date(year, month + 1, min(moment.day, days_in_month(year, month + 1)))


def multiply(left: Value, right: Value, meter: Meter) -> Value:
    """Return the product of numbers, or a duration a number of times."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return compute(lambda: NUMBERS.multiply(left, right), meter)
    factor, duration = (left, right) if isinstance(left, Decimal) else (right, left)
    if not isinstance(factor, Decimal):
        return None
    return _scaled(duration, lambda size: NUMBERS.multiply(size, factor), meter)


def divide(left: Value, right: Value, meter: Meter) -> Value:
    """Return the quotient of numbers, a part of a duration, or how often one duration fits in another."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return compute(lambda: NUMBERS.divide(left, right), meter)
    if isinstance(left, DaysDuration) and isinstance(right, DaysDuration):
        return compute(lambda: NUMBERS.divide(left.seconds, right.seconds), meter)
    if isinstance(left, MonthsDuration) and isinstance(right, MonthsDuration):
        return compute(lambda: NUMBERS.divide(Decimal(left.months), Decimal(right.months)), meter)
    if not isinstance(right, Decimal):
        return None
    return _scaled(left, lambda size: NUMBERS.divide(size, right), meter)


def _scaled(duration: Value, work: Callable[[Decimal], Decimal], meter: Meter) -> Value:
    if isinstance(duration, DaysDuration):
        return days(compute(lambda: work(duration.seconds), meter))
    if isinstance(duration, MonthsDuration):
        size = compute(lambda: work(Decimal(duration.months)), meter)
        return None if size is None else months(int(size))
    return None


def power(left: Value, right: Value, meter: Meter) -> Value:
    """Return the number raised to the power."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        # A fractional power is two series of logarithms; it costs what fifty additions do.
        meter.spend(1 if is_whole(right) else SERIES_STEPS)
        return compute(lambda: NUMBERS.power(left, right), meter)
    return None


def negate(value: Value) -> Value:
    """Return the number or duration with its sign turned."""
    if isinstance(value, Decimal):
        return value.copy_negate()
    if isinstance(value, DaysDuration):
        return DaysDuration(value.seconds.copy_negate())
    return MonthsDuration(-value.months) if isinstance(value, MonthsDuration) else None


def months(count: int) -> MonthsDuration | None:
    """Return the duration, or None if it is longer than the calendar."""
    return MonthsDuration(count) if abs(count) <= MONTHS_LIMIT else None


def days(seconds: Decimal | None) -> DaysDuration | None:
    """Return the duration of so many seconds, or None if it is longer than the calendar."""
    if seconds is None or abs(seconds) > MONTHS_LIMIT * 31 * SECONDS_PER_DAY:
        return None
    return DaysDuration(seconds)


OPERATIONS: Mapping[str, Callable[[Value, Value, Meter], Value]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}
