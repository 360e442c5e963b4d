"""Combinations of the rules of form-js, each with the outcome that follows from the rules as written here.

The expectation is derived from form-js 1.23 (`runNumberValidation`, `runPresetValidation`, what is hidden is
not judged) by a small table of its own, and shares no code with the validator.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

from tests.workflow.forms.building import field, form_of, refuse

TEXTS = (None, "", "ab", "abcd", "ABCD", "  ab  ", "abcdefgh")
NUMBERS = (None, "", 0, -1, "2", "2.5", "2.55", 7)


@dataclass(frozen=True)
class Rules:
    required: bool
    low: int | None
    high: int | None
    extra: Any
    is_hidden: bool


def text_form(rules: Rules) -> Any:
    validate = {
        "required": rules.required,
        "minLength": rules.low,
        "maxLength": rules.high,
        "pattern": rules.extra,
    }
    return form_of(
        field(
            "textfield",
            validate={name: value for name, value in validate.items() if value is not None},
            **hidden(rules),
        )
    )


def number_form(rules: Rules) -> Any:
    validate = {"required": rules.required, "min": rules.low, "max": rules.high}
    return form_of(
        field(
            "number",
            decimalDigits=rules.extra,
            validate={name: value for name, value in validate.items() if value is not None},
            **hidden(rules),
        )
    )


def hidden(rules: Rules) -> dict[str, Any]:
    return {"conditional": {"hide": "=record.severity = 4"}} if rules.is_hidden else {}


def expected_of_text(rules: Rules, value: str | None) -> set[str]:
    if rules.is_hidden:
        return set()
    text = (value or "").strip()
    if not text:
        return {"required"} if rules.required else set()
    found = set()
    if rules.low is not None and len(text) < rules.low:
        found.add("min-length")
    if rules.high is not None and len(text) > rules.high:
        found.add("max-length")
    if rules.extra == "^[a-z]+$" and not all("a" <= mark <= "z" for mark in text):
        found.add("pattern")
    return found


def expected_of_number(rules: Rules, value: Any) -> set[str]:
    if rules.is_hidden:
        return set()
    if value in {None, ""}:
        return {"required"} if rules.required else set()
    decimals = len(str(value).partition(".")[2])
    found = set()
    if rules.extra is not None and decimals > rules.extra:
        found.add("integer" if rules.extra == 0 else "decimal-digits")
    if rules.low is not None and float(value) < rules.low:
        found.add("min")
    if rules.high is not None and float(value) > rules.high:
        found.add("max")
    return found


def test_texts_are_judged_as_the_rules_of_form_js_say() -> None:
    rules = [
        Rules(*one) for one in product((False, True), (None, 3), (None, 5), (None, "^[a-z]+$"), (False, True))
    ]
    cases = list(product(rules, TEXTS))

    wrong = [
        (one, value)
        for one, value in cases
        if {rule for _where, rule in refuse(text_form(one), {"answer": value})}
        != expected_of_text(one, value)
    ]

    assert len(cases) == 224
    assert wrong == []


def test_numbers_are_judged_as_the_rules_of_form_js_say() -> None:
    rules = [Rules(*one) for one in product((False, True), (None, 0), (None, 5), (None, 0, 1), (False, True))]
    cases = list(product(rules, NUMBERS))

    wrong = [
        (one, value)
        for one, value in cases
        if {rule for _where, rule in refuse(number_form(one), {"answer": value})}
        != expected_of_number(one, value)
    ]

    assert len(cases) == 384
    assert wrong == []
