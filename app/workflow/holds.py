"""Acts on a whole instance that no diagram draws: hold, resume, cancel. Each with a reason."""

from __future__ import annotations

from sqlalchemy import select, update

from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record
from app.workflow import instances
from app.workflow.instances import InstanceNotOpen
from app.workflow.lifecycle import registry
from app.workflow.models import InstanceState, ProcessInstance, Task, TaskState


def hold(uow: UnitOfWork, instance_id: int, reason: str) -> ProcessInstance:
    """Put an instance on hold: its tasks wait, its timers do not fire; whether the actor may is asked before.

    Errors: UnknownInstance; InstanceNotOpen; Invalid without a reason.
    """
    row = instances.lock(uow, instance_id)
    if row.state != InstanceState.OPEN.value:
        raise InstanceNotOpen(_("Only what is open can be put on hold."))
    row.state = InstanceState.HELD.value
    row.held_at = uow.now
    _note(uow, row, "instance.held", reason)
    return row


def resume(uow: UnitOfWork, instance_id: int, reason: str) -> ProcessInstance:
    """Let a held instance go on. The time on hold is added to what is due, not taken off its age.

    Errors: UnknownInstance; InstanceNotOpen when it is not on hold; Invalid without a reason.
    Effects: due moments and reminders of its open tasks move by the time on hold.
    """
    row = instances.lock(uow, instance_id)
    if row.state != InstanceState.HELD.value or row.held_at is None:
        raise InstanceNotOpen(_("This is not on hold."))
    held_for = uow.now - row.held_at
    for task in _open_tasks(uow, row):
        task.due_at += held_for
        task.nudge_at = task.nudge_at + held_for if task.nudge_at else None
    row.state = InstanceState.OPEN.value
    row.held_at = None
    _note(uow, row, "instance.resumed", reason)
    return row


def cancel(uow: UnitOfWork, instance_id: int, reason: str) -> ProcessInstance:
    """End an instance where it stands, held or open; the record says so.

    Errors: UnknownInstance; InstanceNotOpen when it is over already; Invalid without a reason.
    Effects: its open tasks are cancelled with the reason; timers and subscriptions go.
    """
    row = instances.lock(uow, instance_id)
    if row.state not in {InstanceState.OPEN.value, InstanceState.HELD.value}:
        raise InstanceNotOpen(_("This has ended already."))
    row.state = InstanceState.OPEN.value
    _note(uow, row, "instance.cancelled", reason)
    uow.session.execute(
        update(Task)
        .where(Task.instance_id == row.id, Task.state == TaskState.OPEN.value)
        .values(cancelled_because=reason.strip()[:300])
        .execution_options(synchronize_session=False)
    )
    instances.cancel(instances.load(uow, row))
    registry.get(row.definition_key).ports.cancel_record(uow, row.record_id)
    return row


def _open_tasks(uow: UnitOfWork, row: ProcessInstance) -> list[Task]:
    query = select(Task).where(Task.instance_id == row.id, Task.state == TaskState.OPEN.value)
    return list(uow.session.scalars(query))


def _note(uow: UnitOfWork, row: ProcessInstance, verb: str, reason: str) -> None:
    if not reason.strip():
        sentence = _("Say why.")
        raise Invalid(sentence, [Problem("reason", "required", sentence)])
    view = registry.get(row.definition_key).ports.read_record(uow.session, row.record_id)
    record(
        uow,
        verb=verb,
        subject=Subject(kind=view.kind, id=view.id, label=view.number),
        after={"instance": row.id},
        reason=reason.strip(),
    )
