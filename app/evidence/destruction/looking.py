"""Which files hold the words, and into which somebody must look because no program can.

A text, a PDF and an office document are read. A picture or a scan is not: one that belongs to a record in
which the words stand is named, and whoever weighs the request decides.
"""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Text, and_, cast, func, select
from sqlalchemy.orm import Session

from app.evidence.destruction.rules import file_ids, pattern_of
from app.evidence.destruction.sweep import KEPT, records_with
from app.evidence.packs.models import EvidencePack
from app.foundation.db import Base, db
from app.foundation.file_store import FileStore
from app.foundation.file_words import FileWords, is_read_whole, read_file
from app.foundation.files import StoredFile
from app.records.models import Attachment, Record
from app.workflow.models import ProcessInstance, Submission

LARGEST = 64 * 1024 * 1024
AT_ONCE = 100
FIXED = KEPT | {"controlled_copy"}
_OFFICE = ("application/pdf", "officedocument", "opendocument")
_PLAIN = ("text/", "application/json", "application/xml")
_NONE = FileWords("", is_complete=False)
# What opening an archive raises that is damaged, locked by a password or packed in a strange way.
_BROKEN = (OSError, RuntimeError, ValueError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)


class Why(StrEnum):
    """Why a file is named."""

    HOLDS = "holds"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Suspect:
    """A file that is named. Shape: `records` are numbers; a fixed one belongs to a revision of a document."""

    file_id: int
    name: str
    records: str
    is_fixed: bool
    why: Why


@dataclass(frozen=True, slots=True)
class Portion:
    """What some files gave: how many were read, how many are left, and the last one of them."""

    suspects: Sequence[Suspect]
    read: int
    left: int
    last_id: int


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of files before they are read: records with the words, records by file, fixed files."""

    touched: set[int]
    numbers: Mapping[int, Mapping[int, str]]
    fixed: set[int]


@dataclass(frozen=True, slots=True)
class _There:
    """A file as it lies in the store. Shape: it is near where a record of it holds the words."""

    file_id: int
    name: str
    sha256: str
    size: int
    media_type: str
    records: str
    is_near: bool
    is_fixed: bool


def suspects(store: FileStore, words: Sequence[str]) -> Sequence[Suspect]:
    """Return the files to decide about, oldest first. Slow, as `portions`."""
    return [one for portion in portions(store, words) for one in portion.suspects]


def portions(store: FileStore, words: Sequence[str], *, after: int = 0) -> Iterator[Portion]:
    """Yield what the reading of files found, portion by portion, from the file after one on.

    Slow: reads every file, some in a child process; holds no transaction and no portion before meanwhile.
    """
    session, pattern = db.session(), pattern_of(words)
    session.rollback()
    known = _Known(records_with(session, words), _numbers(session), _fixed(session))
    while there := _files(session, known, pattern, after):
        after = there[-1].file_id
        left = session.scalar(select(func.count()).select_from(StoredFile).where(_is_read(after))) or 0
        session.rollback()
        named = ((one, _why(one, store, pattern)) for one in there)
        found = [Suspect(one.file_id, one.name, one.records, one.is_fixed, why) for one, why in named if why]
        yield Portion(found, len(there), left, after)


def _files(session: Session, known: _Known, pattern: re.Pattern[str], after: int) -> list[_There]:
    """Return the next files."""
    rows = session.scalars(
        select(StoredFile).where(_is_read(after)).order_by(StoredFile.id).limit(AT_ONCE)
    ).all()
    return [_there(row, known, pattern) for row in rows]


def _is_read(after: int) -> ColumnElement[bool]:
    """Hold for the files after one; packs are left out, because they are removed as a whole."""
    packs = select(EvidencePack.file_id).where(EvidencePack.file_id.is_not(None))
    return and_(StoredFile.id > after, StoredFile.id.not_in(packs))


def _there(row: StoredFile, known: _Known, pattern: re.Pattern[str]) -> _There:
    of_file = known.numbers.get(row.id, {})
    return _There(
        file_id=row.id,
        name=row.name,
        sha256=row.sha256,
        size=row.size,
        media_type=row.media_type,
        records=", ".join(of_file.values()),
        is_near=bool(known.touched & of_file.keys()) or pattern.search(row.name) is not None,
        is_fixed=row.id in known.fixed,
    )


def _numbers(session: Session) -> Mapping[int, Mapping[int, str]]:
    """Return the numbers of the records of each file by the id of the record: attached, or in an answer."""
    found: dict[int, dict[int, str]] = {}
    rows = session.execute(
        select(Attachment.file_id, Record.id, Record.number).join(Record, Record.id == Attachment.record_id)
    )
    for file_id, record_id, number in rows:
        found.setdefault(file_id, {})[record_id] = number
    answered = session.execute(
        select(Submission.answers, Record.id, Record.number)
        .join(ProcessInstance, ProcessInstance.id == Submission.instance_id)
        .join(Record, Record.id == ProcessInstance.record_id)
        .where(cast(Submission.answers, Text).contains('"sha256"'))
    )
    for answers, record_id, number in answered:
        for file_id in file_ids(answers):
            found.setdefault(file_id, {})[record_id] = number
    return found


def _fixed(session: Session) -> set[int]:
    """Return the files that belong to what must not change."""
    found: set[int] = set()
    for name in sorted(FIXED & Base.metadata.tables.keys()):
        for column in Base.metadata.tables[name].columns:
            if any(one.column.table.name == StoredFile.__tablename__ for one in column.foreign_keys):
                found.update(session.scalars(select(column).where(column.is_not(None))))
    return found


def _why(one: _There, store: FileStore, pattern: re.Pattern[str]) -> Why | None:
    path, unread = store.path(one.sha256), Why.UNREADABLE if one.is_near else None
    if one.size > LARGEST:
        return unread
    try:
        content = path.read_bytes()
    except OSError:
        return unread
    is_read = True
    for part in _parts(content):
        if part is None:
            is_read = False
        elif pattern.search(part.decode("utf-8", "ignore")):
            return Why.HOLDS
    words = read_file(path, one.media_type) if _is_any(one.media_type, _OFFICE) else _NONE
    if pattern.search(" ".join(words.text.split())):
        return Why.HOLDS
    is_read &= _is_any(one.media_type, _PLAIN) or is_read_whole(words)
    return None if is_read else unread


def _is_any(media_type: str, parts: Sequence[str]) -> bool:
    return any(part in media_type for part in parts)


def _parts(content: bytes) -> Iterator[bytes | None]:
    """Yield a content and the members of an archive such as a DOCX; None for what cannot be opened."""
    yield content
    stream = io.BytesIO(content)
    if not zipfile.is_zipfile(stream):
        return
    try:
        with zipfile.ZipFile(stream) as archive:
            for member in archive.infolist():
                yield _member(archive, member)
    except _BROKEN:
        yield None


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes | None:
    """Return a member; None where it is too large, damaged, or locked by a password."""
    if member.file_size > LARGEST:
        return None
    try:
        return archive.read(member)
    except _BROKEN:
        return None
