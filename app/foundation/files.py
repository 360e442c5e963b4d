"""Files of the users: the rows that name them, and the rules for names, sizes and types.

The bytes lie in the content-addressed store (`file_store`); several rows may share one content.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from typing import BinaryIO

from sqlalchemy import BigInteger, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.foundation.db import Base
from app.foundation.errors import Invalid, Problem
from app.foundation.file_store import FileStore
from app.foundation.file_types import REFUSED_TYPES, detect_type
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork

MAX_BYTES = 25 * 1024 * 1024
MAX_NAME = 150
ORPHAN_AGE = timedelta(hours=24)
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|COM\d|LPT\d)(?:\..*)?", re.IGNORECASE)


class StoredFile(Base):
    """A file under the name its uploader gave it."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(MAX_NAME))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None]


class FileRefused(Invalid):
    """The file is of a kind that Keel does not take."""


def store_file(
    uow: UnitOfWork, store: FileStore, stream: BinaryIO, name: str, *, max_bytes: int = MAX_BYTES
) -> StoredFile:
    """Keep the bytes of an upload and write the row that names them.

    Effects: the content is safely on disk before the row commits; if the act fails, the sweep removes it.
    Errors: FileTooLarge beyond `max_bytes`; FileRefused for an empty file and for programs.
    """
    content = store.put(stream, max_bytes)
    media_type = detect_type(content.head, name)
    if content.size == 0:
        raise _refused("empty", _("The file is empty."), _("Choose a file with content."))
    if media_type in REFUSED_TYPES:
        raise _refused("program", _("Programs cannot be attached."), _("Attach a document or a picture."))
    row = StoredFile(
        sha256=content.sha256,
        size=content.size,
        media_type=media_type,
        name=clean_name(name),
        created_at=uow.now,
        created_by_id=uow.actor_id,
    )
    uow.session.add(row)
    uow.session.flush()  # callers link to its id
    return row


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


def faulty_files(session: Session, store: FileStore) -> list[Problem]:
    """Return every named content that is missing or no longer has the bytes of its hash."""
    hashes = session.scalars(select(StoredFile.sha256).distinct().order_by(StoredFile.sha256))
    problems = []
    for sha256 in hashes:
        if not store.has(sha256):
            problems.append(Problem(sha256, "missing", _("The content of a stored file is missing.")))
        elif store.hash_on_disk(sha256) != sha256:
            problems.append(Problem(sha256, "changed", _("The content of a stored file was changed.")))
    return problems


def _refused(rule: str, sentence: str, mend: str) -> FileRefused:
    return FileRefused(f"{sentence} {mend}", [Problem("file", rule, sentence, mend)])
