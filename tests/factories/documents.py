"""Documents for tests: a row with a revision in force, as an older library would bring them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from app.documents.models import (
    ChangeClass,
    Document,
    DocumentRevision,
    DocumentStatus,
    RevisionStatus,
)
from app.documents.ports import DOCUMENT
from app.documents.revisions import content_digest
from app.foundation.unit_of_work import UnitOfWork
from app.records.facts import Birth

SINCE = datetime(2026, 3, 1, 6, tzinfo=UTC)
WORDS = "# Purpose\n\nParts are checked before they are stored.\n"


def a_document(
    uow: UnitOfWork,
    *,
    title: str = "Incoming inspection",
    area: str = "PUR",
    content: str = WORDS,
    **facts: Any,
) -> Document:
    """A document with revision 1.0 in force since the first of March."""
    document_id = DOCUMENT.bear(
        uow,
        {"title": title, "area": area, **facts},
        Birth(status=DocumentStatus.EFFECTIVE.value),
    )
    document = uow.session.get_one(Document, document_id)
    document.revision_label, document.effective_from = "1.0", date(2026, 3, 1)
    a_revision(uow, document, content=content)
    return document


def a_revision(uow: UnitOfWork, document: Document, **more: Any) -> DocumentRevision:
    """A revision of a document, in force unless said otherwise."""
    words = more.pop("content", WORDS)
    values: dict[str, Any] = {
        "major": 1,
        "minor": 0,
        "status": RevisionStatus.EFFECTIVE.value,
        "effective_from": date(2026, 3, 1),
        "effective_at": SINCE,
        "approved_at": SINCE,
    }
    row = DocumentRevision(
        document_id=document.id,
        change_class=ChangeClass.MAJOR.value,
        title=document.title,
        content=words,
        content_sha256=content_digest(document.title, words),
        change_summary="First issue.",
        created_at=uow.now,
        **values | more,
    )
    uow.session.add(row)
    uow.session.flush()
    return row
