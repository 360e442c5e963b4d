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

from app.foundation.dated import Value, fell_within, is_dated, then


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
        if is_dated(moment):
            return fell_within(moment, self.since, self.until)
        return and_(moment >= self.since, moment < self.until)

    def happened(self, moment: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        """Hold for rows that have a moment and whose moment lies in the period, as `within` does."""
        within = self.within(moment)
        return within if is_dated(moment) else and_(moment.is_not(None), within)

    def here(
        self, site: InstrumentedAttribute[Any], process: InstrumentedAttribute[Any]
    ) -> ColumnElement[bool]:
        """Hold for rows that were of the sites and the process asked for at the end of the period."""
        sites, process_id = self.site_ids, self.process_id
        at_site = true() if sites is None else self.stood(site).in_(sites)
        of_process = true() if process_id is None else self.stood(process) == process_id
        return and_(at_site, of_process)

    def stood(self, column: InstrumentedAttribute[Any]) -> Value:
        """Return a column's value at the end of the period; one that never changes is read as it is."""
        return then(column, self.until) if is_dated(column) else column


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
