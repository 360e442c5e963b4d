"""T05: whatever people do with an instance in whatever order, a small model foretells where it stands."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine
from hypothesis.strategies import booleans, sampled_from
from sqlalchemy import select

from app.accounts.actor import Actor
from app.foundation.db import db
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.inbox import sample
from app.trail.verification import verify
from app.workflow import holds, instances, tasks
from app.workflow.acts import perform
from app.workflow.bundles import read_bundle
from app.workflow.completion import Attempt, complete
from app.workflow.definitions import insert_version
from app.workflow.instances import InstanceNotOpen
from app.workflow.lifecycle import registry
from app.workflow.models import ProcessInstance, Submission, Task
from app.workflow.tasks import NotYourTask
from tests.factories.accounts import a_person, actor_for
from tests.factories.organisation import a_site
from tests.factories.signing import signing_for

TOKENS = count(1)
ROLES = {"review": "reviewer", "approve": "approver"}
NEXT = {("review", True): "approve", ("review", False): None, ("approve", True): None}
OUTCOMES = {("review", False): "rejected", ("approve", True): "approved"}
persons = sampled_from([0, 1])


class Desk(RuleBasedStateMachine):
    """Two people who have both roles, and one instance after the other.

    Shape: the model is `step` (None when it is over), `state`, `holder`, `draft` and `done`. Nothing is kept
    in memory between two rules: each act reads the instance from its snapshot.
    """

    people: tuple[int, ...] = ()
    site = 0

    @initialize()
    def begin(self) -> None:
        with unit_of_work() as uow:
            row = instances.start(uow, "two_step_approval", {"title": "Any", "site_id": self.site})
            self.instance = row.id
        self.step: str | None = "review"
        self.state, self.outcome = "open", None
        self.holder: int | None = None
        self.draft: dict[str, Any] | None = None
        self.done = 0

    def is_open(self) -> bool:
        return self.state == "open"

    def is_standing(self) -> bool:
        return self.state in {"open", "held"}

    @precondition(is_standing)
    @rule(who=persons)
    def claim(self, who: int) -> None:
        self.act(who, lambda uow, actor, task: tasks.claim(uow, task.id, actor), takes=True)

    @precondition(is_standing)
    @rule(who=persons, remark=sampled_from(["", "half a thought"]))
    def keep_draft(self, who: int, remark: str) -> None:
        draft = {"remark": remark}
        if self.act(who, lambda uow, actor, task: tasks.save_draft(uow, task.id, actor, draft), takes=True):
            self.draft = draft

    @precondition(is_standing)
    @rule(who=persons)
    def release(self, who: int) -> None:
        actor = self.actor(who)
        if self.holder == who:
            with unit_of_work(actor.id) as uow:
                tasks.release(uow, self.task().id, actor)
            self.holder = None
        else:
            with pytest.raises(NotYourTask), unit_of_work(actor.id) as uow:
                tasks.release(uow, self.task().id, actor)

    @precondition(is_standing)
    @rule(who=persons)
    def delegate(self, who: int) -> None:
        other = self.actor(1 - who)
        if self.act(who, lambda uow, actor, task: tasks.delegate(uow, task.id, actor, other.id, "knows it")):
            self.holder = 1 - who

    @precondition(is_standing)
    @rule(who=persons, is_fit=booleans())
    def complete(self, who: int, is_fit: bool) -> None:  # noqa: FBT001 - hypothesis passes by name
        task, actor, step = self.task(), self.actor(who), self.step or ""
        is_fit, token = is_fit or step == "approve", f"t{next(TOKENS)}"

        def send(uow: UnitOfWork, actor: Actor, task: Task) -> object:
            signing = signing_for(uow, actor, task.id)
            answers = self.answers(step, is_fit)
            return complete(uow, task.id, actor, Attempt(answers, token, task.row_version, signing))

        if self.state == "held":
            if self.holder in {None, who}:
                with pytest.raises(InstanceNotOpen):
                    perform(actor.id, lambda uow: send(uow, actor, task))
            return
        if not self.act(who, send):
            return
        self.done += 1
        self.outcome = OUTCOMES.get((step, is_fit))
        self.step, self.holder, self.draft = NEXT[step, is_fit], None, None
        self.state = "open" if self.step else "over"

    @precondition(is_open)
    @rule()
    def hold(self) -> None:
        with unit_of_work() as uow:
            holds.hold(uow, self.instance, "wait")
        self.state = "held"

    @precondition(lambda self: self.state == "held")
    @rule()
    def resume(self) -> None:
        with unit_of_work() as uow:
            holds.resume(uow, self.instance, "go on")
        self.state = "open"

    @precondition(is_standing)
    @rule(is_meant=sampled_from([False, False, False, True]))
    def cancel(self, is_meant: bool) -> None:  # noqa: FBT001 - hypothesis passes by name
        if is_meant:
            with unit_of_work() as uow:
                holds.cancel(uow, self.instance, "by mistake")
            self.state, self.step, self.holder, self.draft = "cancelled", None, None, None

    @precondition(lambda self: self.state in {"over", "cancelled"})
    @rule()
    def refuse_what_has_ended(self) -> None:
        with pytest.raises(InstanceNotOpen), unit_of_work() as uow:
            holds.cancel(uow, self.instance, "too late")

    @invariant()
    def the_model_and_the_rows_agree(self) -> None:
        if not hasattr(self, "instance"):
            return
        db.session.rollback()
        row = db.session.get_one(ProcessInstance, self.instance)
        standing = [(task.element_id, task.assignee_id, task.draft) for task in self.open_rows()]
        holder = None if self.holder is None else self.people[self.holder]
        done = db.session.scalars(select(Submission).where(Submission.instance_id == self.instance)).all()

        assert (row.state, row.outcome) == (self.state, self.outcome)
        assert standing == ([(self.step, holder, self.draft)] if self.step else [])
        assert len(done) == self.done

    def teardown(self) -> None:
        db.session.rollback()
        assert verify(db.session()).first_bad_seq is None

    def act(self, who: int, work: Any, *, takes: bool = False) -> bool:
        """Do something only the holder may do, or anybody while it has none; True when it was done."""
        actor, task = self.actor(who), self.task()
        if self.holder not in {None, who}:
            with pytest.raises(NotYourTask):
                perform(actor.id, lambda uow: work(uow, actor, task))
            return False
        perform(actor.id, lambda uow: work(uow, actor, task))
        self.holder = who if takes else self.holder
        return True

    def actor(self, who: int) -> Actor:
        """Read the person's rights as each request does."""
        return actor_for(self.people[who])

    def task(self) -> Task:
        return self.open_rows()[0]

    def open_rows(self) -> list[Task]:
        db.session.rollback()
        query = select(Task).where(Task.instance_id == self.instance, Task.state == "open")
        return list(db.session.scalars(query))

    @staticmethod
    def answers(step: str, is_fit: bool) -> dict[str, Any]:  # noqa: FBT001 - a fact of the form
        if step == "approve":
            return {"is_read": True}
        return {"verdict": "fit"} if is_fit else {"verdict": "unfit", "reason": "Too short"}


@pytest.mark.slow
@pytest.mark.usefixtures("app")
def test_any_order_of_acts_leaves_the_instance_where_the_model_says(app: Flask) -> None:  # noqa: ARG001
    registry.use([sample.LIFECYCLE])
    with unit_of_work() as uow:
        site = a_site(uow)
        roles = [(role, site) for role in ROLES.values()]
        found = [a_person(uow, roles=roles, site_id=site) for _one in range(2)]
        original = read_bundle("sample", "two_step_approval")
        insert_version(uow, replace(original), sample.LIFECYCLE, "for a test")
    Desk.people, Desk.site = tuple(one.id for one in found), site

    run_machine(
        Desk,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
