"""Hostile expressions end with a clear error: measured in steps, not by the clock of a slow machine."""

from __future__ import annotations

import tracemalloc
from contextlib import suppress
from typing import Any

import pytest

from app.decisions.feel import Budget, BudgetExceeded, FeelSyntaxError, compile_expression, to_feel, to_json

LONG = "a" * 60_000
RUNAWAYS = {
    "endless range": "for i in 1..1000000000 return i",
    "nested ranges": "for a in 1..1000, b in 1..1000, c in 1..1000 return a",
    "nested loops": "for a in 1..999 return for b in 1..999 return for c in 1..999 return 1",
    "quantified": "every a in 1..99999, b in 1..99999 satisfies true",
    "recursion": "{f: function(f, n) f(f, n + 1), r: f(f, 1)}.r",
    "tower": "9 ** 9 ** 9 ** 9",
    "doubling text": "{a: s + s, b: a + a}.b",
    "many long texts": "for i in 1..9999 return upper case(s)",
    "logarithms": "for i in 1..500 return log(i)",
    "fractional powers": "for i in 1..500 return i ** 0.5",
    "join": 'string join(for i in 1..100 return "x", s)',
    "replace": 'replace(s, "a", s)',
    "split": 'split(s, "a")',
    "doubling list": "{a: [1, 1], b: [a, a, a], c: [b, b, b], d: [c, c, c], e: [d, d, d], f: [e, e, e, e],"
    " g: [f, f, f, f], h: [g, g, g, g], i: [h, h, h, h]}.i",
    "flatten": "flatten({a: for i in 1..99 return 1, b: for i in 1..99 return a, c: [b, b, b]}.c)",
    "text of shared parts": "string({a: for i in 1..99 return s, b: for i in 1..99 return a}.b)",
    "deep value": "for i in 1..200 return [partial[-1]]",
    "equality of deep values": "{a: (for i in 1..200 return [partial[-1]])[-1], b: a = a}.b",
    "growing partial": "for i in 1..9999 return partial",
    "sorting": "sort(for i in 1..3000 return i, function(x, y) y < x)",
    "distinct": "distinct values(for i in 1..3000 return i)",
    "nested groups": 'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "(a+)+b")',
    "alternatives": 'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "(a|aa)+b")',
    "many stars": 'matches(s, "a*a*a*a*a*a*b")',
    "backward": 'matches(s, "(a*)*\\\\1b")',
    "counted": 'matches(s, "(a{1,9}){1,9}b")',
}
UNREADABLE = {
    "deep brackets": "(" * 900 + "1" + ")" * 900,
    "deep lists": "[" * 900 + "]" * 900,
    "deep signs": "-" * 900 + "1",
    "deep functions": "function() " * 150 + "1",
    "deep conditions": "if true then " * 140 + "1",
    "long text": "1" + " + 1" * 600,
    "many parts": "1" + "+1" * 400,
    "reparsed tests": "x in (" * 31 + "1..2" + ")" * 31,
    "large number": "9" * 100,
    "open text": '"' + "\\" * 999,
    "open comment": "/*" * 900,
}


@pytest.mark.parametrize("text", RUNAWAYS.values(), ids=RUNAWAYS.keys())
def test_a_runaway_is_stopped_with_a_clear_error(text: str) -> None:
    expression = compile_expression(text)

    with pytest.raises(BudgetExceeded, match=r"stopped: it needs more .+ than the \d+ allowed"):
        expression.evaluate({"s": LONG})


@pytest.mark.parametrize("text", RUNAWAYS.values(), ids=RUNAWAYS.keys())
def test_a_runaway_stays_below_50_megabytes(text: str) -> None:
    expression = compile_expression(text)

    tracemalloc.start()
    try:
        with pytest.raises(BudgetExceeded):
            expression.evaluate({"s": LONG})
        _current, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 50_000_000


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_an_oversized_source_is_refused_before_it_is_evaluated(text: str) -> None:
    with pytest.raises(FeelSyntaxError):
        compile_expression(text)


def test_a_smaller_budget_stops_what_a_larger_one_lets_through() -> None:
    expression = compile_expression("for i in 1..100 return i * 2")

    with pytest.raises(BudgetExceeded):
        expression.evaluate({}, budget=Budget(steps=300))
    assert expression.evaluate({}, budget=Budget(steps=600)) is not None


def test_an_ordinary_condition_needs_few_steps() -> None:
    expression = compile_expression('record.severity >= 4 and record.kind = "major"')

    assert expression.evaluate({"record": {"severity": 5, "kind": "major"}}, budget=Budget(steps=10)) is True


def test_a_result_that_shares_its_parts_is_weighed_as_it_would_be_written() -> None:
    value: Any = (1,) * 10
    for _round in range(5):
        value = (value,) * 10

    with pytest.raises(BudgetExceeded):
        to_json(to_feel(value[0]) and value)


def test_functions_of_other_languages_are_not_run() -> None:
    with pytest.raises(FeelSyntaxError, match="other languages"):
        compile_expression('function(a) external {java: {class: "java.lang.Runtime"}}')


@pytest.mark.parametrize(
    "text", ["__import__('os')", "().__class__", "lambda: 1", "exec(1)", "a.b()", "open(1)"]
)
def test_python_is_no_feel(text: str) -> None:
    with suppress(FeelSyntaxError):
        assert compile_expression(text).evaluate({"a": {"b": 1}}) is None
