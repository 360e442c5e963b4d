"""What a chain is asked about: a record as expressions see it, its authors, the site and the moment."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.foundation.durations import Duration
from app.foundation.settings import values_of
from app.workflow.lifecycle import Lifecycle, RecordView


@dataclass(frozen=True, slots=True)
class Case:
    """A record, real or a sample, for which somebody is to approve something.

    Shape: `record` and `settings` are the names a condition sees; `author_ids` never approve it.
    """

    site_id: int | None
    process_id: int | None
    record: Mapping[str, Any]
    at: datetime
    settings: Mapping[str, Any] = field(default_factory=dict)
    author_ids: frozenset[int] = frozenset()

    def person(self, name: str) -> int | None:
        """Return the person whom a field of the record names, None when it names nobody."""
        value = self.record.get(name)
        if isinstance(value, bool) or value is None:
            return None
        text = str(value)
        return int(text) if text.isdecimal() else None


def case_of(
    session: Session,
    lifecycle: Lifecycle,
    view: RecordView,
    at: datetime,
    *,
    author_ids: Collection[int] = (),
) -> Case:
    """Return the case of a record as it stands, with the settings of its site."""
    return Case(
        site_id=view.site_id,
        process_id=view.process_id,
        record=record_names(view),
        at=at,
        settings=setting_names(session, lifecycle, view.site_id),
        author_ids=frozenset(author_ids),
    )


def record_names(view: RecordView) -> dict[str, Any]:
    """Return the record as `record` is in expressions."""
    return {
        **view.values,
        "id": view.id,
        "number": view.number,
        "title": view.title,
        "site_id": view.site_id,
        "process_id": view.process_id,
        "owner_id": view.owner_id,
        "severity": view.severity,
        "opened_at": view.opened_at,
    }


def setting_names(session: Session, lifecycle: Lifecycle, site_id: int | None) -> dict[str, Any]:
    """Return the settings of a lifecycle at a site as `settings` is in expressions."""
    values = values_of(session, lifecycle.settings, site_id)
    return {
        key.rpartition(".")[2]: str(value) if isinstance(value, Duration) else value
        for key, value in values.items()
    }


def authors_of(fields: Sequence[str], record: Mapping[str, Any]) -> frozenset[int]:
    """Return the people whom a record names as its authors."""
    found = (record.get(name) for name in fields)
    return frozenset(int(str(value)) for value in found if value is not None and str(value).isdecimal())
