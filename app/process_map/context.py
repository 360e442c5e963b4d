"""Reads issues and parties, says when the context is due for review, and asks for the review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.foundation.settings import value_of
from app.foundation.unit_of_work import UnitOfWork
from app.process_map.models import ContextIssue, ContextReview, InterestedParty, ReviewStatus
from app.process_map.rules import review_due_on
from app.process_map.settings import INTERVAL_MONTHS
from app.workflow import messages
from app.workflow.acts import perform
from app.workflow.definitions import NotPublished, current

REVIEW_REQUESTED = "context.review_requested"
ORGANISATION = "organisation"
OPEN = (ReviewStatus.OPEN.value, ReviewStatus.TO_SIGN.value)


@dataclass(frozen=True, slots=True)
class ReviewStanding:
    """Where the review of the context stands. Shape: nothing is due before there is something to review."""

    last: ContextReview | None
    running: ContextReview | None
    due_on: date | None
    is_overdue: bool


def issues(session: Session, *, with_gone: bool = False) -> Sequence[ContextIssue]:
    """Return the issues, the first kept first; those that are gone only when asked for."""
    statement = select(ContextIssue).order_by(ContextIssue.is_active.desc(), ContextIssue.id)
    return session.scalars(statement if with_gone else statement.where(ContextIssue.is_active)).all()


def parties(session: Session, *, with_gone: bool = False) -> Sequence[InterestedParty]:
    """Return the interested parties, the first kept first; those that are gone only when asked for."""
    statement = select(InterestedParty).order_by(InterestedParty.is_active.desc(), InterestedParty.id)
    return session.scalars(statement if with_gone else statement.where(InterestedParty.is_active)).all()


def review_standing(session: Session, today: date) -> ReviewStanding:
    """Return the last and the running review, and when the next is due.

    Source: lifecycles, 4.1 and 4.2: at least every 12 months.
    """
    last, running = _latest(session, (ReviewStatus.REVIEWED.value,)), _latest(session, OPEN)
    since = last.closed_at if last is not None else _first_kept_at(session)
    if since is None:
        return ReviewStanding(last, running, None, is_overdue=False)
    due_on = review_due_on(since.date(), value_of(session, INTERVAL_MONTHS))
    return ReviewStanding(last, running, due_on, is_overdue=due_on < today)


def open_due_review() -> int:
    """Ask for the review once it is due and none is running; return how many were asked for.

    Effects: one stored message, the same for a whole day, so that several schedulers open one review.
    """
    return perform(None, _ask_when_due)


def _ask_when_due(uow: UnitOfWork) -> int:
    today = uow.now.date()
    standing = review_standing(uow.session, today)
    if standing.running is not None or standing.due_on is None or standing.due_on > today:
        return 0
    try:
        current(uow.session, "context_review")
    except NotPublished:
        return 0
    source = f"context:{standing.due_on.isoformat()}"
    messages.send(uow, REVIEW_REQUESTED, ORGANISATION, source=source, payload={"reason": "due"})
    return int(messages.was_sent(uow))


def rows_to_answer(session: Session) -> dict[str, list[dict[str, Any]]]:
    """Return one row for each issue and party in force, as the form of the review shows them."""
    return {
        "issue_answers": [
            {"reference": f"C{row.id}", "title": row.title, "finding": "", "note": ""}
            for row in issues(session)
        ],
        "party_answers": [
            {"reference": f"P{row.id}", "title": row.name, "finding": "", "note": ""}
            for row in parties(session)
        ],
    }


def row_ids(answers: Sequence[Mapping[str, Any]]) -> dict[int, Mapping[str, Any]]:
    """Return answers by the id of the row they speak of."""
    return {int(str(row["reference"])[1:]): row for row in answers}


def _latest(session: Session, statuses: Sequence[str]) -> ContextReview | None:
    statement = (
        select(ContextReview).where(ContextReview.status.in_(statuses)).order_by(ContextReview.id.desc())
    )
    return session.scalars(statement.limit(1)).first()


def _first_kept_at(session: Session) -> datetime | None:
    moments = [
        session.scalar(select(func.min(model.created_at)).where(model.is_active))
        for model in (ContextIssue, InterestedParty)
    ]
    return min((one for one in moments if one is not None), default=None)
