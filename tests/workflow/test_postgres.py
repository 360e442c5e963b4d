"""What several processes do at once on PostgreSQL, where nothing but row locks keeps them apart."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.trail.models import TrailEntry
from app.trail.verification import verify
from app.workflow import instances, messages, timers
from app.workflow.acts import perform
from app.workflow.completion import Attempt, complete
from app.workflow.delivery import deliver, deliver_due
from app.workflow.faults import open_faults
from app.workflow.leases import claim_due
from app.workflow.lifecycle import MessageRule, Operation, OperationCall
from app.workflow.models import InstanceState, Message, ProcessInstance, Submission, Task, Timer
from app.workflow.tasks import TaskGone
from tests.factories.accounts import a_person, actor_for
from tests.factories.organisation import a_site
from tests.workflow.diagrams import REWORK, boundary, bpmn, chain, end, service, start, timer, user
from tests.workflow.lifecycle_of_samples import Sample, lifecycle_with, open_tasks, publish

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("pg_app")]

CLIENTS = 16
WAITING = bpmn(
    start(),
    f'<intermediateCatchEvent id="waited">{timer("Duration", "P30D")}</intermediateCatchEvent>',
    service("note", "sample.note"),
    user("look"),
    end(),
    chain("begun", "waited", "note", "look", "closed"),
)
HURRIED = bpmn(
    start(),
    user("look"),
    boundary("late", "look", timer("Duration", "P1D")),
    end(),
    end("given_up"),
    chain("begun", "look", "closed") + chain("late", "given_up"),
)
failing: set[int] = set()


def note(call: OperationCall) -> Mapping[str, Any] | None:
    if call.record_id in failing:
        raise ZeroDivisionError
    return None


def people_at_a_site(number: int) -> tuple[int, list[int]]:
    failing.clear()
    with unit_of_work() as uow:
        site = a_site(uow)
        people = [a_person(uow, roles=[("quality_manager", site)], site_id=site).id for _one in range(number)]
    return site, people


def begin(site: int) -> ProcessInstance:
    with unit_of_work() as uow:
        return instances.start(uow, "sample", {"title": "At once", "site_id": site})


def at_once(app: Flask, works: list[Callable[[], None]]) -> None:
    """Run each piece of work in a thread of its own, all let go at the same moment."""
    barrier, errors = threading.Barrier(len(works)), []

    def run(work: Callable[[], None]) -> None:
        with app.app_context():
            barrier.wait()
            try:
                work()
            except Exception as error:  # noqa: BLE001 - it belongs to the test, not to the thread
                errors.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert errors == []


def test_of_sixteen_who_complete_a_task_at_once_one_wins_and_the_others_hear_who(pg_app: Flask) -> None:
    site, people = people_at_a_site(CLIENTS)
    lifecycle_with()
    publish(REWORK, ["repair"])
    begin(site)
    task, outcomes = open_tasks()[0], Counter[str]()
    task_id, row_version = task.id, task.row_version
    actors = [actor_for(person) for person in people]

    def finish(number: int) -> None:
        attempt = Attempt({"again": False}, f"token-of-{number}", row_version)
        try:
            perform(actors[number].id, lambda uow: complete(uow, task_id, actors[number], attempt))
            outcomes["won"] += 1
        except TaskGone as refusal:
            outcomes["lost" if "already done by" in refusal.sentence else "odd"] += 1

    at_once(pg_app, [lambda number=number: finish(number) for number in range(CLIENTS)])

    assert outcomes == {"won": 1, "lost": CLIENTS - 1}
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 1
    done = select(func.count()).where(TrailEntry.verb == "task.completed")
    assert (db.session.scalar(done), verify(db.session()).first_bad_seq) == (1, None)


def test_schedulers_at_once_fire_each_timer_once(pg_app: Flask, clock: Clock) -> None:
    site, _people = people_at_a_site(1)
    lifecycle_with("sample", Operation("sample.note", note))
    publish(WAITING, ["look"])
    for _number in range(12):
        begin(site)
    clock.advance(timedelta(days=31))
    fired: list[int] = []

    at_once(pg_app, [lambda: fired.append(timers.fire_due(limit=3))] * 3)

    assert (sum(fired), len(open_tasks())) == (12, 12)
    assert open_faults(db.session) == []


def test_a_broken_instance_harms_no_other(clock: Clock) -> None:
    site, _people = people_at_a_site(1)
    lifecycle_with("sample", Operation("sample.note", note))
    publish(WAITING, ["look"])
    broken, _healthy = begin(site), begin(site)
    failing.add(broken.record_id)
    clock.advance(timedelta(days=31))

    assert timers.fire_due() == 1

    (fault,) = open_faults(db.session)
    assert (fault.instance_id, fault.kind, len(open_tasks())) == (broken.id, "timer", 1)


def test_a_row_that_another_scheduler_holds_is_passed_over(pg_app: Flask, clock: Clock) -> None:
    site, _people = people_at_a_site(1)
    lifecycle_with("sample", Operation("sample.note", note))
    publish(WAITING, ["look"])
    for _number in range(4):
        begin(site)
    clock.advance(timedelta(days=31))
    theirs: list[int] = []

    def claim_two() -> None:
        with pg_app.app_context(), unit_of_work() as uow:
            theirs.extend(claim_due(uow, Timer, limit=2))

    with unit_of_work() as uow:
        ours = claim_due(uow, Timer, limit=2)
        other = threading.Thread(target=claim_two)
        other.start()
        other.join()  # it does not wait for us

    assert (len(ours), len(theirs), set(ours) & set(theirs)) == (2, 2, set())


def test_a_task_that_runs_out_while_it_is_completed_is_one_or_the_other(pg_app: Flask, clock: Clock) -> None:
    site, people = people_at_a_site(1)
    lifecycle_with()
    publish(HURRIED, ["look"])
    for _number in range(8):
        begin(site)
    actor = actor_for(people[0])
    rows = [(task.id, task.row_version) for task in open_tasks()]
    clock.advance(timedelta(days=2))

    def finish_all() -> None:
        for task_id, version in rows:
            attempt = Attempt({"again": False}, f"token-{task_id}", version)
            try:
                perform(actor.id, lambda uow, one=task_id, sent=attempt: complete(uow, one, actor, sent))
            except TaskGone:
                continue

    at_once(pg_app, [finish_all, lambda: timers.fire_due(limit=2) and None])

    states = db.session.scalars(select(ProcessInstance.state).distinct()).all()
    assert states == [InstanceState.OVER.value]
    done = db.session.scalar(select(func.count()).where(Task.state == "done"))
    assert done == db.session.scalar(select(func.count()).select_from(Submission))
    assert open_faults(db.session) == []


def find_open(uow: UnitOfWork, _key: str, _payload: Mapping[str, Any]) -> int | None:
    return uow.session.scalar(select(Sample.id).where(Sample.title == "Asked"))


def attach(uow: UnitOfWork, record_id: int, _payload: Mapping[str, Any]) -> None:
    row = uow.session.get_one(Sample, record_id, with_for_update=True)
    row.extra = {"triggers": row.extra.get("triggers", 1) + 1}


def facts(_uow: UnitOfWork, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    return payload


def test_requests_for_the_same_subject_at_once_open_one_record(pg_app: Flask) -> None:
    site, _people = people_at_a_site(1)
    lifecycle_with(messages=(MessageRule("sample.asked", find_open, attach, facts),))
    publish(REWORK, ["repair"])
    with unit_of_work() as uow:
        for number in range(6):
            payload = {"title": "Asked", "site_id": site}
            messages.send(uow, "sample.asked", "key", source=f"test:{number}", payload=payload)
    pending = db.session.scalars(select(Message.id)).all()

    def deliver_one(message_id: int) -> None:
        with unit_of_work() as uow:
            deliver(uow, message_id)

    at_once(pg_app, [lambda one=one: deliver_one(one) for one in pending])

    record = db.session.scalars(select(Sample)).one()
    assert record.extra == {"triggers": 6}
    assert db.session.scalars(select(Message.state).distinct()).all() == ["delivered"]
    assert deliver_due() == 0
