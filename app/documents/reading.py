"""What people read of a revision: its text as a page, or its file."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.documents.models import ContentKind, Document, DocumentRevision
from app.documents.revisions import effective_revision
from app.foundation.files import StoredFile
from app.foundation.i18n import gettext as _
from app.records.register import RecordText
from app.web.addresses import address
from app.web.markdown import render
from app.web.parts import Link
from app.workflow.readings import Reading, ReadingFile

REVISION_KIND = "document_revision"


def reading(session: Session, kind: str, number: int) -> Reading | None:
    """Return what there is to read of a revision, None when there is none of that id or kind."""
    revision = session.get(DocumentRevision, number) if kind == REVISION_KIND else None
    if revision is None:
        return None
    document = session.get_one(Document, revision.document_id)
    stored = session.get(StoredFile, revision.file_id) if revision.file_id else None
    return Reading(
        number=document.number,
        title=revision.title,
        edition=_("revision %(label)s", label=revision.label),
        html=render(revision.content).html if revision.content else "",
        files=(ReadingFile(stored.id, stored.name),) if stored else (),
        record_kind=document.kind,
        record_id=document.id,
    )


def text_of_document(session: Session, document: Document) -> RecordText | None:
    """Return the revision in force as the page of its document shows it, None when there is none."""
    revision = effective_revision(session, document.id)
    if revision is None:
        return None
    title = _("Revision %(label)s", label=revision.label)
    doors = (
        Link(_("All revisions"), address("document_pages.revisions", record_id=document.id)),
        Link(_("Print"), address("document_pages.paper", record_id=document.id, label=revision.label)),
    )
    return text_of(session, revision, title, doors)


def text_of(
    session: Session, revision: DocumentRevision, title: str, doors: tuple[Link, ...] = ()
) -> RecordText:
    """Return a revision as a page shows it."""
    note = _("What changed: %(summary)s", summary=revision.change_summary) if revision.change_summary else ""
    if revision.content_kind == ContentKind.FILE.value:
        return RecordText(title, file=_file(session, revision), note=note, doors=doors)
    headings = tuple((one.level, one.text, one.anchor) for one in render(revision.content).headings)
    return RecordText(title, revision.content, headings, note=note, doors=doors)


def _file(session: Session, revision: DocumentRevision) -> Link | None:
    stored = session.get(StoredFile, revision.file_id) if revision.file_id else None
    if stored is None:
        return None
    url = address("document_pages.file", record_id=revision.document_id, label=revision.label)
    return Link(_("Open %(name)s", name=stored.name), url)
