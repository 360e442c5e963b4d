"""What indicators count of documents. Source: lifecycles 5.5 and 5.9."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC

from sqlalchemy.orm import Session

from app.documents.change_models import DocumentChange, DocumentReview
from app.documents.currency import in_force
from app.documents.currency_then import controlled_risks, was_in_force, was_stale
from app.documents.models import Document
from app.foundation.dated import is_past
from app.foundation.sql_time import days_between
from app.records.measures import by_first_day, counted, due_first
from app.records.models import Record
from app.workflow.figures import FigureScope, Measure, Rows


def review_overdue(_session: Session, scope: FigureScope) -> Rows:
    """Count documents in force at the end that are looked at again; a hit was past its day then."""
    last_day = scope.until.astimezone(UTC).date()
    return counted(
        Document,
        scope,
        was_in_force(scope.until) if is_past(scope.until) else in_force(),
        scope.stood(Document.review_due_on).is_not(None),
        hit=scope.stood(Document.review_due_on) < last_day,
    )


def reviewed_on_time(_session: Session, scope: FigureScope) -> Rows:
    """Count looks that their day asked for, first due in the period; a hit was answered by then."""
    return counted(
        DocumentReview,
        scope,
        due_first(scope),
        scope.stood(DocumentReview.is_periodic).is_(True),
        hit=by_first_day(Record.closed_at, scope),
    )


def risk_current(_session: Session, scope: FigureScope) -> Rows:
    """Count documents in force at the end that control open risks; a hit reflects all of them."""
    at = scope.until
    return counted(Document, scope, was_in_force(at), controlled_risks(at), hit=~was_stale(at))


def change_time(_session: Session, scope: FigureScope) -> Rows:
    """Count changes carried out in the period. Units: the amount is days from the request to the close."""
    return counted(
        DocumentChange,
        scope,
        scope.happened(Record.closed_at),
        amount=days_between(Record.opened_at, Record.closed_at),
    )


MEASURES: Mapping[str, Measure] = {
    "document.review_overdue": review_overdue,
    "document.reviewed_on_time": reviewed_on_time,
    "document.risk_current": risk_current,
    "document.change_time": change_time,
}
WORDS: Mapping[str, str] = {
    "document.review_overdue": "Documents in force that are looked at again, and whether their day passed",
    "document.reviewed_on_time": "Looks that their day asked for, and whether they were answered by then",
    "document.risk_current": "Documents that control open risks, and whether they reflect them",
    "document.change_time": "Changes of documents carried out, with the days they took",
}
