"""What an admin may set about the review of the context."""

from __future__ import annotations

from app.foundation.settings import Setting

INTERVAL_MONTHS = Setting(
    "context_review.interval_months", 12, int, "Months from one review of the context to the next, at most 12"
)
SETTINGS = (INTERVAL_MONTHS,)
