"""The page of an instance, and hold, resume and cancel with permission and reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.actions.models import Action
from app.foundation.clock import clock as the_clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.records.models import Record
from app.trail.models import TrailEntry
from app.workflow.models import InstanceState, ProcessInstance, Task, TaskState
from tests.factories.accounts import a_person
from tests.factories.browser import Browser, enter
from tests.scenarios.company import Company
from tests.scenarios.conftest import app, company, scenario, template
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import confirmed, report

__all__ = ["app", "company", "scenario", "template"]


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    """A nonconformity that was reported, contained and confirmed."""
    return confirmed(scenario)


def visit(app: Flask, story: Scenario, who: str) -> Browser:
    return enter(app.test_client(), story.company.people[who])


def page(story: Scenario, act: str = "") -> str:
    return f"/instances/{story.instance_id}{act}"


def instance(story: Scenario) -> ProcessInstance:
    db.session.rollback()
    return db.session.get_one(ProcessInstance, story.instance_id)


def test_the_page_shows_picture_tasks_and_why_it_went_this_way(app: Flask, story: Scenario) -> None:
    shown = visit(app, story, "quality_manager").get(page(story)).text

    assert "<svg" in shown
    assert "The same in words" in shown
    assert "Judged on: audit grade nothing" in shown
    assert "severity 2" in shown
    assert all(task.title in shown for task in db.session.scalars(select(Task)))


def test_an_instance_of_a_record_one_may_not_see_is_not_there(
    app: Flask, story: Scenario, company: Company
) -> None:
    with_record = db.session.get_one(Record, story.record_id)
    assert with_record.site_id == company.site
    from_elsewhere = as_reporter_of(app, company.other_site)

    assert from_elsewhere.get(page(story)).status_code == 404
    assert from_elsewhere.get("/instances/987654").status_code == 404


def as_reporter_of(app: Flask, site_id: int) -> Browser:
    with unit_of_work() as uow:
        person = a_person(uow, "elsa.elsewhere", roles=[("quality_manager", site_id)])
    return enter(app.test_client(), person)


def test_holding_says_why_and_shows_on_record_and_task(app: Flask, story: Scenario) -> None:
    manager, task = visit(app, story, "quality_manager"), story.task(story.steps[0])

    answer = manager.post(page(story, "/hold"), reason="Waits for the customer")

    assert (answer.status_code, instance(story).state) == (303, InstanceState.HELD)
    assert "On hold" in manager.get(f"/nonconformities/{story.record_id}").text
    assert "This is on hold" in manager.get(f"/tasks/{task.id}").text
    reason = db.session.scalar(select(TrailEntry.reason).where(TrailEntry.verb == "instance.held"))
    assert reason == "Waits for the customer"


def test_resuming_moves_what_is_due_by_the_time_on_hold(app: Flask, story: Scenario) -> None:
    manager, element = visit(app, story, "quality_manager"), story.steps[0]
    due_at = story.task(element).due_at
    manager.post(page(story, "/hold"), reason="Waits")
    the_clock.advance(timedelta(minutes=20))

    manager.post(page(story, "/resume"), reason="Goes on")

    assert instance(story).state == InstanceState.OPEN
    assert story.task(element).due_at == due_at + timedelta(minutes=20)


def test_cancelling_asks_for_the_number_and_ends_record_and_tasks(app: Flask, story: Scenario) -> None:
    manager, number = visit(app, story, "quality_manager"), story.record.number

    manager.post(page(story, "/cancel"), reason="Reported twice", typed="NC-1")
    unconfirmed = instance(story).state
    manager.post(page(story, "/cancel"), reason="Reported twice", typed=number)

    assert (unconfirmed, instance(story).state) == (InstanceState.OPEN, InstanceState.CANCELLED)
    assert (story.record.status, story.steps) == ("cancelled", [])
    assert story.record.closed_at is not None


@pytest.mark.parametrize("act", ["/hold", "/resume", "/cancel"])
def test_an_act_without_a_reason_changes_nothing(app: Flask, story: Scenario, act: str) -> None:
    manager = visit(app, story, "quality_manager")
    if act == "/resume":
        manager.post(page(story, "/hold"), reason="Waits")
    before = instance(story).state

    manager.post(page(story, act), reason=" ", typed=story.record.number)

    assert instance(story).state == before


@pytest.mark.parametrize(
    ("who", "act"),
    [("reporter", "/hold"), ("process_owner", "/resume"), ("quality_coordinator", "/cancel")],
)
def test_the_wrong_role_is_refused(app: Flask, story: Scenario, who: str, act: str) -> None:
    answer = visit(app, story, who).post(page(story, act), reason="x", typed=story.record.number)

    assert (answer.status_code, instance(story).state) == (403, InstanceState.OPEN)


def test_what_has_ended_cannot_be_held(app: Flask, story: Scenario) -> None:
    manager = visit(app, story, "quality_manager")
    manager.post(page(story, "/cancel"), reason="Reported twice", typed=story.record.number)

    assert manager.post(page(story, "/hold"), reason="Waits").status_code == 409


def test_a_cancelled_action_is_closed_as_cancelled(app: Flask, scenario: Scenario) -> None:
    people = scenario.company.people
    scenario.as_("quality_manager").start(
        "action",
        {
            "title": "Add a limit",
            "description": "To the plan.",
            "action_type": "corrective",
            "action_owner_id": str(people["action_owner"]),
            "verifier_id": str(people["verifier"]),
            "due_on": "2026-05-01",
            "site_id": scenario.company.link("site", scenario.company.site),
        },
    )
    manager = visit(app, scenario, "quality_manager")

    manager.post(page(scenario, "/cancel"), reason="Not needed", typed=scenario.record.number)

    db.session.rollback()
    action = db.session.scalars(select(Action)).one()
    assert (action.status, action.closed_at is not None) == ("cancelled", True)
    assert "status" not in action.extra


def test_the_record_page_leads_to_the_instance_and_to_more_time(app: Flask, scenario: Scenario) -> None:
    story = report(scenario)
    with unit_of_work() as uow:
        uow.session.get_one(Record, story.record_id).due_at = uow.now + timedelta(days=9)
    coordinator = visit(app, story, "quality_coordinator")

    record = coordinator.get(f"/nonconformities/{story.record_id}").text
    door = f"/start/extension?subject_id=nonconformity:{story.record_id}"
    form = coordinator.get(door).text

    assert page(story) in record
    assert door.replace(":", "%3A") in record or door in record
    assert f'value="nonconformity:{story.record_id}"' in form
    assert story.record.number in form


def test_an_address_gives_answers_to_fields_of_the_form_only(app: Flask, scenario: Scenario) -> None:
    answer = visit(app, scenario, "reporter").get("/start/extension?subject_id=capa:999&is_admin=1&_token=x")

    assert answer.status_code == 200
    assert "is_admin" not in answer.text


def test_open_tasks_of_a_cancelled_instance_say_why(app: Flask, story: Scenario) -> None:
    manager, task = visit(app, story, "quality_manager"), story.task(story.steps[0])
    manager.post(page(story, "/cancel"), reason="Reported twice", typed=story.record.number)

    db.session.rollback()
    row = db.session.get_one(Task, task.id)
    assert (row.state, row.cancelled_because) == (TaskState.CANCELLED, "Reported twice")
