"""Keeps the texts of documents in force for search; what left force is no longer found by its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import String, and_, cast, exists, literal, select
from sqlalchemy.orm import Session, aliased

from app.documents.models import ContentKind, Document, DocumentRevision, RevisionStatus
from app.foundation.db import db
from app.foundation.file_store import FileStore
from app.foundation.file_words import words_of_file
from app.foundation.files import StoredFile
from app.foundation.unit_of_work import unit_of_work
from app.library.reading import words_of_markdown
from app.records.models import Record, RecordText
from app.records.texts import forget_text, keep_text

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class _Due:
    revision_id: int
    document_id: int
    heading: str
    content: str
    sha256: str
    media_type: str


def index_due(store: FileStore) -> int:
    """Index the revisions that came into force and forget those that left it; return how many changed.

    Effects: files are read in child processes, outside of transactions. Safe in several processes.
    """
    session = db.session()
    due, gone = _due(session), _gone(session)
    session.rollback()
    texts = [(one, _words(one, store)) for one in due]
    if not texts and not gone:
        return 0
    with unit_of_work() as uow:
        forget_text(uow, gone)
        for one, words in texts:
            source = f"revision:{one.revision_id}"
            keep_text(uow, one.document_id, words, heading=one.heading, source=source)
    return len(texts) + len(gone)


def _due(session: Session) -> Sequence[_Due]:
    rows = session.execute(
        select(DocumentRevision, Document.number, StoredFile.sha256, StoredFile.media_type)
        .join(Document, Document.id == DocumentRevision.document_id)
        .outerjoin(StoredFile, StoredFile.id == DocumentRevision.file_id)
        .outerjoin(RecordText, RecordText.record_id == DocumentRevision.document_id)
        .where(
            DocumentRevision.status == RevisionStatus.EFFECTIVE.value,
            RecordText.source.is_distinct_from(_source(DocumentRevision.id)),
        )
        .order_by(DocumentRevision.id)
        .limit(AT_ONCE)
    )
    return [
        _Due(
            revision_id=row.id,
            document_id=row.document_id,
            heading=f"{number} {row.title} {row.change_summary}",
            content=row.content if row.content_kind == ContentKind.MARKDOWN.value else "",
            sha256=sha256 or "",
            media_type=media_type or "",
        )
        for row, number, sha256, media_type in rows
    ]


def _gone(session: Session) -> Sequence[int]:
    in_force = aliased(DocumentRevision)
    query = (
        select(RecordText.record_id)
        .join(Record, Record.id == RecordText.record_id)
        .where(
            Record.kind == "document",
            ~exists().where(
                and_(
                    in_force.document_id == RecordText.record_id,
                    in_force.status == RevisionStatus.EFFECTIVE.value,
                )
            ),
        )
        .limit(AT_ONCE)
    )
    return session.scalars(query).all()


def _source(revision_id: object) -> object:
    return literal("revision:").concat(cast(revision_id, String))


def _words(one: _Due, store: FileStore) -> str:
    if one.sha256 and not one.content:
        return words_of_file(store.path(one.sha256), one.media_type)
    return words_of_markdown(one.content)
