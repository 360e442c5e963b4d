from __future__ import annotations

import pytest
from flask import Flask

from app.capa.models import Capa
from app.foundation.unit_of_work import unit_of_work
from app.lifecycles import publish_shipped, wire
from tests.scenarios.company import a_company
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import check, close_capa, confirmed, review_risks, waiting

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


def test_the_whole_way_and_its_recurrence_on_postgresql(pg_app: Flask) -> None:
    assert pg_app.testing
    wire()
    with unit_of_work() as uow:
        publish_shipped(uow)
        scenario = Scenario(a_company(uow))

    close_capa(review_risks(check(waiting(scenario).after(days=90))))
    confirmed(scenario.sibling())

    parent, child = scenario.records(Capa)
    assert (parent.status, parent.result, child.parent_id) == ("closed_effective", "ineffective", parent.id)
