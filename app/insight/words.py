"""Spans, shares and outcomes in the reader's words."""

from __future__ import annotations

from app.foundation.i18n import gettext as _
from app.web.environment import number

HOUR = 60
WORKDAY = 8 * HOUR
NOTHING = "\u2013"
CANCELLED = "cancelled"


def span_words(minutes: float | None) -> str:
    """Return working time: minutes below an hour, hours below a day of eight, else days of eight hours."""
    if minutes is None:
        return NOTHING
    if minutes < HOUR:
        return _("%(count)s min", count=round(minutes))
    if minutes < WORKDAY:
        return _("%(count)s h", count=number(minutes / HOUR, 1))
    return _("%(count)s d", count=number(minutes / WORKDAY, 1))


def share_words(share: float | None) -> str:
    """Return a share in percent, a dash where there was nothing."""
    return NOTHING if share is None else f"{round(100 * share)}\u00a0%"


def outcome_words(outcome: str) -> str:
    """Return how a case ended, as the diagram names it."""
    if not outcome:
        return _("ended")
    return _("cancelled") if outcome == CANCELLED else outcome.replace("_", " ")


def days_words(days: float | None) -> str:
    """Return calendar days, with a decimal below ten."""
    return NOTHING if days is None else number(days, 1 if days < 10 else 0)
