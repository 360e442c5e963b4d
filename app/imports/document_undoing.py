"""Takes documents of an import back, as long as nothing was built on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from app.documents.models import Document, DocumentRevision, RevisionStatus
from app.foundation.files import StoredFile
from app.foundation.unit_of_work import UnitOfWork
from app.imports.dependants import changed_since, referred_to
from app.records.models import Record, RecordText
from app.workflow.models import ProcessInstance, Task

KIND = "document"
_OWN = frozenset({"import_row", DocumentRevision.__tablename__, RecordText.__tablename__})


def documents_leaned_on(session: Session, ids: Collection[int]) -> set[int]:
    """Return those documents that something was built on: a change, a copy, a reading, a link, a task."""
    found = referred_to(session, Record.__tablename__, ids, but=_OWN)
    found |= referred_to(session, Document.__tablename__, ids, but=_OWN)
    revisions = session.execute(
        select(DocumentRevision.id, DocumentRevision.document_id, DocumentRevision.is_historical).where(
            DocumentRevision.document_id.in_(ids)
        )
    ).all()
    found |= {row.document_id for row in revisions if not row.is_historical}
    built = referred_to(
        session, DocumentRevision.__tablename__, [row.id for row in revisions], but=frozenset()
    )
    found |= {row.document_id for row in revisions if row.id in built}
    found |= set(session.scalars(changed_since(ids)))
    for table in (ProcessInstance, Task):
        worked = select(table.record_id).where(table.record_kind == KIND, table.record_id.in_(ids))
        found |= set(session.scalars(worked.distinct()))
    return found


def take_back_documents(uow: UnitOfWork, ids: Sequence[int]) -> None:
    """Delete documents with their told revisions and texts; contents nobody names are swept later.

    The database lets no approved revision go: what an import told is called off first, and goes then.
    """
    session = uow.session
    mine = DocumentRevision.document_id.in_(ids)
    files = [one for one in session.scalars(select(DocumentRevision.file_id).where(mine)) if one is not None]
    session.execute(update(DocumentRevision).where(mine).values(status=RevisionStatus.CANCELLED.value))
    session.execute(delete(DocumentRevision).where(mine))
    session.execute(delete(RecordText).where(RecordText.record_id.in_(ids)))
    for model in (Document, Record):
        table = model.__table__
        assert isinstance(table, Table)
        session.execute(delete(table).where(table.c.id.in_(ids)))
    free = set(files) - referred_to(session, StoredFile.__tablename__, files, but=frozenset())
    session.execute(delete(StoredFile).where(StoredFile.id.in_(free)))
