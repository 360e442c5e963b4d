from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from app.foundation.unit_of_work import unit_of_work
from app.inbox import sample
from app.records.directory import directory_for
from app.workflow.assignment import pools
from app.workflow.bundles import read_bundle
from app.workflow.definitions import definitions, publish
from app.workflow.lifecycle import registry
from app.workflow.policies import policies
from tests.factories.accounts import Somebody, a_person
from tests.factories.organisation import a_site


@dataclass(frozen=True)
class Company:
    """Two sites, somebody for each step, and the two-step approval in force."""

    site: int
    other_site: int
    reporter: Somebody
    reviewer: Somebody
    second_reviewer: Somebody
    approver: Somebody
    stranger: Somebody
    boss: Somebody


@pytest.fixture
def company(app: Flask) -> Iterator[Company]:
    with app.app_context():
        yield from found_company()


def found_company() -> Iterator[Company]:
    before, parts = registry.all(), registry.parts()
    registry.use([sample.LIFECYCLE], directory=directory_for)
    for cache in (pools, policies, definitions):
        cache.clear()
    with unit_of_work() as uow:
        here, there = a_site(uow, "GDA"), a_site(uow, "UME")
        people = Company(
            site=here,
            other_site=there,
            reporter=a_person(uow, "rita.report", roles=[("reporter", here)], site_id=here),
            reviewer=a_person(uow, "rob.review", roles=[("reviewer", here)], site_id=here),
            second_reviewer=a_person(uow, "rea.review", roles=[("reviewer", here)], site_id=here),
            approver=a_person(uow, "anna.approve", roles=[("approver", here)], site_id=here),
            stranger=a_person(uow, "sam.stranger", roles=[("reviewer", there)], site_id=there),
            boss=a_person(uow, "berta.boss", roles=[("quality_manager", None)], site_id=here),
        )
        publish(uow, read_bundle("sample", "two_step_approval"), "for tests")
    yield people
    registry.use(before, parts=parts)
    for cache in (pools, policies, definitions):
        cache.clear()
