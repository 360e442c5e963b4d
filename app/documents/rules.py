"""Pure rules of documents: numbers of revisions, days of review, and whether one still reflects its risks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

MINOR_CLASSES = frozenset({"administrative", "minor"})
BANDS_BY_GRAVITY = ("low", "medium", "high", "unacceptable")
GRAVE_BANDS = frozenset({"high", "unacceptable"})
MEDIUM_BAND = "medium"
DECEMBER = 12


@dataclass(frozen=True, slots=True)
class ReviewMonths:
    """How often documents are looked at, by the gravest risk they control. Units: calendar months."""

    high: int
    medium: int
    low: int


@dataclass(frozen=True, slots=True)
class ControlledRisk:
    """A risk that a document controls: when it last moved, and when somebody last said nothing changes.

    Shape: `moved_at` None for a risk that has stood in its band since it was first assessed.
    """

    risk_id: int
    moved_at: datetime | None = None
    checked_at: datetime | None = None


def next_number(latest: tuple[int, int] | None, change_class: str) -> tuple[int, int]:
    """Return the number of the next revision: 1.0, then 1.1 for small changes and 2.0 for great ones.

    Shape: `latest` is the highest number that was ever given, None for a new document.
    """
    if latest is None:
        return 1, 0
    major, minor = latest
    return (major, minor + 1) if change_class in MINOR_CLASSES else (major + 1, 0)


def months_between_reviews(own: int | None, bands: Iterable[str], usual: ReviewMonths) -> int | None:
    """Return how many months lie between two reviews; None when the document says it needs none.

    Shape: `own` is what the document says, 0 for never, None to let the risks decide; `bands` are those of
    the risks it controls.
    Source: lifecycles 5.5: the gravest band decides.
    """
    if own is not None:
        return own or None
    found = set(bands)
    if found & GRAVE_BANDS:
        return usual.high
    return usual.medium if MEDIUM_BAND in found else usual.low


def gravest(bands: Iterable[str]) -> str | None:
    """Return the gravest of some bands, None of none."""
    return max(bands, key=BANDS_BY_GRAVITY.index, default=None)


def review_due_on(last_looked_on: date, months: int | None) -> date | None:
    """Return the day of the next review, None for never. Units: calendar months."""
    if months is None:
        return None
    year, month = divmod(last_looked_on.year * 12 + last_looked_on.month - 1 + months, 12)
    following = date(year + 1, 1, 1) if month + 1 == DECEMBER else date(year, month + 2, 1)
    last_day = (following - timedelta(days=1)).day
    return date(year, month + 1, min(last_looked_on.day, last_day))


def unreflected(effective_at: datetime | None, risks: Iterable[ControlledRisk]) -> tuple[int, ...]:
    """Return the risks that moved after the revision came into force and that nobody has looked at since.

    Source: lifecycles 5.5: a document is risk-current when there is none.
    """
    return tuple(risk.risk_id for risk in risks if _has_moved_past(risk, effective_at))


def is_risk_current(effective_at: datetime | None, risks: Iterable[ControlledRisk]) -> bool:
    """Tell whether a document in force still reflects the risks it controls; one not in force does not."""
    return effective_at is not None and not unreflected(effective_at, risks)


def is_content_left_open(comments: Sequence[Mapping[str, object]]) -> bool:
    """Tell whether a comment of a review has no answer yet."""
    return any(not comment.get("disposition") for comment in comments)


def unanswered_rejections(comments: Sequence[Mapping[str, object]]) -> tuple[int, ...]:
    """Return the places, from 1, of comments that were turned down or changed without a word why."""
    return tuple(
        place
        for place, comment in enumerate(comments, start=1)
        if comment.get("disposition") in {"reject", "modify"}
        and not str(comment.get("response") or "").strip()
    )


def _has_moved_past(risk: ControlledRisk, effective_at: datetime | None) -> bool:
    if risk.moved_at is None:
        return False
    is_newer = effective_at is not None and effective_at >= risk.moved_at
    is_checked = risk.checked_at is not None and risk.checked_at >= risk.moved_at
    return not (is_newer or is_checked)
