"""What a domain counts: the rows behind an indicator, as one statement for any period, site and process.

A figure and the list of what it counts are read from the same statement, so they cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.foundation.dated import Value, held, is_dated


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureScope:
    """What an indicator looks at: [since, until), and where.

    Shape: `site_ids` None is every site, rows without a site included. What stands open is judged as of
    `until`; what happened is counted within the period.
    """

    since: datetime
    until: datetime
    site_ids: frozenset[int] | None = None
    process_id: int | None = None

    def within(self, moment: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        """Hold for rows whose moment lies in the period, as it was known at its end."""
        return self._stood(moment, lambda value: and_(value >= self.since, value < self.until))

    def happened(self, moment: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        """Hold for rows that have a moment and whose moment lies in the period, as `within` does."""
        return self._stood(
            moment, lambda value: and_(value.is_not(None), value >= self.since, value < self.until)
        )

    def here(
        self, site: InstrumentedAttribute[Any], process: InstrumentedAttribute[Any]
    ) -> ColumnElement[bool]:
        """Hold for rows that were of the sites and the process asked for at the end of the period."""
        sites, process_id = self.site_ids, self.process_id
        at_site = true() if sites is None else self._stood(site, lambda value: value.in_(sites))
        of_process = true() if process_id is None else self._stood(process, lambda value: value == process_id)
        return and_(at_site, of_process)

    def _stood(
        self, column: InstrumentedAttribute[Any], holds: Callable[[Value], ColumnElement[bool]]
    ) -> ColumnElement[bool]:
        return held(column, self.until, holds) if is_dated(column) else holds(column)


Rows = Select[*tuple[Any, ...]]
"""Columns `record_id`, `site_id`, `hit` (1 where what is asked holds, else 0), `amount` and `cut`.

Shape: `cut` is the id of the master data by which the rows may be told apart, NULL where there is none.
"""

Measure = Callable[[Session, FigureScope], Rows]
_LOOKS = "figure_looks"
Found = TypeVar("Found")


@contextmanager
def shared_looks(session: Session) -> Iterator[None]:
    """Let figures that look at the same rows share one look while the block runs.

    For pages that only read: what is written inside would not be seen.
    """
    session.info[_LOOKS] = {}
    try:
        yield
    finally:
        del session.info[_LOOKS]


def once(session: Session, key: Hashable, look: Callable[[], Found]) -> Found:
    """Return what a look finds; inside `shared_looks` the first one with this key is kept."""
    looks = session.info.get(_LOOKS)
    if looks is None:
        return look()
    if key not in looks:
        looks[key] = look()
    found: Found = looks[key]
    return found
