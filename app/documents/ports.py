"""The ports of documents: numbered by type and area, or with the number they have already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from sqlalchemy.orm import Session

from app.documents.models import Document, DocumentStatus, DocumentType
from app.documents.numbers import next_document_number
from app.foundation.unit_of_work import UnitOfWork
from app.records.facts import RecordPorts
from app.records.models import Record


@dataclass(frozen=True)
class DocumentPorts(RecordPorts):
    """Ports of documents."""

    def number_for(self, uow: UnitOfWork, row: Record, year: int) -> str:
        """Return the next number of the series of type and area. Errors: AreaInvalid."""
        del year
        assert isinstance(row, Document), "these ports keep documents"
        row.document_type = row.document_type or DocumentType.PROCEDURE.value
        return next_document_number(uow, row.document_type, row.area or "")


DOCUMENT = DocumentPorts(Document, "DOC", DocumentStatus.DRAFT.value)


def get_document(session: Session, document_id: int | None, *, is_locking: bool = False) -> Document:
    """Return a document, its row locked to the end of the act when asked. Errors: RecordMissing."""
    return cast("Document", DOCUMENT.get(session, document_id or 0, is_locking=is_locking))
