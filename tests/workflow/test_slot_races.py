"""Sixteen people vote at the same moment, on SQLite and on PostgreSQL: no error, one decision."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.foundation.db import db
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.trail.verification import verify
from app.workflow import slots
from app.workflow.acts import perform
from app.workflow.completion import Attempt, Completion, complete
from app.workflow.models import Evaluation, Submission, Task
from app.workflow.tasks import TaskGone
from tests.factories.accounts import actor_for
from tests.workflow.council import Meeting, a_meeting
from tests.workflow.lifecycle_of_samples import open_tasks

VOTERS = 16
CASES = [(5, True), (VOTERS, True), (5, False)]


def at_once(app: Flask, works: list[Callable[[], object]]) -> Counter[str]:
    """Run each piece of work in a thread of its own, and count how they ended."""
    barrier, ended = threading.Barrier(len(works)), Counter[str]()

    def run(work: Callable[[], object]) -> None:
        with app.app_context():
            barrier.wait()
            try:
                work()
                ended["done"] += 1
            except TaskGone:
                ended["late"] += 1
            except Exception as error:  # noqa: BLE001 - it belongs to the test, not to the thread
                ended[repr(error)] += 1

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return ended


def ballots(meeting: Meeting, *, yes: bool) -> list[Callable[[], object]]:
    """One vote for each open place, ready to be cast."""

    def ballot(task: Task) -> Callable[[], object]:
        actor, attempt = actor_for(task.assignee_id or 0), Attempt({"yes": yes}, f"of-{task.id}", 1)
        task_id = task.id

        def work(uow: UnitOfWork) -> Completion:
            return complete(uow, task_id, actor, attempt)

        return lambda: perform(actor.id, work)

    tasks = open_tasks()
    assert len(tasks) == len(meeting.people) - 1
    ids = [(one.id, one.assignee_id) for one in tasks]
    return [ballot(db.session.get_one(Task, task_id)) for task_id, _person in ids]


@pytest.mark.parametrize(("quorum", "yes"), CASES)
def test_of_sixteen_who_vote_at_once_the_quorum_decides_once(
    any_app: Flask, quorum: int, *, yes: bool
) -> None:
    meeting = a_meeting(VOTERS + 1)
    meeting.begin(members=range(1, VOTERS + 1), quorum=quorum)
    meeting.propose()

    ended = at_once(any_app, ballots(meeting, yes=yes))

    needed = quorum if yes else 1
    assert ended == Counter(
        {"done": needed, "late": VOTERS - needed} if needed < VOTERS else {"done": needed}
    )
    given = select(func.count()).select_from(Submission).where(Submission.call_id == "approve_plan")
    decided = select(func.count()).select_from(Evaluation).where(Evaluation.kind == "call")
    assert (db.session.scalar(given), db.session.scalar(decided)) == (needed, 1)
    assert [one.element_id for one in open_tasks()] == ["carry_out" if yes else "draft_plan"]
    assert verify(db.session()).first_bad_seq is None


def test_a_place_withdrawn_while_its_owner_votes_is_one_or_the_other(any_app: Flask) -> None:
    meeting = a_meeting(3)
    meeting.begin(members=(1, 2), quorum=2)
    meeting.propose()
    task_id = meeting.seat_of(1).id

    def withdraw() -> None:
        with unit_of_work() as uow:
            slots.withdraw_slot(uow, task_id, "left")

    ended = at_once(any_app, [ballots(meeting, yes=True)[0], withdraw])

    db.session.rollback()
    state = db.session.get_one(Task, task_id).state
    assert ended == Counter({"done": 1, "late": 1})
    assert state in {"done", "cancelled"}
    assert len(open_tasks()) == 1
