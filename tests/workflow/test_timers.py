from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.workflow import holds, instances, retries, timers
from app.workflow.faults import open_faults
from app.workflow.lifecycle import Operation, OperationCall
from app.workflow.models import Fault, ProcessInstance, Timer
from tests.factories.accounts import a_person
from tests.factories.organisation import a_site
from tests.workflow.diagrams import bpmn, chain, end, service, start, timer
from tests.workflow.lifecycle_of_samples import lifecycle_with, open_tasks, publish

pytestmark = pytest.mark.usefixtures("app")

WAITING = bpmn(
    start(),
    f'<intermediateCatchEvent id="waited">{timer("Duration", "P30D")}</intermediateCatchEvent>',
    service("note", "sample.note"),
    '<userTask id="look" name="Look" qms:role="quality_manager"/>',
    end(),
    chain("begun", "waited", "note", "look", "closed"),
)
failing: set[int] = set()


def note(call: OperationCall) -> Mapping[str, Any] | None:
    if call.record_id in failing:
        raise ZeroDivisionError
    return None


@pytest.fixture
def site() -> int:
    failing.clear()
    with unit_of_work() as uow:
        site_id = a_site(uow)
        a_person(uow, roles=[("quality_manager", site_id)], site_id=site_id)
    lifecycle_with("sample", Operation("sample.note", note))
    publish(WAITING, ["look"])
    return site_id


def begin(site: int) -> ProcessInstance:
    with unit_of_work() as uow:
        return instances.start(uow, "sample", {"title": "Wait", "site_id": site})


def test_a_timer_fires_when_it_is_due_and_not_before(site: int, clock: Clock) -> None:
    begin(site)

    clock.advance(timedelta(days=29, hours=23))
    assert (timers.fire_due(), open_tasks()) == (0, [])

    clock.advance(timedelta(hours=1))
    assert timers.fire_due() == 1
    assert [task.element_id for task in open_tasks()] == ["look"]
    assert db.session.scalars(select(Timer)).all() == []


def test_timers_missed_during_a_downtime_fire_once_each(site: int, clock: Clock) -> None:
    for _number in range(5):
        begin(site)

    clock.advance(timedelta(days=400))

    assert (timers.fire_due(), timers.fire_due()) == (5, 0)
    assert len(open_tasks()) == 5


def test_two_schedulers_at_once_fire_each_timer_once(app: Flask, site: int, clock: Clock) -> None:
    for _number in range(12):
        begin(site)
    clock.advance(timedelta(days=31))
    fired: list[int] = []

    def schedule() -> None:
        with app.app_context():
            fired.append(timers.fire_due(limit=3))

    threads = [threading.Thread(target=schedule) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (sum(fired), len(open_tasks())) == (12, 12)


def test_a_broken_instance_harms_no_other_and_shows_as_a_fault(site: int, clock: Clock) -> None:
    broken, _healthy = begin(site), begin(site)
    failing.add(broken.record_id)
    clock.advance(timedelta(days=31))

    assert timers.fire_due() == 1

    (fault,) = open_faults(db.session)
    assert (fault.instance_id, fault.kind, fault.attempts) == (broken.id, "timer", 1)
    assert "ZeroDivisionError" in fault.cause
    assert len(open_tasks()) == 1


def test_a_fault_is_retried_with_back_off_and_resolves_itself(site: int, clock: Clock) -> None:
    broken = begin(site)
    failing.add(broken.record_id)
    clock.advance(timedelta(days=31))
    timers.fire_due()
    assert timers.fire_due() == 0

    failing.clear()
    clock.advance(timedelta(seconds=11))

    assert (timers.fire_due(), open_faults(db.session)) == (1, [])


def test_an_admin_retries_what_was_given_up(site: int, clock: Clock) -> None:
    broken = begin(site)
    failing.add(broken.record_id)
    for _attempt in range(6):
        clock.advance(timedelta(days=31))
        timers.fire_due()
    (fault,) = open_faults(db.session)
    failing.clear()

    with unit_of_work() as uow:
        retries.retry(uow, fault.id)

    db.session.rollback()
    assert db.session.get_one(Fault, fault.id).resolution == "Tried again"
    assert [task.element_id for task in open_tasks()] == ["look"]


def test_a_held_instance_does_not_move_until_it_is_resumed(site: int, clock: Clock) -> None:
    instance = begin(site)
    with unit_of_work() as uow:
        holds.hold(uow, instance.id, "waiting for the customer")
    clock.advance(timedelta(days=31))
    assert timers.fire_due() == 0

    with unit_of_work() as uow:
        holds.resume(uow, instance.id, "the customer answered")

    assert timers.fire_due() == 1


def test_cancelling_takes_tasks_and_timers_with_it(site: int) -> None:
    instance = begin(site)

    with unit_of_work() as uow:
        holds.cancel(uow, instance.id, "reported by mistake")

    db.session.rollback()
    row = db.session.get_one(ProcessInstance, instance.id)
    assert (row.state, db.session.scalars(select(Timer)).all()) == ("cancelled", [])
