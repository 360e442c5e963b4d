"""Reads the stored contents again and again, a slice at a time, and compares each with its hash.

A disk that rots, or a hand that changed a file, is found within days, not when an auditor opens the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from app.foundation import clock
from app.foundation.db import db
from app.foundation.file_rows import ContentCheck, StoredFile
from app.foundation.file_store import FileStore
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.foundation.upsert import insert_into

SLICE_FILES = 500
SLICE_BYTES = 256 * 1024 * 1024
READ_EVERY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Finding:
    """A content whose state changed since it was last read.

    Shape: `file_id` is the first row that names it; `damage` is `missing` or `changed`, None when it is whole
        again.
    """

    sha256: str
    file_id: int
    damage: str | None


OnChange = Callable[[UnitOfWork, Finding], None]


@dataclass(frozen=True, slots=True)
class _Due:
    sha256: str
    size: int
    file_id: int
    known_damage: str | None


def check_slice(store: FileStore, on_change: OnChange, *, slice_bytes: int = SLICE_BYTES) -> int:
    """Read the contents whose turn it is and return how many were read.

    Shape: damaged ones come first, then what was never read, then what was read longest ago, at least seven
        days. Units: at most 500 contents, and the content that reaches `slice_bytes` is the last.
    Effects: reads outside of any transaction, then notes the results in one; `on_change` runs in it for
        each content that broke or became whole. Safe in several processes at once.
    """
    due = _due(db.session())
    db.session.rollback()
    read = [(one, store.damage_of(one.sha256)) for one in _bounded(due, slice_bytes)]
    if not read:
        return 0
    with unit_of_work() as uow:
        for one, damage in read:
            _note(uow, one.sha256, damage)
            if damage != one.known_damage:
                on_change(uow, Finding(one.sha256, one.file_id, damage))
    return len(read)


def damaged_count(session: Session) -> int:
    """Return how many contents were found damaged when they were last read."""
    found = select(func.count()).select_from(ContentCheck).where(ContentCheck.damage.is_not(None))
    return session.scalar(found) or 0


def _due(session: Session) -> Sequence[_Due]:
    turn = case((ContentCheck.damage.is_not(None), 0), (ContentCheck.checked_at.is_(None), 1), else_=2)
    rows = session.execute(
        select(
            StoredFile.sha256,
            func.max(StoredFile.size).label("size"),
            func.min(StoredFile.id).label("file_id"),
            ContentCheck.damage,
        )
        .outerjoin(ContentCheck, ContentCheck.sha256 == StoredFile.sha256)
        .where(
            or_(
                ContentCheck.checked_at.is_(None),
                ContentCheck.damage.is_not(None),
                ContentCheck.checked_at < clock.now() - READ_EVERY,
            )
        )
        .group_by(StoredFile.sha256, ContentCheck.damage, ContentCheck.checked_at)
        .order_by(turn, ContentCheck.checked_at, StoredFile.sha256)
        .limit(SLICE_FILES)
    )
    return [_Due(row.sha256, row.size, row.file_id, row.damage) for row in rows]


def _bounded(due: Sequence[_Due], slice_bytes: int) -> Iterator[_Due]:
    total = 0
    for one in due:
        total += one.size
        yield one
        if total >= slice_bytes:
            return


def _note(uow: UnitOfWork, sha256: str, damage: str | None) -> None:
    values = {"checked_at": uow.now, "damage": damage}
    statement = insert_into(uow.session, ContentCheck).values(sha256=sha256, **values)
    uow.session.execute(statement.on_conflict_do_update(index_elements=["sha256"], set_=values))
