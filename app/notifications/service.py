"""Reads and keeps the notifications of a person. They are written where the deed is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from app.accounts.actor import Actor
from app.accounts.models import Person
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.i18n import gettext as _
from app.foundation.settings import Setting, value_of
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.records.models import DigestChoice, Notification, Record
from app.records.visibility import visible_to
from app.workflow.models import Task, TaskState

KEEP_DAYS = Setting("notifications.keep_days", 90, int, "Days after which notifications are removed")
SETTINGS = (KEEP_DAYS,)
MOST_COUNTED = 100
PAGE = 50
PORTION = 500


class NoticeUnseen(NotFound):
    """There is no such notification, it is somebody else's, or its record may not be seen any longer."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification with the record it leads to, if any. Shape: `who` is empty when Keel did it."""

    id: int
    kind: str
    detail: str
    task_id: int | None
    record_id: int | None
    record_kind: str
    number: str
    title: str
    who: str
    at: datetime
    is_read: bool


def unread_count(session: Session, actor: Actor) -> int:
    """Count a person's unread notifications at records they see, a hundred at most, by one statement."""
    unread = (
        select(literal(1).label("one"))
        .select_from(Notification)
        .outerjoin(Record, Record.id == Notification.record_id)
        .where(Notification.person_id == actor.id, _is_unread(), _may_know(actor))
        .limit(MOST_COUNTED)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(unread)) or 0


def notices(
    session: Session, actor: Actor, *, only_unread: bool = False, before: int | None = None, limit: int = PAGE
) -> Sequence[Notice]:
    """Return a person's notifications at records they see, the latest first."""
    statement = _notices(actor)
    if only_unread:
        statement = statement.where(_is_unread())
    if before is not None:
        statement = statement.where(Notification.id < before)
    rows = session.execute(statement.order_by(Notification.id.desc()).limit(limit))
    return [_notice(*row) for row in rows]


def open_notice(uow: UnitOfWork, actor: Actor, notice_id: int) -> Notice:
    """Mark a notification as read and return it. Safe to call again. Errors: NoticeUnseen."""
    row = uow.session.execute(_notices(actor).where(Notification.id == notice_id)).one_or_none()
    if row is None:
        raise NoticeUnseen(_("There is no such notification, or its record is not for you to see."))
    uow.session.execute(
        update(Notification)
        .where(Notification.id == notice_id, Notification.read_at.is_(None))
        .values(read_at=uow.now)
    )
    return _notice(*row)


def read_all(uow: UnitOfWork, actor: Actor, up_to: int) -> None:
    """Mark all as read that the person was shown: those up to a number. Safe to call again."""
    uow.session.execute(
        update(Notification)
        .where(Notification.person_id == actor.id, Notification.read_at.is_(None), Notification.id <= up_to)
        .values(read_at=uow.now)
    )


def wants_digest(session: Session, person_id: int) -> bool:
    """Tell whether a person wants unread notifications by mail once a day."""
    return session.get(DigestChoice, person_id) is not None


def choose_digest(uow: UnitOfWork, person_id: int, *, is_wanted: bool) -> None:
    """Keep whether a person wants the daily mail. Safe to call again."""
    row = uow.session.get(DigestChoice, person_id)
    if is_wanted and row is None:
        uow.session.add(DigestChoice(person_id=person_id))
    elif not is_wanted and row is not None:
        uow.session.delete(row)


def remove_old() -> int:
    """Remove notifications older than the setting says, in portions, and return how many."""
    days = max(1, value_of(db.session(), KEEP_DAYS))
    before, removed = clock.now() - timedelta(days=days), 0
    while True:
        with unit_of_work() as uow:
            old = select(Notification.id).where(Notification.created_at < before).limit(PORTION)
            ids = uow.session.scalars(old).all()
            uow.session.execute(delete(Notification).where(Notification.id.in_(ids)))
        removed += len(ids)
        if len(ids) < PORTION:
            return removed


def _is_unread() -> ColumnElement[bool]:
    """Hold for what is not read; that a task was given to somebody is old news once the task is over."""
    is_open = exists().where(Task.id == Notification.task_id, Task.state == TaskState.OPEN.value)
    return and_(Notification.read_at.is_(None), or_(Notification.task_id.is_(None), is_open))


def _may_know(actor: Actor) -> ColumnElement[bool]:
    """Hold for what speaks of the system, or of a record that is there and that the person sees."""
    is_seen = and_(Record.id.is_not(None), visible_to(actor))
    return or_(Notification.record_id.is_(None), is_seen)


def _notices(actor: Actor) -> Select[Notification, Record | None, str, bool]:
    doer = aliased(Person)
    return (
        select(Notification, Record, func.coalesce(doer.name, ""), _is_unread())
        .outerjoin(Record, Record.id == Notification.record_id)
        .outerjoin(doer, doer.id == Notification.actor_id)
        .where(Notification.person_id == actor.id, _may_know(actor))
    )


def _notice(row: Notification, record: Record | None, who: str, is_unread: bool) -> Notice:  # noqa: FBT001  a row of the query
    return Notice(
        id=row.id,
        kind=row.kind,
        detail=row.detail,
        task_id=row.task_id,
        record_id=record.id if record else None,
        record_kind=record.kind if record else "",
        number=record.number if record else "",
        title=record.title if record else row.detail,
        who=who,
        at=row.created_at,
        is_read=not is_unread,
    )
