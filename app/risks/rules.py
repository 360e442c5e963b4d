"""Pure rules of risk: next review, and how long an answer may take. Scores and bands are the ledger's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256

from app.quality_events.rules.bands import (
    HIGH_FROM,
    MEDIUM_FROM,
    UNACCEPTABLE_FROM,
    Band,
    band_of,
    score_of,
)

__all__ = [
    "HIGH_FROM",
    "MEDIUM_FROM",
    "UNACCEPTABLE_FROM",
    "Band",
    "answer_days",
    "appetite_for",
    "band_of",
    "longest_acceptance",
    "next_review_on",
    "plan_days",
    "red_reviews_after",
    "score_of",
    "state_mark",
]

URGENT_SEVERITY = 4
URGENT_WORKING_DAYS, USUAL_WORKING_DAYS = 5, 15
DECEMBER = 12


def next_review_on(months: int, assessed_on: date) -> date:
    """Return when a risk is looked at again, so many calendar months after it was assessed.

    Shape: the last day of the month where the month is shorter.
    """
    year, month = divmod(assessed_on.year * 12 + assessed_on.month - 1 + months, 12)
    return _clipped(year, month + 1, assessed_on.day)


def answer_days(severity: int | None) -> int:
    """Return the working days a reassessment may take: 5 for severity 4 and 5, else 15."""
    return URGENT_WORKING_DAYS if (severity or 0) >= URGENT_SEVERITY else USUAL_WORKING_DAYS


def plan_days(band: Band) -> int:
    """Return the working days in which an answer to a risk of this band must be planned."""
    return {Band.LOW: 20, Band.MEDIUM: 15, Band.HIGH: 10, Band.UNACCEPTABLE: 2}[band]


def state_mark(assessment: Mapping[str, int], controls: Sequence[object], baseline_id: int) -> str:
    """Return the mark of what was assessed: a SHA-256 of likelihood, severity, controls and baseline.

    Source: lifecycles 4.5: an acceptance is tied to the assessed state, so it cannot outlive it.
    """
    state = [int(assessment["likelihood"]), int(assessment["severity"]), list(controls), baseline_id]
    return sha256(json.dumps(state, sort_keys=True, default=str).encode()).hexdigest()


def red_reviews_after(count: int, *, is_unwelcome: bool, before: int, after: int) -> int:
    """Return how many reviews in a row have left a risk unacceptable and not lower than it was.

    Source: lifecycles 4.0: 16 and above must fall within three reviews.
    """
    is_red = is_unwelcome and band_of(after) is Band.UNACCEPTABLE
    return count + 1 if is_red and after >= before else 0


def appetite_for(
    decided: Mapping[tuple[str | None, int | None], int], category: str, site_id: int | None
) -> int | None:
    """Return the appetite of a category at a site: the nearest decision, None when nobody decided.

    Shape: category and site, then the category, then the site, then all.
    """
    places = ((category, site_id), (category, None), (None, site_id), (None, None))
    return next((decided[place] for place in places if place in decided), None)


def longest_acceptance(band: Band, *, usual: int, top: int) -> int:
    """Return for how many calendar days a risk of this band may be accepted at most."""
    return top if band is Band.UNACCEPTABLE else usual


def _clipped(year: int, month: int, day: int) -> date:
    following = date(year + 1, 1, 1) if month == DECEMBER else date(year, month + 1, 1)
    last = date.fromordinal(following.toordinal() - 1).day
    return date(year, month, min(day, last))
