"""Coming into force: one revision at a time, the old one to the archive, copies recalled, all told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.documents.change_models import ChangeStatus, DocumentChange
from app.documents.changes import change, note_deed, revision_of_change
from app.documents.currency import controlled_risks
from app.documents.models import (
    ChangeClass,
    Document,
    DocumentCopy,
    DocumentRevision,
    DocumentStatus,
    RevisionStatus,
)
from app.documents.ports import get_document
from app.documents.review_days import plan_next_review
from app.documents.revisions import effective_revision
from app.documents.settings import READING_DAYS, RELEASE_DAYS, RELEASE_MODE, RETROSPECTIVE_DAYS
from app.foundation.durations import Duration
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.foundation.settings import value_of
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.working_time import add_working_time
from app.organisation.calendars import calendar_of
from app.records.links import LinkKind, link_records, unlink_records
from app.records.service import release_files
from app.trail import Subject, record
from app.web.markdown import plain_words
from app.workflow import messages
from app.workflow.lifecycle import OperationCall, RecordView

ACKNOWLEDGEMENT_REQUESTED = "acknowledgement.requested"
ACKNOWLEDGEMENT_ENDED = "acknowledgement.ended"
REVISION_EFFECTIVE = "revision_effective"
SEARCHED = 20_000
FIRST_MINUTE = time(0, 1)
_TAKEN_OVER = ("audience", "clauses", "review_months", "retention_years", "owner_id", "is_for_all_sites")
_EXTERNAL = ("issuer", "issuer_reference", "issuer_edition")


def plan_release(call: OperationCall) -> Mapping[str, Any] | None:
    """Turn the day of the release into the moment at the site."""
    row = change(call.uow, call.record_id)
    assert row.effective_on is not None, "the form requires the day"
    zone = calendar_of(call.uow.session, row.site_id).zone if row.site_id else UTC
    row.release_at = datetime.combine(row.effective_on, FIRST_MINUTE, zone).astimezone(UTC)
    return None


def check_release(
    uow: UnitOfWork, record_: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse a day before the approval."""
    day = answers.get("effective_on")
    approved_at = record_.values.get("approved_at") or uow.now
    if not isinstance(day, date) or day >= approved_at.date():
        return ()
    sentence = _("A revision cannot come into force before it was approved.")
    return [Problem("effective_on", "release.early", sentence, _("Choose a later day."))]


def ask_audience(uow: UnitOfWork, row: DocumentChange, revision: DocumentRevision) -> None:
    """Suggest the release, and ask the audience to acknowledge; an administrative change asks nobody.

    Effects: one stored message `acknowledgement.requested` with the key of the revision.
    """
    row.release_mode = row.release_mode or value_of(uow.session, RELEASE_MODE, row.site_id)
    days = value_of(uow.session, RELEASE_DAYS, row.site_id)
    is_wording = row.change_class == ChangeClass.ADMINISTRATIVE.value
    row.effective_on = row.effective_on or uow.now.date() + timedelta(days=0 if is_wording else days)
    if is_wording:
        row.release_mode = "date"
        return
    document = get_document(uow.session, revision.document_id)
    messages.send(
        uow,
        ACKNOWLEDGEMENT_REQUESTED,
        row.revision_key or "",
        source=f"{row.kind}:{row.id}:{revision.id}",
        payload={
            "revision_id": revision.id,
            "document_id": document.id,
            "number": document.number,
            "title": revision.title,
            "audience": list(revision.details.get("audience") or ()),
            "site_id": None if revision.details.get("is_for_all_sites") else document.site_id,
            "due_days": value_of(uow.session, READING_DAYS, document.site_id),
            "training_needed": row.is_training_needed,
        },
    )


