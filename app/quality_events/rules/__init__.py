"""Pure rules over the ledger: its words, recurrence, bands, exposure and trend. Standard library only."""

from __future__ import annotations

from app.quality_events.rules.kinds import EventKind
from app.quality_events.rules.recurrence import (
    WINDOW,
    EarlierEvent,
    Recurrence,
    cause_key,
    judge,
    recurrence_key,
)

__all__ = [
    "WINDOW",
    "EarlierEvent",
    "EventKind",
    "Recurrence",
    "cause_key",
    "judge",
    "recurrence_key",
]
