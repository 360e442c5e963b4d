from __future__ import annotations

import shutil
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict
from pathlib import Path

import pytest
from flask import Flask

from app.foundation import clock as clock_module
from app.foundation.unit_of_work import unit_of_work
from tests.conftest import TUESDAY
from tests.once import Facts, once
from tests.scenarios.company import Company, a_company
from tests.scenarios.dsl import Scenario
from tests.stand import Stand, Template, settled


@pytest.fixture(scope="session")
def template(shipped: Template, tmp_path_factory: pytest.TempPathFactory) -> tuple[Template, Company]:
    """A home with a company, made once for all scenarios; copied, never changed."""
    home, facts = once(tmp_path_factory, "company", lambda home: _populated(shipped.home, home))
    return Template(home), Company(**facts)


def _populated(shipped: Path, home: Path) -> Facts:
    shutil.copytree(shipped, home, dirs_exist_ok=True)
    clock_module.clock.freeze(TUESDAY)
    with settled(home), unit_of_work() as uow:
        return asdict(a_company(uow))


@pytest.fixture
def app(stand: Stand, template: tuple[Template, Company]) -> Iterator[Flask]:
    """An application on its own copy of the company, with its context pushed."""
    with template[0].opened(stand) as application:
        yield application


@pytest.fixture
def company(app: Flask, template: tuple[Template, Company]) -> Company:
    """A company in which the shipped lifecycles are published."""
    assert app.testing
    return deepcopy(template[1])


@pytest.fixture
def scenario(company: Company) -> Scenario:
    return Scenario(company)
