"""What an admin may set about documents."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.documents.rules import ReviewMonths
from app.foundation.settings import Setting, value_of

REVIEW_HIGH = Setting(
    "documents.review_months_high", 12, int, "Months between reviews of a document that controls a high risk"
)
REVIEW_MEDIUM = Setting(
    "documents.review_months_medium",
    24,
    int,
    "Months between reviews of a document that controls a medium risk",
)
REVIEW_LOW = Setting("documents.review_months_low", 36, int, "Months between reviews of any other document")
PROMPT_DAYS = Setting(
    "documents.review_prompt_days", 30, int, "Days before a document's review on which its owner is asked"
)
REMIND_DAYS = Setting(
    "documents.review_remind_days", 10, int, "Days before a document's review on which its owner gets a mail"
)
RELEASE_MODE = Setting(
    "documents.release_mode",
    "date",
    str,
    "What sets an approved revision in force unless it says otherwise: date or acknowledgement",
)
RELEASE_DAYS = Setting(
    "documents.release_days", 14, int, "Days from the approval of a revision to the day it comes into force"
)
READING_DAYS = Setting(
    "documents.reading_days", 14, int, "Days in which the audience acknowledges a revision"
)
RETROSPECTIVE_DAYS = Setting(
    "documents.retrospective_days",
    5,
    int,
    "Working days in which an emergency change is approved after the fact",
)
IMPACT_DAYS = Setting(
    "documents.impact_days", 15, int, "Working days in which a document is looked at after a risk moved"
)
SETTINGS = (
    REVIEW_HIGH,
    REVIEW_MEDIUM,
    REVIEW_LOW,
    PROMPT_DAYS,
    REMIND_DAYS,
    RELEASE_MODE,
    RELEASE_DAYS,
    READING_DAYS,
    RETROSPECTIVE_DAYS,
    IMPACT_DAYS,
)


def review_months_at(session: Session, site_id: int | None) -> ReviewMonths:
    """Return how often documents of a site are looked at."""
    return ReviewMonths(
        high=value_of(session, REVIEW_HIGH, site_id),
        medium=value_of(session, REVIEW_MEDIUM, site_id),
        low=value_of(session, REVIEW_LOW, site_id),
    )
