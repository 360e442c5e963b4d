"""What repeats in the ledger: the same thing again, the same cause elsewhere, CAPAs that did not hold.

Imported history and estimated dates count here: a pattern is asked for over a long time, not by the month.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.quality_events.models import QualityEvent
from app.quality_events.rows import stands_now
from app.quality_events.rules.kinds import EventKind
from app.quality_events.rules.recurrence import SYSTEMIC_SITES

REPEATED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternScope:
    """Which events to look at. Shape: `site_ids` None is every site, events without a site included."""

    site_ids: frozenset[int] | None = None
    process_id: int | None = None
    product_family_id: int | None = None


EVERYWHERE = PatternScope()


@dataclass(frozen=True, slots=True)
class PatternEvent:
    """An event behind a pattern; its subject is the record to open."""

    id: int
    kind: str
    subject_kind: str
    subject_id: int
    site_id: int | None
    process_id: int | None
    product_family_id: int | None
    failure_mode_id: int | None
    cause_category_id: int | None
    requirement: str | None
    severity: int
    occurred_at: datetime
    recurrence_key: str | None
    cause_key: str | None


@dataclass(frozen=True, slots=True)
class KeyPattern:
    """The same thing again. Shape: `events` the latest first; what names the key is that of the latest."""

    key: str
    process_id: int | None
    site_id: int | None
    product_family_id: int | None
    failure_mode_id: int | None
    requirement: str | None
    events: tuple[PatternEvent, ...]

    @property
    def count(self) -> int:
        """How often it happened."""
        return len(self.events)


@dataclass(frozen=True, slots=True)
class CausePattern:
    """The same weakness at several sites. Shape: `site_ids` in order; `events` the latest first."""

    key: str
    process_id: int | None
    cause_category_id: int | None
    site_ids: tuple[int, ...]
    events: tuple[PatternEvent, ...]

    @property
    def count(self) -> int:
        """How often it happened at all of them."""
        return len(self.events)


@dataclass(frozen=True, slots=True)
class CauseBehind:
    """A cause category of things that repeated, None where nobody found one."""

    cause_category_id: int | None
    events: tuple[PatternEvent, ...]

    @property
    def count(self) -> int:
        """How many of the repeats it stands behind."""
        return len(self.events)


def top_keys(
    session: Session, since: datetime, until: datetime, scope: PatternScope = EVERYWHERE, *, most: int = 10
) -> Sequence[KeyPattern]:
    """Return what happened at least twice in [since, until), the most frequent first."""
    found = _grouped(_events(session, since, until, scope), lambda one: one.recurrence_key)
    patterns = [
        KeyPattern(
            key,
            events[0].process_id,
            events[0].site_id,
            events[0].product_family_id,
            events[0].failure_mode_id,
            events[0].requirement,
            events,
        )
        for key, events in found
        if len(events) >= REPEATED
    ]
    return _greatest(patterns)[:most]


def causes_across_sites(
    session: Session, since: datetime, until: datetime, scope: PatternScope = EVERYWHERE
) -> Sequence[CausePattern]:
    """Return the causes of one process that showed at two sites or more in [since, until).

    Source: lifecycles 5.2, key2.
    """
    found = _grouped(_events(session, since, until, scope), lambda one: one.cause_key)
    return _greatest(_across_sites(found))


def seen_across_sites(
    patterns: Iterable[CausePattern], subject_ids: Container[int]
) -> Sequence[CausePattern]:
    """Return what is left of causes across sites when only the events of these records are known."""
    known = (
        (group.key, tuple(one for one in group.events if one.subject_id in subject_ids)) for group in patterns
    )
    return _greatest(_across_sites(known))


def _across_sites(groups: Iterable[tuple[str, tuple[PatternEvent, ...]]]) -> list[CausePattern]:
    patterns = []
    for key, events in groups:
        sites = tuple(sorted({one.site_id for one in events if one.site_id is not None}))
        if len(sites) >= SYSTEMIC_SITES:
            patterns.append(
                CausePattern(key, events[0].process_id, events[0].cause_category_id, sites, events)
            )
    return patterns


def causes_behind_repeats(
    session: Session, since: datetime, until: datetime, scope: PatternScope = EVERYWHERE
) -> Sequence[CauseBehind]:
    """Return the causes of what happened at least twice in [since, until), the most frequent first."""
    repeats = [one for key in top_keys(session, since, until, scope, most=10_000) for one in key.events]
    by_cause: dict[int | None, list[PatternEvent]] = defaultdict(list)
    for one in repeats:
        by_cause[one.cause_category_id].append(one)
    return _greatest([CauseBehind(cause, tuple(events)) for cause, events in by_cause.items()])


def capas_that_did_not_hold(
    session: Session, since: datetime, until: datetime, scope: PatternScope = EVERYWHERE
) -> Sequence[PatternEvent]:
    """Return the verdicts on CAPAs that did not work, given in [since, until), the latest first.

    Shape: the subject of each is the CAPA.
    """
    return _events(session, since, until, scope, QualityEvent.kind == EventKind.CAPA_INEFFECTIVE.value)


def count_citing(session: Session, words: str, *, since: datetime) -> int:
    """Return how many events since a moment name these words, such as a document's number, as requirement."""
    statement = select(func.count()).where(
        QualityEvent.requirement.contains(words, autoescape=True),
        QualityEvent.occurred_at >= since,
        stands_now(),
    )
    return session.scalar(statement) or 0


def _events(
    session: Session, since: datetime, until: datetime, scope: PatternScope, *more: ColumnElement[bool]
) -> list[PatternEvent]:
    conditions = [QualityEvent.occurred_at >= since, QualityEvent.occurred_at < until, stands_now(), *more]
    if scope.site_ids is not None:
        conditions.append(QualityEvent.site_id.in_(scope.site_ids))
    if scope.process_id is not None:
        conditions.append(QualityEvent.process_id == scope.process_id)
    if scope.product_family_id is not None:
        conditions.append(QualityEvent.product_family_id == scope.product_family_id)
    columns = [getattr(QualityEvent, name) for name in PatternEvent.__slots__]
    statement = select(*columns).where(*conditions)
    newest_first = statement.order_by(QualityEvent.occurred_at.desc(), QualityEvent.id.desc())
    return [PatternEvent(*row) for row in session.execute(newest_first)]


def _grouped(
    events: Iterable[PatternEvent], key_of: Callable[[PatternEvent], str | None]
) -> Iterable[tuple[str, tuple[PatternEvent, ...]]]:
    groups: dict[str, list[PatternEvent]] = defaultdict(list)
    for one in events:
        key = key_of(one)
        if key is not None:
            groups[key].append(one)
    return [(key, tuple(found)) for key, found in groups.items()]


class _Counted(Protocol):
    @property
    def count(self) -> int: ...

    @property
    def events(self) -> tuple[PatternEvent, ...]: ...


P = TypeVar("P", bound=_Counted)


def _greatest(patterns: list[P]) -> list[P]:
    """Sort by count, then by the latest event: what goes on stands before what is over."""
    return sorted(patterns, key=lambda one: (one.count, one.events[0].occurred_at), reverse=True)
