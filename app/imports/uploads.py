"""A library an admin uploads: a table and an archive wait for a job, which checks them and stages them."""

from __future__ import annotations

import shutil
import stat
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from sqlalchemy import JSON, ForeignKey, Index, String, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.foundation import clock
from app.foundation.db import Base, db
from app.foundation.errors import Invalid, Problem, QmsError
from app.foundation.file_store import FileStore
from app.foundation.files import Received, StoredFile, clean_name, keep_file
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.imports.document_staging import Library, preview_library, stage_library
from app.imports.mapping_reader import DOCUMENT, load_mapping
from app.imports.refusals import FileRefused
from app.imports.rules import LandsAs
from app.imports.staging import Order
from app.trail import Subject, record

LEASE = timedelta(minutes=30)
MOST_FILES, MOST_BYTES = 20_000, 4 * 1024**3
MOST_KEPT, MOST_LISTED = 200, 50
CHUNK = 1024 * 1024


class UploadState(StrEnum):
    """Where an upload stands: not looked at, found good in a dry run, refused, or handed to an import."""

    WAITING = "waiting"
    CHECKED = "checked"
    REFUSED = "refused"
    STAGED = "staged"


class LibraryUpload(Base):
    """A table of documents with an archive of their files, as somebody uploaded them.

    Shape: the files are named until the job is done with them; `problems` lists `{"where", "sentence",
    "mend"}`; `run_id` is the import that lands the rows.
    """

    __tablename__ = "library_upload"
    __table_args__ = (Index("ix_library_upload_state", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    table_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    archive_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    is_dry_run: Mapped[bool]
    state: Mapped[str] = mapped_column(String(20), default=UploadState.WAITING.value)
    row_count: Mapped[int] = mapped_column(default=0)
    problem_count: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list[Any]] = mapped_column(JSON, default=list)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class _Found:
    """What a look at an upload brought."""

    state: UploadState
    row_count: int = 0
    run_id: int | None = None
    problems: Sequence[Problem] = ()


def take_upload(uow: UnitOfWork, table: Received, archive: Received, *, is_dry_run: bool) -> LibraryUpload:
    """Keep an uploaded table and archive until the job looks at them.

    Errors: FileRefused beyond the person's quota. Effects: two files, a row, a trail entry.
    """
    row = LibraryUpload(
        name=table.name,
        table_id=keep_file(uow, table).id,
        archive_id=keep_file(uow, archive).id,
        is_dry_run=is_dry_run,
        actor_id=uow.actor_id,
        asked_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()  # the trail names it
    record(
        uow,
        verb="library.uploaded",
        subject=Subject("library_upload", row.id, row.name),
        after={"table": table.sha256, "archive": archive.sha256, "dry_run": is_dry_run},
    )
    return row


def uploads(session: Session) -> Sequence[LibraryUpload]:
    """Return the latest uploads, newest first."""
    return session.scalars(select(LibraryUpload).order_by(LibraryUpload.id.desc()).limit(MOST_LISTED)).all()


def job(home: Path, store: FileStore) -> Callable[[], int]:
    """Return the job that looks at the next upload; rows that are good are landed by the job of imports."""

    def run() -> int:
        upload_id = _claim()
        if upload_id is None:
            return 0
        _keep(upload_id, _looked_at(upload_id, home, store))
        return 1

    return run


def _claim() -> int | None:
    """Take the oldest upload that waits; one whose process died is taken again after half an hour."""
    now = clock.now()
    is_free = or_(LibraryUpload.leased_until.is_(None), LibraryUpload.leased_until < now)
    waiting = (LibraryUpload.state == UploadState.WAITING.value, is_free)
    db.session.rollback()
    upload_id = db.session.scalar(
        select(LibraryUpload.id).where(*waiting).order_by(LibraryUpload.id).limit(1)
    )
    if upload_id is None:
        return None
    with unit_of_work() as uow:
        taken = uow.session.execute(
            update(LibraryUpload)
            .where(LibraryUpload.id == upload_id, *waiting)
            .values(leased_until=now + LEASE)
            .returning(LibraryUpload.id)
        ).all()
    return upload_id if taken else None


def _looked_at(upload_id: int, home: Path, store: FileStore) -> _Found:
    session = db.session()
    session.rollback()
    row = session.get_one(LibraryUpload, upload_id)
    table, archive = (session.get_one(StoredFile, one or 0) for one in (row.table_id, row.archive_id))
    actor_id, is_dry_run = row.actor_id, row.is_dry_run
    with TemporaryDirectory(dir=home, prefix="library-") as folder:
        place = Path(folder)
        try:
            metadata = place / clean_name(table.name)
            with store.open(table.sha256, table.size) as source, metadata.open("wb") as target:
                shutil.copyfileobj(source, target, CHUNK)
            with store.open(archive.sha256, archive.size) as source:
                unpack(source, place / "files")
            order = Order(metadata, load_mapping("documents", DOCUMENT), LandsAs.HISTORY, actor_id)
            library = Library(order, place / "files", store)
            if is_dry_run:
                return _Found(UploadState.CHECKED, preview_library(library).row_count)
            return _Found(UploadState.STAGED, run_id=stage_library(library))
        except Invalid as refusal:
            return _Found(UploadState.REFUSED, problems=refusal.problems or [_told(refusal)])
        except QmsError as refusal:
            return _Found(UploadState.REFUSED, problems=[_told(refusal)])


def unpack(archive: BinaryIO, target: Path) -> None:
    """Unpack an archive into a folder that does not exist yet.

    Errors: FileRefused for what is no ZIP archive, for too much, and for names that lead out of the folder.
    """
    target.mkdir(mode=0o700)
    try:
        with zipfile.ZipFile(archive) as packed:
            members = [one for one in packed.infolist() if not one.is_dir()]
            if len(members) > MOST_FILES or sum(one.file_size for one in members) > MOST_BYTES:
                raise _refused("archive", _("The archive holds too much. Bring it in by the command."))
            for member in members:
                _unpack_one(packed, member, target)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise _refused(
            "archive", _("The archive cannot be read. Pack the files into a plain ZIP.")
        ) from error


def _unpack_one(packed: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    place = PurePosixPath(member.filename.replace("\\", "/"))
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    is_unsafe = place.is_absolute() or ".." in place.parts or "\x00" in member.filename or ":" in str(place)
    if is_link or is_unsafe or any(len(part) > 200 for part in place.parts):
        raise _refused(
            str(place)[:80], _("The archive names a file outside of its folder, or one that is no file.")
        )
    path = target.joinpath(*place.parts)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with packed.open(member) as source, path.open("xb") as out:
        shutil.copyfileobj(source, out, CHUNK)


def _keep(upload_id: int, found: _Found) -> None:
    with unit_of_work() as uow:
        row = uow.session.get_one(LibraryUpload, upload_id, with_for_update=True)
        if row.state != UploadState.WAITING.value:
            return
        files = [one for one in (row.table_id, row.archive_id) if one]
        row.state, row.row_count, row.run_id = found.state.value, found.row_count, found.run_id
        row.problem_count = len(found.problems)
        row.problems = [
            {"where": one.where, "sentence": one.sentence, "mend": one.mend}
            for one in found.problems[:MOST_KEPT]
        ]
        row.finished_at, row.table_id, row.archive_id = uow.now, None, None
        uow.session.flush()  # nothing names the files any more
        uow.session.execute(delete(StoredFile).where(StoredFile.id.in_(files)))
        after = {"state": row.state, "rows": row.row_count, "problems": row.problem_count}
        subject = Subject("library_upload", row.id, row.name)
        record(uow, verb="library.looked_at", subject=subject, after=after)


def _told(refusal: QmsError) -> Problem:
    return Problem("", "refused", refusal.sentence)


def _refused(where: str, sentence: str) -> FileRefused:
    return FileRefused(sentence, [Problem(where, "archive", sentence)])
