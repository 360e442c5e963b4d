from __future__ import annotations

import builtins
from typing import Any

import pytest

from app.decisions.feel import (
    FeelSyntaxError,
    NotAFeelValue,
    compile_expression,
    compile_unary_tests,
    to_feel,
    to_json,
)


@pytest.mark.parametrize(
    ("text", "position", "why"),
    [
        ("", 0, "ends too early"),
        ("1 +", 3, "ends too early"),
        ("1 + )", 4, r"“\)” does not fit"),
        ("a b", 2, "“b” does not fit"),
        ('"open', 0, "never ends"),
        ("a & b", 2, "“&” has no meaning"),
        ("if a then b", 11, "“else” is missing"),
        ("[1..2", 5, "not closed"),
        ("{a: 1, a: 2}", 10, "given twice"),
        ("1 instance of nmber", 14, "no type “nmber”"),
        ('@"2026-13-01"', 1, "no date, time or duration"),
        ("f(a: 1, 2)", 8, "by name or by place"),
        ("a.", 2, "name after the dot"),
    ],
)
def test_a_syntax_error_says_where_and_why(text: str, position: int, why: str) -> None:
    with pytest.raises(FeelSyntaxError, match=why) as caught:
        compile_expression(text)

    assert caught.value.position == position


def test_a_syntax_error_tells_how_to_mend_it() -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression("Full Name")

    assert "several words" in caught.value.mend
    assert caught.value.problems[0].rule == "feel-syntax"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a + record.b", {"a", "record"}),
        ("count(rows) > limit", {"rows", "limit"}),
        ("for x in xs return x + y", {"xs", "y"}),
        ("some x in xs satisfies x = y", {"xs", "y"}),
        ("{a: 1, b: a + c}", {"c"}),
        ("function(n) n + m", {"m"}),
        ("rows[price > limit]", {"rows"}),
        ("for i in 1..3 return partial", set()),
        ("unknown(1)", {"unknown"}),
        ("date", set()),
    ],
)
def test_names_are_the_variables_an_expression_needs(text: str, names: set[str]) -> None:
    assert compile_expression(text).names == names


def test_names_inside_a_filter_are_possible_variables() -> None:
    assert compile_expression("rows[price > limit]").possible_names == {"price", "limit"}


def test_a_filter_finds_outer_variables_although_they_are_only_possible(feel: Any) -> None:
    assert feel("rows[price > limit]", {"rows": [{"price": 1}, {"price": 3}], "limit": 2}) == [{"price": 3}]


def test_paths_are_the_dotted_accesses() -> None:
    expression = compile_expression("record.severity > 3 or task.triage.grade = x")

    assert expression.paths == {("record", "severity"), ("task", "triage", "grade")}


def test_the_tests_of_a_cell_name_their_variables_but_not_the_question() -> None:
    tests = compile_unary_tests("? > limit, record.maximum")

    assert tests.names == {"limit", "record"}
    assert tests.paths == {("record", "maximum")}


def test_known_names_may_hold_spaces_and_operators() -> None:
    names = ("Full Name", "Approved/Declined", "days in weekend")
    text = "[Full   Name, Approved/Declined, for d in days in weekend return d]"

    context = {"Full Name": 1, "Approved/Declined": 2, "days in weekend": [3]}
    assert to_json(compile_expression(text, names=names).evaluate(context)) == [1, 2, [3]]


def test_comments_are_read_over(feel: Any) -> None:
    assert feel("1 /* one */ + // two\n 2") == 3


def test_a_missing_name_is_null(feel: Any) -> None:
    assert feel("missing") is None
    assert feel("missing.part = null") is True


@pytest.mark.parametrize("value", [object(), b"bytes", {1: "a"}, {"a": {2, 3}}, float("nan"), print])
def test_what_is_no_plain_data_is_refused(value: object) -> None:
    with pytest.raises(NotAFeelValue):
        to_feel(value)


def test_data_nested_without_end_is_refused() -> None:
    loop: list[object] = []
    loop.append(loop)

    with pytest.raises(NotAFeelValue):
        to_feel(loop)


def test_only_the_variables_used_are_converted(feel: Any) -> None:
    assert feel("a + 1", {"a": 1, "b": object()}) == 2


def test_json_gets_whole_numbers_as_int_and_others_as_float() -> None:
    assert to_json(to_feel([1, 2.0, "0.5", 0.5])) == [1, 2, "0.5", 0.5]


def test_nothing_reaches_pythons_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_named: object) -> None:
        raise AssertionError

    with monkeypatch.context() as patched:
        for name in ("eval", "exec", "compile"):
            patched.setattr(builtins, name, refuse)
        value = compile_expression('matches(record.a, "[a-z]+") and count([1]) = 1').evaluate(
            {"record": {"a": "x"}}
        )

    assert value is True
