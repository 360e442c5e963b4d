from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import settings

from app.decisions.feel import compile_expression, compile_unary_tests, to_python

# Budgets are counted in steps; a slow machine must not fail an example.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

NOON = datetime(2026, 3, 17, 12, 0, tzinfo=UTC)
Feel = Callable[..., object]


@pytest.fixture
def feel() -> Feel:
    """Evaluate a text for variables and return plain Python data."""

    def evaluate(text: str, context: Mapping[str, object] | None = None) -> object:
        return to_python(compile_expression(text).evaluate(context or {}, now=NOON))

    return evaluate


@pytest.fixture
def passes() -> Callable[..., bool | None]:
    """Tell whether a value passes the tests of a cell."""

    def is_passed(cell: str, value: object, context: Mapping[str, object] | None = None) -> bool | None:
        return compile_unary_tests(cell).matches(value, context or {}, now=NOON)

    return is_passed
