"""Looks at documents in force: asked for by the calendar, by a risk that moved, or by somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.operations import end_of_working_day
from app.documents.change_models import DocumentReview, DocumentReviewTrigger, ReviewStatus
from app.documents.currency import currencies, effective_moment
from app.documents.models import Document, DocumentStatus
from app.documents.ports import get_document
from app.documents.revisions import effective_revision
from app.documents.settings import IMPACT_DAYS
from app.foundation.durations import Duration
from app.foundation.errors import Refused
from app.foundation.i18n import gettext as _
from app.foundation.settings import value_of
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.upsert import insert_into
from app.foundation.working_time import add_working_time
from app.organisation.calendars import calendar_of
from app.quality_events.patterns import count_citing
from app.records.facts import RecordPorts
from app.records.links import LinkKind, link_records
from app.records.models import Record
from app.workflow import messages
from app.workflow.lifecycle import MessageRule

REVIEW_REQUESTED = "document.review_requested"
_ASKED = frozenset({"risk_id", "due_on", "trigger_key"})


class AlreadyLookedAt(Refused):
    """Somebody looks at the document already."""


class NotInForce(Refused):
    """A document that is not in force cannot be looked at."""


@dataclass(frozen=True)
class ReviewPorts(RecordPorts):
    """Ports of looks: named, owned, placed and due after their document."""

    def open_record(self, uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
        """Open a look at the document that `facts` name.

        Shape: besides columns, `risk_id`, `due_on` and `trigger_key` say why.
        Errors: RecordMissing; AlreadyLookedAt; NotInForce; FactsInvalid.
        Effects: locks the document, so that two requests cannot open two.
        """
        document = get_document(uow.session, reference_id(facts.get("document_id")), is_locking=True)
        _refuse_unfit(uow.session, document)
        own = {name: value for name, value in facts.items() if name not in _ASKED}
        named = {"title": document.title, "document_id": document.id, "document_owner_id": document.owner_id}
        record_id = super().open_record(uow, {**own, **named})
        row = review(uow, record_id)
        row.open_document_id = document.id
        row.site_id, row.process_id = document.site_id, document.process_id
        row.owner_id = document.owner_id
        row.recurrences = _citations(uow.session, document)
        document.status = DocumentStatus.UNDER_REVIEW.value
        join_review(uow, record_id, facts)
        row.original_due_at = row.due_at
        link_records(uow, row.id, document.id, LinkKind.BELONGS_TO)
        return record_id

    def cancel_record(self, uow: UnitOfWork, record_id: int) -> None:
        """Close it as cancelled; the document is as it was, and may be looked at again.

        Errors: RecordMissing. Safe to call again.
        """
        super().cancel_record(uow, record_id)
        close_review(uow, review(uow, record_id), ReviewStatus.CANCELLED)


PORTS = ReviewPorts(DocumentReview, "DRV", ReviewStatus.OPEN.value)


def review(uow: UnitOfWork, record_id: int) -> DocumentReview:
    """Return the look an operation works on; the act has locked its row. Errors: RecordMissing."""
    return cast("DocumentReview", PORTS.get(uow.session, record_id))


def reference_id(answer: Any) -> int | None:
    """Return the id in what a form or a message gives for a link."""
    return answer.get("id") if isinstance(answer, Mapping) else answer


def ask_review(
    uow: UnitOfWork,
    document: Document,
    *,
    reason: str,
    source: str,
    risk_id: int | None = None,
    due_on: date | None = None,
) -> None:
    """Ask the owner to look at a document; an open look is joined.

    Shape: with `due_on` it is the look its day asks for.
    Effects: one stored message, once for the same `source`.
    """
    payload = {
        "document_id": document.id,
        "reason": reason,
        "risk_id": risk_id,
        "due_on": due_on.isoformat() if due_on else None,
        "trigger_key": source,
    }
    messages.send(uow, REVIEW_REQUESTED, document.number, source=source, payload=payload)


def find_open_review(uow: UnitOfWork, _correlation_key: str, payload: Mapping[str, Any]) -> int | None:
    """Return the open look at the document, the document's row locked; None when one may be opened."""
    document = get_document(uow.session, payload.get("document_id"), is_locking=True)
    return open_review_id(uow.session, document.id)


