"""Whatever text or value comes in: only our own named errors come out."""

from __future__ import annotations

import string
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from app.decisions.feel import (
    Budget,
    FeelSyntaxError,
    compile_expression,
    compile_unary_tests,
    to_feel,
    to_json,
    to_python,
)
from app.decisions.feel.library import LIBRARY
from app.foundation.errors import QmsError

SMALL = Budget(steps=2_000)
SYMBOLS = (*"()[]{},.:?@'\"+-*/<>=", "..", "**", "!=", "<=", "->")
WORDS = " and | or | in |if | then | else |for | return |some | satisfies |function(|null|true|item|partial"
OPERANDS = '1|2.5|"a"|a|a.b|@"P1D"|@"2026-01-01"|not(|date(| instance of |list<number>| between '
PIECES = st.sampled_from([*SYMBOLS, *WORDS.split("|"), *OPERANDS.split("|")])
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-9e34"), max_value=Decimal("9e34")),
    st.text(max_size=20),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.timedeltas(timedelta(days=-9999), timedelta(days=9999)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.floats(-1e6, 1e6) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


@given(st.text(max_size=80))
def test_any_text_compiles_or_is_a_syntax_error(text: str) -> None:
    for compile_text in (compile_expression, compile_unary_tests):
        with suppress(FeelSyntaxError):
            compile_text(text)


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=14), VALUES)
def test_any_mix_of_tokens_evaluates_or_is_refused_by_name(pieces: list[str], value: object) -> None:
    with suppress(QmsError):
        expression = compile_expression("".join(pieces), budget=SMALL)
        to_json(expression.evaluate({"a": value, "item": value}, budget=SMALL))


@settings(max_examples=400)
@given(st.sampled_from(sorted(LIBRARY)), st.lists(VALUES, max_size=4))
def test_any_function_takes_any_arguments(name: str, arguments: list[object]) -> None:
    call = f"{name}({', '.join(f'v{index}' for index in range(len(arguments)))})"
    context = {f"v{index}": argument for index, argument in enumerate(arguments)}

    with suppress(QmsError):
        to_json(compile_expression(call).evaluate(context, budget=SMALL))


@settings(max_examples=300)
@given(st.text("ab()[]|*+?{}^$\\1d,-.", max_size=12), st.text("ab1\n", max_size=12))
def test_any_pattern_matches_or_is_none(pattern: str, text: str) -> None:
    context = {"text": text, "pattern": pattern}

    try:
        found = compile_expression("matches(text, pattern)").evaluate(context, budget=SMALL)
    except QmsError:
        return
    assert found in {True, False, None}


@given(st.sampled_from(["+", "-", "*", "/", "**", "=", "<", "and", "or"]), VALUES, VALUES)
def test_any_operator_takes_any_values(operator: str, left: object, right: object) -> None:
    with suppress(QmsError):
        compile_expression(f"a {operator} b").evaluate({"a": left, "b": right})


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12))
def test_numbers_read_back_as_they_are_written(number: Decimal) -> None:
    assert compile_expression(f"{number:f}").evaluate({}) == number


@given(st.text(string.printable + "äß€🐎", max_size=30))
def test_texts_read_back_as_they_are_written(text: str) -> None:
    literal = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    assert compile_expression(literal).evaluate({}) == text


@given(st.dates())
def test_dates_read_back_as_they_are_written(day: date) -> None:
    assert to_python(compile_expression(f'@"{day.isoformat()}"').evaluate({})) == day


@given(st.dates(), st.integers(-9999, 9999))
def test_the_calendar_agrees_with_python(day: date, days: int) -> None:
    moved = compile_expression('day + duration("P1D") * n').evaluate({"day": day, "n": days})

    expected = day.toordinal() + days
    if 1 <= expected <= date.max.toordinal():
        assert to_python(moved) == date.fromordinal(expected)


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001  zone given
def test_moments_survive_the_way_there_and_back(moment: datetime) -> None:
    assert to_python(to_feel(moment)) == moment


@given(JSON)
def test_what_json_can_hold_goes_through_unchanged(value: object) -> None:
    assert to_json(to_feel(value)) == value
