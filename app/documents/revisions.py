"""Revisions of documents: which is in force, which is in the making, and the mark of what one says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.models import DocumentRevision, RevisionStatus
from app.foundation.errors import NotFound
from app.foundation.i18n import gettext as _

IN_THE_MAKING = (
    RevisionStatus.DRAFT.value,
    RevisionStatus.IN_REVIEW.value,
    RevisionStatus.IN_APPROVAL.value,
    RevisionStatus.APPROVED.value,
)


class NoSuchRevision(NotFound):
    """A document has no revision of that number."""


def content_digest(title: str, content: str) -> str:
    """Return the SHA-256 of a written revision: its title, a line feed, and its Markdown."""
    return sha256(f"{title}\n{content}".encode()).hexdigest()


def effective_revision(session: Session, document_id: int) -> DocumentRevision | None:
    """Return the revision in force, None before the first and after the last."""
    return session.scalars(
        select(DocumentRevision).where(
            DocumentRevision.document_id == document_id,
            DocumentRevision.status == RevisionStatus.EFFECTIVE.value,
        )
    ).one_or_none()


def effective_revisions(session: Session, document_ids: Collection[int]) -> Mapping[int, DocumentRevision]:
    """Return the revisions in force of several documents, by document."""
    rows = session.scalars(
        select(DocumentRevision).where(
            DocumentRevision.document_id.in_(document_ids),
            DocumentRevision.status == RevisionStatus.EFFECTIVE.value,
        )
    )
    return {row.document_id: row for row in rows}


def revision_in_the_making(session: Session, document_id: int) -> DocumentRevision | None:
    """Return the revision that is being written, reviewed or approved, None when there is none."""
    return session.scalars(
        select(DocumentRevision).where(
            DocumentRevision.document_id == document_id, DocumentRevision.status.in_(IN_THE_MAKING)
        )
    ).one_or_none()


def revisions_of(session: Session, document_id: int) -> Sequence[DocumentRevision]:
    """Return all revisions of a document, the newest first."""
    return session.scalars(
        select(DocumentRevision)
        .where(DocumentRevision.document_id == document_id)
        .order_by(DocumentRevision.major.desc(), DocumentRevision.minor.desc())
    ).all()


def revision_of(session: Session, document_id: int, label: str) -> DocumentRevision:
    """Return a document's revision by its number, such as `2.0`. Errors: NoSuchRevision."""
    for row in revisions_of(session, document_id):
        if row.label == label:
            return row
    raise NoSuchRevision(_("The document has no such revision."))
