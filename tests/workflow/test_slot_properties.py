"""Whatever the council and its admin do in whatever order, a small model foretells where the task stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import booleans, integers, lists, sampled_from, tuples
from sqlalchemy import select

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.trail.verification import verify
from app.workflow import slots
from app.workflow.models import ProcessInstance, Task
from app.workflow.slot_people import SecondPlace
from app.workflow.slot_rules import Slot
from tests.workflow.council import Meeting, a_meeting

MEMBERS = 5
_guests = count(1)
DEEDS = ("vote", "vote", "vote", "withdraw", "add", "replace")
steps = lists(tuples(sampled_from(DEEDS), integers(1, MEMBERS), booleans()), min_size=1, max_size=8)


@dataclass
class Model:
    """Who sits, who has voted and how; decided at the first no, at the quorum, or when nobody is left."""

    quorum: int
    open: set[int]
    voted: dict[int, bool] = field(default_factory=dict)

    @property
    def is_decided(self) -> bool:
        yes = sum(self.voted.values())
        return yes < len(self.voted) or yes >= self.quorum or not self.open

    @property
    def is_agreed(self) -> bool:
        return bool(self.voted) and all(self.voted.values())


def seat(meeting: Meeting, instance_id: int, number: int) -> Task | None:
    db.session.rollback()
    mine = (Task.instance_id == instance_id, Task.assignee_id == meeting.people[number], Task.state == "open")
    return db.session.scalars(select(Task).where(*mine, Task.slot != "")).one_or_none()


def any_seat(instance_id: int) -> Task:
    db.session.rollback()
    return db.session.scalars(
        select(Task).where(Task.instance_id == instance_id, Task.state == "open", Task.slot != "").limit(1)
    ).one()


def do(meeting: Meeting, instance_id: int, model: Model, deed: str, number: int, *, yes: bool) -> None:
    mine = seat(meeting, instance_id, number)
    assert (mine is not None) == (number in model.open)
    if deed == "vote" and mine is not None:
        meeting.desk(number).attempt(mine.id, mine.row_version, yes=yes)
        model.open.remove(number)
        model.voted[number] = yes
    elif deed == "withdraw" and mine is not None:
        withdraw(model, mine.id, number)
    elif deed == "add":
        ask(meeting, model, any_seat(instance_id).id, number)
    elif deed == "replace" and mine is not None:
        replace(meeting, model, mine.id, number)


def withdraw(model: Model, task_id: int, number: int) -> None:
    with unit_of_work() as uow:
        slots.withdraw_slot(uow, task_id, "any")
    model.open.remove(number)


def ask(meeting: Meeting, model: Model, task_id: int, number: int) -> None:
    is_known = number in model.open or number in model.voted
    slot = Slot(f"guest-{next(_guests)}", "chosen", person_id=meeting.people[number])
    try:
        with unit_of_work() as uow:
            slots.add_slot(uow, task_id, slot, "any")
    except SecondPlace:
        assert is_known
        return
    assert not is_known
    model.open.add(number)


def replace(meeting: Meeting, model: Model, task_id: int, number: int) -> None:
    other = number % MEMBERS + 1
    is_known = other in model.open or other in model.voted
    try:
        with unit_of_work() as uow:
            slots.replace_person(uow, task_id, meeting.people[other], "any")
    except SecondPlace:
        assert is_known
        return
    assert not is_known
    model.open.remove(number)
    model.open.add(other)


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(members=integers(1, 3), quorum=integers(1, 4), story=steps)
def check_against_the_model(
    meeting: Meeting, members: int, quorum: int, story: list[tuple[str, int, bool]]
) -> None:
    instance_id = meeting.begin(members=range(1, members + 1), quorum=quorum)
    propose(meeting, instance_id)
    model = Model(quorum, set(range(1, members + 1)))
    for deed, number, yes in story:
        if model.is_decided:
            break
        do(meeting, instance_id, model, deed, number, yes=yes)
        compare(instance_id, model)


def propose(meeting: Meeting, instance_id: int) -> None:
    db.session.rollback()
    task = db.session.scalars(select(Task).where(Task.instance_id == instance_id)).one()
    meeting.desk(0).attempt(task.id, task.row_version, plan="any")


def compare(instance_id: int, model: Model) -> None:
    db.session.rollback()
    found = db.session.scalars(
        select(Task).where(Task.instance_id == instance_id, Task.state == "open").order_by(Task.id)
    ).all()
    outcome = db.session.get_one(ProcessInstance, instance_id).decisions.get("approve_plan")
    if not model.is_decided:
        assert len([one for one in found if one.slot]) == len(model.open)
        assert outcome is None
        return
    assert [one.slot for one in found] == [""]
    assert outcome == {"outcome": "approved" if model.is_agreed else "rejected"}


@pytest.mark.slow
def test_the_model_foretells_every_story(app: Flask) -> None:
    assert app.testing
    check_against_the_model(a_meeting(MEMBERS + 1))

    assert verify(db.session()).first_bad_seq is None
