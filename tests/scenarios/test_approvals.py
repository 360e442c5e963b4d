from __future__ import annotations

import pytest
from sqlalchemy import update

from app.accounts.models import RoleGrant
from app.approvals.service import Purpose, name_approver
from app.foundation.unit_of_work import unit_of_work
from app.workflow.faults import StepBroken
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import analyse, open_capa, plan


def test_the_plan_goes_to_the_approver_an_admin_named(scenario: Scenario) -> None:
    approver = scenario.company.people["authority"]
    with unit_of_work() as uow:
        name_approver(uow, Purpose.CAPA_PLAN, scenario.company.site, approver)

    plan(analyse(open_capa(scenario)))

    assert scenario.task("approve_plan").assignee_id == approver


def test_without_a_name_one_person_of_the_role_is_asked(scenario: Scenario) -> None:
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

    assert "Name an approver" in str(broken.value.cause)
    assert scenario.steps == ["plan_actions"]
