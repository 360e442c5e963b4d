from __future__ import annotations

import pytest
from sqlalchemy import update

from app.accounts.models import RoleGrant
from app.foundation.unit_of_work import unit_of_work
from app.workflow.faults import StepBroken
from tests.factories.chains import a_chain, a_group, a_stage, put_in_force
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import analyse, open_capa, plan


def test_the_plan_goes_to_whom_the_chain_in_force_names(scenario: Scenario) -> None:
    approver = scenario.company.people["authority"]
    with unit_of_work() as uow:
        put_in_force(uow, "capa_plan", a_chain(a_stage("One", a_group(f"person:{approver}"))))

    plan(analyse(open_capa(scenario)))

    assert scenario.task("approve_plan").assignee_id == approver


def test_the_shipped_chain_asks_the_people_of_the_role(scenario: Scenario) -> None:
    plan(analyse(open_capa(scenario)))

    assert scenario.task("approve_plan").assignee_id == scenario.company.people["quality_manager"]


def test_a_plan_nobody_may_approve_stops_before_anyone_is_asked(scenario: Scenario) -> None:
    analyse(open_capa(scenario))
    with unit_of_work() as uow:
        uow.session.execute(
            update(RoleGrant).where(RoleGrant.role == "quality_manager").values(withdrawn_at=uow.now)
        )

    with pytest.raises(StepBroken) as broken:
        plan(scenario)

    assert "“Quality” needs 1 and has 0" in str(broken.value.cause)
    assert scenario.steps == ["plan_actions"]
