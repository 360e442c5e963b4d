"""What happens by itself in the lifecycles of actions and of requests for more time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.actions.models import Action, ActionStatus, Extension, ExtensionStatus
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.calendars import calendar_of
from app.records.models import Record
from app.trail import Subject, record
from app.workflow import messages
from app.workflow.lifecycle import Operation, OperationCall
from app.workflow.models import Task, TaskState

ALL_VERIFIED = "actions.all_verified"
LAST_HOUR = time(17)
CLOSED = (ActionStatus.VERIFIED.value, ActionStatus.CANCELLED.value)


def record_done(call: OperationCall) -> Mapping[str, Any] | None:
    """Set the action done. Safe to call again."""
    action = call.uow.session.get_one(Action, call.record_id)
    action.status = ActionStatus.DONE.value
    action.verification = None
    return None


def record_verified(call: OperationCall) -> Mapping[str, Any] | None:
    """Close the action; the last one of its record tells the record that all are verified.

    Effects: one message `actions.all_verified`, correlated by the record's number.
    """
    action = call.uow.session.get_one(Action, call.record_id)
    action.status = ActionStatus.VERIFIED.value
    action.closed_at = call.uow.now
    call.uow.session.flush()
    announce_when_all_verified(call.uow, action)
    return None


def announce_when_all_verified(uow: UnitOfWork, action: Action) -> None:
    """Tell the record that planned the action when none of its actions is open any more.

    Effects: the source record's row is locked first: two last actions cannot both find the other open.
    """
    if action.source_id is None:
        return
    source = uow.session.get_one(Record, action.source_id, with_for_update=True)
    if open_count(uow.session, source.id) == 0:
        messages.send(
            uow,
            ALL_VERIFIED,
            source.number,
            source=f"action:{action.id}:{action.row_version}",
            payload={"source_id": source.id},
        )


def open_count(session: Session, source_id: int) -> int:
    """Return how many actions of a record are not verified yet."""
    query = select(func.count()).select_from(Action)
    return session.scalar(query.where(Action.source_id == source_id, Action.status.not_in(CLOSED))) or 0


def record_extension_request(call: OperationCall) -> Mapping[str, Any] | None:
    """Name the request after its record and count how often that record's day was moved before."""
    extension = call.uow.session.get_one(Extension, call.record_id)
    subject = call.uow.session.get_one(Record, extension.subject_id)
    extension.title = f"{subject.number} {subject.title}"[:300]
    extension.site_id = subject.site_id
    extension.process_id = subject.process_id
    extension.severity = subject.severity
    extension.earlier_count = granted_count(call.uow.session, subject.id)
    return None


def granted_count(session: Session, subject_id: int) -> int:
    """Return how often the day of a record was moved."""
    is_granted = Extension.status == ExtensionStatus.GRANTED.value
    query = select(func.count()).select_from(Extension)
    return session.scalar(query.where(Extension.subject_id == subject_id, is_granted)) or 0


def move_due(call: OperationCall) -> Mapping[str, Any] | None:
    """Move the day of the record and of its open tasks; what was due first stays visible.

    Effects: record, its open tasks and the request; a trail entry at the record.
    """
    extension = call.uow.session.get_one(Extension, call.record_id)
    subject = call.uow.session.get_one(Record, extension.subject_id, with_for_update=True)
    before = subject.due_at
    assert extension.new_due_on is not None, "the form requires the new day"
    due_at = end_of_working_day(call.uow.session, subject.site_id, extension.new_due_on)
    subject.original_due_at = subject.original_due_at or before
    subject.due_at = due_at
    if isinstance(subject, Action):
        subject.due_on = extension.new_due_on
    call.uow.session.execute(
        update(Task)
        .where(Task.record_id == subject.id, Task.state == TaskState.OPEN.value)
        .values(due_at=due_at, nudge_at=due_at, row_version=Task.row_version + 1)
        .execution_options(synchronize_session=False)
    )
    _close(call.uow, extension, ExtensionStatus.GRANTED)
    record(
        call.uow,
        verb="record.due_moved",
        subject=Subject(kind=subject.kind, id=subject.id, label=subject.number),
        before={"due_at": before.isoformat() if before else None},
        after={"due_at": due_at.isoformat(), "extension": extension.number},
        reason=extension.reason,
    )
    return None


def refuse_extension(call: OperationCall) -> Mapping[str, Any] | None:
    """Note that the day stays."""
    _close(call.uow, call.uow.session.get_one(Extension, call.record_id), ExtensionStatus.REFUSED)
    return None


def end_of_working_day(session: Session, site_id: int | None, day: date) -> datetime:
    """Return the last working moment of a day at a site, in UTC; 17 o'clock where nobody works."""
    if site_id is None:
        return datetime.combine(day, LAST_HOUR, UTC)
    calendar = calendar_of(session, site_id)
    hours = calendar.hours_of(day)
    return datetime.combine(day, hours[-1].until if hours else LAST_HOUR, calendar.zone).astimezone(UTC)


def _close(uow: UnitOfWork, extension: Extension, status: ExtensionStatus) -> None:
    extension.status = status.value
    extension.closed_at = uow.now


ACTION_OPERATIONS = (
    Operation("actions.record_done", record_done, description="Set the action done."),
    Operation(
        "actions.record_verified", record_verified, description="Close the action and tell its record."
    ),
)
EXTENSION_OPERATIONS = (
    Operation(
        "actions.record_extension_request",
        record_extension_request,
        description="Count how often the day was moved before.",
    ),
    Operation("actions.move_due", move_due, description="Move the day of the record and of its tasks."),
    Operation("actions.refuse_extension", refuse_extension, description="Keep the day that stands."),
)
