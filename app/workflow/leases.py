"""Claiming due rows with a lease, so that any number of processes may tick and each row is done once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update

from app.foundation.unit_of_work import UnitOfWork
from app.workflow.models import Message, Timer

LEASE = timedelta(seconds=60)
BACK_OFF = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))


def claim_due(
    uow: UnitOfWork, rows: type[Timer | Message], *also: ColumnElement[bool], limit: int = 50
) -> list[int]:
    """Lease up to `limit` due rows and return their ids, the earliest due first.

    Effects: sets the lease; a process that dies leaves rows that are free again when it runs out.
    """
    picked = (
        select(rows.id)
        .where(rows.due_at <= uow.now, or_(rows.lease_until.is_(None), rows.lease_until < uow.now), *also)
        .order_by(rows.due_at, rows.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=rows)
    )
    ids = list(uow.session.scalars(picked))
    if ids:
        uow.session.execute(
            update(rows)
            .where(rows.id.in_(ids))
            .values(lease_until=uow.now + LEASE)
            .execution_options(synchronize_session=False)
        )
    return ids


def next_attempt(attempts: int, now: datetime) -> datetime:
    """Return when to try again after `attempts` failures."""
    return now + BACK_OFF[min(attempts, len(BACK_OFF)) - 1]


def is_exhausted(attempts: int) -> bool:
    """Tell whether another try would be pointless without a person's look."""
    return attempts > len(BACK_OFF)
