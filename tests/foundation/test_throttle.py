from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.throttle import ThrottleCounter, count_try, forget_tries, purge_expired, tries_of
from app.foundation.unit_of_work import unit_of_work

WINDOW = timedelta(minutes=15)
pytestmark = pytest.mark.usefixtures("any_app")


def attempt(key: str = "eva") -> int:
    with unit_of_work() as uow:
        return count_try(uow, key, WINDOW)


def stored() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(ThrottleCounter)) or 0


def test_tries_are_counted_for_each_key_and_window(clock: Clock) -> None:
    counted = [attempt(), attempt(), attempt("tom")]
    clock.advance(WINDOW)

    assert [*counted, attempt()] == [1, 2, 1, 1]


def test_looking_does_not_count(clock: Clock) -> None:
    attempt()

    assert [tries_of(db.session(), "eva", WINDOW, clock.now()) for _look in range(2)] == [1, 1]
    assert tries_of(db.session(), "tom", WINDOW, clock.now()) == 0


def test_a_login_that_works_forgets_the_tries() -> None:
    attempt()
    with unit_of_work() as uow:
        forget_tries(uow, "eva")

    assert attempt() == 1


def test_windows_that_are_over_are_deleted(clock: Clock) -> None:
    attempt()
    clock.advance(WINDOW)
    attempt()

    with unit_of_work() as uow:
        purge_expired(uow)

    assert stored() == 1


def test_tries_at_the_same_time_are_all_counted(any_app: Flask) -> None:
    def attempt_in_thread(_number: int) -> int:
        with any_app.app_context():
            return attempt()

    with ThreadPoolExecutor(8) as pool:
        counted = list(pool.map(attempt_in_thread, range(24)))

    assert sorted(counted) == list(range(1, 25))


def test_a_hostile_key_is_only_a_key() -> None:
    assert attempt("x" * 5000) == attempt("nul\x00\ud800") == 1
