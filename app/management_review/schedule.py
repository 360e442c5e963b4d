"""When a management review is due, and the nonconformity that an overdue one raises against ourselves."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.foundation.i18n import gettext as _
from app.foundation.settings import Setting, value_of
from app.foundation.unit_of_work import UnitOfWork
from app.management_review.models import ManagementReview, ReviewStatus
from app.records.models import Record
from app.workflow import messages
from app.workflow.acts import perform
from app.workflow.definitions import NotPublished, current

REVIEW_REQUESTED = "management_review.requested"
NONCONFORMITY_REQUESTED = "nonconformity.requested"
ORGANISATION = "organisation"
LONGEST = timedelta(days=365)
AHEAD = timedelta(days=30)
INTERVAL = Setting(
    "management_review.interval_days", 182, int, "Days from one management review to the next, at most 365"
)
SETTINGS = (INTERVAL,)


def open_due() -> int:
    """Ask for a review a month before it is due, and raise a nonconformity where a year went by without one.

    Effects: stored messages, the same for a whole day. A job; safe to call again.
    """
    return perform(None, _ask_when_due)


def due_on(session: Session, today: date) -> date | None:
    """Return when the next review is due, None before anything was ever recorded."""
    begun = _begun(session)
    return begun + _interval(session) if begun is not None and begun <= today else None


def _ask_when_due(uow: UnitOfWork) -> int:
    today, begun = uow.now.date(), _begun(uow.session)
    if begun is None or not _is_published(uow.session):
        return 0
    asked = 0
    due = begun + _interval(uow.session)
    if today >= due - AHEAD and not _is_running(uow.session):
        payload = {
            "period_from": begun.isoformat(),
            "period_to": today.isoformat(),
            "meeting_on": max(due, today + timedelta(days=10)).isoformat(),
        }
        source = f"review:{due.isoformat()}"
        messages.send(uow, REVIEW_REQUESTED, ORGANISATION, source=source, payload=payload)
        asked = int(messages.was_sent(uow))
    if today - begun > LONGEST:  # also while one is being prepared and nobody holds it
        _accuse(uow, begun)
    return asked


def _begun(session: Session) -> date | None:
    """Return the day from which the interval runs: the last meeting, else the first record."""
    return _last_held(session) or _first_record(session)


def _interval(session: Session) -> timedelta:
    return timedelta(days=min(value_of(session, INTERVAL), LONGEST.days))


def _accuse(uow: UnitOfWork, begun: date) -> None:
    messages.send(
        uow,
        NONCONFORMITY_REQUESTED,
        f"review:{begun.isoformat()}",
        source=f"review:{begun.isoformat()}",
        payload={
            "title": _("No management review for a year"),
            "description": _("The last management review was held on %(day)s.", day=begun.isoformat()),
            "occurred_at": uow.now.isoformat(),
            "severity_initial": 3,
            "requirement_ref": "ISO 9001, 9.3.1",
            "trend_series": "review",
            "trend_month": uow.now.date().replace(day=1).isoformat(),
        },
    )


def _last_held(session: Session) -> date | None:
    held = session.scalar(
        select(func.max(ManagementReview.held_at)).where(
            ManagementReview.status != ReviewStatus.CANCELLED.value
        )
    )
    return held.date() if held else None


def _first_record(session: Session) -> date | None:
    opened = session.scalar(select(func.min(Record.opened_at)).where(Record.is_imported.is_(False)))
    return opened.date() if opened else None


def _is_running(session: Session) -> bool:
    running = select(ManagementReview.id).where(
        ManagementReview.held_at.is_(None), ManagementReview.closed_at.is_(None)
    )
    return session.scalar(running.limit(1)) is not None


def _is_published(session: Session) -> bool:
    try:
        current(session, "management_review")
    except NotPublished:
        return False
    return True
