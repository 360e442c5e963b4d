from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Broken
from app.foundation.installation import (
    ClockCannotMove,
    Installation,
    Purpose,
    advance_clock,
    load_clock,
)
from app.foundation.unit_of_work import unit_of_work


@pytest.mark.usefixtures("app")
def test_the_reading_session_refuses_to_write() -> None:
    db.session.get_one(Installation, 1).purpose = "demo"

    with pytest.raises(Broken, match="only reads"):
        db.session.flush()


@pytest.mark.usefixtures("app")
def test_an_error_rolls_everything_back() -> None:
    def change_and_fail() -> None:
        with unit_of_work() as uow:
            uow.session.get_one(Installation, 1).purpose = "demo"
            uow.session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()

    assert db.session.scalar(select(Installation.purpose)) == "test"


@pytest.mark.usefixtures("app")
def test_what_must_come_last_runs_once_and_before_the_commit() -> None:
    order: list[str] = []

    with unit_of_work() as uow:
        uow.run_last("trail", lambda _uow: order.append("last"))
        uow.run_last("trail", lambda _uow: order.append("again"))
        uow.after_commit(lambda: order.append("after"))
        order.append("work")

    assert order == ["work", "last", "after"]


@pytest.mark.usefixtures("app")
def test_the_connection_used_last_is_used_next_because_it_still_has_its_pages() -> None:
    first, second = db.engine.connect(), db.engine.connect()
    used_last = second.connection.driver_connection
    first.close()
    second.close()

    with db.engine.connect() as connection:
        assert connection.connection.driver_connection is used_last


def test_reading_then_writing_in_many_threads_never_finds_the_database_locked(app: Flask) -> None:
    errors: list[BaseException] = []

    def read_then_write() -> None:
        with app.app_context():
            try:
                for _ in range(10):
                    db.session.scalar(select(Installation.chain_id))
                    with unit_of_work() as uow:
                        uow.session.execute(
                            update(Installation).values(
                                clock_offset_seconds=Installation.clock_offset_seconds + 1
                            )
                        )
            except BaseException as error:  # noqa: BLE001 - a thread must hand its error over
                errors.append(error)

    threads = [threading.Thread(target=read_then_write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert db.session.scalar(select(Installation.clock_offset_seconds)) == 80


@pytest.mark.usefixtures("app")
def test_the_clock_of_a_test_database_moves_forward() -> None:
    before = clock.now()
    with unit_of_work() as uow:
        advance_clock(uow, timedelta(days=60))

    assert load_clock(db.session()) is Purpose.TEST
    clock.clock.freeze(before)
    assert db.session.scalar(select(Installation.clock_offset_seconds)) == 60 * 86_400


@pytest.mark.usefixtures("app")
def test_the_clock_of_a_production_database_never_moves() -> None:
    with unit_of_work() as uow:
        uow.session.get_one(Installation, 1).purpose = "production"

    with pytest.raises(ClockCannotMove, match="true time"), unit_of_work() as uow:
        advance_clock(uow, timedelta(days=1))
