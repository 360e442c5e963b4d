"""What domains say to the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.quality_events.rules import EventKind, cause_key, recurrence_key


@dataclass(frozen=True, slots=True, kw_only=True)
class EventOrder:
    """What a domain reports to the ledger. Units: `severity` 1 negligible to 5 critical.

    Shape: `occasion` tells apart what happens to one subject more than once, such as `cycle:2`; `closes` are
    events that a verdict on a CAPA is about, by any id of their chains; `shared_key` is the recurrence key of
    what a person said is the same thing.
    """

    kind: EventKind
    subject_kind: str
    subject_id: int
    severity: int
    occurred_at: datetime
    site_id: int | None = None
    process_id: int | None = None
    product_family_id: int | None = None
    failure_mode_id: int | None = None
    cause_category_id: int | None = None
    requirement: str | None = None
    is_date_estimated: bool = False
    is_history: bool = False
    supplier_id: int | None = None
    occasion: str = ""
    risk_ids: tuple[int, ...] = ()
    closes: tuple[int, ...] = ()
    shared_key: str | None = None

    @property
    def recurrence_key(self) -> str | None:
        """The key of the same thing again: the one that a person confirmed, else the one of the facts."""
        return self.shared_key or recurrence_key(
            process_id=self.process_id,
            site_id=self.site_id,
            product_family_id=self.product_family_id,
            failure_mode_id=self.failure_mode_id,
            requirement=self.requirement,
        )

    @property
    def cause_key(self) -> str | None:
        """The key of the same weakness anywhere."""
        return cause_key(process_id=self.process_id, cause_category_id=self.cause_category_id)
