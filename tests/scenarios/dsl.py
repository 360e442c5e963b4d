"""Scenarios read like the process: start, as a role complete a step, let time pass.

Every step is an act of its own through the real services, so the instance is saved and loaded between all
steps; messages are delivered after each act and due timers fire when time passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any, Self

from flask import current_app
from sqlalchemy import select

from app.accounts.actor import Actor
from app.foundation.backup import FILES
from app.foundation.clock import clock
from app.foundation.db import db
from app.foundation.file_store import FileStore
from app.foundation.files import store_file
from app.foundation.unit_of_work import unit_of_work
from app.records.models import Record
from app.workflow import messages, timers
from app.workflow.completion import Attempt, complete
from app.workflow.delivery import deliver_due
from app.workflow.faults import Fault
from app.workflow.lifecycle import OpenPoint, registry
from app.workflow.models import Evaluation, Message, ProcessInstance, Task, TaskState
from app.workflow.starting import start_with_form
from tests.factories.accounts import actor_for
from tests.factories.signing import signing_for
from tests.scenarios.company import Company

_tokens = count(1)


@dataclass
class Scenario:
    """One story: who acts, and the record it is about."""

    company: Company
    actor_id: int | None = None
    record_id: int = 0
    _story: list[str] = field(default_factory=list)

    def as_(self, who: str) -> Self:
        """Let the person of a role (or another named one) act from here on."""
        self.actor_id = self.company.people[who]
        return self

    def start(self, key: str, answers: Mapping[str, Any]) -> Self:
        """Start a lifecycle with its start form; the story is about the record it opens."""
        actor = self._actor()
        with unit_of_work(actor.id) as uow:
            self.record_id = start_with_form(uow, key, actor, answers, form_token=_token()).record_id
        return self._settled()

    def complete(self, element_id: str, answers: Mapping[str, Any]) -> Self:
        """Complete an open step of the record as the person who acts, signed where the step asks for it."""
        task, actor = self._task(element_id), self._actor()
        with unit_of_work(actor.id) as uow:
            signing = signing_for(uow, actor, task.id)
            complete(uow, task.id, actor, Attempt(answers, _token(), task.row_version, signing))
        return self._settled()

    def after(self, **span: float) -> Self:
        """Let time pass and fire what has become due."""
        clock.advance(timedelta(**span))
        timers.fire_due()
        return self._settled()

    def hear(self, name: str, *, source: str = "test", **payload: Any) -> Self:
        """Let another domain say something about the record, by its number."""
        number = self.record.number
        with unit_of_work() as uow:
            messages.send(uow, name, number, source=source, payload=payload)
        return self._settled()

    def upload(self, text: str = "Wear of plate 4: 0.9 mm.") -> list[str]:
        """Keep a file as the person who acts; the answer of a file field that names it."""
        store = FileStore(Path(current_app.config["KEEL"].home) / FILES)
        with unit_of_work(self._actor().id) as uow:
            stored = store_file(uow, store, BytesIO(text.encode()), "evidence.txt")
            return [str(stored.id)]

    def turn_to(self, record_id: int) -> Self:
        """Go on with another record of the story."""
        self.record_id = record_id
        return self

    def sibling(self) -> Scenario:
        """Another story in the same company."""
        return Scenario(self.company)

    @property
    def record(self) -> Any:
        """The record as it is stored."""
        db.session.rollback()
        return db.session.get_one(Record, self.record_id)

    @property
    def steps(self) -> list[str]:
        """The open steps of the record; one that several people do counts once, by the id of its call."""
        steps = {task.guid: task.spot.step_id for task in self._tasks()}
        return list(steps.values())

    @property
    def instance_id(self) -> int:
        """The instance of the record."""
        db.session.rollback()
        found = db.session.scalar(
            select(ProcessInstance.id).where(ProcessInstance.record_id == self.record_id)
        )
        assert found is not None, "the record has no instance"
        return found

    @property
    def outcome(self) -> str | None:
        """How the instance of the record ended."""
        db.session.rollback()
        return db.session.scalar(
            select(ProcessInstance.outcome).where(ProcessInstance.record_id == self.record_id)
        )

    @property
    def unmet(self) -> list[str]:
        """The keys of what still stands between the record and its closing."""
        points: list[OpenPoint] = list(registry.open_points(db.session, self.record.kind, self.record_id))
        return [point.key for point in points if not point.is_met]

    def decided(self, key: str) -> Any:
        """What a table answered last for this record."""
        db.session.rollback()
        return db.session.scalars(
            select(Evaluation.result)
            .join(ProcessInstance, ProcessInstance.id == Evaluation.instance_id)
            .where(ProcessInstance.record_id == self.record_id, Evaluation.key == key)
            .order_by(Evaluation.id.desc())
            .limit(1)
        ).first()

    def sent(self, name: str) -> list[Message]:
        """The stored messages of a name, oldest first."""
        db.session.rollback()
        return list(db.session.scalars(select(Message).where(Message.name == name).order_by(Message.id)))

    def records(self, model: type[Record]) -> list[Any]:
        """All records of a kind, oldest first."""
        db.session.rollback()
        return list(db.session.scalars(select(model).order_by(model.id)))

    def task(self, element_id: str) -> Task:
        """An open step of the record; of one that several people do, the place of who acts."""
        return self._task(element_id)

    def places(self, step_id: str) -> list[Task]:
        """All open places of a step that several people do."""
        return [task for task in self._tasks() if task.spot.step_id == step_id]

    def approve(self, step_id: str, **answers: Any) -> Self:
        """Say yes in an approval of the record as the person who acts."""
        return self.complete(step_id, {**answers, "verdict": "approve"})

    def refuse(self, step_id: str, comment: str, **answers: Any) -> Self:
        """Say no in an approval of the record as the person who acts, and why."""
        return self.complete(step_id, {**answers, "verdict": "refuse", "comment": comment})

    def _task(self, step_id: str) -> Task:
        found = [task for task in self._tasks() if task.spot.step_id == step_id]
        assert found, f"{step_id} is not open; open are {self.steps}"
        mine = [task for task in found if task.slot and task.assignee_id == self.actor_id]
        offered = [task for task in found if task.assignee_id is None]
        return next(iter([*mine, *offered, *found]))

    def _tasks(self) -> list[Task]:
        db.session.rollback()
        query = select(Task).where(Task.record_id == self.record_id, Task.state == TaskState.OPEN.value)
        return list(db.session.scalars(query.order_by(Task.id)))

    def _actor(self) -> Actor:
        assert self.actor_id is not None, "say who acts with as_"
        return actor_for(self.actor_id)

    def _settled(self) -> Self:
        """Deliver messages until nobody has anything to say; a fault fails the test with its cause."""
        deliver_due()
        timers.fire_due()
        deliver_due()
        db.session.rollback()
        faults = db.session.scalars(select(Fault).where(Fault.resolved_at.is_(None))).all()
        assert not faults, [(fault.cause, fault.detail) for fault in faults]
        return self


def _token() -> str:
    return f"token-{next(_tokens)}"
