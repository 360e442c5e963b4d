"""Files of the users: how an upload becomes a row and a content, and what is swept.

The bytes lie in the content-addressed store (`file_store`); several rows may share one content.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session

from app.foundation.db import Base
from app.foundation.errors import Problem
from app.foundation.file_examination import FileRefused, examine
from app.foundation.file_limits import largest_bytes, refuse_beyond_quota
from app.foundation.file_rows import MAX_NAME, StoredFile
from app.foundation.file_store import Content, FileStore
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork

__all__ = [
    "FileRefused",
    "Received",
    "StoredFile",
    "clean_name",
    "faulty_files",
    "keep_file",
    "receive_file",
    "receive_later",
    "store_file",
    "sweep_orphans",
    "sweep_untaken",
]

ORPHAN_AGE = timedelta(hours=24)
UNTAKEN_AGE = timedelta(days=7)  # longer than a page with a half-filled form stays open
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[\d¹²³])(?:\..*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Received:
    """An upload whose bytes are judged and on disk, but which no row names yet. Units: `size` in bytes."""

    sha256: str
    size: int
    media_type: str
    name: str


def receive_file(store: FileStore, stream: BinaryIO, name: str, max_bytes: int) -> Received:
    """Judge the bytes of an upload and keep them. Slow: call it before the transaction begins.

    Effects: the content is safely on disk; the sweep removes it when no row ever names it.
    Errors: FileTooLarge; FileRefused, see `file_examination`. Nothing is left behind then.
    """
    return _received(store.put, store, stream, name, max_bytes)


def receive_later(store: FileStore, stream: BinaryIO, name: str, max_bytes: int) -> Received:
    """Judge one of many files; its content is in the store after `FileStore.settle`, before the row commits.

    Errors: as `receive_file`.
    """
    return _received(store.put_later, store, stream, name, max_bytes)


def _received(
    put: Callable[..., Content], store: FileStore, stream: BinaryIO, name: str, max_bytes: int
) -> Received:
    clean, found = clean_name(name), []

    def judge(path: Path) -> None:
        found.append(examine(path, clean, store.scanner))

    content = put(stream, max_bytes, judge)
    return Received(content.sha256, content.size, found[0], clean)


def keep_file(
    uow: UnitOfWork, received: Received, *, site_id: int | None = None, came_with_form: bool = False
) -> StoredFile:
    """Write the row that names a received file.

    Errors: FileRefused beyond the person's quota.
    """
    refuse_beyond_quota(uow, received.size, site_id)
    row = StoredFile(
        sha256=received.sha256,
        size=received.size,
        media_type=received.media_type,
        name=received.name,
        created_at=uow.now,
        created_by_id=uow.actor_id,
        came_with_form=came_with_form,
    )
    uow.session.add(row)
    uow.session.flush()  # callers link to its id
    return row


def store_file(
    uow: UnitOfWork, store: FileStore, stream: BinaryIO, name: str, *, max_bytes: int | None = None
) -> StoredFile:
    """Receive and keep a file in one act; `max_bytes` stands above the setting. For small files of our own.

    Errors: as `receive_file` and `keep_file`.
    """
    limit = largest_bytes(uow.session) if max_bytes is None else max_bytes
    return keep_file(uow, receive_file(store, stream, name, limit))


def clean_name(raw: str) -> str:
    """Return a file name that is safe in a header, on any disk and to the eye.

    Shape: the last part of a path, without control and direction signs, at most 150 characters, its ending
        kept. HTML signs are replaced too: Windows refuses them in names.
    """
    name = unicodedata.normalize("NFC", raw.encode("utf-8", "replace").decode())
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(sign for sign in name if unicodedata.category(sign)[0] != "C")
    name = re.sub(r'[<>:"|?*]', "_", " ".join(name.split())).strip(". ")
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    stem, dot, ending = name.rpartition(".")
    if dot and len(ending) <= 10:
        name = f"{stem[: MAX_NAME - len(ending) - 1]}.{ending}"
    return name[:MAX_NAME] or "file"


def sweep_orphans(session: Session, store: FileStore, older_than: timedelta = ORPHAN_AGE) -> int:
    """Remove contents that no row names and half-written ones; return how many. Safe to call again.

    Units: age by the disk's own clock. A content in use again is touched by `put` and so is young.
    """
    removed = 0
    for sha256 in store.older_than(older_than):
        named = session.scalar(select(StoredFile.id).where(StoredFile.sha256 == sha256).limit(1))
        if named is None and store.remove_if_older(sha256, older_than):
            removed += 1
    return removed + store.remove_half_written(older_than)


def sweep_untaken(uow: UnitOfWork, in_drafts: Collection[int]) -> int:
    """Remove the rows of uploads whose form nobody sent off; return how many. Safe to call again.

    Shape: `in_drafts` are files named by drafts, which are taken when the draft is.
    Effects: only rows that came with a form, seven days old, named by no other row and no draft.
    """
    taken = [exists().where(column == StoredFile.id) for column in _referring()]
    found = uow.session.scalars(
        select(StoredFile.id).where(
            StoredFile.came_with_form,
            StoredFile.created_at < uow.now - UNTAKEN_AGE,
            *(~one for one in taken),
        )
    )
    ids = [one for one in found if one not in in_drafts]
    uow.session.execute(delete(StoredFile).where(StoredFile.id.in_(ids)))
    return len(ids)


def faulty_files(session: Session, store: FileStore) -> list[Problem]:
    """Return every named content that is missing or no longer has the bytes of its hash."""
    hashes = session.scalars(select(StoredFile.sha256).distinct().order_by(StoredFile.sha256))
    sentences = {
        "missing": _("The content of a stored file is missing."),
        "changed": _("The content of a stored file was changed."),
    }
    damages = ((sha256, store.damage_of(sha256)) for sha256 in hashes)
    return [Problem(sha256, damage, sentences[damage]) for sha256, damage in damages if damage]


def _referring() -> Iterator[ColumnElement[int]]:
    """Yield every column that names a file by a foreign key."""
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            if key.column.table.name == StoredFile.__tablename__:
                yield key.parent
