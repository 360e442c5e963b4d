"""One transaction per act. Routes, jobs and commands open it; nobody else commits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict
from app.foundation.i18n import gettext as _

WRITER_WAIT_SECONDS = 10.0

_closing: list[Callable[[UnitOfWork], None]] = []

# SQLite's busy handler sleeps with back-off; a queue in the process halves the tail (measured).
_sqlite_writer = threading.Lock()


class StorageBusy(Conflict):
    """The database was busy with other writers for too long; nothing was changed."""


@dataclass
class UnitOfWork:
    """The transaction an act runs in: its session, who acts, when, and what must happen last.

    Shape: `actor_id` is the person's id, None for Keel itself; `now` is one moment for the whole act.
    """

    session: Session
    actor_id: int | None
    now: datetime
    on_behalf_of_id: int | None = None
    request_id: str | None = None
    _last: dict[str, Callable[[UnitOfWork], None]] = field(default_factory=dict)
    _after: list[Callable[[], None]] = field(default_factory=list)
    _notes: dict[str, list[object]] = field(default_factory=dict)
    _seal: Callable[[UnitOfWork], None] | None = None

    @cached_property
    def connection(self) -> Connection:
        """Return the transaction itself, for rows that no object of the session stands for.

        A statement sent here costs half of one sent through the session, and flushes nothing first.
        """
        return self.session.connection()

    def run_last(self, key: str, work: Callable[[UnitOfWork], None]) -> None:
        """Run `work` once, as the last writing before the commit. Safe to call again with the same key."""
        self._last.setdefault(key, work)

    def seal_with(self, work: Callable[[UnitOfWork], None]) -> None:
        """Run `work` once, after everything of `run_last`: the trail, whose head is locked last of all."""
        self._seal = work

    def after_commit(self, work: Callable[[], None]) -> None:
        """Run `work` when the commit has succeeded; what it does must be safe to lose and repeat."""
        self._after.append(work)

    def buffer(self, key: str) -> list[object]:
        """Return the list of things buffered under `key` until the end of the act."""
        return self._notes.setdefault(key, [])

    def finish(self) -> None:
        """Flush and run what must come last, in the order in which it was asked for."""
        self.session.flush()
        while self._last:  # work may ask for more work
            self._last.pop(next(iter(self._last)))(self)
            self.session.flush()
        for work in _closing:
            work(self)
        if self._seal is not None:
            self._seal(self)
            self.session.flush()

    def announce(self) -> None:
        """Run what waits for the commit."""
        for work in self._after:
            work()


def close_every_act_with(work: Callable[[UnitOfWork], None]) -> None:
    """Run `work` at the end of every act, after other writing, before the trail. Safe to call again."""
    if work not in _closing:
        _closing.append(work)


@contextmanager
def unit_of_work(
    actor_id: int | None = None, *, on_behalf_of_id: int | None = None, request_id: str | None = None
) -> Iterator[UnitOfWork]:
    """Open the one writing transaction of an act and commit it at the end.

    Effects: ends the request's read transaction; takes the in-process writer lock on SQLite.
    Errors: StorageBusy when other writers hold the database too long. Any error rolls back everything.
    """
    db.session.rollback()
    engine = db.engine
    with (
        _writer_turn(is_needed=engine.dialect.name == "sqlite"),
        Session(engine, expire_on_commit=False) as session,
    ):
        uow = UnitOfWork(session, actor_id, clock.now(), on_behalf_of_id, request_id)
        try:
            session.connection(execution_options={"write": True})  # begins; said of an engine it costs more
            yield uow
            uow.finish()
            session.commit()
        except OperationalError as error:
            session.rollback()
            raise _named(error) from error
        except BaseException:
            session.rollback()
            raise
    uow.announce()


@contextmanager
def _writer_turn(*, is_needed: bool) -> Iterator[None]:
    if not is_needed:
        yield
        return
    if not _sqlite_writer.acquire(timeout=WRITER_WAIT_SECONDS):
        raise StorageBusy(_("The system is busy. Nothing was changed; please try again in a moment."))
    try:
        yield
    finally:
        _sqlite_writer.release()


def _named(error: OperationalError) -> Exception:
    text = str(error.orig).lower()
    is_busy = "locked" in text or "lock timeout" in text or "deadlock" in text
    if is_busy:
        return StorageBusy(_("The system is busy. Nothing was changed; please try again in a moment."))
    return error
