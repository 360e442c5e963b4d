from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.decisions.feel import BudgetExceeded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 3 - 2", 5),
        ("10 + 20 / -5 - 3", 3),
        ("2 ** 3 ** 2", 64),
        ("-3 ** 2", 9),
        ("10 ** -2", Decimal("0.01")),
        ("1.2e3", 1200),
        (".5 + .25", Decimal("0.75")),
    ],
)
def test_operators_bind_as_feel_says(feel: Any, text: str, expected: object) -> None:
    assert feel(text) == expected


def test_decimals_are_exact_where_binary_numbers_are_not(feel: Any) -> None:
    assert feel("0.1 + 0.2 = 0.3") is True


def test_a_quotient_has_34_digits(feel: Any) -> None:
    assert feel("1 / 3") == Decimal("0." + "3" * 34)


@pytest.mark.parametrize(
    "text", ["1 / 0", "0 / 0", "1 + null", "null * 2", '1 + "a"', "true + 1", "[1] + [2]"]
)
def test_what_has_no_result_is_null(feel: Any, text: str) -> None:
    assert feel(text) is None


@pytest.mark.parametrize("text", ["9 ** 9 ** 9 ** 9", "10 ** 35", "1e34 * 10", "exp(1000)"])
def test_numbers_beyond_34_places_are_refused_and_not_rounded_away(feel: Any, text: str) -> None:
    with pytest.raises(BudgetExceeded, match="digits"):
        feel(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("round up(1.121, 2)", Decimal("1.13")),
        ("round down(-1.129, 2)", Decimal("-1.12")),
        ("round half up(2.5)", 3),
        ("round half down(2.5)", 2),
        ("decimal(2.5, 0)", 2),
        ("decimal(1234, -2)", 1200),
        ("floor(-1.5)", -2),
        ("ceiling(1.51, 1)", Decimal("1.6")),
        ("modulo(-12, 5)", 3),
        ("abs(-2)", 2),
        ("sqrt(16)", 4),
        ("odd(3) and even(2)", True),
        ("round up(5.5, 6177)", None),
        ("round up(5.5, -1000000000)", None),
        ("odd(9e33 + 1)", True),
        ("abs(-1.234567890123456789012345678901234)", Decimal("1.234567890123456789012345678901234")),
        ("log(0)", None),
        ("sqrt(-1)", None),
        ("modulo(1, 0)", None),
        ("even(1.5)", None),
    ],
)
def test_number_functions(feel: Any, text: str, expected: object) -> None:
    assert feel(text) == expected
