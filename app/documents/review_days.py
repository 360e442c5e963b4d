"""When a document is looked at next: by what it says itself, else by the gravest risk it controls."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.documents.currency import controlled_risks
from app.documents.models import Document
from app.documents.rules import gravest, months_between_reviews, review_due_on
from app.documents.settings import review_months_at
from app.foundation.unit_of_work import UnitOfWork
from app.quality_events.exposure import indicated

GRACE = timedelta(days=30)


def gravest_band(uow: UnitOfWork, risk_ids: Iterable[int]) -> str | None:
    """Return the gravest band in which any of these risks stands, None where none is assessed."""
    return gravest(_bands(uow, risk_ids))


def plan_next_review(uow: UnitOfWork, document: Document) -> None:
    """Set the day of the next look, counted from the last one or from the day it came into force.

    Source: lifecycles 5.5; the months are settings of the site.
    """
    risk_ids = controlled_risks(uow.session, [document.id]).get(document.id, ())
    months = months_of(uow.session, document, _bands(uow, risk_ids))
    today = uow.now.date()
    due_on = review_due_on(_last_looked_on(document, today), months)
    is_past = due_on is not None and due_on < today  # a risk rose, so the day would have been long ago
    document.review_due_on = today + GRACE if is_past else due_on


def months_of(session: Session, document: Document, bands: Iterable[str]) -> int | None:
    """Return how many months lie between two looks at a document; None when it needs none."""
    return months_between_reviews(document.review_months, bands, review_months_at(session, document.site_id))


def _bands(uow: UnitOfWork, risk_ids: Iterable[int]) -> tuple[str, ...]:
    """Return the bands in which these risks stand at this moment; those not assessed are left out."""
    found = indicated(uow.session, tuple(risk_ids), at=uow.now)
    return tuple(one.band.value for one in found.values())


def _last_looked_on(document: Document, today: date) -> date:
    looked_on = [document.reviewed_at.date()] if document.reviewed_at else []
    looked_on += [document.effective_from] if document.effective_from else []
    return max(looked_on, default=today)
