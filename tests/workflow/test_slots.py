from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.accounts.absences import plan_absence
from app.accounts.models import Person
from app.foundation.db import db
from app.foundation.errors import Invalid, Problem
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.trail.models import TrailEntry
from app.workflow import handover, holds, slots, tasks
from app.workflow.acts import perform
from app.workflow.completion import Attempt, Completion, GuardRefused, complete
from app.workflow.instances import InstanceNotOpen
from app.workflow.lifecycle import Separation
from app.workflow.models import ProcessInstance, Submission, Task
from app.workflow.separation import SeparationBroken
from app.workflow.slot_people import SecondPlace
from app.workflow.slot_rules import Slot
from app.workflow.slots import NobodyLeft, NotASlot, SlotTaken
from app.workflow.tasks import TaskGone
from tests.workflow.council import PART, Meeting, a_meeting
from tests.workflow.lifecycle_of_samples import lifecycle_with, open_tasks

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def meeting() -> Meeting:
    return a_meeting()


@pytest.fixture
def proposed(meeting: Meeting) -> Meeting:
    meeting.begin()
    meeting.propose()
    return meeting


def snapshot() -> bytes:
    db.session.rollback()
    return db.session.scalars(select(ProcessInstance.snapshot)).one()


def deeds(verb: str) -> list[TrailEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(TrailEntry).where(TrailEntry.verb == verb)))


def test_a_vote_that_does_not_decide_leaves_the_engine_alone(proposed: Meeting) -> None:
    before = snapshot()

    done = proposed.vote(1, yes=True)

    assert (snapshot() == before, done.next_tasks, len(open_tasks())) == (True, (), 2)
    assert len(deeds("task.completed")) == 2


def test_the_same_form_sent_twice_gets_the_first_answer(proposed: Meeting) -> None:
    task, actor = proposed.seat_of(1), proposed.desk(1).actor
    attempt = Attempt({"yes": True}, "one-token", task.row_version)

    def work(uow: UnitOfWork) -> Completion:
        return complete(uow, task.id, actor, attempt)

    answers = [perform(actor.id, work).is_repeat for _time in range(2)]

    given = db.session.scalars(select(Submission).where(Submission.task_id == task.id)).all()
    assert (answers, len(given)) == ([False, True], 1)


def test_who_votes_after_the_decision_hears_that_it_was_made(proposed: Meeting) -> None:
    late, desk = proposed.seat_of(3), proposed.desk(3)
    proposed.vote(1, yes=False)

    with pytest.raises(TaskGone, match="others have decided"):
        desk.attempt(late.id, late.row_version, yes=True)


def test_a_substitute_with_a_place_of_their_own_does_not_vote_twice(proposed: Meeting) -> None:
    with unit_of_work() as uow:
        plan_absence(
            uow, proposed.people[1], proposed.people[2], starts_on=uow.now.date(), ends_on=uow.now.date()
        )
    task = proposed.seat_of(1)

    with pytest.raises(SecondPlace, match=r"Person\d+ has a place of their own"):
        proposed.desk(2).attempt(task.id, task.row_version, yes=True)

    proposed.vote(2, yes=True)
    with pytest.raises(SecondPlace, match=r"Person\d+ has already decided"):
        proposed.desk(2).attempt(task.id, task.row_version, yes=True)


def test_a_substitute_without_a_place_votes_once_for_whom_they_stand_in(proposed: Meeting) -> None:
    with unit_of_work() as uow:
        for away in (1, 2):
            day = uow.now.date()
            plan_absence(uow, proposed.people[away], proposed.people[0], starts_on=day, ends_on=day)
    first, second = proposed.seat_of(1), proposed.seat_of(2)

    proposed.desk(0).attempt(first.id, first.row_version, yes=True)
    with pytest.raises(SecondPlace, match="already decided"):
        proposed.desk(0).attempt(second.id, second.row_version, yes=True)

    given = db.session.scalars(select(Submission).where(Submission.task_id == first.id)).one()
    assert (given.actor_id, given.on_behalf_of_id) == (proposed.people[0], proposed.people[1])


def test_a_seat_for_a_group_is_taken_by_one_who_has_no_other(meeting: Meeting) -> None:
    meeting.begin(members=(1,), seats=2)
    meeting.propose()
    seats = [one for one in open_tasks() if one.assignee_id is None]
    desk = meeting.desk(2)

    def claim(number: int, task: Task) -> None:
        actor = meeting.desk(number).actor
        with unit_of_work(actor.id) as uow:
            tasks.claim(uow, task.id, actor)

    with pytest.raises(SecondPlace):
        claim(1, seats[0])
    claim(2, seats[0])
    with pytest.raises(SecondPlace):
        claim(2, seats[1])
    assert desk.actor.id == open_tasks()[1].assignee_id


def test_a_place_is_not_handed_to_somebody_who_has_one(proposed: Meeting) -> None:
    task = proposed.seat_of(1)
    with pytest.raises(SecondPlace), unit_of_work() as uow:
        tasks.reassign(uow, task.id, proposed.people[2], "on leave")


def test_an_admin_asks_one_more_and_all_must_see_it(proposed: Meeting) -> None:
    task = proposed.seat_of(1)
    with unit_of_work() as uow:
        change = slots.add_slot(
            uow, task.id, Slot("guest", "chosen", person_id=proposed.people[0]), "knows it"
        )

    added = open_tasks()[-1]
    assert (added.id, added.slot, added.assignee_id) == (change.task_id, "guest", proposed.people[0])
    assert (added.guid, added.call_id, change.is_decided) == (task.guid, "approve_plan", False)
    assert len(deeds("slot.added")) == 1


