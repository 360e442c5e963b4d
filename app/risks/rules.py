"""Pure rules of risk: score, band, next review, and how long an answer may take."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

MEDIUM_FROM, HIGH_FROM, UNACCEPTABLE_FROM = 5, 10, 16
URGENT_SEVERITY = 4
URGENT_WORKING_DAYS, USUAL_WORKING_DAYS = 5, 15
DECEMBER = 12


class Band(StrEnum):
    """How grave a score is.

    Source: house scale on the 5 by 5 matrix; 16 and above is for top management.
    """

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    UNACCEPTABLE = "unacceptable"


def score_of(assessment: Mapping[str, int]) -> int:
    """Return likelihood times severity, 1 to 25."""
    return int(assessment["likelihood"]) * int(assessment["severity"])


def band_of(score: int) -> Band:
    """Return the band of a score from 1 to 25."""
    if score >= UNACCEPTABLE_FROM:
        return Band.UNACCEPTABLE
    if score >= HIGH_FROM:
        return Band.HIGH
    return Band.MEDIUM if score >= MEDIUM_FROM else Band.LOW


def next_review_on(band: Band, assessed_on: date) -> date:
    """Return when a risk is looked at again: 12, 6, 3 or 1 calendar months later by band.

    Shape: the last day of the month where the month is shorter.
    """
    months = {Band.LOW: 12, Band.MEDIUM: 6, Band.HIGH: 3, Band.UNACCEPTABLE: 1}[band]
    year, month = divmod(assessed_on.year * 12 + assessed_on.month - 1 + months, 12)
    return _clipped(year, month + 1, assessed_on.day)


def answer_days(severity: int | None) -> int:
    """Return the working days a reassessment may take: 5 for severity 4 and 5, else 15."""
    return URGENT_WORKING_DAYS if (severity or 0) >= URGENT_SEVERITY else USUAL_WORKING_DAYS


def _clipped(year: int, month: int, day: int) -> date:
    following = date(year + 1, 1, 1) if month == DECEMBER else date(year, month + 1, 1)
    last = date.fromordinal(following.toordinal() - 1).day
    return date(year, month, min(day, last))
