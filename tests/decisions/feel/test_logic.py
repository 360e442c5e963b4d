from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from app.decisions.feel.logic import Truth

WORDS = {True: "true", False: "false", None: "null"}
TRUTHS = tuple(WORDS)


def and_of(left: Truth, right: Truth) -> Truth:
    if left is False or right is False:
        return False
    return True if left and right else None


@pytest.mark.parametrize(("left", "right"), list(product(TRUTHS, TRUTHS)))
def test_and_follows_the_three_valued_table(feel: Any, left: Truth, right: Truth) -> None:
    assert feel(f"{WORDS[left]} and {WORDS[right]}") is and_of(left, right)


@pytest.mark.parametrize(("left", "right"), list(product(TRUTHS, TRUTHS)))
def test_or_is_the_dual_of_and(feel: Any, left: Truth, right: Truth) -> None:
    expected = feel(f"not(not({WORDS[left]}) and not({WORDS[right]}))")

    assert feel(f"{WORDS[left]} or {WORDS[right]}") is expected


@pytest.mark.parametrize("text", ['"true" and true', "1 or false", "not(1)", "not(null)"])
def test_what_is_no_truth_value_counts_as_unknown(feel: Any, text: str) -> None:
    assert feel(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 = 1.0", True),
        ("null = null", True),
        ("1 = null", False),
        ("1 != 2", True),
        ('1 = "1"', None),
        ("true = 1", None),
        ('1 < "2"', None),
        ("null < 1", None),
        ("[1, 2] = [1, 2]", True),
        ("{a: 1, b: 2} = {b: 2, a: 1}", True),
        ('[1] = ["1"]', False),
        ("[1..3] = [1..3)", False),
        ("(< 10) = (null..10)", True),
        ("[3..1]", None),
        ('date("2026-01-01") < date("2026-02-01")', True),
        ('duration("P1D") < duration("P1M")', None),
        ("5 between 1 and 5", True),
        ("null between 1 and 5", None),
    ],
)
def test_comparisons_of_different_kinds_are_unknown(feel: Any, text: str, expected: object) -> None:
    assert feel(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 in [1..5)", False),
        ("5 in (4..5]", True),
        ("5 in ]4..5]", True),
        ("5 in (1, 5, 9)", True),
        ("5 in (< 3, > 4)", True),
        ("5 in > 4", True),
        ("5 in [1, [4..6]]", True),
        ('5 in ["a"]', False),
        ("null in [1..2]", None),
        ("[1, 2] in [[1, 2], 3]", True),
        ("[1, 2] in ([1, 2])", True),
        ("5 in (= 5)", True),
        ("(= 5) = [5..5]", True),
        ("(>= 5) = [5..null)", True),
        ("(< null)", None),
        ("(!= 5)", None),
    ],
)
def test_in_looks_into_ranges_lists_and_tests(feel: Any, text: str, expected: object) -> None:
    assert feel(text) is expected


@pytest.mark.parametrize(
    ("condition", "expected"), [("true", "yes"), ("false", "no"), ("null", "no"), ('"x"', "no")]
)
def test_if_takes_the_else_for_anything_but_true(feel: Any, condition: str, expected: str) -> None:
    assert feel(f'if {condition} then "yes" else "no"') == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 instance of number", True),
        ('"a" instance of number', False),
        ("null instance of number", False),
        ("[1, 2] instance of list<number>", True),
        ('[1, "a"] instance of list<number>', False),
        ("{a: 1} instance of context<a: number>", True),
        ("[1..3] instance of range<number>", True),
        ("[1..3] instance of range<string>", False),
        ("1 instance of range<number>", False),
        ("null instance of null", True),
        ("1 instance of Null", False),
        ("{a: 1, b: 2} instance of context<a: number, b: number>", True),
        ("{a: 1} instance of context<a: number, b: number>", False),
        ("1 instance of list<number>", False),
        ("(function(a: list<number>) 1) instance of function<list<number>>", True),
        ("(function(a: list<string>) 1) instance of function<list<number>>", False),
        ("(function(a: list) 1) instance of function<list<number>>", True),
        ("(function(a: range<number>) 1) instance of function<range<number>> -> Any", True),
        ("(function(a: context<x: Any>) 1) instance of function<context<x: number, y: date>>", True),
        ("(function(a: number, b: number) 1) instance of function<number, number>", True),
        ("(function(a: number) 1) instance of function<date>", False),
        ('@"P1D" instance of days and time duration', True),
        ("sqrt instance of function<string> -> number", False),
        ("sqrt instance of function<number> -> number", True),
        ("(function(a: number) a) instance of function", True),
    ],
)
def test_instance_of_knows_every_kind_of_type(feel: Any, text: str, expected: Truth) -> None:
    assert feel(text) is expected
