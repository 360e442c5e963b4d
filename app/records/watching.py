"""Tells people what happened at records: watchers, who is mentioned or asked, who gets a task.

Everything is written in the transaction of the deed. Whether a person may still see the record is asked
when notifications are shown and counted, never here: watching gives no right.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, event, func, insert, literal, null, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import get_history
from sqlalchemy.orm.base import PASSIVE_NO_INITIALIZE

from app.accounts.models import Person
from app.accounts.sessions import actor_of
from app.foundation.unit_of_work import UnitOfWork
from app.records.models import Comment, Notification, Record, Watcher
from app.records.visibility import visible
from app.workflow.models import Task, TaskState

MENTION = re.compile(r"(?<![\w@.])@(\w[\w.\-]*(?: \w[\w\-]*)?)")
MOST_MENTIONED = 10
_HAPPENED = "keel.happened"


class NoticeKind(StrEnum):
    """What a notification is about; the value is stored."""

    STATUS = "status"
    CLOSED = "closed"
    COMMENT = "comment"
    MENTION = "mention"
    QUESTION = "question"
    TASK = "task"
    TAMPERING = "tampering"


def listen() -> None:
    """Note from here on, in every act, which records change their status and who gets tasks.

    Safe to call again.
    """
    if not event.contains(Session, "after_flush", _note):
        event.listen(Session, "after_flush", _note)


def tell(uow: UnitOfWork) -> None:
    """Write the notifications of an act, before its trail: one statement a changed record, one for tasks."""
    happened = uow.session.info.pop(_HAPPENED, {})
    for record, is_closed in happened.get("records", {}).items():
        kind = NoticeKind.CLOSED if is_closed else NoticeKind.STATUS
        _tell_watchers(uow, record.id, kind, record.status)
    given = [
        _row(uow, NoticeKind.TASK, task.assignee_id, task.record_id, task.title, task_id=task.id)
        for task in happened.get("tasks", {})
        if task.assignee_id not in {None, uow.actor_id} and task.state == TaskState.OPEN.value
    ]
    if given:
        uow.session.execute(insert(Notification), given)


def tell_of_comment(uow: UnitOfWork, comment: Comment) -> None:
    """Tell who was asked, who is mentioned and may see the record, and everybody else who watches it."""
    told = {comment.author_id}
    rows = []
    if comment.asked_id is not None and comment.asked_id not in told:
        told.add(comment.asked_id)
        rows.append(_row(uow, NoticeKind.QUESTION, comment.asked_id, comment.record_id))
    for person_id in mentioned(uow, comment):
        if person_id not in told:
            told.add(person_id)
            rows.append(_row(uow, NoticeKind.MENTION, person_id, comment.record_id))
    if rows:
        uow.session.execute(insert(Notification), rows)
    _tell_watchers(uow, comment.record_id, NoticeKind.COMMENT, "", but=told)


def tell_of_system(uow: UnitOfWork, kind: NoticeKind, people: Collection[int], detail: str) -> None:
    """Tell people of something that no record stands for. Effects: one statement."""
    rows = [_row(uow, kind, person_id, None, detail) for person_id in people]
    if rows:
        uow.session.execute(insert(Notification), rows)


def mentioned(uow: UnitOfWork, comment: Comment) -> list[int]:
    """Return whom a comment names as @user.name or @Name and who sees the record; at most ten people."""
    names = {name.rstrip(".").lower() for name in MENTION.findall(comment.text)}
    names |= {name.split(" ")[0].rstrip(".") for name in names}
    if not names:
        return []
    statement = select(Person.id).where(
        Person.is_active, or_(Person.user_name.in_(names), func.lower(Person.name).in_(names))
    )
    found = uow.session.scalars(statement.order_by(Person.id).limit(MOST_MENTIONED)).all()
    return [person_id for person_id in found if _sees(uow, person_id, comment.record_id)]


def _sees(uow: UnitOfWork, person_id: int, record_id: int) -> bool:
    actor = actor_of(uow.session, person_id, uow.now)
    if actor is None:
        return False
    statement = visible(select(Record.id).where(Record.id == record_id), actor)
    return uow.session.scalar(statement) is not None


def _note(session: Session, _context: object) -> None:
    """Note what a flush changes, while the values from before are still known."""
    happened = session.info.setdefault(_HAPPENED, {"records": {}, "tasks": {}})
    for row in session.new:
        if isinstance(row, Task) and row.assignee_id is not None:
            happened["tasks"][row] = None
    for row in session.dirty:
        if isinstance(row, Record) and _is_changed(row, "status"):
            happened["records"][row] = row.closed_at is not None
        elif isinstance(row, Task) and _is_changed(row, "assignee_id"):
            happened["tasks"][row] = None


def _is_changed(row: Record | Task, name: str) -> bool:
    history = get_history(row, name, PASSIVE_NO_INITIALIZE)
    return bool(history.added) and list(history.added) != list(history.deleted or ())


def _tell_watchers(
    uow: UnitOfWork, record_id: int, kind: NoticeKind, detail: str, *, but: Collection[int | None] = ()
) -> None:
    unasked = [person for person in {uow.actor_id, *but} if person is not None]
    watchers = select(
        Watcher.person_id,
        Watcher.record_id,
        null(),
        literal(uow.actor_id) if uow.actor_id is not None else null(),
        literal(kind.value),
        literal(detail),
        bindparam("at", uow.now, type_=Notification.created_at.type),
    ).where(Watcher.record_id == record_id, Watcher.person_id.not_in(unasked))
    columns = ["person_id", "record_id", "task_id", "actor_id", "kind", "detail", "created_at"]
    uow.session.execute(insert(Notification).from_select(columns, watchers))


def _row(
    uow: UnitOfWork,
    kind: NoticeKind,
    person_id: int | None,
    record_id: int | None,
    detail: str = "",
    *,
    task_id: int | None = None,
) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "record_id": record_id,
        "task_id": task_id,
        "actor_id": uow.actor_id,
        "kind": kind.value,
        "detail": detail[:300],
        "created_at": uow.now,
    }
