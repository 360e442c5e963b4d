"""The hand-over of a leaver: the page, the choices, and that nothing stays behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.grants import GrantOrder, give, grants_of
from app.accounts.roles import Role
from app.capa.models import Capa
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.organisation.managers import manager_of, set_manager
from app.organisation.models import BusinessProcess
from app.trail import Subject
from app.trail.models import TrailEntry
from app.workflow.models import Task, TaskState
from tests.factories.accounts import a_person
from tests.factories.browser import Browser, enter
from tests.factories.organisation import a_process
from tests.scenarios.company import Company
from tests.scenarios.conftest import app, company, scenario, template
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import analyse, open_capa

__all__ = ["app", "company", "scenario", "template"]


TITLES = (
    "Open tasks",
    "Records that name them",
    "Roles",
    "Processes they answer for",
    "People they lead",
)


@dataclass
class Leaver:
    """The owner of a CAPA, who also owns a process and leads somebody."""

    id: int
    capa_id: int
    process_id: int
    led_id: int
    successor_id: int
    admin: Browser

    @property
    def page(self) -> str:
        return f"/admin/people/{self.id}/handover"

    def leave(self) -> str:
        answer = self.admin.post(f"/admin/people/{self.id}/disable", reason="Moves to Umeå")
        assert answer.status_code == 303
        db.session.rollback()
        return str(answer.location)

    def roles_of(self, person_id: int) -> list[str]:
        db.session.rollback()
        return [line.role.value for line in grants_of(db.session(), person_id, clock.now().date())]


@pytest.fixture
def leaver(app: Flask, scenario: Scenario, company: Company) -> Leaver:
    capa = analyse(open_capa(scenario)).record_id
    owner, other = company.people["capa_owner"], company.people["action_owner"]
    with unit_of_work() as uow:
        admin = a_person(uow, "adam.admin", roles=[("admin", None)])
        process = a_process(uow, "MILL", owner_id=owner)
        set_manager(uow, Subject("person", other, "action_owner"), owner, uow.now.date())
    return Leaver(
        owner, capa, process, other, company.people["second_owner"], enter(app.test_client(), admin)
    )


def open_tasks(record_id: int) -> list[Task]:
    db.session.rollback()
    query = select(Task).where(Task.record_id == record_id, Task.state == TaskState.OPEN.value)
    return list(db.session.scalars(query))


def test_closing_an_account_leads_to_its_hand_over(leaver: Leaver) -> None:
    address = leaver.leave()

    page = leaver.admin.get(address).text
    assert address == leaver.page
    assert all(f"{title}: 1" in page for title in TITLES)
    assert leaver.page in leaver.admin.get("/admin/handovers").text


def test_one_person_takes_over_everything_in_one_act(leaver: Leaver) -> None:
    leaver.leave()

    answer = leaver.admin.post(leaver.page, everything=str(leaver.successor_id), reason="Moves to Umeå")

    assert answer.status_code == 303, answer.text
    db.session.rollback()
    assert {task.assignee_id for task in open_tasks(leaver.capa_id)} == {leaver.successor_id}
    assert db.session.get_one(Capa, leaver.capa_id).capa_owner_id == leaver.successor_id
    assert db.session.get_one(BusinessProcess, leaver.process_id).owner_id == leaver.successor_id
    assert manager_of(db.session(), leaver.led_id, clock.now().date()) == leaver.successor_id
    assert leaver.roles_of(leaver.id) == []
    assert "Nothing is left in their hands" in leaver.admin.get(leaver.page).text
    assert "Nothing waits to be handed over" in leaver.admin.get("/admin/handovers").text


def test_each_kind_may_go_to_somebody_else_or_to_nobody(leaver: Leaver) -> None:
    leaver.leave()
    choices = {"tasks": "nobody", "roles": "nobody", "records": str(leaver.led_id), "led": "nobody"}

    answer = leaver.admin.post(leaver.page, reason="Moves", **choices)

    assert answer.status_code == 303, answer.text
    tasks = open_tasks(leaver.capa_id)
    assert {(task.assignee_id, task.why) for task in tasks} == {(leaver.led_id, "named")}
    assert manager_of(db.session(), leaver.led_id, clock.now().date()) is None
    assert leaver.roles_of(leaver.successor_id) == ["capa_owner"]
    page = leaver.admin.get(leaver.page).text
    assert "Processes they answer for: 1" in page
    assert "Open tasks" not in page


def test_every_change_stands_in_the_trail_with_the_reason(leaver: Leaver) -> None:
    leaver.leave()

    leaver.admin.post(leaver.page, everything=str(leaver.successor_id), reason="Moves to Umeå")

    db.session.rollback()
    entries = db.session.execute(
        select(TrailEntry.verb).where(TrailEntry.reason == "Moves to Umeå").order_by(TrailEntry.seq)
    )
    verbs = {entry.verb for entry in entries}
    assert verbs >= {"person.disabled", "task.reassigned", "record.handed_over", "person.handed_over"}
    assert "role.withdrawn" in verbs


@pytest.mark.parametrize(
    "answers",
    [
        {"everything": "2"},
        {"reason": "Moves"},
        {"reason": "Moves", "everything": "999"},
        {"reason": "Moves", "records": "nobody"},
        {"reason": "Moves", "tasks": "everybody"},
    ],
    ids=["no reason", "nobody chosen", "unknown person", "records without a name", "not a choice"],
)
def test_a_hand_over_that_cannot_be_is_refused_and_changes_nothing(
    leaver: Leaver, answers: dict[str, str]
) -> None:
    leaver.leave()

    answer = leaver.admin.post(leaver.page, **answers)

    assert answer.status_code == 422
    assert {task.assignee_id for task in open_tasks(leaver.capa_id)} == {leaver.id}


def test_the_leaver_cannot_take_over_from_themselves(leaver: Leaver) -> None:
    leaver.leave()

    assert leaver.admin.post(leaver.page, reason="x", everything=str(leaver.id)).status_code == 422


def test_whoever_still_works_hands_nothing_over(leaver: Leaver) -> None:
    answer = leaver.admin.post(leaver.page, reason="x", everything=str(leaver.successor_id))

    assert answer.status_code == 409
    assert "still has an open account" in leaver.admin.get(leaver.page).text


def test_the_role_of_admin_is_not_passed_on_in_a_bundle(leaver: Leaver) -> None:
    with unit_of_work() as uow:
        give(uow, leaver.id, GrantOrder(Role.ADMIN, None))
    leaver.leave()

    leaver.admin.post(leaver.page, reason="x", everything=str(leaver.successor_id))

    assert leaver.roles_of(leaver.id) == []
    assert leaver.roles_of(leaver.successor_id) == ["capa_owner"]


def test_who_takes_over_and_was_led_by_the_leaver_goes_one_level_up(leaver: Leaver, company: Company) -> None:
    top = company.people["top_management"]
    with unit_of_work() as uow:
        set_manager(uow, Subject("person", leaver.id, "capa_owner"), top, uow.now.date())
        set_manager(uow, Subject("person", leaver.successor_id, "x"), leaver.id, uow.now.date())
    leaver.leave()

    leaver.admin.post(leaver.page, reason="x", led=str(leaver.successor_id))

    db.session.rollback()
    today = clock.now().date()
    assert manager_of(db.session(), leaver.successor_id, today) == top
    assert manager_of(db.session(), leaver.led_id, today) == leaver.successor_id


def test_an_admin_learns_no_title_of_a_restricted_record(leaver: Leaver) -> None:
    with unit_of_work() as uow:
        capa = uow.session.get_one(Capa, leaver.capa_id)
        capa.restricted_to, title = ",quality_manager,", capa.title
    leaver.leave()

    page = leaver.admin.get(leaver.page).text

    assert "A restricted record" in page
    assert title not in page
    assert "CAPA-2026" not in page


def test_an_admin_of_one_site_sees_no_hand_over(
    leaver: Leaver, company: Company, as_role: Callable[..., Browser]
) -> None:
    local = as_role("admin", company.site)

    assert [local.get(page).status_code for page in (leaver.page, "/admin/handovers")] == [403, 403]
