from __future__ import annotations

from typing import Any

import pytest

from app.decisions.feel.logic import Truth


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ("-", None, True),
        ("5", 5, True),
        ('"a", "b"', "b", True),
        ('"a", "b"', "c", False),
        ("> 5", 6, True),
        ("> 5", 5, False),
        ("> 5", None, None),
        ("> 5", "a", None),
        ("[1..3], 7", 7, True),
        ("(1..3)", 1, False),
        ("not(5)", 6, True),
        ('not("a", "b")', "b", False),
        ("not(> 5)", None, None),
        ("null", None, True),
        ("null", 1, False),
        ("true", True, True),
        ("true", None, False),
        ("false", False, True),
        ("? > 5 and ? < 9", 7, True),
        ('contains(?, "x")', "axb", True),
        ('not(contains(?, "x"))', "axb", False),
        ("= 3", 3, True),
        ("!= 3", 3, False),
        ("(!= 3)", 4, True),
        ("[1, 2]", 2, True),
        ('date("2026-01-01")', "2026-01-01", None),
    ],
)
def test_a_cell_judges_a_value(passes: Any, cell: str, value: object, expected: Truth) -> None:
    assert passes(cell, value) is expected


def test_cells_see_the_other_variables(passes: Any) -> None:
    assert passes("> limit", 5, {"limit": 4}) is True


def test_not_at_the_start_of_an_expression_is_the_function(passes: Any) -> None:
    assert passes("not(? = 1) and ? < 9", 5) is True


def test_a_condition_without_question_mark_answers_for_values_that_are_no_truth_values(passes: Any) -> None:
    assert passes("limit > 3", "anything", {"limit": 4}) is True