def put_in_force(call: OperationCall) -> Mapping[str, Any] | None:
    """Swap the revisions of the change's document. Safe to call again.

    Effects: exactly one revision is in force; the document takes over what belongs to it; printed copies of
        the old one are recalled; a trail entry; the message `revision_effective`.
    """
    uow, row = call.uow, change(call.uow, call.record_id)
    document = get_document(uow.session, row.document_id, is_locking=True)
    revision = revision_of_change(uow.session, row.id)
    assert revision is not None, "a draft was locked before"
    if revision.status == RevisionStatus.EFFECTIVE.value:
        return None
    is_early = revision.approved_at is None
    former = effective_revision(uow.session, document.id)
    row.copies_out = _recall(uow, former) if former else 0
    _swap(uow, former, revision)
    take_over(uow, document, revision)
    row.effective_at = uow.now
    row.status = ChangeStatus.RETROSPECTIVE.value if is_early else ChangeStatus.EFFECTIVE.value
    if is_early:
        row.retrospective_due_at = _retrospective_due(uow, row)
        ask_audience(uow, row, revision)
    else:
        row.open_document_id = None
    _tell(uow, row, document, revision, former)
    return None


def take_over(uow: UnitOfWork, document: Document, revision: DocumentRevision) -> None:
    """Let a document be what its revision in force says: title, owner, readers, risks, next review."""
    document.title = revision.title
    document.revision_label, document.effective_from = revision.label, revision.effective_from
    details = revision.details
    for name in (*_TAKEN_OVER, *_EXTERNAL):
        if name in details and (details[name] is not None or name in {"review_months", *_EXTERNAL}):
            setattr(document, name, details[name])
    document.document_type = details.get("document_type") or document.document_type
    document.status = DocumentStatus.EFFECTIVE.value
    document.closed_at = None
    document.search_text = f"{plain_words(revision.content)} {revision.change_summary}"[:SEARCHED]
    document.row_version += 1
    if "risk_ids" in details:
        _control(uow, document, {int(one) for one in details["risk_ids"]})
    uow.session.flush()  # the day of the next look follows from the links
    plan_next_review(uow, document)


def take_back(uow: UnitOfWork, row: DocumentChange, revision: DocumentRevision) -> None:
    """Put out of force what an emergency put in force and nobody approved; the one before it counts again.

    Effects: the revisions, the document, a trail entry, and the end of what readers were asked.
    """
    document = get_document(uow.session, revision.document_id, is_locking=True)
    former = uow.session.scalars(
        select(DocumentRevision)
        .where(
            DocumentRevision.document_id == document.id,
            DocumentRevision.status == RevisionStatus.SUPERSEDED.value,
            DocumentRevision.ended_at == row.effective_at,
        )
        .order_by(DocumentRevision.id.desc())
        .limit(1)
    ).first()
    revision.status, revision.ended_at = RevisionStatus.SUPERSEDED.value, uow.now
    uow.session.flush()  # one revision is in force: this one must go first
    document.status = DocumentStatus.DRAFT.value
    document.revision_label, document.effective_from = None, None
    if former is not None:
        former.status, former.ended_at = RevisionStatus.EFFECTIVE.value, None
        take_over(uow, document, former)
    messages.send(
        uow,
        ACKNOWLEDGEMENT_ENDED,
        row.revision_key or "",
        source=f"{row.kind}:{row.id}:{revision.id}",
        payload={"reason": row.return_note},
    )
    row.change_class = ChangeClass.MAJOR.value
    row.effective_at = row.retrospective_due_at = row.effective_on = None
    note_deed(uow, row, "document.taken_back", after={"revision": revision.label}, reason=row.return_note)


