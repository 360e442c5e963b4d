from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.foundation import clock
from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.workflow import instances
from app.workflow.models import Task
from app.workflow.tasks import claim
from tests.factories.accounts import Somebody, a_person
from tests.factories.organisation import a_site
from tests.workflow.diagrams import REWORK
from tests.workflow.lifecycle_of_samples import checkbox, desk_of, form, lifecycle_with, open_tasks, publish

pytestmark = pytest.mark.usefixtures("app")
A_NIGHT_AND_TWO_HOURS = timedelta(hours=26)


@pytest.fixture
def manager() -> Somebody:
    with unit_of_work() as uow:
        site = a_site(uow)
        person = a_person(uow, roles=[("quality_manager", site)], site_id=site)
    lifecycle_with()
    publish(REWORK, {"repair": form(checkbox("again"))})
    with unit_of_work(person.id) as uow:
        instances.start(uow, "sample", {"title": "Leaking seal", "severity": 4, "site_id": site})
    return person


def spans_of(element_id: str) -> tuple[int | None, int | None]:
    task = db.session.scalars(select(Task).where(Task.element_id == element_id).order_by(Task.id)).first()
    assert task is not None
    return task.waiting_minutes, task.handling_minutes


def test_a_claimed_task_waited_until_it_was_claimed_and_nights_do_not_count(
    manager: Somebody, clock: Clock
) -> None:
    clock.freeze(clock.now() + timedelta(hours=1))
    with unit_of_work(manager.id) as uow:
        claim(uow, open_tasks()[0].id, desk_of(manager).actor)
    clock.freeze(clock.now() + A_NIGHT_AND_TWO_HOURS)

    desk_of(manager).complete("repair", again=False)

    assert spans_of("repair") == (60, (8 + 2) * 60)


def test_a_task_that_nobody_claimed_was_never_in_hand(manager: Somebody, clock: Clock) -> None:
    clock.freeze(clock.now() + timedelta(minutes=90))

    desk_of(manager).complete("repair", again=False)

    assert spans_of("repair") == (90, None)


def test_an_open_task_has_no_spans_yet(manager: Somebody) -> None:
    assert open_tasks()[0].candidate_group_id in desk_of(manager).actor.group_ids
    assert spans_of("repair") == (None, None)
    assert open_tasks()[0].created_at == clock.now()
