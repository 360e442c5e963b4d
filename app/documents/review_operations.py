"""What becomes of a look at a document: it stays, it is changed, or it goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.documents.change_models import ChangeKind, ChangeSource, DocumentReview, ReviewStatus
from app.documents.change_requests import Wish, ask_change
from app.documents.currency import controlled_risks
from app.documents.models import Document, DocumentRiskCheck
from app.documents.ports import get_document
from app.documents.review_days import plan_next_review
from app.documents.reviews import close_review, review
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record
from app.workflow.lifecycle import Operation, OperationCall

TITLE = 120


def keep_document(call: OperationCall) -> Mapping[str, Any] | None:
    """Note for each risk that the document still holds, and set the day of the next look.

    Effects: a row for each risk it controls; a trail entry at the document. Safe to call again.
    """
    uow, row = call.uow, review(call.uow, call.record_id)
    document = get_document(uow.session, row.document_id, is_locking=True)
    if row.closed_at is None:
        _note_checks(uow, row, document)
    _end(uow, row, document, ReviewStatus.KEPT)
    return None


def request_revision(call: OperationCall) -> Mapping[str, Any] | None:
    """Ask for a change of the document; an open one is joined."""
    _ask(call, ChangeKind.REVISE, ReviewStatus.REVISED)
    return None


def request_withdrawal(call: OperationCall) -> Mapping[str, Any] | None:
    """Ask for the document to be taken out of use."""
    _ask(call, ChangeKind.WITHDRAW, ReviewStatus.WITHDRAWN)
    return None


def _ask(call: OperationCall, kind: ChangeKind, status: ReviewStatus) -> None:
    uow, row = call.uow, review(call.uow, call.record_id)
    document = get_document(uow.session, row.document_id, is_locking=True)
    wish = Wish(
        title=(row.comment or document.title).strip().splitlines()[0][:TITLE],
        reason=row.comment or "",
        source=ChangeSource.RISK if row.is_risk_moved else ChangeSource.PERIODIC,
        kind=kind,
        document_id=document.id,
        asked_by=(row.kind, row.id, row.number),
    )
    ask_change(uow, wish, key=f"{row.kind}:{row.id}")
    _end(uow, row, document, status)


def _note_checks(uow: UnitOfWork, row: DocumentReview, document: Document) -> None:
    for risk_id in controlled_risks(uow.session, [document.id]).get(document.id, ()):
        uow.session.add(
            DocumentRiskCheck(
                document_id=document.id,
                risk_id=risk_id,
                review_id=row.id,
                reason=row.comment or "",
                checked_by_id=uow.actor_id,
                checked_at=uow.now,
            )
        )


def _end(uow: UnitOfWork, row: DocumentReview, document: Document, status: ReviewStatus) -> None:
    """Close the look; the one its day asked for counts as the periodic review, whatever came of it."""
    close_review(uow, row, status)
    if row.is_periodic:
        document.reviewed_at = uow.now
    plan_next_review(uow, document)
    record(
        uow,
        verb="document.looked_at",
        subject=Subject(document.kind, document.id, document.number),
        after={"outcome": status.value, "look": row.number},
        reason=row.comment,
    )


OPERATIONS = (
    Operation("documents.keep_document", keep_document, description="Note that the document still holds."),
    Operation("documents.request_revision", request_revision, description="Ask for a change of it."),
    Operation("documents.request_withdrawal", request_withdrawal, description="Ask for it to be withdrawn."),
)
