from __future__ import annotations

from typing import Any

import pytest

from app.decisions.feel import compile_expression, to_python


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1, 2, 3][1]", 1),
        ("[1, 2, 3][-1]", 3),
        ("[1, 2, 3][4]", None),
        ("[][1]", None),
        ("[1, 2, 3][item > 1]", [2, 3]),
        ("[{a: 1}, {a: 2}][a > 1]", [{"a": 2}]),
        ("[{a: 1}, {b: 2}].a", [1, None]),
        ("5[1]", 5),
        ("null[1]", None),
        ("[1, 2][null]", []),
        ('[1, 2]["x"]', None),
        ("{a: {b: 2}}.a.b", 2),
        ("{a: 1}.b", None),
        ("{a: 1, b: a + 1}.b", 2),
        ('{"first name": "Ann"}.first name', "Ann"),
        ("{first name: 1, b: first name + 1}.b", 2),
    ],
)
def test_filters_and_paths(text: str, expected: object) -> None:
    assert to_python(compile_expression(text, names=("first name",)).evaluate({})) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for i in 1..3 return i * i", [1, 4, 9]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in (1..4) return i", [2, 3]),
        ("for a in [1, 2], b in [a, 10] return a + b", [2, 11, 4, 12]),
        ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", [1, 1, 2, 6, 24]),
        ("for i in [] return i", []),
        ("for i in null return i", None),
        ('for i in "a".."c" return i', None),
        ("some x in [1, 2] satisfies x > 1", True),
        ("some x in [1, null] satisfies x > 1", None),
        ("every x in [1, 2] satisfies x > 1", False),
        ("every x in [] satisfies x > 1", True),
        ("every x in [2, null] satisfies x > 1", None),
    ],
)
def test_iterations(feel: Any, text: str, expected: object) -> None:
    assert feel(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count([1, null])", 2),
        ("sum([1, 2, 3])", 6),
        ("sum(1, 2, 3)", 6),
        ("sum([])", None),
        ('sum([1, "a"])', None),
        ("mean([1, 2])", 1.5),
        ("min(3, 1, 2)", 1),
        ('max(["a", "b"])', "b"),
        ("median([4, 1, 3, 2])", 2.5),
        ("mode([1, 2, 2, 1, 3])", [1, 2]),
        ("stddev([1, 1])", 0),
        ("product(2, 3)", 6),
        ("all([true, null])", None),
        ("any([true, null])", True),
        ("list contains([1, null], null)", True),
        ("sublist([1, 2, 3], -2, 1)", [2]),
        ("append([1], 2, 3)", [1, 2, 3]),
        ("concatenate([1], [2])", [1, 2]),
        ("insert before([1, 3], 2, 2)", [1, 2, 3]),
        ("remove([1, 2, 3], 2)", [1, 3]),
        ("reverse([1, 2])", [2, 1]),
        ("index of([1, 2, 1], 1)", [1, 3]),
        ("union([1, 2], [2, 3])", [1, 2, 3]),
        ("distinct values([1, 2, 1])", [1, 2]),
        ("flatten([1, [2, [3]]])", [1, 2, 3]),
        ("sort([3, 1, 2])", [1, 2, 3]),
        ("sort([1, 3, 2], function(x, y) x > y)", [3, 2, 1]),
        ("sort([1, null])", None),
        ("sort([1, 2], function(x) true)", None),
        ("sublist([1, 2], 3)", None),
        ("sublist([1, 2], 1, 3)", None),
        ("sublist([1, 2], 1, -1)", None),
        ("insert before([1], 3, 2)", None),
        ("remove([1], 1.5)", None),
        ("concatenate([1], 2)", None),
        ("union([1], 2)", None),
        ("list replace([1], 5, 2)", None),
        ("list replace([1], function(x) true, 2)", None),
        ('list replace([1], function(x, y) "a", 2)', None),
        ('get value({a: 1}, ["a", "b"])', None),
        ('context put(1, "a", 2)', None),
        ('context put({a: 1}, ["a", "b"], 2)', None),
        ("context put({}, [], 2)", None),
        ("context merge([{}, 1])", None),
        ("get entries(1)", None),
        ("min([])", None),
        ("min([true])", None),
        ('max([1, "a"])', None),
        ('mode(["a"])', None),
        ("list replace([1, 2], 2, 9)", [1, 9]),
        ("list replace([1, 2], function(item, new) item = 1, 9)", [9, 2]),
        ('get value({a: 1}, "a")', 1),
        ('get value({a: {b: 2}}, ["a", "b"])', 2),
        ("get entries({a: 1})", [{"key": "a", "value": 1}]),
        ('context([{key: "a", value: 1}])', {"a": 1}),
        ('context put({a: 1}, "b", 2)', {"a": 1, "b": 2}),
        ('context put({a: {b: 1}}, ["a", "b"], 2)', {"a": {"b": 2}}),
        ("context merge([{a: 1}, {a: 2}])", {"a": 2}),
    ],
)
def test_functions_on_lists_and_contexts(feel: Any, text: str, expected: object) -> None:
    assert feel(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("before(1, 2)", True),
        ("after([5..6], [1..2])", True),
        ("meets([1..5], [5..9])", True),
        ("met by([5..9], [1..5])", True),
        ("overlaps([1..5], [5..9])", True),
        ("overlaps([1..5), [5..9])", False),
        ("overlaps before([1..5], [3..9])", True),
        ("overlaps after([3..9], [1..5])", True),
        ("finishes(9, [1..9])", True),
        ("finished by([1..9], [3..9])", True),
        ("includes([1..9], 5)", True),
        ("during([3..5], [1..9])", True),
        ("starts([1..3], [1..9])", True),
        ("started by([1..9], 1)", True),
        ("coincides([1..3], [1..3])", True),
        ('range("[1..3)").start included', True),
        ('range("[3..1]")', None),
    ],
)
def test_functions_on_ranges(feel: Any, text: str, expected: object) -> None:
    assert feel(text) == expected


def test_functions_are_values_and_see_where_they_were_made(feel: Any) -> None:
    assert feel("{k: 10, f: function(n: number) n * k, r: f(n: 2)}.r") == 20


def test_an_argument_of_the_wrong_type_makes_the_call_null(feel: Any) -> None:
    assert feel('{f: function(n: number) 1, r: f("a")}.r') is None


def test_a_field_named_like_a_function_does_not_take_the_function_away(feel: Any) -> None:
    assert feel("count(count)", {"count": [1, 2]}) == 2


def test_data_is_reached_by_key_and_never_by_attribute(feel: Any) -> None:
    assert feel("record.__class__.__mro__", {"record": {"a": 1}}) is None
    assert feel('get value(record, "__class__")', {"record": {"a": 1}}) is None
