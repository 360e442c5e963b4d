"""Pure rules of recurrence: what makes two events the same, and what counts as coming back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(days=365)
SYSTEMIC_SITES = 2
SYSTEMIC_EVENTS = 3
FREQUENT_EVENTS = 4


@dataclass(frozen=True, slots=True)
class EarlierEvent:
    """An event of the ledger as recurrence sees it."""

    id: int
    subject_kind: str
    subject_id: int
    site_id: int | None
    occurred_at: datetime
    is_history: bool


@dataclass(frozen=True, slots=True)
class Recurrence:
    """What the ledger says about a new event.

    Shape: `same_key` are the earlier events that make it a recurrence, the newest first;
    `same_cause` those that share process and cause category at any site.
    """

    same_key: tuple[EarlierEvent, ...]
    same_cause: tuple[EarlierEvent, ...]
    is_systemic: bool

    @property
    def is_recurrent(self) -> bool:
        """Tell whether the same thing happened within the window before."""
        return bool(self.same_key)

    @property
    def occurrence(self) -> int:
        """Return how often: 1 isolated, 2 two or three times in twelve months, 3 more or systemic."""
        times = len(self.same_key) + 1
        if self.is_systemic or times >= FREQUENT_EVENTS:
            return 3
        return 2 if times > 1 else 1


def recurrence_key(
    *,
    process_id: int | None,
    site_id: int | None,
    product_family_id: int | None,
    failure_mode_id: int | None,
    requirement: str | None,
) -> str | None:
    """Return the key of "the same thing again", None when process and kind of failure are not both known.

    Shape: process, failure mode (else requirement), site, product family; an unknown family is a value too.
    Source: lifecycles 5.2, key1.
    """
    what = f"mode:{failure_mode_id}" if failure_mode_id else _requirement(requirement)
    if process_id is None or what is None:
        return None
    return f"p{process_id}/{what}/s{site_id or 0}/f{product_family_id or 0}"


def cause_key(*, process_id: int | None, cause_category_id: int | None) -> str | None:
    """Return the key of "the same weakness anywhere", None until process and cause category are known.

    Source: lifecycles 5.2, key2.
    """
    if process_id is None or cause_category_id is None:
        return None
    return f"p{process_id}/c{cause_category_id}"


def judge(
    same_key: Sequence[EarlierEvent],
    same_cause: Sequence[EarlierEvent],
    occurred_at: datetime,
    site_id: int | None,
) -> Recurrence:
    """Decide what earlier events make of a new one that occurred at this moment.

    Units: the window is 365 days before the moment of occurrence, that moment itself included.
    Source: lifecycles 5.2: recurrent with one earlier event of the key; systemic with two sites or three
        events of the cause.
    """
    recent_key = _within(same_key, occurred_at)
    recent_cause = _within(same_cause, occurred_at)
    sites = {event.site_id for event in recent_cause} | ({site_id} if recent_cause else set())
    is_frequent = bool(recent_cause) and len(recent_cause) + 1 >= SYSTEMIC_EVENTS
    is_systemic = len(sites) >= SYSTEMIC_SITES or is_frequent
    return Recurrence(recent_key, recent_cause, is_systemic)


def _within(events: Sequence[EarlierEvent], occurred_at: datetime) -> tuple[EarlierEvent, ...]:
    recent = [event for event in events if occurred_at - WINDOW <= event.occurred_at <= occurred_at]
    return tuple(sorted(recent, key=lambda event: (event.occurred_at, event.id), reverse=True))


def _requirement(requirement: str | None) -> str | None:
    words = " ".join((requirement or "").split()).casefold()
    return f"req:{words}" if words else None
