from __future__ import annotations

import pytest
from sqlalchemy import select

from app.foundation.db import db
from app.records.models import Record
from app.workflow.faults import StepBroken
from app.workflow.models import Evaluation, ProcessInstance, Submission, Task
from tests.workflow.council import Meeting, a_meeting
from tests.workflow.lifecycle_of_samples import open_tasks

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def meeting() -> Meeting:
    return a_meeting()


def test_a_task_inside_a_call_is_offered_to_each_by_the_name_of_the_call(meeting: Meeting) -> None:
    meeting.begin()
    meeting.propose()

    tasks = open_tasks()
    assert [one.assignee_id for one in tasks] == meeting.people[1:]
    assert {(one.element_id, one.call_id, one.title) for one in tasks} == {
        ("vote", "approve_plan", "Decide on approve_plan")
    }
    assert {(one.duty, one.why) for one in tasks} == {("approve_plan", "chosen")}
    assert len({one.slot for one in tasks}) == 3


def test_the_outcome_of_the_part_sends_the_caller_on(meeting: Meeting) -> None:
    meeting.begin()
    meeting.propose()

    first = meeting.vote(1, yes=True)
    second = meeting.vote(2, yes=True)

    row = db.session.scalars(select(ProcessInstance)).one()
    assert first.next_tasks == ()
    assert [one.title for one in second.next_tasks] == ["carry_out"]
    assert row.decisions["approve_plan"] == {"outcome": "approved"}
    assert (row.element_states["approve_plan"], "vote" in row.element_states) == ([1, 0], False)


def test_a_refusal_leads_back_and_the_next_round_begins_anew(meeting: Meeting) -> None:
    meeting.begin()
    meeting.propose()
    meeting.vote(1, yes=False)
    meeting.propose()
    meeting.vote(1, yes=True)
    meeting.vote(3, yes=True)

    assert [one.element_id for one in open_tasks()] == ["carry_out"]
    told = db.session.scalars(select(Evaluation.result).where(Evaluation.kind == "call"))
    assert [one["outcome"] for one in told] == ["rejected", "approved"]


def test_who_is_not_needed_any_longer_reads_why(meeting: Meeting) -> None:
    meeting.begin()
    meeting.propose()
    meeting.vote(1, yes=False)

    cancelled = db.session.scalars(select(Task).where(Task.state == "cancelled")).all()
    assert {one.cancelled_because for one in cancelled} == {"decided by others"}
    assert len(cancelled) == 2


def test_the_form_is_the_callers_and_then_the_parts_own(meeting: Meeting) -> None:
    meeting.begin()
    meeting.propose()
    meeting.vote(1, yes=True, budget="900", remark="cheap enough")

    record = db.session.scalars(select(Record)).one()
    given = db.session.scalars(select(Submission).where(Submission.call_id == "approve_plan")).one()
    assert list(given.answers) == ["budget", "yes", "remark"]
    assert record.extra["budget"] == "900"
    assert "yes" not in record.extra


def test_nobody_to_ask_is_a_fault_before_anybody_is_asked(meeting: Meeting) -> None:
    meeting.begin(members=())
    with pytest.raises(StepBroken) as broken:
        meeting.propose()

    assert "is for nobody" in str(broken.value.cause)
    assert [one.element_id for one in open_tasks()] == ["draft_plan"]


def test_a_rule_that_breaks_is_a_fault_before_anybody_is_asked(meeting: Meeting) -> None:
    meeting.begin(is_broken=True)
    with pytest.raises(StepBroken) as broken:
        meeting.propose()

    assert "does not meet" in str(broken.value.cause)
    assert [one.element_id for one in open_tasks()] == ["draft_plan"]
