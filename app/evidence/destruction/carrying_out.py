"""The job that carries approved destructions out: rows, files, drafts, index, packs, trail, freed pages."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, or_, select, text
from sqlalchemy.orm import Session

from app.evidence.destruction.looking import suspects
from app.evidence.destruction.models import DataDestruction, DestructionStatus
from app.evidence.destruction.naming import doomed_files, files_to_keep, name_files
from app.evidence.destruction.rounds import verdicts_of
from app.evidence.destruction.rules import FileVerdict, words_of
from app.evidence.destruction.sweep import Found, entries_with, look, take_out
from app.evidence.packs.models import EvidencePack
from app.evidence.packs.orders import remove
from app.foundation.db import db
from app.foundation.file_store import FileStore
from app.foundation.files import StoredFile
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.records.comments import ASKED, COMMENTED
from app.trail import Subject, record
from app.trail.models import TrailEntry
from app.trail.service import destroy_values
from app.workflow.models import Submission
from app.workflow.witnesses import COMPLETED, STARTED

logger = logging.getLogger(__name__)

INDEXES = ("record_search", "record_search_texts")
LARGEST_NOTE = 10_000


def job(store: FileStore) -> Callable[[], int]:
    """Return the job that carries out what was approved, and lets go of freed pages afterwards."""

    def run() -> int:
        session = db.session()
        approved = select(DataDestruction.id).where(
            DataDestruction.status == DestructionStatus.APPROVED.value
        )
        ids = session.scalars(approved).all()
        for record_id in ids:
            carry_out(record_id, store)
        name_files(store)
        _clean()
        return len(ids)

    return run


def carry_out(record_id: int, store: FileStore) -> None:
    """Destroy the words of one approved request, in one act. Safe to call again.

    Effects: as the module says; entries of the trail become tombstones, and one entry notes the act.
        A request whose words stand where nothing may change is kept, with the reason.
    """
    asked = db.session.get_one(DataDestruction, record_id)
    found_files = suspects(store, words_of(asked.words or ""))
    hashes: list[str] = []
    with unit_of_work() as uow:
        row = uow.session.get_one(DataDestruction, record_id)
        if row.status != DestructionStatus.APPROVED.value:
            return
        words, verdicts = words_of(row.words or ""), verdicts_of(uow.session, row)
        if reasons := [*_places_to_keep(uow.session, words), *files_to_keep(found_files, row, verdicts)]:
            _keep(uow, row, reasons)
            return
        _zero_freed_pages(uow.session)
        doomed = doomed_files(found_files, verdicts)
        hashes += _destroy_files(uow, store, doomed, row.number)
        hashes += _remove_packs(uow)
        found = take_out(uow, words)
        _bury(uow, found, words, row.number)
        _rebuild_indexes(uow.session)
        row.status, row.destroyed_at = DestructionStatus.DESTROYED.value, uow.now
        row.closed_at = row.closed_at or uow.now
        record(
            uow,
            verb="data.destroyed",
            subject=Subject(row.kind, row.id, row.number),
            after={
                "rows": sum(found.rows.values()),
                "files": len(doomed),
                "kept_files": sorted(one for one in verdicts if verdicts[one] is FileVerdict.KEEP),
            },
        )
    for sha256 in hashes:
        _forget_content(store, sha256)


def _places_to_keep(session: Session, words: Sequence[str]) -> list[str]:
    kept = look(session, words).kept
    if not kept:
        return []
    return [_("The words stand where nothing may be changed: %(places)s.", places=", ".join(kept))]


def _keep(uow: UnitOfWork, row: DataDestruction, reasons: Sequence[str]) -> None:
    row.status, row.closed_at = DestructionStatus.KEPT.value, uow.now
    row.failure = " ".join(reasons)
    record(uow, verb="data.kept", subject=Subject(row.kind, row.id, row.number), after={"why": row.failure})


def _bury(uow: UnitOfWork, found: Found, words: Sequence[str], number: str) -> None:
    """Turn the entries into tombstones that hold the words, or the digest of a row that held them."""
    numbers = {*entries_with(uow.session, words), *_entries_about(uow.session, found)}
    for seq in sorted(numbers):
        destroy_values(uow, seq, reason=number)
    found.rows["trail_entry"] += len(numbers)


def _entries_about(session: Session, found: Found) -> list[int]:
    places = session.execute(
        select(Submission.task_id, Submission.instance_id).where(Submission.id.in_(found.submissions))
    ).all()
    clauses = [
        *(_names("task", row.task_id) for row in places if row.task_id),
        *(_names("instance", row.instance_id) for row in places if not row.task_id),
    ]
    spoken = [_names("comment", one) for one in found.comments]
    entries: list[int] = []
    if clauses:
        query = select(TrailEntry.seq).where(TrailEntry.verb.in_((COMPLETED, STARTED)), or_(*clauses))
        entries += session.scalars(query)
    if spoken:
        query = select(TrailEntry.seq).where(TrailEntry.verb.in_((COMMENTED, ASKED)), or_(*spoken))
        entries += session.scalars(query)
    return entries


def _names(key: str, id_: int) -> ColumnElement[bool]:
    """Tell in SQL whether the values of an entry name exactly this id."""
    pieces = (f'"{key}":{id_}{end}' for end in (",", "}"))
    return or_(*(TrailEntry.after.contains(one) for one in pieces))


def _destroy_files(uow: UnitOfWork, store: FileStore, file_ids: Sequence[int], number: str) -> list[str]:
    """Let files say that they were destroyed; return the hashes of what they held."""
    hashes = []
    for row in uow.session.scalars(select(StoredFile).where(StoredFile.id.in_(file_ids))):
        note = _("This file was destroyed by the approved act %(number)s.", number=number)
        content = store.put(io.BytesIO(note.encode()), LARGEST_NOTE)
        hashes.append(row.sha256)
        row.sha256, row.size, row.media_type = content.sha256, content.size, "text/plain"
        row.name = f"destroyed-{row.id}.txt"
    return hashes


def _remove_packs(uow: UnitOfWork) -> list[str]:
    """Remove every pack that is kept: any may hold the words, and each can be made again."""
    rows = uow.session.scalars(select(EvidencePack).where(EvidencePack.file_id.is_not(None))).all()
    hashes = [row.pack_sha256 for row in rows if row.pack_sha256]
    for row in rows:
        remove(uow, row)
    return hashes


def _forget_content(store: FileStore, sha256: str) -> None:
    session = db.session()
    session.rollback()
    if session.scalar(select(StoredFile.id).where(StoredFile.sha256 == sha256).limit(1)) is None:
        store.path(sha256).unlink(missing_ok=True)


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _zero_freed_pages(session: Session) -> None:
    """Let SQLite overwrite what it frees; PostgreSQL's vacuum does so in its own time."""
    if _is_sqlite(session):
        session.execute(text("PRAGMA secure_delete = ON"))


def _rebuild_indexes(session: Session) -> None:
    """Merge the search indexes, whose old segments would keep the words."""
    if _is_sqlite(session):
        session.flush()
        for name in INDEXES:
            session.execute(text(f"INSERT INTO {name}({name}) VALUES ('rebuild')"))  # noqa: S608 - our own names
            session.execute(text(f"INSERT INTO {name}({name}) VALUES ('optimize')"))  # noqa: S608 - our own names


def _clean() -> None:
    """Write the log of the database back, so that it lets go of old pages; readers may put it off."""
    session = db.session()
    session.rollback()
    waiting = session.scalars(
        select(DataDestruction.id).where(
            DataDestruction.destroyed_at.is_not(None), DataDestruction.cleaned_at.is_(None)
        )
    ).all()
    session.rollback()
    if not waiting or not _log_written_back():
        return
    with unit_of_work() as uow:
        for one in waiting:
            uow.session.get_one(DataDestruction, one).cleaned_at = uow.now


def _log_written_back() -> bool:
    if db.engine.dialect.name != "sqlite":
        return True
    with db.engine.connect() as connection:
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").first()
    return busy is not None and busy[0] == 0
