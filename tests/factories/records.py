"""Records, instances and tasks for tests, written as rows so that a test need not run a diagram."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from app.foundation.unit_of_work import UnitOfWork
from app.inbox.sample import PORTS, TwoStep
from app.workflow.models import DefinitionVersion, InstanceState, ProcessInstance, Task, TaskState

_numbers = count(1)


def a_record(uow: UnitOfWork, title: str = "Seal leaks", **facts: Any) -> int:
    return PORTS.open_record(uow, {"title": title, **facts})


def an_instance(uow: UnitOfWork, record_id: int) -> ProcessInstance:
    number = next(_numbers)
    version = DefinitionVersion(
        key="two_step_approval",
        number=number,
        title="Two-step approval",
        bundle_sha256=f"{number:064d}",
        bundle=b"",
        note="for a test",
        is_current=False,
        published_at=uow.now,
    )
    uow.session.add(version)
    uow.session.flush()
    row = ProcessInstance(
        definition_version_id=version.id,
        definition_key="two_step_approval",
        record_kind="two_step",
        record_id=record_id,
        state=InstanceState.OPEN.value,
        row_version=1,
        element_states={},
        decisions={},
        started_by_id=uow.actor_id,
        started_at=uow.now,
        snapshot=b"",
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def a_task(
    uow: UnitOfWork, record_id: int, *, instance: ProcessInstance | None = None, **columns: Any
) -> int:
    """An open task of a record; `days` (default 3) from the present moment until it is due."""
    instance = instance or an_instance(uow, record_id)
    record = uow.session.get_one(TwoStep, record_id)
    due_at = uow.now + timedelta(days=columns.pop("days", 3))
    task = Task(
        instance_id=instance.id,
        definition_version_id=instance.definition_version_id,
        definition_key=instance.definition_key,
        element_id="review",
        guid=f"g{next(_numbers)}",
        slot="",
        title=columns.pop("title", "Review the document"),
        record_kind=record.kind,
        record_id=record.id,
        record_number=record.number,
        record_title=record.title,
        site_id=record.site_id,
        severity=record.severity,
        priority=columns.pop("priority", 3),
        role="reviewer",
        why="role",
        state=columns.pop("state", TaskState.OPEN.value),
        due_at=due_at,
        original_due_at=due_at,
        policy="default",
        nudges=0,
        created_at=uow.now,
        row_version=1,
        **columns,
    )
    uow.session.add(task)
    uow.session.flush()
    return task.id
