from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.foundation.unit_of_work import unit_of_work
from app.lifecycles import wire
from app.workflow.assignment import pools
from app.workflow.definitions import definitions, publish_shipped
from tests.scenarios.company import Company, a_company
from tests.scenarios.dsl import Scenario


@pytest.fixture
def company(app: Flask) -> Iterator[Company]:
    """A company in which the shipped lifecycles are published."""
    assert app.testing
    wire()
    definitions.clear()
    pools.clear()
    with unit_of_work() as uow:
        publish_shipped(uow)
        company = a_company(uow)
    yield company
    definitions.clear()
    pools.clear()
    wire()


@pytest.fixture
def scenario(company: Company) -> Scenario:
    return Scenario(company)
