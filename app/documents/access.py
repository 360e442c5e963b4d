"""Who may read which revision: the one in force whoever sees the document, others by right or part."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.documents.models import Document, DocumentRevision, RevisionStatus
from app.documents.revisions import IN_THE_MAKING, revision_of
from app.foundation.errors import NotFound
from app.foundation.i18n import gettext as _
from app.records.visibility import RecordUnseen, get_visible, scope_of, takes_part

ARCHIVE = "documents.read_archive"


class NotInForce(NotFound):
    """The revision is not in force, and the person may read only what is."""


def visible_document(session: Session, actor: Actor, document_id: int) -> Document:
    """Return a document that the person may see. Errors: RecordUnseen."""
    row = get_visible(session, actor, document_id)
    if not isinstance(row, Document):
        raise RecordUnseen(_("There is no such record, or it is not for you to see."))
    return row


def may_read(session: Session, actor: Actor, document: Document, revision: DocumentRevision) -> bool:
    """Tell whether the person may read a revision of a document they see.

    Source: lifecycles 4.3: users lose what is obsolete; who has the right reads it in the archive.
    """
    if revision.status == RevisionStatus.EFFECTIVE.value:
        return True
    if policy.can(actor, ARCHIVE, scope_of(document)):
        return True
    is_draft = revision.status in IN_THE_MAKING
    return is_draft and revision.change_id is not None and takes_part(session, actor, revision.change_id)


def readable_revision(session: Session, actor: Actor, document: Document, label: str) -> DocumentRevision:
    """Return a revision that the person may read. Errors: NoSuchRevision; NotInForce."""
    revision = revision_of(session, document.id, label)
    if not may_read(session, actor, document, revision):
        raise NotInForce(_("Revision %(label)s is not in force.", label=label))
    return revision
