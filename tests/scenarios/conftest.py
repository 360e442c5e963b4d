from __future__ import annotations

import shutil
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask

from app.factory import create_app
from app.foundation import clock as clock_module
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.lifecycles import publish_shipped, wire
from app.workflow.definitions import Definition, definitions
from tests.conftest import TUESDAY, FreshClient, config_for
from tests.scenarios.company import Company, a_company
from tests.scenarios.dsl import Scenario


@dataclass
class Template:
    """A home whose database holds a company with all shipped definitions; copied, never changed."""

    home: Path
    company: Company
    compiled: dict[int, Definition] = field(default_factory=dict)


@pytest.fixture(scope="session")
def template(migrated_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Published and populated once for all scenarios: publishing six bundles takes longer than a scenario."""
    home = tmp_path_factory.mktemp("company") / "home"
    shutil.copytree(migrated_home, home)
    clock_module.clock.freeze(TUESDAY)
    with create_app(config_for(home)).app_context():
        definitions.clear()
        with unit_of_work() as uow:
            publish_shipped(uow)
            company = a_company(uow)
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return Template(home, company)


@pytest.fixture
def app(template: Template, tmp_path: Path) -> Iterator[Flask]:
    """An application on its own copy of the company, with its context pushed."""
    home = tmp_path / "home"
    shutil.copytree(template.home, home)
    application = create_app(config_for(home))
    application.test_client_class = FreshClient
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def company(app: Flask, template: Template) -> Iterator[Company]:
    """A company in which the shipped lifecycles are published."""
    assert app.testing
    wire()
    definitions.clear()
    definitions._by_version.update(template.compiled)
    yield deepcopy(template.company)
    template.compiled.update(definitions._by_version)
    definitions.clear()


@pytest.fixture
def scenario(company: Company) -> Scenario:
    return Scenario(company)
