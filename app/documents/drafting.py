"""Writing a draft: laid out from the revision in force, locked while it is looked at, answered, locked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.change_models import ChangeStatus, DocumentChange, ReviewComment
from app.documents.changes import change, note_band, note_deed, revision_of_change
from app.documents.currency import RISK_KIND, controlled_risks
from app.documents.models import (
    ContentKind,
    Document,
    DocumentRevision,
    DocumentStatus,
    DocumentType,
    JsonList,
    RevisionStatus,
)
from app.documents.ports import DOCUMENT, get_document
from app.documents.revisions import IN_THE_MAKING, content_digest, effective_revision
from app.documents.rules import next_number, unanswered_rejections
from app.foundation.errors import Problem
from app.foundation.files import StoredFile
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.models import BusinessProcess
from app.records.facts import Birth
from app.records.links import LinkKind, link_records
from app.records.models import TITLE_LENGTH
from app.records.service import attach_stored
from app.workflow.lifecycle import OperationCall, RecordView

AREA_LENGTH = 10


def prepare_draft(call: OperationCall) -> Mapping[str, Any] | None:
    """Fill the form of the draft with what is in force, unless somebody has written in it already."""
    row = change(call.uow, call.record_id)
    row.status = ChangeStatus.DRAFTING.value
    if row.document_title:
        return None
    if row.document_id is None:
        _lay_out_new(call.uow, row)
    else:
        _lay_out(call.uow, row, get_document(call.uow.session, row.document_id))
    return None


def submit_draft(call: OperationCall) -> Mapping[str, Any] | None:
    """Keep the draft as a revision and lock it; a new document gets its number with its first draft.

    Effects: the document, the revision with its mark; the file belongs to the document from here on.
    """
    uow, row = call.uow, change(call.uow, call.record_id)
    document = _document_of(uow, row)
    revision = _revision_of(uow, row, document)
    _write(uow, row, revision)
    revision.status = RevisionStatus.IN_REVIEW.value
    row.status = ChangeStatus.IN_REVIEW.value
    row.revision_key = f"{document.number}/{revision.label}"
    row.return_note = None
    row.review_round += 1
    note_band(uow, row)
    deed = {"revision": revision.label, "sha256": revision.content_sha256}
    note_deed(uow, row, "document.draft_locked", after=deed)
    return None


def settle_comments(call: OperationCall) -> Mapping[str, Any] | None:
    """Keep what became of each comment, and lock the text as it was mended."""
    uow, row = call.uow, change(call.uow, call.record_id)
    known = {str(one.id): one for one in comments_of(uow.session, row.id)}
    for answer in row.comment_answers or ():
        comment = known.get(str(answer.get("reference")))
        if comment is not None and comment.disposition is None:
            comment.disposition = str(answer.get("disposition"))
            comment.response = str(answer.get("response") or "")
            comment.disposed_by_id, comment.disposed_at = uow.actor_id, uow.now
    revision = revision_of_change(uow.session, row.id)
    assert revision is not None, "comments speak of a revision"
    _write(uow, row, revision)
    row.review_round += 1
    note_deed(uow, row, "document.comments_answered", after={"count": len(row.comment_answers or ())})
    return None


def comments_of(session: Session, change_id: int) -> Sequence[ReviewComment]:
    """Return what reviewers said about a change, the first first."""
    return session.scalars(
        select(ReviewComment).where(ReviewComment.change_id == change_id).order_by(ReviewComment.id)
    ).all()


def check_draft(
    uow: UnitOfWork, record: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse a draft without an area for its number, and one that says what is in force already."""
    problems = []
    area = str(answers.get("area") or "")
    if record.values.get("document_id") is None and not area.isalnum():
        sentence = _("Say for which area it is, in capital letters and digits, such as PUR.")
        problems.append(Problem("area", "documents.area", sentence))
    return [*problems, *_check_clauses(answers), *_check_news(uow, record, answers)]


