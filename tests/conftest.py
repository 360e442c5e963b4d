from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.factory import create_app
from app.foundation import clock as clock_module
from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.installation import Purpose
from app.foundation.migrations import migrate
from app.foundation.unit_of_work import unit_of_work
from app.trail.service import open_chain
from config import Config

ROOT = Path(__file__).resolve().parents[1]
TUESDAY = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)


def config_for(home: Path, url: str | None = None) -> Config:
    return Config(
        home=home,
        database_url=url or f"sqlite:///{home / 'keel.db'}",
        secret_key="a secret for tests only, long enough to pass",
        is_testing=True,
        fast_passwords=True,
    )


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of larger real input beside the checkout."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder of larger test data (../shared) is not here")
    return folder


@pytest.fixture(scope="session")
def migrated_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with a migrated, installed and otherwise empty SQLite database; copied, never changed."""
    home = tmp_path_factory.mktemp("template")
    clock_module.clock.freeze(TUESDAY)
    app = create_app(config_for(home))
    with app.app_context():
        migrate()
        with unit_of_work() as uow:
            open_chain(uow, Purpose.TEST)
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return home


@pytest.fixture(autouse=True)
def clock() -> Iterator[Clock]:
    """The one clock, standing still on a Tuesday morning."""
    clock_module.clock.release()
    clock_module.clock.freeze(TUESDAY)
    yield clock_module.clock
    clock_module.clock.release()


@pytest.fixture
def app(migrated_home: Path, tmp_path: Path) -> Iterator[Flask]:
    """An application on its own fresh database, with its context pushed."""
    home = tmp_path / "home"
    shutil.copytree(migrated_home, home)
    application = create_app(replace(config_for(home)))
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
