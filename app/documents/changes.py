"""The ports of changes: placed and named after their document, of which one change is open at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.operations import end_of_working_day
from app.documents.change_models import ChangeKind, ChangeStatus, DocumentChange
from app.documents.change_requests import note_request, open_change_id
from app.documents.currency import controlled_risks
from app.documents.models import Document, DocumentRevision, DocumentStatus, RevisionStatus
from app.documents.ports import get_document
from app.documents.review_days import gravest_band
from app.documents.reviews import ask_stale_risks
from app.documents.revisions import IN_THE_MAKING
from app.foundation.errors import Conflict
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.models import BusinessProcess
from app.records.facts import RecordPorts
from app.records.links import LinkKind, link_records
from app.records.models import TITLE_LENGTH
from app.trail import Subject, record

_ASKED = frozenset({"requested_by", "request_key", "due_on"})


class ChangeRunning(Conflict):
    """The document is being changed already."""


@dataclass(frozen=True)
class ChangePorts(RecordPorts):
    """Ports of changes."""

    def open_record(self, uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
        """Open a change, of the document that `facts` name or of one that is found later.

        Shape: besides columns, `requested_by` is `{"kind", "id", "number"}`, `request_key` tells a repeated
        request, and `due_on` is an ISO day.
        Errors: RecordMissing; ChangeRunning; FactsInvalid.
        Effects: locks the document; a row for who asked.
        """
        own = {name: value for name, value in facts.items() if name not in _ASKED}
        if own.get("change_kind") == ChangeKind.NEW.value:
            own.pop("document_id", None)
        record_id = super().open_record(uow, own)
        row = change(uow, record_id)
        row.request_key = facts.get("request_key")
        if facts.get("due_on"):
            day = date.fromisoformat(str(facts["due_on"]))
            row.due_at = row.original_due_at = end_of_working_day(uow.session, row.site_id, day)
        self._settle(uow, row)
        note_request(uow, row, {**facts, "reason": row.reason})
        return record_id

    def write_facts(self, uow: UnitOfWork, record_id: int, facts: Mapping[str, Any]) -> None:
        """Write answers as the generic writer does, and keep the change with its document.

        Errors: RecordMissing; FactsInvalid; ChangeRunning.
        """
        super().write_facts(uow, record_id, facts)
        self._settle(uow, change(uow, record_id))

    def cancel_record(self, uow: UnitOfWork, record_id: int) -> None:
        """Close it as cancelled; its draft goes, and what it was to put right is asked for again.

        Errors: RecordMissing. Safe to call again.
        """
        super().cancel_record(uow, record_id)
        end_change(uow, change(uow, record_id), ChangeStatus.CANCELLED)

    def _settle(self, uow: UnitOfWork, row: DocumentChange) -> None:
        row.owner_id = row.author_id or row.owner_id or row.opened_by_id
        if row.closed_at is None and row.document_id and row.document_id != row.open_document_id:
            _take_over(uow, row, get_document(uow.session, row.document_id, is_locking=True))
        if row.process_owner_id is None and row.process_id is not None:
            row.process_owner_id = uow.session.scalar(
                select(BusinessProcess.owner_id).where(BusinessProcess.id == row.process_id)
            )


PORTS = ChangePorts(DocumentChange, "DCR", ChangeStatus.REQUESTED.value)


def change(uow: UnitOfWork, record_id: int) -> DocumentChange:
    """Return the change an operation works on; the act has locked its row. Errors: RecordMissing."""
    return cast("DocumentChange", PORTS.get(uow.session, record_id))


def revision_of_change(session: Session, change_id: int) -> DocumentRevision | None:
    """Return the revision a change makes, None before its first draft."""
    return session.scalars(
        select(DocumentRevision)
        .where(DocumentRevision.change_id == change_id)
        .order_by(DocumentRevision.id.desc())
        .limit(1)
    ).first()


def note_band(uow: UnitOfWork, row: DocumentChange) -> None:
    """Keep how grave the risks are that this change touches, for whoever decides who approves it.

    Source: lifecycles 4.3: who approves depends on the risk as it stands when approval is asked for.
    """
    named = [*(row.risks or ()), *(row.controlled_risks or ())]
    risk_ids = {int(one["id"]) for one in named}
    if row.document_id:
        risk_ids.update(controlled_risks(uow.session, [row.document_id]).get(row.document_id, ()))
    row.risk_band = gravest_band(uow, sorted(risk_ids))


def end_change(uow: UnitOfWork, row: DocumentChange, status: ChangeStatus) -> None:
    """Close a change that put nothing in force: its draft goes, its document is free for another change.

    Effects: a document that never came into force goes with it; risks the document does not reflect are
    asked about again. Safe to call again.
    """
    row.status = status.value
    row.closed_at = row.closed_at or uow.now
    document = get_document(uow.session, row.document_id, is_locking=True) if row.document_id else None
    row.open_document_id = None
    _drop_draft(uow, row)
    if document is None:
        return
    uow.session.flush()  # the document is free from here on
    if document.status == DocumentStatus.DRAFT.value:
        document.status = DocumentStatus.CANCELLED.value
        document.closed_at = uow.now
    else:
        ask_stale_risks(uow, document, source=f"{row.kind}:{row.id}")


def note_deed(
    uow: UnitOfWork,
    row: DocumentChange,
    verb: str,
    *,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Write a trail entry at a change."""
    subject = Subject(kind=row.kind, id=row.id, label=row.number)
    record(uow, verb=verb, subject=subject, after=after, reason=reason or None)


def _take_over(uow: UnitOfWork, row: DocumentChange, document: Document) -> None:
    """Let the change be that of the document: nobody else opens one until it is over."""
    running = open_change_id(uow.session, document.id)
    if running is not None and running != row.id:
        number = uow.session.get_one(DocumentChange, running).number
        raise ChangeRunning(
            _(
                "%(change)s changes %(document)s already. Open it and add your wish there.",
                change=number,
                document=document.number,
            )
        )
    row.open_document_id = document.id
    row.site_id, row.process_id = document.site_id, document.process_id
    row.document_type = document.document_type
    named = row.title if document.number in row.title else f"{document.number}: {row.title}"
    row.title = named[:TITLE_LENGTH]
    uow.session.flush()  # the link names the change
    link_records(uow, row.id, document.id, LinkKind.BELONGS_TO)


def _drop_draft(uow: UnitOfWork, row: DocumentChange) -> None:
    revision = revision_of_change(uow.session, row.id)
    if revision is not None and revision.status in IN_THE_MAKING:
        revision.status = RevisionStatus.CANCELLED.value
        revision.ended_at = uow.now
