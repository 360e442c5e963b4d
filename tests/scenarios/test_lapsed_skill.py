"""A task whose role needs a skill that the person cannot prove: warned of or refused, as the site wants."""

from __future__ import annotations

import pytest

from app.accounts.roles import Role
from app.foundation.db import db
from app.foundation.settings import SettingRow
from app.foundation.unit_of_work import unit_of_work
from app.trail.service import entries_for
from app.training.competence import QualificationOrder, qualify
from app.training.entries import LISTS, EntryKey
from app.training.maintain import add_entry
from app.workflow import tasks
from app.workflow.competence import NotCompetent
from tests.factories.accounts import actor_for
from tests.scenarios.company import Company
from tests.scenarios.dsl import Scenario
from tests.scenarios.test_actions import DONE, plan


@pytest.fixture
def needed(scenario: Scenario, company: Company) -> Scenario:
    """An action whose owner needs a skill in its process and has no proof of it."""
    with unit_of_work() as uow:
        skill = add_entry(uow, LISTS[EntryKey.SKILL], {"name": "Lapping"})
        need = {"role": Role.ACTION_OWNER.value, "skill_id": skill, "level": 3, "is_control": False}
        add_entry(uow, LISTS[EntryKey.REQUIREMENT], {**need, "process_id": company.process})
    return scenario.as_("quality_manager").start("action", plan(company))


def block(company: Company) -> None:
    with unit_of_work() as uow:
        uow.session.add(SettingRow(key="training.lapsed_skill", site_id=company.site, value="block"))


def deeds(scenario: Scenario) -> list[str]:
    db.session.rollback()
    found = entries_for(db.session, "action", scenario.record_id)
    return [str(one.after) for one in found if one.verb == "task.completed"]


def test_where_the_site_warns_the_step_is_done_and_the_trail_says_without_proof(needed: Scenario) -> None:
    needed.as_("action_owner").complete("carry_out", DONE)

    assert needed.steps == ["verify_action"]
    assert "without valid proof: Lapping" in deeds(needed)[0]


def test_where_the_site_blocks_the_step_waits_for_the_proof(needed: Scenario, company: Company) -> None:
    block(company)
    with pytest.raises(NotCompetent, match="Lapping"):
        needed.as_("action_owner").complete("carry_out", DONE)
    today = needed.record.opened_at.date()
    with unit_of_work() as uow:
        qualify(uow, QualificationOrder(company.people["action_owner"], 1, 3, "Examined.", today))

    needed.complete("carry_out", DONE)

    assert needed.steps == ["verify_action"]
    assert "without_proof" not in deeds(needed)[0]


def test_nobody_without_proof_is_handed_the_task_where_the_site_blocks(
    needed: Scenario, company: Company
) -> None:
    block(company)
    actor, task = actor_for(company.people["action_owner"]), needed.task("carry_out")

    with pytest.raises(NotCompetent), unit_of_work(actor.id) as uow:
        tasks.delegate(uow, task.id, actor, company.people["verifier"], "I am away.")


def test_a_role_that_needs_nothing_is_never_asked(needed: Scenario, company: Company) -> None:
    block(company)
    with unit_of_work() as uow:
        today = uow.now.date()
        qualify(uow, QualificationOrder(company.people["action_owner"], 1, 3, "Examined.", today))
    needed.as_("action_owner").complete("carry_out", DONE)

    needed.as_("verifier").complete(
        "verify_action", {"verification": "accepted", "verification_note": "Looked at it."}
    )

    assert needed.outcome == "verified"
