"""Writes the projection of an instance: the task, timer and subscription rows that follow the engine."""

from __future__ import annotations

from sqlalchemy import delete, insert, update

from app.workflow import messages
from app.workflow.assignment import rows_for
from app.workflow.loaded import Loaded, Projection
from app.workflow.models import Subscription, Task, TaskState, Timer


def write_tasks(loaded: Loaded, after: Projection) -> list[Task]:
    """Insert the tasks that appeared, cancel those the engine withdrew, and return the new ones.

    Effects: one statement for each of the two, whatever their number.
    """
    gone = loaded.before.tasks.keys() - after.tasks.keys() - loaded.closed
    if gone:
        loaded.uow.session.execute(
            update(Task)
            .where(Task.instance_id == loaded.row.id, Task.guid.in_(gone), Task.state == TaskState.OPEN.value)
            .values(state=TaskState.CANCELLED.value, nudge_at=None, row_version=Task.row_version + 1)
            .execution_options(synchronize_session=False)
        )
    appeared = [task for guid, task in after.tasks.items() if guid not in loaded.before.tasks]
    fresh = [row for task in appeared for row in rows_for(loaded, task)]
    loaded.uow.session.add_all(fresh)
    return fresh


def write_timers(loaded: Loaded, after: Projection) -> None:
    """Insert the timers that began to wait and delete those that fired or were withdrawn."""
    session = loaded.uow.session
    gone = {guid for guid, _due in loaded.before.timers.keys() - after.timers.keys()}
    if gone:
        session.execute(
            delete(Timer)
            .where(Timer.instance_id == loaded.row.id, Timer.guid.in_(gone))
            .execution_options(synchronize_session=False)
        )
    kept = {key for key in after.timers if key in loaded.before.timers and key[0] not in gone}
    rows = [
        {
            "instance_id": loaded.row.id,
            "guid": timer.guid,
            "element_id": timer.element_id,
            "occurrence": timer.due.isoformat(),
            "due_at": timer.due,
            "attempts": 0,
        }
        for key, timer in after.timers.items()
        if key not in kept
    ]
    if rows:
        session.execute(insert(Timer), rows)


def write_subscriptions(loaded: Loaded, after: Projection) -> None:
    """Insert the catch events that began to wait, delete the others, and wake stored messages for the new."""
    session = loaded.uow.session
    gone = loaded.before.catches.keys() - after.catches.keys()
    if gone:
        session.execute(
            delete(Subscription)
            .where(
                Subscription.instance_id == loaded.row.id, Subscription.guid.in_({guid for guid, _ in gone})
            )
            .execution_options(synchronize_session=False)
        )
    fresh = [catch for key, catch in after.catches.items() if key not in loaded.before.catches]
    if not fresh:
        return
    session.execute(
        insert(Subscription),
        [
            {
                "instance_id": loaded.row.id,
                "guid": catch.guid,
                "element_id": catch.element_id,
                "message_name": catch.message,
                "correlation_key": catch.correlation or "",
            }
            for catch in fresh
        ],
    )
    messages.wake(loaded.uow, [(catch.message, catch.correlation or "") for catch in fresh])
