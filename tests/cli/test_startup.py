from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from flask import Flask

from app.cli import startup
from app.cli.startup import UnsafeStart, check_settings
from app.factory import create_app
from app.foundation.db import db
from app.foundation.migrations import _config, is_current
from config import Config
from tests.stand import config_for


@pytest.fixture
def config(tmp_path: Path) -> Config:
    tmp_path.chmod(0o700)
    return config_for(tmp_path)


def refusal_of(config: Config) -> str:
    """Why a start with these settings is refused; empty when it is not."""
    try:
        check_settings(config, {})
    except UnsafeStart as error:
        return error.sentence
    return ""


def test_the_settings_of_a_first_start_are_safe(config: Config) -> None:
    assert refusal_of(config) == ""


@pytest.mark.parametrize(
    ("changes", "environment", "sentence"),
    [
        ({}, {"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"secret_key": "changeme"}, {}, "secret is weak"),
        ({"secret_key": "a" * 64}, {}, "secret is weak"),
        ({"host": "0.0.0.0"}, {}, "in the clear"),
        ({"public_url": "http://keel.example.org"}, {}, "in the clear"),
    ],
)
def test_an_unsafe_setting_is_refused_in_one_line(
    config: Config, changes: dict[str, Any], environment: dict[str, str], sentence: str
) -> None:
    with pytest.raises(UnsafeStart, match=sentence) as caught:
        check_settings(replace(config, **changes), environment)

    assert "\n" not in caught.value.sentence


def test_a_server_behind_tls_may_listen_everywhere(config: Config) -> None:
    assert refusal_of(replace(config, host="0.0.0.0", public_url="https://keel.example.org")) == ""


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701])
def test_a_home_that_others_can_read_is_refused(config: Config, mode: int) -> None:
    config.home.chmod(mode)

    with pytest.raises(UnsafeStart, match="chmod 700"):
        check_settings(config, {})


@pytest.mark.usefixtures("app")
def test_two_processes_on_an_old_sqlite_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    startup.check_second_process()
    monkeypatch.setattr(startup, "is_sqlite_safe", lambda: False)

    with pytest.raises(UnsafeStart, match="two processes"):
        startup.check_second_process()


def test_sqlite_is_brought_up_to_date_at_the_start(tmp_path: Path) -> None:
    with create_app(config_for(tmp_path)).app_context():
        startup.bring_up_to_date()

        assert is_current(db.engine)
        db.engine.dispose()


@pytest.mark.postgres
def test_postgresql_is_not_migrated_behind_the_back_of_others(tmp_path: Path, postgres_url: str) -> None:
    with create_app(config_for(tmp_path, postgres_url)).app_context():
        with pytest.raises(UnsafeStart, match="keel init"):
            startup.bring_up_to_date()

        assert not is_current(db.engine)
        db.engine.dispose()


@pytest.mark.postgres
def test_postgresql_on_an_older_schema_says_how_to_migrate(pg_app: Flask) -> None:
    assert pg_app.testing
    command.downgrade(_config(), "0100_foundation")

    with pytest.raises(UnsafeStart, match="backup, then run: keel migrate"):
        startup.bring_up_to_date()


def test_a_database_of_a_later_version_is_left_alone(any_app: Flask) -> None:
    assert any_app.testing
    with db.engine.execution_options(write=True).begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999_future'")

    with pytest.raises(UnsafeStart, match="later version"):
        startup.bring_up_to_date()
