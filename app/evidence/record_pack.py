"""The evidence pack of a record, made while the person waits: its whole story, verifiable without Keel."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from app.evidence.packs.members import Printing, add_record
from app.evidence.packs.record_paper import Told
from app.evidence.packs.writer import PackWriter, Sealed
from app.foundation.unit_of_work import UnitOfWork
from app.records.models import Record
from app.trail import Subject, record
from app.trail.rules import moment_text

MADE = "evidence.pack_made"
IN_MEMORY = 8 * 1024 * 1024  # a larger pack lies in a temporary file


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack in a temporary file, which whoever reads it closes.

    Shape: `sealed.digest` is the SHA-256 of its manifest and `sha256` that of all its bytes; the trail keeps
        both.
    """

    name: str
    stream: IO[bytes]
    sealed: Sealed
    sha256: str


def make_pack(session: Session, row: Record, told: Told, printing: Printing, home: Path) -> Pack:
    """Return the pack of a record. The caller has found that the person may see it. Slow: no transaction.

    Source: lifecycles 5.10.
    """
    stream = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by its reader
    with PackWriter(stream) as pack:
        add_record(pack, session, row, told, printing)
        about = {"kind": row.kind, "number": row.number, "title": row.title}
        if told.until is not None:
            about["told_until"] = moment_text(told.until)
        sealed = pack.seal(about, told.at, home)
    stream.seek(0)
    sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    stream.seek(0)
    return Pack(f"{row.number}-evidence.zip", stream, sealed, sha256)


def note_pack(uow: UnitOfWork, row: Record, pack: Pack) -> None:
    """Keep in the trail that a pack was made, with the digests by which it is recognised later."""
    record(
        uow,
        verb=MADE,
        subject=Subject(row.kind, row.id, row.number),
        after={
            "manifest_sha256": pack.sealed.digest,
            "pack_sha256": pack.sha256,
            "files": pack.sealed.members,
        },
    )
