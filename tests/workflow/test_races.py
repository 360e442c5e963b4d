from __future__ import annotations

import threading
from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select

from app.foundation.db import db
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.trail.models import TrailEntry
from app.workflow import instances, tasks
from app.workflow.acts import perform
from app.workflow.completion import Attempt, complete
from app.workflow.models import Submission, Task
from app.workflow.tasks import NotYourTask, TaskGone
from tests.factories.accounts import a_person, actor_for
from tests.factories.organisation import a_site
from tests.workflow.diagrams import REWORK
from tests.workflow.lifecycle_of_samples import lifecycle_with, open_tasks, publish

CLIENTS = 16


def people_at_a_task(number: int) -> list[int]:
    with unit_of_work() as uow:
        site = a_site(uow)
        people = [a_person(uow, roles=[("quality_manager", site)], site_id=site).id for _one in range(number)]
    lifecycle_with()
    publish(REWORK, ["repair"])
    with unit_of_work() as uow:
        instances.start(uow, "sample", {"title": "Race", "site_id": site})
    return people


@pytest.mark.parametrize("clients", [2, CLIENTS])
def test_of_many_who_complete_a_task_at_once_one_wins_and_the_others_hear_who(
    app: Flask, clients: int
) -> None:
    people = people_at_a_task(clients)
    actors = [actor_for(person) for person in people]
    task = open_tasks()[0]
    task_id, row_version = task.id, task.row_version
    outcomes: Counter[str] = Counter()
    barrier = threading.Barrier(clients)

    def race(number: int) -> None:
        attempt = Attempt({"again": False}, f"token-of-{number}", row_version)

        def work(uow: UnitOfWork) -> None:
            complete(uow, task_id, actors[number], attempt)

        with app.app_context():
            barrier.wait()
            try:
                perform(actors[number].id, work)
                outcomes["won"] += 1
            except TaskGone as refusal:
                outcomes["lost" if "already done by" in refusal.sentence else "odd"] += 1

    threads = [threading.Thread(target=race, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.rollback()
    assert outcomes == {"won": 1, "lost": clients - 1}
    assert len(db.session.scalars(select(Submission)).all()) == 1
    completed = select(TrailEntry).where(TrailEntry.verb == "task.completed")
    assert len(db.session.scalars(completed).all()) == 1


@pytest.mark.usefixtures("app")
def test_who_claims_second_is_told_that_it_is_taken() -> None:
    first, second = (actor_for(person) for person in people_at_a_task(2))
    task = open_tasks()[0]
    with unit_of_work(first.id) as uow:
        tasks.claim(uow, task.id, first)

    with pytest.raises(NotYourTask, match="somebody else's"), unit_of_work(second.id) as uow:
        tasks.claim(uow, task.id, second)


@pytest.mark.usefixtures("app")
def test_a_draft_takes_the_task_and_is_kept_when_it_is_handed_on() -> None:
    first, second = (actor_for(person) for person in people_at_a_task(2))
    task = open_tasks()[0]
    with unit_of_work(first.id) as uow:
        tasks.save_draft(uow, task.id, first, {"again": True})

    with unit_of_work(first.id) as uow:
        tasks.delegate(uow, task.id, first, second.id, "knows the machine")

    db.session.rollback()
    row = db.session.get_one(Task, task.id)
    assert (row.assignee_id, row.draft, row.draft_by_id) == (second.id, {"again": True}, first.id)


@pytest.mark.usefixtures("app")
def test_a_released_task_is_open_to_its_group_again() -> None:
    first, second = (actor_for(person) for person in people_at_a_task(2))
    task = open_tasks()[0]
    with unit_of_work(first.id) as uow:
        tasks.claim(uow, task.id, first)

    with unit_of_work(first.id) as uow:
        tasks.release(uow, task.id, first)

    assert tasks.is_offered_to(open_tasks()[0], second)
