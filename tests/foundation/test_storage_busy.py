"""T10: another process holds the database. Writers are told so in a sentence, readers go on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from app.factory import create_app
from app.foundation import db as storage
from app.foundation.db import db, sqlite_driver
from app.foundation.installation import Purpose
from app.foundation.migrations import migrate
from app.foundation.numbering import next_number
from app.foundation.unit_of_work import StorageBusy, unit_of_work
from app.trail import Subject, record
from app.trail.models import TrailHead
from app.trail.service import open_chain
from tests.stand import config_for


@contextmanager
def impatient_app(home: Path, url: str | None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr(storage, "BUSY_MILLISECONDS", 100)
    monkeypatch.setattr(storage, "LOCK_TIMEOUT", "100ms")
    application = create_app(config_for(home, url))
    with application.app_context():
        migrate()
        with unit_of_work() as uow:
            open_chain(uow, Purpose.TEST)
        yield application
        db.session.remove()
        db.engine.dispose()


def act() -> str:
    with unit_of_work() as uow:
        record(uow, verb="risk.assessed", subject=Subject("risk", 1, "R-1"))
        return next_number(uow, "RISK")


def assert_busy_and_readable() -> None:
    with pytest.raises(StorageBusy, match="Nothing was changed"):
        act()
    assert db.session.scalar(select(TrailHead.seq)) == 1
    db.session.rollback()


def test_a_locked_sqlite_file_is_told_and_reads_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with impatient_app(tmp_path, None, monkeypatch):
        outside = sqlite_driver().connect(tmp_path / "keel.db", isolation_level=None)
        outside.execute("BEGIN IMMEDIATE")

        assert_busy_and_readable()

        outside.execute("ROLLBACK")
        outside.close()
        assert act() == "RISK-2026-0001"


@pytest.mark.postgres
def test_a_locked_head_on_postgresql_is_told_and_reads_go_on(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with impatient_app(tmp_path, postgres_url, monkeypatch):
        with psycopg.connect(postgres_url.replace("+psycopg", "")) as outside:
            outside.execute("SELECT * FROM trail_head FOR UPDATE")

            assert_busy_and_readable()

            outside.rollback()
        assert act() == "RISK-2026-0001"
