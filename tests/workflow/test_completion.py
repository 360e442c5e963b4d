from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.records.models import Record
from app.workflow import instances
from app.workflow.completion import Attempt, StalePage, complete
from app.workflow.forms import AnswersInvalid
from app.workflow.models import Evaluation, ProcessInstance, Submission, Task
from app.workflow.tasks import NotYourTask, TaskGone
from tests.factories.accounts import Somebody, a_person
from tests.factories.organisation import a_site
from tests.workflow.diagrams import REWORK
from tests.workflow.lifecycle_of_samples import (
    Desk,
    checkbox,
    desk_of,
    form,
    lifecycle_with,
    open_tasks,
    publish,
    text,
)

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def manager() -> Somebody:
    with unit_of_work() as uow:
        site = a_site(uow)
        person = a_person(uow, roles=[("quality_manager", site)], site_id=site)
    lifecycle_with()
    publish(REWORK, {"repair": form(checkbox("again"), text("remark"))})
    with unit_of_work(person.id) as uow:
        instances.start(uow, "sample", {"title": "Leaking seal", "severity": 4, "site_id": site})
    return person


def test_a_started_instance_offers_its_first_task_to_the_role_at_the_site(manager: Somebody) -> None:
    (task,) = open_tasks()

    assert (task.element_id, task.role, task.why) == ("repair", "quality_manager", "role")
    assert task.candidate_group_id in desk_of(manager).actor.group_ids
    assert (task.record_number, task.record_title, task.priority) == ("SMP-2026-0001", "Leaking seal", 2)


def test_completing_writes_submission_facts_and_the_next_task(manager: Somebody) -> None:
    done = desk_of(manager).complete("repair", again=True, remark="not tight yet")

    record = db.session.scalars(select(Record)).one()
    submission = db.session.scalars(select(Submission)).one()
    assert record.extra == {"again": True, "remark": "not tight yet"}
    assert submission.answers == {"again": True, "remark": "not tight yet"}
    assert [one.title for one in done.next_tasks] == ["repair"]
    assert [one.element_id for one in open_tasks()] == ["repair"]


def test_a_gateway_keeps_what_it_was_given_and_what_it_answered(manager: Somebody) -> None:
    desk_of(manager).complete("repair", again=True)

    evaluation = db.session.scalars(select(Evaluation)).one()
    assert (evaluation.element_id, evaluation.key) == ("is_good", "is_good_to_repair")
    assert (evaluation.inputs, evaluation.result) == ({"record.again": True}, True)


def test_the_last_task_ends_the_instance(manager: Somebody) -> None:
    desk_of(manager).complete("repair", again=False)

    instance = db.session.scalars(select(ProcessInstance)).one()
    assert (instance.state, instance.ended_at is not None, open_tasks()) == ("over", True, [])
    assert instance.element_states["repair"] == [1, 0]


def test_wrong_answers_are_refused_and_nothing_changes(manager: Somebody) -> None:
    publish(REWORK, {"repair": form(text("remark", required=True))})
    with unit_of_work(manager.id) as uow:
        instances.start(uow, "sample", {"title": "Another", "site_id": desk_of(manager).actor.site_id})
    task = open_tasks()[-1]

    with pytest.raises(AnswersInvalid) as refused:
        desk_of(manager).attempt(task.id, task.row_version, remark="  ")

    assert [problem.where for problem in refused.value.problems] == ["remark"]
    assert len(open_tasks()) == 2


def test_the_same_form_sent_twice_gets_the_first_answer(manager: Somebody) -> None:
    task, actor = open_tasks()[0], desk_of(manager).actor
    attempt = Attempt({"again": True}, "one-token", task.row_version)
    with unit_of_work(actor.id) as uow:
        complete(uow, task.id, actor, attempt)

    with unit_of_work(actor.id) as uow:
        again = complete(uow, task.id, actor, attempt)

    assert again.is_repeat
    assert len(db.session.scalars(select(Submission)).all()) == 1


def test_another_form_for_a_done_task_is_told_who_did_it(manager: Somebody) -> None:
    task = open_tasks()[0]
    desk_of(manager).complete("repair", again=True)

    with pytest.raises(TaskGone, match="already done by"):
        desk_of(manager).attempt(task.id, task.row_version, again=True)


def test_a_stale_page_is_refused(manager: Somebody) -> None:
    task = open_tasks()[0]

    with pytest.raises(StalePage, match="changed while you worked"):
        desk_of(manager).attempt(task.id, task.row_version - 1, again=True)


def test_somebody_without_the_role_is_refused(manager: Somebody) -> None:
    stranger = Desk(replace(desk_of(manager).actor, group_ids=frozenset()))

    with pytest.raises(NotYourTask, match="somebody else's"):
        stranger.complete("repair", again=True)


def test_two_hundred_rounds_of_rework_leave_a_small_instance_with_the_right_end(manager: Somebody) -> None:
    desk = desk_of(manager)
    for _round in range(200):
        desk.complete("repair", again=True)
    size = len(db.session.scalars(select(ProcessInstance.snapshot)).one())

    desk.complete("repair", again=False)

    assert size < 4_000
    assert db.session.scalars(select(ProcessInstance.state)).one() == "over"
    assert db.session.scalars(select(ProcessInstance.element_states)).one()["repair"] == [201, 0]
    assert len(db.session.scalars(select(Task)).all()) == 201
