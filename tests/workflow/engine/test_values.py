from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.workflow.engine import UnsafeData, clean


@pytest.mark.parametrize(
    "name", ["typename", "record", "task", "decision", "settings", "data_objects", "_hidden"]
)
def test_reserved_names_are_refused(name: str) -> None:
    with pytest.raises(UnsafeData):
        clean({name: 1})


def test_reserved_names_are_refused_at_any_depth() -> None:
    with pytest.raises(UnsafeData):
        clean({"rows": [{"typename": "Task"}]})


@pytest.mark.parametrize(
    "value",
    [Decimal(1), date(2026, 1, 1), b"x", {1, 2}, object(), print, {1: 2}, float("nan"), float("inf"), 2**70],
)
def test_values_that_are_not_plain_are_refused(value: object) -> None:
    with pytest.raises(UnsafeData):
        clean({"value": value})


def test_data_is_copied_deeply() -> None:
    rows = [{"lot": "A"}]

    copied = clean({"rows": rows})
    rows[0]["lot"] = "B"

    assert copied == {"rows": [{"lot": "A"}]}


def test_much_data_is_refused() -> None:
    with pytest.raises(UnsafeData):
        clean({"value": "x" * 70_000})


def test_deep_nesting_is_refused() -> None:
    value: list[object] = []
    for _level in range(25):
        value = [value]

    with pytest.raises(UnsafeData):
        clean({"value": value})
