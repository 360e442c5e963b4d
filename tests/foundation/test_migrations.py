from __future__ import annotations

import warnings
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect, select

from app import tables
from app.capa.models import Nonconformity
from app.capa.ports import NONCONFORMITY
from app.factory import create_app
from app.foundation.dated import FormerValue, kept_since
from app.foundation.db import db
from app.foundation.migrations import _config, is_current, known_revisions, migrate, newest_revision
from app.foundation.unit_of_work import unit_of_work
from app.trail import Subject, record
from tests.stand import config_for

MOVED_FROM = datetime(2026, 2, 2, 16, tzinfo=UTC)


def differences() -> list[object]:
    with db.engine.connect() as connection, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="autogenerate skipping")  # expression-based indexes
        options = {"compare_type": True, "include_object": is_declared}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, tables.metadata))


def is_declared(_object: object, name: str, *_rest: object) -> bool:
    return "record_search" not in name  # the full-text index is raw SQL, different on each database


def table_names() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def go_down_and_up() -> None:
    migrate()
    before = table_names()

    command.downgrade(_config(), "base")
    assert table_names() == set()

    migrate()
    assert table_names() == before
    assert is_current(db.engine)


def test_the_files_say_the_same_to_keel_as_to_alembic() -> None:
    scripts = ScriptDirectory.from_config(_config())

    assert newest_revision() == scripts.get_current_head()
    assert known_revisions() == {one.revision for one in scripts.walk_revisions()}


def test_the_migrated_sqlite_database_is_what_the_models_say(app: Flask) -> None:
    assert app.testing
    assert differences() == []


@pytest.mark.postgres
def test_the_migrated_postgresql_database_is_what_the_models_say(pg_app: Flask) -> None:
    assert pg_app.testing
    assert differences() == []


def test_sqlite_goes_down_to_nothing_and_up_again(tmp_path: Path) -> None:
    with create_app(config_for(tmp_path)).app_context():
        go_down_and_up()
        db.engine.dispose()


def test_a_table_that_others_refer_to_is_copied_with_its_rows(app: Flask) -> None:
    assert app.testing
    with unit_of_work() as uow:
        first = NONCONFORMITY.open_record(uow, {"title": "Seals leak"})
        again = NONCONFORMITY.open_record(uow, {"title": "Seals leak again", "duplicate_of_id": first})
    db.session.remove()

    command.downgrade(_config(), "2350_rises")
    migrate()

    assert db.session.get_one(Nonconformity, again).duplicate_of_id == first
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_days_moved_before_are_read_from_the_trail(app: Flask) -> None:
    assert app.testing
    with unit_of_work() as uow:
        subject = Subject("capa", NONCONFORMITY.open_record(uow, {"title": "Seals leak"}), "CAPA-1")
        record(uow, verb="record.due_moved", subject=subject, before={"due_at": MOVED_FROM.isoformat()})
        moved_at = uow.now
    db.session.remove()

    command.downgrade(_config(), "0090_index_recordings")
    migrate()

    kept = db.session.scalars(select(FormerValue)).one()
    assert (kept.what, kept.row_id, kept.moment, kept.ended_at) == (
        "record.due_at",
        subject.id,
        MOVED_FROM,
        moved_at,
    )
    assert kept_since(db.session()) is not None


def test_a_database_that_begins_empty_keeps_former_values_from_the_first(app: Flask) -> None:
    assert app.testing
    assert kept_since(db.session()) is None


@pytest.mark.postgres
def test_postgresql_goes_down_to_nothing_and_up_again(tmp_path: Path, postgres_url: str) -> None:
    with create_app(config_for(tmp_path, postgres_url)).app_context():
        go_down_and_up()
        db.engine.dispose()