def open_review_id(session: Session, document_id: int) -> int | None:
    """Return the look at a document that is open, None when there is none."""
    return session.scalar(select(DocumentReview.id).where(DocumentReview.open_document_id == document_id))


def join_review(uow: UnitOfWork, record_id: int, payload: Mapping[str, Any]) -> None:
    """Let another reason join an open look; the earlier day counts. Safe to call again."""
    row = review(uow, record_id)
    due_on = payload.get("due_on")
    due_at = _due_at(uow, row, date.fromisoformat(due_on) if due_on else None)
    row.answer_due_at = row.due_at = min(row.due_at or due_at, due_at)
    row.is_periodic = row.is_periodic or bool(due_on)
    row.is_risk_moved = row.is_risk_moved or payload.get("risk_id") is not None
    _add_trigger(uow, row, payload)
    row.reason = "\n".join(one.reason for one in triggers_of(uow.session, row.id))


def triggers_of(session: Session, review_id: int) -> Sequence[DocumentReviewTrigger]:
    """Return why a document is looked at, the first reason first."""
    return session.scalars(
        select(DocumentReviewTrigger)
        .where(DocumentReviewTrigger.review_id == review_id)
        .order_by(DocumentReviewTrigger.id)
    ).all()


def facts_of_request(_uow: UnitOfWork, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of a look that a message asks for."""
    return {name: payload.get(name) for name in ("document_id", "reason", *_ASKED)}


REQUESTED = MessageRule(REVIEW_REQUESTED, find_open_review, join_review, facts_of_request)


def close_review(uow: UnitOfWork, row: DocumentReview, status: ReviewStatus) -> None:
    """Close a look and let its document stand as it did before. Safe to call again."""
    row.status = status.value
    row.open_document_id = None
    row.closed_at = row.closed_at or uow.now
    document = get_document(uow.session, row.document_id, is_locking=True)
    if document.status == DocumentStatus.UNDER_REVIEW.value:
        document.status = DocumentStatus.EFFECTIVE.value


def _citations(session: Session, document: Document) -> int:
    """Return how many quality events since it came into force name the document."""
    revision = effective_revision(session, document.id)
    since = effective_moment(revision) if revision else None
    return count_citing(session, document.number, since=since or document.opened_at)


def _refuse_unfit(session: Session, document: Document) -> None:
    running = open_review_id(session, document.id)
    if running is not None:
        number = session.get_one(DocumentReview, running).number
        raise AlreadyLookedAt(_("%(number)s looks at this document already.", number=number))
    if document.status not in {DocumentStatus.EFFECTIVE.value, DocumentStatus.UNDER_REVIEW.value}:
        raise NotInForce(_("%(number)s is not in force.", number=document.number))


def _add_trigger(uow: UnitOfWork, row: DocumentReview, payload: Mapping[str, Any]) -> None:
    uow.session.flush()  # the trigger points at the look's row
    uow.session.execute(
        insert_into(uow.session, DocumentReviewTrigger)
        .values(
            review_id=row.id,
            trigger_key=str(payload.get("trigger_key") or f"person:{uow.actor_id}"),
            risk_id=payload.get("risk_id"),
            reason=str(payload.get("reason") or row.reason or ""),
            triggered_at=uow.now,
        )
        .on_conflict_do_nothing(index_elements=["review_id", "trigger_key"])
    )


def _due_at(uow: UnitOfWork, row: DocumentReview, due_on: date | None) -> datetime:
    if due_on is not None:
        return end_of_working_day(uow.session, row.site_id, due_on)
    days = Duration(days=value_of(uow.session, IMPACT_DAYS, row.site_id))
    if row.site_id is None:
        return uow.now + days.span
    return add_working_time(uow.now, days, calendar_of(uow.session, row.site_id))


def ask_stale_risks(uow: UnitOfWork, document: Document, *, source: str) -> None:
    """Ask for a look for each risk that a document in force does not reflect: nobody else will.

    Effects: one stored message for each risk, once for the same source.
    """
    standing = currencies(uow.session, [document.id])[document.id]
    for risk_id in standing.stale:
        risk = uow.session.get_one(Record, risk_id)
        reason = _(
            "%(number)s “%(title)s” moved, and no change followed.", number=risk.number, title=risk.title
        )
        ask_review(uow, document, reason=reason, source=f"{source}:{risk_id}", risk_id=risk_id)
