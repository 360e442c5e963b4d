"""The storage recipe under many writers, on both databases: nothing fails, or it fails with a sentence."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.foundation.db import db
from app.foundation.numbering import NumberSeries, next_number
from app.foundation.unit_of_work import StorageBusy, unit_of_work

WRITERS, ACTS = 8, 10


def at_once(app: Flask, works: list[Callable[[], None]]) -> list[Exception]:
    """Run each piece of work in a thread of its own and return what they raised."""
    errors: list[Exception] = []

    def run(work: Callable[[], None]) -> None:
        with app.app_context():
            try:
                work()
            except Exception as error:  # noqa: BLE001 - it belongs to the test, not to the thread
                errors.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return errors


def test_many_who_read_and_then_write_lose_nothing_and_never_fail(any_app: Flask) -> None:
    numbers: list[str] = []

    def work() -> None:
        for _act in range(ACTS):
            db.session.scalars(select(NumberSeries)).all()  # as a request does before it writes
            with unit_of_work() as uow:
                number = next_number(uow, "NC")
            numbers.append(number)

    errors = at_once(any_app, [work] * WRITERS)

    assert errors == []
    assert sorted(numbers) == [f"NC-2026-{number:04d}" for number in range(1, WRITERS * ACTS + 1)]


@pytest.mark.postgres
def test_who_waits_for_each_other_is_told_to_try_again(pg_app: Flask) -> None:
    with unit_of_work() as uow:
        next_number(uow, "AA")
        next_number(uow, "BB")
    barrier = threading.Barrier(2)

    def cross(first: str, second: str) -> None:
        with unit_of_work() as uow:
            next_number(uow, first)
            barrier.wait()
            next_number(uow, second)

    errors = at_once(pg_app, [lambda: cross("AA", "BB"), lambda: cross("BB", "AA")])

    assert [type(error) for error in errors] == [StorageBusy]
    assert db.session.scalars(select(NumberSeries.last)).all() == [2, 2]
