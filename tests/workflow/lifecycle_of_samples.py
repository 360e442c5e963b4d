"""A lifecycle for tests of the engine room: real records, and diagrams written in the test."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from app.accounts.actor import Actor
from app.foundation.db import db
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.records.facts import ports_for
from app.records.models import Record
from app.workflow.acts import perform
from app.workflow.bundles import Bundle
from app.workflow.completion import Attempt, Completion, complete
from app.workflow.definitions import insert_version
from app.workflow.lifecycle import Lifecycle, Operation, Part, registry
from app.workflow.models import Task
from tests.factories.accounts import actor_for
from tests.factories.signing import signing_for

_tokens = count(1)


class Sample(Record):
    """A record of nothing in particular."""

    __mapper_args__ = {"polymorphic_identity": "sample"}


def form(*fields: Mapping[str, Any]) -> bytes:
    """A form with these fields."""
    return json.dumps({"type": "default", "schemaVersion": 19, "components": list(fields)}).encode()


def checkbox(key: str) -> dict[str, Any]:
    return {"type": "checkbox", "key": key, "label": key, "id": f"f_{key}"}


def text(key: str, *, required: bool = False) -> dict[str, Any]:
    return {
        "type": "textfield",
        "key": key,
        "label": key,
        "id": f"f_{key}",
        "validate": {"required": required},
    }


def lifecycle_with(
    key: str = "sample", *operations: Operation, parts: Sequence[Part] = (), **more: Any
) -> Lifecycle:
    """Make and wire the lifecycle of samples, and what it calls."""
    lifecycle = Lifecycle(
        key=key,
        package="sample",
        title="Sample",
        clause="4.4",
        record_kind="sample",
        ports=ports_for(Sample, "SMP"),
        operations=operations,
        **more,
    )
    registry.use([lifecycle], parts=parts)
    return lifecycle


def publish(
    diagram: bytes,
    forms: Mapping[str, bytes] | Sequence[str],
    tables: Mapping[str, bytes] | None = None,
    parts: Sequence[Bundle] = (),
) -> None:
    """Publish without the gate: these tests are about running, and their diagrams have no layout."""
    if not isinstance(forms, Mapping):
        forms = {name: form(checkbox("again")) for name in forms}
    bundle = Bundle("sample", diagram, tables or {}, forms, {part.key: part for part in parts})
    with unit_of_work() as uow:
        insert_version(uow, bundle, registry.get("sample"), "for a test")


def open_tasks() -> list[Task]:
    """The open tasks of all samples, the first made first."""
    db.session.rollback()
    return list(db.session.query(Task).filter_by(state="open").order_by(Task.id))


@dataclass
class Desk:
    """A person at work: completes what is open, each time through the real services."""

    actor: Actor
    log: list[Completion] = field(default_factory=list)

    def complete(self, element_id: str, **answers: Any) -> Completion:
        task = next(one for one in open_tasks() if one.element_id == element_id)
        return self.attempt(task.id, task.row_version, **answers)

    def attempt(self, task_id: int, row_version: int, **answers: Any) -> Completion:
        token = f"token-{next(_tokens)}"

        def work(uow: UnitOfWork) -> Completion:
            signing = signing_for(uow, self.actor, task_id)
            return complete(uow, task_id, self.actor, Attempt(answers, token, row_version, signing))

        self.log.append(perform(self.actor.id, work))
        return self.log[-1]


def desk_of(person: Any) -> Desk:
    return Desk(actor_for(person))
