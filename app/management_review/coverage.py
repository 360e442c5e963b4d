"""Which meeting last considered each input: several meetings may cover them within twelve months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.management_review.models import ManagementReview, ReviewStatus

WITHIN = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Considered:
    """A meeting that concluded on an input."""

    review_id: int
    number: str
    held_at: datetime


def considered_before(session: Session, review_id: int, at: datetime) -> Mapping[str, Considered]:
    """Return by input the latest other meeting of the twelve months before that concluded on it.

    Source: ISO 9001:2015, 9.3.1; planned intervals may be met by more than one meeting.
    """
    rows = session.scalars(
        select(ManagementReview)
        .where(
            ManagementReview.id != review_id,
            ManagementReview.held_at.is_not(None),
            ManagementReview.held_at > at - WITHIN,
            ManagementReview.held_at <= at,
            ManagementReview.status != ReviewStatus.CANCELLED.value,
        )
        .order_by(ManagementReview.held_at, ManagementReview.id)
    )
    found = {}
    for row in rows:
        for line in row.conclusions or ():
            if line.get("conclusion") and row.held_at is not None:
                found[str(line["reference"])] = Considered(row.id, row.number, row.held_at)
    return found