def check_answers(
    _uow: UnitOfWork, _record: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse to turn a comment down without a word why."""
    bare = unanswered_rejections(answers.get("comment_answers") or ())
    if not bare:
        return ()
    sentence = _("Say why, or how, at comment %(places)s.", places=", ".join(map(str, bare)))
    return [Problem("comment_answers", "comments.reason", sentence)]


def details_of(row: DocumentChange) -> dict[str, Any]:
    """Return the properties that a document takes over with the revision of a change, JSON-safe."""
    return {
        "owner_id": row.document_owner_id,
        "audience": list(row.audience or ()),
        "clauses": clauses_in(row.clauses),
        "review_months": row.review_months,
        "retention_years": row.retention_years,
        "risk_ids": [int(one["id"]) for one in row.controlled_risks or ()],
        "is_for_all_sites": row.is_draft_for_all_sites,
        "document_type": row.document_type,
        "issuer": row.issuer,
        "issuer_reference": row.issuer_reference,
        "issuer_edition": row.issuer_edition,
    }


def clauses_in(text: str | None) -> list[str]:
    """Return the clause numbers that somebody wrote, parted by commas or blanks."""
    return [part for part in (text or "").replace(",", " ").split() if part]


def _lay_out_new(uow: UnitOfWork, row: DocumentChange) -> None:
    row.document_title = row.title
    row.document_type = row.document_type or DocumentType.PROCEDURE.value
    row.document_owner_id = row.process_owner_id or row.author_id
    row.retention_years = 10
    row.controlled_risks = row.risks
    code = uow.session.scalar(select(BusinessProcess.code).where(BusinessProcess.id == row.process_id))
    row.area = "".join(sign for sign in (code or "").upper() if sign.isalnum())[:AREA_LENGTH]


def _lay_out(uow: UnitOfWork, row: DocumentChange, document: Document) -> None:
    revision = effective_revision(uow.session, document.id)
    row.document_title, row.document_type = document.title, document.document_type
    row.area, row.document_owner_id = document.area, document.owner_id
    row.audience, row.clauses = list(document.audience), ", ".join(document.clauses)
    row.review_months, row.retention_years = document.review_months, document.retention_years
    row.is_draft_for_all_sites = document.is_for_all_sites
    row.issuer, row.issuer_reference = document.issuer, document.issuer_reference
    row.issuer_edition = document.issuer_edition
    risks = [*controlled_risks(uow.session, [document.id]).get(document.id, ()), *_ids(row.risks)]
    row.controlled_risks = [{"kind": RISK_KIND, "id": one} for one in dict.fromkeys(risks)]
    if revision is not None:
        row.content_kind, row.draft_content = revision.content_kind, revision.content or None
        row.draft_file = _file_of(uow, row, revision)


def _file_of(uow: UnitOfWork, row: DocumentChange, revision: DocumentRevision) -> JsonList | None:
    """Return the file of a revision as a form keeps it; it belongs to the change while that is open."""
    stored = uow.session.get(StoredFile, revision.file_id) if revision.file_id else None
    if stored is None:
        return None
    attach_stored(uow, row.id, stored.id)
    facts = {name: getattr(stored, name) for name in ("name", "media_type", "size", "sha256")}
    return [{"id": str(stored.id), **facts}]


def _ids(links: Sequence[Mapping[str, Any]] | None) -> list[int]:
    return [int(one["id"]) for one in links or ()]


def _document_of(uow: UnitOfWork, row: DocumentChange) -> Document:
    if row.document_id is not None:
        return get_document(uow.session, row.document_id, is_locking=True)
    facts = {
        "title": row.document_title,
        "document_type": row.document_type,
        "area": (row.area or "").upper(),
        "site_id": row.site_id,
        "process_id": row.process_id,
        "owner_id": row.document_owner_id,
    }
    document_id = DOCUMENT.bear(uow, facts, Birth(status=DocumentStatus.DRAFT.value))
    document = get_document(uow.session, document_id)
    document.site_id = row.site_id  # none is a document of the whole company, whoever writes it
    document.is_for_all_sites = row.is_draft_for_all_sites
    row.document_id = row.open_document_id = document_id
    row.title = f"{document.number}: {row.title}"[:TITLE_LENGTH]
    link_records(uow, row.id, document_id, LinkKind.BELONGS_TO)
    return document


def _revision_of(uow: UnitOfWork, row: DocumentChange, document: Document) -> DocumentRevision:
    """Return the revision the change writes; one that was taken back is followed by another."""
    revision = revision_of_change(uow.session, row.id)
    if revision is not None and revision.status in IN_THE_MAKING:
        return revision
    major, minor = next_number(_latest(uow.session, document.id), row.change_class)
    revision = DocumentRevision(
        document_id=document.id,
        change_id=row.id,
        major=major,
        minor=minor,
        change_class=row.change_class,
        status=RevisionStatus.DRAFT.value,
        title=row.document_title or document.title,
        created_at=uow.now,
        details={},
        approval=[],
        row_version=1,
    )
    uow.session.add(revision)
    return revision


def _latest(session: Session, document_id: int) -> tuple[int, int] | None:
    found = session.execute(
        select(DocumentRevision.major, DocumentRevision.minor)
        .where(DocumentRevision.document_id == document_id)
        .order_by(DocumentRevision.major.desc(), DocumentRevision.minor.desc())
        .limit(1)
    ).first()
    return None if found is None else (found.major, found.minor)


def _write(uow: UnitOfWork, row: DocumentChange, revision: DocumentRevision) -> None:
    is_file = row.content_kind == ContentKind.FILE.value
    revision.title = row.document_title or revision.title
    revision.change_class = row.change_class
    revision.content_kind = row.content_kind
    revision.content = "" if is_file else (row.draft_content or "").replace("\r\n", "\n")
    revision.file_id = int(row.draft_file[0]["id"]) if is_file and row.draft_file else None
    revision.change_summary = row.change_summary or ""
    revision.details = details_of(row)
    revision.author_id = row.author_id or uow.actor_id
    revision.content_sha256 = content_digest(revision.title, revision.content)
    revision.row_version = (revision.row_version or 0) + 1
    uow.session.flush()  # the file's row and the revision are read below
    if revision.file_id is not None:
        revision.content_sha256 = uow.session.get_one(StoredFile, revision.file_id).sha256
        attach_stored(uow, row.id, revision.file_id)


def _check_clauses(answers: Mapping[str, Any]) -> list[Problem]:
    wrong = [one for one in clauses_in(answers.get("clauses")) if not one.replace(".", "").isalnum()]
    sentence = _("Write clauses as numbers parted by commas, such as 7.5, 8.4.")
    return [Problem("clauses", "documents.clauses", sentence)] if wrong else []


def _check_news(uow: UnitOfWork, record: RecordView, answers: Mapping[str, Any]) -> list[Problem]:
    document_id = record.values.get("document_id")
    in_force = effective_revision(uow.session, document_id) if document_id else None
    is_written = answers.get("content_kind") == ContentKind.MARKDOWN.value
    if in_force is None or not is_written or in_force.content_kind != ContentKind.MARKDOWN.value:
        return []
    is_same = str(answers.get("draft_content") or "").strip() == in_force.content.strip()
    if not is_same or answers.get("document_title") != in_force.title or _is_reframed(uow, record, answers):
        return []
    sentence = _("This is what is in force already. Change something, or let the change be cancelled.")
    return [Problem("draft_content", "documents.news", sentence)]


def _is_reframed(uow: UnitOfWork, record: RecordView, answers: Mapping[str, Any]) -> bool:
    """Tell whether something around the text changes: who reads it, which risks it controls, its owner."""
    document = uow.session.get_one(Document, record.values["document_id"])
    risks = set(controlled_risks(uow.session, [document.id]).get(document.id, ()))
    return (
        set(_ids(answers.get("controlled_risks"))) != risks
        or answers.get("document_owner_id") != document.owner_id
        or set(answers.get("audience") or ()) != set(document.audience)
        or clauses_in(answers.get("clauses")) != list(document.clauses)
        or answers.get("review_months") != document.review_months
    )
