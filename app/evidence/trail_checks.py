"""Checks of the trail and of what it vouches for: asked for or once a day, done by a job, kept.

A check reads every entry, then compares records, answers and signatures with the entries that speak of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.evidence.trail_alerts import tell_answerable
from app.evidence.witnesses import contradicted
from app.foundation import clock
from app.foundation.db import Base, db
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.trail import Subject, record
from app.trail.checkpoints import FILE_NAME, CheckpointUnreadable, read_checkpoints
from app.trail.verification import VerificationResult, verify

EVERY = timedelta(days=1)


class TrailCheck(Base):
    """One check of the whole trail.

    Shape: `finished_at` None while it waits; `sentence` empty when all is well.
    """

    __tablename__ = "trail_check"
    __table_args__ = (Index("ix_trail_check_asked_at", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    checked: Mapped[int] = mapped_column(default=0)
    destroyed: Mapped[int] = mapped_column(default=0)
    checkpoints: Mapped[int] = mapped_column(default=0)
    first_bad_seq: Mapped[int | None]
    sentence: Mapped[str] = mapped_column(String(500), default="")


def ask(uow: UnitOfWork) -> TrailCheck:
    """Ask for a check; one that waits already serves. Effects: one row, a trail entry."""
    waiting = uow.session.scalars(select(TrailCheck).where(TrailCheck.finished_at.is_(None))).first()
    if waiting is not None:
        return waiting
    row = TrailCheck(asked_by_id=uow.actor_id, asked_at=uow.now)
    uow.session.add(row)
    uow.session.flush()  # the trail names the check
    record(uow, verb="trail.check_asked", subject=Subject("trail_check", row.id, f"check {row.id}"))
    return row


def last_check(session: Session) -> TrailCheck | None:
    """Return the last check that was finished."""
    statement = select(TrailCheck).where(TrailCheck.finished_at.is_not(None))
    return session.scalars(statement.order_by(TrailCheck.id.desc()).limit(1)).first()


def waiting_check(session: Session) -> TrailCheck | None:
    """Return the check that waits for its job."""
    return session.scalars(select(TrailCheck).where(TrailCheck.finished_at.is_(None)).limit(1)).first()


def failed_check(session: Session) -> TrailCheck | None:
    """Return the last check when it found something; None as soon as one finds all whole again."""
    check = last_check(session)
    return check if check is not None and check.sentence else None


def job(home: Path, base_url: str) -> Callable[[], int]:
    """Return the job that does what was asked for, and a check of its own once a day.

    Shape: `base_url` goes into the mails to those who answer for the system.
    """

    def run() -> int:
        session = db.session()
        if waiting_check(session) is None:
            last = last_check(session)
            if last is not None and clock.now() - last.asked_at < EVERY:
                return 0
            with unit_of_work() as uow:
                ask(uow)
        _keep(_result(session, home), base_url)
        return 1

    return run


def _result(session: Session, home: Path) -> tuple[VerificationResult, int]:
    session.rollback()
    try:
        checkpoints = read_checkpoints(home / FILE_NAME)
    except CheckpointUnreadable as error:
        return VerificationResult(0, sentence=error.sentence), 0
    result = verify(session, checkpoints)
    wrong = next(contradicted(session), None) if result.is_intact else None
    return replace(result, sentence=wrong.sentence) if wrong else result, len(checkpoints)


def _keep(found: tuple[VerificationResult, int], base_url: str) -> None:
    """Keep what a check found; something that no check before it found is told to those who answer for it."""
    result, checkpoints = found
    with unit_of_work() as uow:
        row = waiting_check(uow.session)
        if row is None:  # another process was quicker
            return
        earlier = failed_check(uow.session)
        row.finished_at = uow.now
        row.checked, row.destroyed, row.checkpoints = result.checked, result.destroyed, checkpoints
        row.first_bad_seq, row.sentence = result.first_bad_seq, result.sentence[:500]
        record(
            uow,
            verb="trail.checked",
            subject=Subject("trail_check", row.id, f"check {row.id}"),
            after={"checked": row.checked, "is_intact": result.is_intact},
        )
        if row.sentence and (earlier is None or earlier.sentence != row.sentence):
            tell_answerable(uow, row.id, row.sentence, base_url)