def make_obsolete(call: OperationCall) -> Mapping[str, Any] | None:
    """Take a document out of use: nobody is led to it any more, the archive keeps it.

    Effects: the revision in force ends, copies are recalled, risks lose the control; a trail entry.
    """
    uow, row = call.uow, change(call.uow, call.record_id)
    document = get_document(uow.session, row.document_id, is_locking=True)
    revision = effective_revision(uow.session, document.id)
    if revision is not None:
        revision.status, revision.ended_at = RevisionStatus.OBSOLETE.value, uow.now
        row.copies_out = _recall(uow, revision)
    document.status = DocumentStatus.OBSOLETE.value
    document.obsolete_at = document.closed_at = uow.now
    document.obsolete_reason, document.replaced_by_id = row.reason, row.replaced_by_id
    document.archive_until, document.review_due_on = row.archive_until, None
    document.row_version += 1
    if row.replaced_by_id:
        link_records(uow, document.id, row.replaced_by_id, LinkKind.LEADS_TO)
    row.status, row.open_document_id = ChangeStatus.WITHDRAWN.value, None
    row.closed_at = row.closed_at or uow.now
    record(
        uow,
        verb="document.withdrawn",
        subject=Subject(document.kind, document.id, document.number),
        before={"revision": revision.label if revision else None},
        after={"archive_until": row.archive_until.isoformat() if row.archive_until else None},
        reason=row.reason,
    )
    release_files(uow, row.id)
    return None


def close_change(call: OperationCall) -> Mapping[str, Any] | None:
    """Close a change whose revision is in force and approved."""
    row = change(call.uow, call.record_id)
    row.status = ChangeStatus.EFFECTIVE.value
    row.open_document_id = None
    row.closed_at = row.closed_at or call.uow.now
    release_files(call.uow, row.id)
    return None


def _swap(uow: UnitOfWork, former: DocumentRevision | None, revision: DocumentRevision) -> None:
    if former is not None:
        former.status, former.ended_at = RevisionStatus.SUPERSEDED.value, uow.now
        uow.session.flush()  # one revision is in force: the former must go first
    revision.status = RevisionStatus.EFFECTIVE.value
    revision.effective_at, revision.effective_from = uow.now, uow.now.date()
    uow.session.flush()


def _tell(
    uow: UnitOfWork,
    row: DocumentChange,
    document: Document,
    revision: DocumentRevision,
    former: DocumentRevision | None,
) -> None:
    payload = {
        "document_id": document.id,
        "revision_id": revision.id,
        "number": document.number,
        "revision": revision.label,
        "change_class": row.change_class,
    }
    messages.send(
        uow, REVISION_EFFECTIVE, document.number, source=f"{row.kind}:{row.id}:{revision.id}", payload=payload
    )
    record(
        uow,
        verb="document.revision_effective",
        subject=Subject(document.kind, document.id, document.number),
        before={"revision": former.label if former else None},
        after={"revision": revision.label, "sha256": revision.content_sha256, "change": row.number},
        reason=revision.change_summary,
    )


def _recall(uow: UnitOfWork, revision: DocumentRevision) -> int:
    """Recall the printed copies of a revision that are out, and return how many."""
    is_out = (DocumentCopy.revision_id == revision.id) & DocumentCopy.returned_at.is_(None)
    uow.session.execute(
        update(DocumentCopy).where(is_out, DocumentCopy.recalled_at.is_(None)).values(recalled_at=uow.now)
    )
    return uow.session.scalar(select(func.count()).select_from(DocumentCopy).where(is_out)) or 0


def _control(uow: UnitOfWork, document: Document, risk_ids: set[int]) -> None:
    """Let the document control these risks and no others."""
    present = set(_linked_risks(uow.session, document.id))
    for risk_id in sorted(risk_ids - present):
        link_records(uow, document.id, risk_id, LinkKind.CONTROLS)
    for risk_id in sorted(present - risk_ids):
        unlink_records(uow, document.id, risk_id, LinkKind.CONTROLS)


def _linked_risks(session: Session, document_id: int) -> Sequence[int]:
    return controlled_risks(session, [document_id]).get(document_id, ())


def _retrospective_due(uow: UnitOfWork, row: DocumentChange) -> datetime:
    days = Duration(days=value_of(uow.session, RETROSPECTIVE_DAYS, row.site_id))
    if row.site_id is None:
        return uow.now + days.span
    return add_working_time(uow.now, days, calendar_of(uow.session, row.site_id))
