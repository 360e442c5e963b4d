from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.records.models import Record
from app.workflow import instances
from app.workflow.faults import StepBroken
from app.workflow.models import Evaluation, ProcessInstance, Submission, Task
from tests.factories.accounts import a_person, actor_for
from tests.factories.organisation import a_site
from tests.workflow.council import CALLER, CALLER_FORMS, COUNCIL_FILES, PART
from tests.workflow.lifecycle_of_samples import Desk, desk_of, lifecycle_with, open_tasks, publish

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def desks() -> list[Desk]:
    """Four managers; the first drafts, the others are the council."""
    with unit_of_work() as uow:
        site = a_site(uow)
        people = [a_person(uow, roles=[("quality_manager", site)], site_id=site) for _one in range(4)]
    lifecycle_with(parts=[PART])
    publish(CALLER, CALLER_FORMS, parts=[COUNCIL_FILES])
    return [desk_of(one) for one in people]


def begin(desks: list[Desk], members: int = 3, **facts: Any) -> None:
    names = [one.actor.id for one in desks[1 : members + 1]]
    given = {"title": "Plan", "site_id": desks[0].actor.site_id, "quorum": 2, "members": names, **facts}
    with unit_of_work() as uow:
        instances.start(uow, "sample", given)
    for one in desks:
        one.actor = actor_for(one.actor)  # their group began with the first task


def vote(desk: Desk, *, yes: bool, **answers: Any) -> Any:
    (task,) = (one for one in open_tasks() if one.assignee_id == desk.actor.id)
    return desk.attempt(task.id, task.row_version, yes=yes, **answers)


def test_a_task_inside_a_call_is_offered_to_each_by_the_name_of_the_call(desks: list[Desk]) -> None:
    begin(desks)
    desks[0].complete("draft_plan", plan="Weld it")

    tasks = open_tasks()
    assert [one.assignee_id for one in tasks] == [one.actor.id for one in desks[1:]]
    assert {(one.element_id, one.call_id, one.title) for one in tasks} == {
        ("vote", "approve_plan", "Decide on approve_plan")
    }
    assert {(one.duty, one.why) for one in tasks} == {("approve_plan", "chosen")}
    assert len({one.slot for one in tasks}) == 3


def test_the_outcome_of_the_part_sends_the_caller_on(desks: list[Desk]) -> None:
    begin(desks)
    desks[0].complete("draft_plan", plan="Weld it")

    first = vote(desks[1], yes=True)
    second = vote(desks[2], yes=True)

    row = db.session.scalars(select(ProcessInstance)).one()
    assert first.next_tasks == ()
    assert [one.title for one in second.next_tasks] == ["carry_out"]
    assert row.decisions["approve_plan"] == {"outcome": "approved"}
    assert (row.element_states["approve_plan"], "vote" in row.element_states) == ([1, 0], False)


def test_a_refusal_leads_back_and_the_next_round_begins_anew(desks: list[Desk]) -> None:
    begin(desks)
    desks[0].complete("draft_plan", plan="Weld it")
    vote(desks[1], yes=False)
    desks[0].complete("draft_plan", plan="Replace it")
    vote(desks[1], yes=True)
    vote(desks[3], yes=True)

    assert [one.element_id for one in open_tasks()] == ["carry_out"]
    told = db.session.scalars(select(Evaluation.result).where(Evaluation.kind == "call"))
    assert [one["outcome"] for one in told] == ["rejected", "approved"]


def test_who_is_not_needed_any_longer_reads_why(desks: list[Desk]) -> None:
    begin(desks)
    desks[0].complete("draft_plan", plan="Weld it")
    vote(desks[1], yes=False)

    cancelled = db.session.scalars(select(Task).where(Task.state == "cancelled")).all()
    assert {one.cancelled_because for one in cancelled} == {"decided by others"}
    assert len(cancelled) == 2


def test_the_form_is_the_callers_and_then_the_parts_own(desks: list[Desk]) -> None:
    begin(desks)
    desks[0].complete("draft_plan", plan="Weld it")
    vote(desks[1], yes=True, budget="900", remark="cheap enough")

    record = db.session.scalars(select(Record)).one()
    given = db.session.scalars(select(Submission).where(Submission.call_id == "approve_plan")).one()
    assert list(given.answers) == ["budget", "yes", "remark"]
    assert record.extra["budget"] == "900"
    assert "yes" not in record.extra


def test_nobody_to_ask_is_a_fault_before_anybody_is_asked(desks: list[Desk]) -> None:
    begin(desks, members=0)
    with pytest.raises(StepBroken) as broken:
        desks[0].complete("draft_plan", plan="Weld it")

    assert "is for nobody" in str(broken.value.cause)
    assert [one.element_id for one in open_tasks()] == ["draft_plan"]


def test_a_rule_that_breaks_is_a_fault_before_anybody_is_asked(desks: list[Desk]) -> None:
    begin(desks, is_broken=True)
    with pytest.raises(StepBroken) as broken:
        desks[0].complete("draft_plan", plan="Weld it")

    assert "does not meet" in str(broken.value.cause)
    assert [one.element_id for one in open_tasks()] == ["draft_plan"]
