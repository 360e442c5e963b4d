"""Counters of tries in the database, so that all processes see the same number: login, signing, links."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.foundation.db import Base
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.upsert import insert_into

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ThrottleCounter(Base):
    """How often something was tried in one window. The key is hashed: it is a name or an address."""

    __tablename__ = "throttle_counter"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]
    count: Mapped[int]


def count_try(uow: UnitOfWork, key: str, window: timedelta) -> int:
    """Count one try of `key` and return the tries in the present window, this one included.

    Units: windows stand still (a fixed grid from 1970), so a burst over the border may reach twice the limit.
    Effects: one upsert. Call it in an act of its own: one that is rolled back forgets the try.
    """
    start = _start_of(uow.now, window)
    tries = uow.session.scalar(
        insert_into(uow.session, ThrottleCounter)
        .values(key=_hashed(key), window_start=start, expires_at=start + window, count=1)
        .on_conflict_do_update(
            index_elements=["key", "window_start"], set_={"count": ThrottleCounter.count + 1}
        )
        .returning(ThrottleCounter.count)
    )
    return int(tries or 0)


def tries_of(session: Session, key: str, window: timedelta, now: datetime) -> int:
    """Return how often `key` was tried in the present window, without counting."""
    row = session.get(ThrottleCounter, (_hashed(key), _start_of(now, window)), populate_existing=True)
    return row.count if row else 0


def forget_tries(uow: UnitOfWork, key: str) -> None:
    """Forget all tries of `key`, as after a login that worked. Safe to call again."""
    uow.session.execute(delete(ThrottleCounter).where(ThrottleCounter.key == _hashed(key)))


def purge_expired(uow: UnitOfWork) -> None:
    """Delete the counters whose window is over. Safe to call again."""
    uow.session.execute(delete(ThrottleCounter).where(ThrottleCounter.expires_at <= uow.now))


def _start_of(now: datetime, window: timedelta) -> datetime:
    return _EPOCH + ((now - _EPOCH) // window) * window


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