def test_an_admin_replaces_a_person_and_the_draft_is_gone(proposed: Meeting) -> None:
    task, actor = proposed.seat_of(1), proposed.desk(1).actor
    with unit_of_work(actor.id) as uow:
        tasks.save_draft(uow, task.id, actor, {"remark": "for my eyes"})
    with unit_of_work() as uow:
        slots.replace_person(uow, task.id, proposed.people[0], "left the company")

    db.session.rollback()
    moved = db.session.get_one(Task, task.id)
    assert (moved.assignee_id, moved.draft, moved.state) == (proposed.people[0], None, "open")
    assert len(deeds("slot.replaced")) == 1


def test_withdrawing_the_last_who_is_missing_decides_the_task(meeting: Meeting) -> None:
    meeting.begin(quorum=5)
    meeting.propose()
    meeting.vote(1, yes=True)
    meeting.vote(2, yes=True)
    last = meeting.seat_of(3)
    with unit_of_work() as uow:
        change = slots.withdraw_slot(uow, last.id, "no longer in the council")

    assert change.is_decided
    assert [one.element_id for one in open_tasks()] == ["carry_out"]
    assert db.session.get_one(Task, last.id).cancelled_because == "no longer in the council"


def test_of_an_undecided_task_the_last_place_stays(meeting: Meeting) -> None:
    meeting.begin(members=(1,), hangs=True)
    meeting.propose()
    task = meeting.seat_of(1)
    with pytest.raises(NobodyLeft), unit_of_work() as uow:
        slots.withdraw_slot(uow, task.id, "ill")

    assert [one.id for one in open_tasks()] == [task.id]


def _add(uow: UnitOfWork, meeting: Meeting, task: Task) -> None:
    slots.add_slot(uow, task.id, Slot(task.slot, "chosen", person_id=meeting.people[0]), "again")


def _add_member(uow: UnitOfWork, meeting: Meeting, task: Task) -> None:
    slots.add_slot(uow, task.id, Slot("more", "chosen", person_id=meeting.people[2]), "again")


def _replace_by_member(uow: UnitOfWork, meeting: Meeting, task: Task) -> None:
    slots.replace_person(uow, task.id, meeting.people[2], "again")


def _without_reason(uow: UnitOfWork, _meeting: Meeting, task: Task) -> None:
    slots.withdraw_slot(uow, task.id, "  ")


REFUSED: list[tuple[Callable[[UnitOfWork, Meeting, Task], None], type[Exception]]] = [
    (_add, SlotTaken),
    (_add_member, SecondPlace),
    (_replace_by_member, SecondPlace),
    (_without_reason, Invalid),
]


@pytest.mark.parametrize(("act", "error"), REFUSED)
def test_an_act_that_would_break_the_places_is_refused(
    proposed: Meeting, act: Callable[[UnitOfWork, Meeting, Task], None], error: type[Exception]
) -> None:
    task = proposed.seat_of(1)
    with pytest.raises(error), unit_of_work() as uow:
        act(uow, proposed, task)

    assert [one.row_version for one in open_tasks()] == [1, 1, 1]


def test_an_ordinary_task_has_no_places(meeting: Meeting) -> None:
    meeting.begin()
    (task,) = open_tasks()
    with pytest.raises(NotASlot), unit_of_work() as uow:
        slots.withdraw_slot(uow, task.id, "why not")


def test_a_decided_task_takes_nobody_in(proposed: Meeting) -> None:
    task = proposed.seat_of(1)
    proposed.vote(2, yes=False)
    with pytest.raises(TaskGone), unit_of_work() as uow:
        slots.add_slot(uow, task.id, Slot("late", "chosen", person_id=proposed.people[0]), "late")


def test_a_guard_of_the_call_judges_each_vote(meeting: Meeting) -> None:
    lifecycle_with(parts=[PART], guards={"approve_plan": lambda *_all: [Problem("x", "y", "Not ready.")]})
    meeting.begin()
    meeting.propose()

    with pytest.raises(GuardRefused):
        meeting.vote(1, yes=True)


def test_the_duty_of_the_call_separates_people(meeting: Meeting) -> None:
    lifecycle_with(parts=[PART], separations=(Separation("approve_plan", "owner"),))
    meeting.begin(owner_id=meeting.people[1])
    meeting.propose()

    with pytest.raises(SeparationBroken):
        meeting.vote(1, yes=True)


def test_the_place_of_a_leaver_is_nobody_elses_by_role(proposed: Meeting) -> None:
    with unit_of_work() as uow:
        uow.session.get_one(Person, proposed.people[1]).is_active = False

    moved = handover.reroute_lost()
    assert (moved, proposed.seat_of(1).assignee_id) == (0, proposed.people[1])
    with unit_of_work() as uow:
        given = handover.give_tasks(uow, proposed.people[1], proposed.people[0], "left the company")
    assert (given, proposed.seat_of(0).element_id) == (1, "vote")


def test_nobody_votes_while_it_is_on_hold(proposed: Meeting) -> None:
    instance = open_tasks()[0].instance_id
    with unit_of_work() as uow:
        holds.hold(uow, instance, "the customer asked")

    with pytest.raises(InstanceNotOpen):
        proposed.vote(1, yes=True)


def test_a_cancelled_instance_withdraws_all_places(proposed: Meeting) -> None:
    instance = proposed.seat_of(1).instance_id
    with unit_of_work() as uow:
        holds.cancel(uow, instance, "reported twice")

    assert open_tasks() == []
