"""Open tasks whose people left, or whose group is empty, find somebody else; the trail says why."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from app.accounts.grants import GrantOrder, give, grants_of, withdraw
from app.accounts.handover import Handover
from app.accounts.models import CandidateGroup
from app.accounts.people import disable
from app.accounts.roles import Role
from app.factory import HANDOVER
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.trail.models import TrailEntry
from app.workflow import tasks
from app.workflow.handover import reroute_lost
from app.workflow.models import Task
from tests.factories.accounts import a_person, actor_for
from tests.scenarios.company import Company
from tests.scenarios.conftest import app, company, scenario, template
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import analyse, open_capa, report

__all__ = ["app", "company", "scenario", "template"]


@pytest.fixture(autouse=True)
def _admin(company: Company) -> None:
    """Somebody administers Keel, else nobody may leave."""
    assert company.site
    with unit_of_work() as uow:
        a_person(uow, "adam.admin", roles=[("admin", None)])


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    """A CAPA whose owner has the next task by name."""
    return analyse(open_capa(scenario))


def leave(story: Scenario, who: str, handover: Handover = HANDOVER) -> None:
    with unit_of_work() as uow:
        disable(uow, story.company.people[who], handover, reason="left")


def withdraw_all(story: Scenario, who: str) -> None:
    today = clock.now().date()
    for line in grants_of(db.session(), story.company.people[who], today):
        with unit_of_work() as uow:
            withdraw(uow, line.id, HANDOVER)


def the_task(story: Scenario) -> Task:
    return story.task(story.steps[0])


def group_role(task: Task) -> str:
    assert task.candidate_group_id is not None
    return db.session.get_one(CandidateGroup, task.candidate_group_id).role


def reasons(verb: str) -> list[tuple[str | None, str]]:
    rows = db.session.execute(select(TrailEntry.reason, TrailEntry.after).where(TrailEntry.verb == verb))
    return [(reason, json.loads(after)["why"]) for reason, after in rows]


def test_a_task_of_somebody_who_left_is_offered_to_the_people_of_its_role(story: Scenario) -> None:
    leave(story, "capa_owner")

    moved = reroute_lost()

    task = the_task(story)
    assert (moved, task.assignee_id, group_role(task), task.why) == (1, None, "capa_owner", "role")
    assert reasons("task.rerouted") == [("The person who had it left.", "role")]


def test_without_anybody_in_the_role_it_falls_to_the_quality_manager(story: Scenario) -> None:
    leave(story, "capa_owner")
    leave(story, "second_owner")

    reroute_lost()

    task = the_task(story)
    assert (group_role(task), task.why) == ("quality_manager", "nobody_has_role")


def test_without_a_quality_manager_it_falls_to_the_admins(story: Scenario) -> None:
    for who in ("capa_owner", "second_owner", "quality_manager"):
        leave(story, who)

    reroute_lost()

    task = the_task(story)
    assert (group_role(task), task.why) == ("admin", "nobody_at_site")


def test_a_second_look_moves_nothing(story: Scenario) -> None:
    for who in ("capa_owner", "second_owner"):
        leave(story, who)
    reroute_lost()

    assert reroute_lost() == 0


def test_a_task_comes_back_when_somebody_has_the_role_again(story: Scenario) -> None:
    for who in ("capa_owner", "second_owner"):
        leave(story, who)
    reroute_lost()
    with unit_of_work() as uow:
        give(uow, story.company.people["verifier"], GrantOrder(Role.CAPA_OWNER, story.company.site))

    moved = reroute_lost()

    task = the_task(story)
    assert (moved, group_role(task), task.why) == (1, "capa_owner", "role")


def test_what_a_leaver_had_taken_from_a_group_goes_back_at_once(scenario: Scenario) -> None:
    story = report(scenario)
    task, person = the_task(story), story.company.people["process_owner"]
    with unit_of_work() as uow:
        a_person(uow, "pat.process", roles=[("process_owner", story.company.site)])
    with unit_of_work(person) as uow:
        tasks.claim(uow, task.id, actor_for(person))

    leave(story, "process_owner")

    back = the_task(story)
    assert (back.assignee_id, back.candidate_group_id) == (None, task.candidate_group_id)


def test_withdrawing_a_role_that_leaves_a_group_empty_reroutes_its_tasks(scenario: Scenario) -> None:
    story = report(scenario)
    assert group_role(the_task(story)) == "process_owner"

    withdraw_all(story, "process_owner")

    task = the_task(story)
    assert (group_role(task), task.why) == ("quality_manager", "nobody_has_role")
    assert reasons("task.rerouted") == [("Nobody is left in the group it was offered to.", "nobody_has_role")]
