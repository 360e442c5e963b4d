"""What packages above the records show on a record's page: each brings its own part and its template."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.records.models import Record


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a record's summary. Shape: `template` draws it and finds `value` under the name `panel`."""

    template: str
    value: Any


PanelOf = Callable[[Session, Record, datetime], Panel | None]


@dataclass
class Panels:
    """The parts that packages bring, in their order; filled once by the composition root."""

    _providers: tuple[PanelOf, ...] = field(default=())

    def use(self, providers: Sequence[PanelOf]) -> None:
        """Know exactly these from here on."""
        self._providers = tuple(providers)

    def of(self, session: Session, record: Record, now: datetime) -> tuple[Panel, ...]:
        """Return the parts a record's page shows."""
        found = (provider(session, record, now) for provider in self._providers)
        return tuple(one for one in found if one is not None)


panels = Panels()
