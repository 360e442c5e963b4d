from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from app.foundation.errors import Broken
from app.foundation.numbering import next_number
from app.foundation.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("any_app")


def take(prefix: str = "NC") -> str:
    with unit_of_work() as uow:
        return next_number(uow, prefix)


def test_a_series_counts_from_one_for_each_prefix_and_year() -> None:
    first, second, other = take(), take(), take("CAPA")
    with unit_of_work() as uow:
        earlier = next_number(uow, "NC", year=2025)

    assert (first, second, other, earlier) == (
        "NC-2026-0001",
        "NC-2026-0002",
        "CAPA-2026-0001",
        "NC-2025-0001",
    )


def test_an_act_that_fails_gives_its_number_back() -> None:
    def failing() -> None:
        with unit_of_work() as uow:
            next_number(uow, "NC")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()

    assert take() == "NC-2026-0001"


def test_threads_get_numbers_without_gap_or_double(any_app: Flask) -> None:
    def take_in_thread(_: int) -> str:
        with any_app.app_context():
            return take()

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(take_in_thread, range(40)))

    assert sorted(numbers) == [f"NC-2026-{count:04d}" for count in range(1, 41)]


@pytest.mark.parametrize("prefix", ["nc", "N", "NC-2026", "", "NC' OR 1=1"])
def test_a_prefix_is_two_to_ten_capitals(prefix: str) -> None:
    with pytest.raises(Broken, match="prefix"):
        take(prefix)
