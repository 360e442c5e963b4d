"""What people do in the demo: they start, fill in, attach and comment through the services of the pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from itertools import count
from random import Random
from typing import Any

from sqlalchemy import select

from app.accounts.actor import Actor
from app.accounts.proving import Proof
from app.accounts.sessions import actor_of
from app.demo.company import Company
from app.foundation import clock
from app.foundation.clock import clock as the_clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.file_store import FileStore
from app.foundation.files import store_file
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.kinds import KindKey
from app.records.comments import add_comment
from app.records.models import Record, RecordLink
from app.trail.meanings import AuthMethod
from app.workflow import tasks
from app.workflow.acts import perform
from app.workflow.completion import Attempt, complete
from app.workflow.holds import hold
from app.workflow.models import InstanceState, ProcessInstance, Task, TaskState
from app.workflow.signing import Signing, challenge
from app.workflow.starting import start_with_form
from app.workflow.tasks import is_offered_to

Answers = Mapping[str, Any]


class StepNotOpen(NotFound):
    """The story has lost its way: the step it wants to do is not open."""


@dataclass
class Stage:
    """The company at work. Every deed is an act of its own, a few minutes after the one before.

    Shape: `tuesday` is the day from which stories count back; `known` holds the ids of records that other
    stories speak of, by a word of their own; `spoken_of` are risks that a story is about at the moment, which
    routine leaves alone.
    """

    company: Company
    store: FileStore
    chance: Random
    tuesday: date
    known: dict[str, int] = field(default_factory=dict)
    spoken_of: set[str] = field(default_factory=set)
    _tokens: Iterator[int] = field(default_factory=lambda: count(1))

    def start(self, who: str, key: str, answers: Answers) -> int:
        """Start a lifecycle with its form and return the id of the record it opens."""
        actor, token = self.actor(who), self._token()
        started = perform(actor.id, lambda uow: start_with_form(uow, key, actor, answers, form_token=token))
        return started.record_id

    def complete(self, who: str, record_id: int, element_id: str, answers: Answers) -> None:
        """Complete an open step of a record as one of the people it is offered to.

        Errors: StepNotOpen; what `completion.complete` raises.
        """
        actor = self.actor(who)
        task = self._task(record_id, element_id, actor)
        token, version = self._token(), task.row_version

        def work(uow: UnitOfWork) -> None:
            complete(uow, task.id, actor, Attempt(answers, token, version, _signing(uow, actor, task.id)))

        perform(actor.id, work)

    def draft(self, who: str, record_id: int, element_id: str, answers: Answers) -> None:
        """Type something into a step without sending it."""
        actor = self.actor(who)
        task = self._task(record_id, element_id, actor)
        perform(actor.id, lambda uow: tasks.save_draft(uow, task.id, actor, answers))

    def comment(self, who: str, record_id: int, text: str, *, ask: str = "") -> None:
        """Say something about a record, or ask somebody."""
        actor = self.actor(who)
        asked_id = self.company.people[ask] if ask else None
        perform(actor.id, lambda uow: add_comment(uow, actor, record_id, text, asked_id=asked_id))

    def hold(self, who: str, record_id: int, reason: str) -> None:
        """Put what runs for a record on hold."""
        actor = self.actor(who)
        instance_id = db.session.scalars(
            select(ProcessInstance.id).where(
                ProcessInstance.record_id == record_id, ProcessInstance.state == InstanceState.OPEN.value
            )
        ).one()
        perform(actor.id, lambda uow: hold(uow, instance_id, reason))

    def upload(self, who: str, name: str, text: str) -> list[str]:
        """Keep a file as somebody; the answer of a file field that names it."""
        actor = self.actor(who)
        stored = perform(actor.id, lambda uow: store_file(uow, self.store, BytesIO(text.encode()), name))
        return [str(stored.id)]

    def record(self, record_id: int) -> Any:
        """Return a record as it is stored."""
        db.session.rollback()
        return db.session.get_one(Record, record_id)

    def latest(self, model: type[Record]) -> int:
        """Return the id of the record of a kind that was opened last."""
        db.session.rollback()
        return db.session.scalars(select(model.id).order_by(model.id.desc()).limit(1)).one()

    def linked(self, record_id: int, model: type[Record]) -> int:
        """Return the id of the latest record of a kind to which another one led."""
        db.session.rollback()
        query = select(model.id).join(RecordLink, RecordLink.to_id == model.id)
        led_to = query.where(RecordLink.from_id == record_id).order_by(model.id.desc())
        return db.session.scalars(led_to.limit(1)).one()

    def person(self, user_name: str) -> str:
        """Return a person as a form names one."""
        return str(self.company.people[user_name])

    def place(self, site: str, process: str) -> dict[str, str]:
        """Return site and process as forms name them."""
        link = self.company.link
        return {"site_id": link(KindKey.SITE, site), "process_id": link(KindKey.PROCESS, process)}

    def moment(self, *, days_ago: float = 0) -> str:
        """Return a moment before the present one, as a form writes it."""
        return (clock.now() - timedelta(days=days_ago)).isoformat(timespec="minutes")

    def day(self, ahead: int = 0) -> str:
        """Return a day from today on, as a form writes it."""
        return (clock.now() + timedelta(days=ahead)).date().isoformat()

    def today(self) -> date:
        """Return the day on which the story is."""
        return clock.now().date()

    def date_of(self, days: int) -> date:
        """Return the day that lies so many days before the last Tuesday."""
        return self.tuesday - timedelta(days=days)

    def days_to(self, day: date) -> int:
        """Return how many days before the last Tuesday a day of the calendar lies; below 0 after it."""
        return (self.tuesday - day).days

    def is_open(self, record_id: int, element_id: str) -> bool:
        """Tell whether a step of a record is open."""
        return any(task.spot.step_id == element_id for task in self._open_tasks(record_id))

    def open_task(self, record_id: int, step_id: str) -> Task:
        """Return an open step of a record."""
        return next(task for task in self._open_tasks(record_id) if task.spot.step_id == step_id)

    def approve_by_all(self, record_id: int, step_id: str, answers: Answers | None = None) -> None:
        """Let everybody whom an approval asks say yes, one stage after the other."""
        names = {number: name for name, number in self.company.people.items()}
        while asked := [task for task in self._open_tasks(record_id) if task.spot.step_id == step_id]:
            task = asked[0]
            assert task.assignee_id is not None, "an approval asks people by name"
            self.approve(names[task.assignee_id], record_id, step_id, answers)

    def approve(self, who: str, record_id: int, step_id: str, answers: Answers | None = None) -> None:
        """Say yes in an approval, as one of those who are asked."""
        self.complete(who, record_id, step_id, {**(answers or {}), "verdict": "approve"})

    def doer(self, record_id: int, step_id: str) -> str:
        """Return the first of the people to whom an open step is offered.

        Errors: StepNotOpen when it is offered to nobody.
        """
        for task in self._open_tasks(record_id):
            for name, person_id in self.company.people.items():
                actor = actor_of(db.session(), person_id, clock.now())
                if task.spot.step_id == step_id and actor and is_offered_to(task, actor):
                    return name
        raise StepNotOpen(_("“%(step)s” is offered to nobody.", step=step_id))

    def _open_tasks(self, record_id: int) -> list[Task]:
        db.session.rollback()
        open_ones = select(Task).where(Task.record_id == record_id, Task.state == TaskState.OPEN.value)
        return list(db.session.scalars(open_ones.order_by(Task.id)))

    def _task(self, record_id: int, step_id: str, actor: Actor) -> Task:
        """Return an open step, of one that several people do the place of who acts."""
        there = self._open_tasks(record_id)
        found = [task for task in there if task.spot.step_id == step_id]
        if not found:
            names = ", ".join(task.spot.step_id for task in there)
            raise StepNotOpen(_("“%(step)s” is not open, but %(open)s.", step=step_id, open=names or "-"))
        mine = [task for task in found if task.slot and task.assignee_id == actor.id]
        return (mine or found)[0]

    def actor(self, who: str) -> Actor:
        """Return one of the people as who acts, a few minutes later."""
        the_clock.advance(timedelta(minutes=self.chance.randrange(2, 15)))
        db.session.rollback()
        actor = actor_of(db.session(), self.company.people[who], clock.now())
        assert actor is not None, "nobody leaves the demo company"
        return actor

    def _token(self) -> str:
        return f"demo-{next(self._tokens)}"


def _signing(uow: UnitOfWork, actor: Actor, task_id: int) -> Signing | None:
    """Sign what asks for it, as the page does after it has checked the password."""
    secret = challenge(uow, actor, task_id)
    return Signing(secret, Proof(actor.id, AuthMethod.PASSWORD)) if secret else None
