"""Reads patterns of the ledger as one person may see them, with the names of what they speak of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.foundation.portions import portions
from app.organisation.models import BusinessProcess, CauseCategory, FailureMode, Site
from app.quality_events.models import QualityEvent, QualityEventVerdict
from app.quality_events.patterns import (
    EVERYWHERE,
    REPEATED,
    PatternEvent,
    PatternScope,
    capas_that_did_not_hold,
    causes_across_sites,
    causes_behind_repeats,
    seen_across_sites,
    top_keys,
)
from app.records.visibility import SeenRecord, seen_among

MOST = 10


@dataclass(frozen=True, slots=True)
class Pattern:
    """Events that belong together, the latest first, all of records that the person may see.

    Shape: the ids name what they share, None where that is not known; `failed` are verdicts on CAPAs that
    should have prevented them.
    """

    events: tuple[PatternEvent, ...]
    process_id: int | None = None
    failure_mode_id: int | None = None
    requirement: str | None = None
    cause_category_id: int | None = None
    failed: tuple[PatternEvent, ...] = ()

    @property
    def site_ids(self) -> tuple[int, ...]:
        """The sites at which it happened, each once."""
        return tuple(sorted({one.site_id for one in self.events if one.site_id is not None}))


@dataclass(frozen=True, slots=True)
class Patterns:
    """Everything that repeats within a period."""

    recurring: Sequence[Pattern]
    systemic: Sequence[Pattern]
    behind: Sequence[Pattern]
    failed: Sequence[PatternEvent]
    seen: Mapping[int, SeenRecord] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Names:
    """The names of master data by id."""

    sites: Mapping[int, str]
    processes: Mapping[int, str]
    modes: Mapping[int, str]
    causes: Mapping[int, str]


def patterns_of(session: Session, actor: Actor, *, now: datetime, days: int, site_id: int | None) -> Patterns:
    """Return what repeated in the days before now, at one site or everywhere.

    Shape: events of records the person may not see are left out before anything is counted, so a figure and
    its rows never differ.
    """
    since, until = now - timedelta(days=days), now + timedelta(seconds=1)
    scope = EVERYWHERE if site_id is None else PatternScope(site_ids=frozenset({site_id}))
    keys = top_keys(session, since, until, scope, most=10_000)
    causes = causes_across_sites(session, since, until, scope)
    behind = causes_behind_repeats(session, since, until, scope)
    failed = capas_that_did_not_hold(session, since, until, scope)
    repeated = [one.events for one in keys] + [one.events for one in causes] + [one.events for one in behind]
    named = {one.subject_id for events in repeated for one in events}
    seen = seen_among(session, actor, named | {one.subject_id for one in failed})
    verdicts = tuple(one for one in failed if one.subject_id in seen)
    return Patterns(
        recurring=_recurring(session, [_only(one.events, seen) for one in keys], verdicts)[:MOST],
        systemic=[_cause(one.events) for one in seen_across_sites(causes, seen)],
        behind=[one for group in behind if (one := _cause(_only(group.events, seen))).events],
        failed=verdicts,
        seen=seen,
    )


def names(session: Session) -> Names:
    """Return the names of all master data that patterns speak of."""
    return Names(*(_names(session, model) for model in (Site, BusinessProcess, FailureMode, CauseCategory)))


def _names(
    session: Session, model: type[Site | BusinessProcess | FailureMode | CauseCategory]
) -> Mapping[int, str]:
    return {row.id: row.name for row in session.execute(select(model.id, model.name))}


def _only(events: Sequence[PatternEvent], seen: Mapping[int, SeenRecord]) -> tuple[PatternEvent, ...]:
    return tuple(one for one in events if one.subject_id in seen)


def _recurring(
    session: Session, groups: Iterable[tuple[PatternEvent, ...]], verdicts: Sequence[PatternEvent]
) -> list[Pattern]:
    """Put the same failure of the same process together, whatever the site: one sentence says all of it."""
    merged: dict[tuple[int | None, int | None, str | None], list[PatternEvent]] = defaultdict(list)
    for events in groups:
        if len(events) >= REPEATED:
            merged[_what(events[0])].extend(events)
    blamed = _blamed(session, verdicts)
    patterns = [
        Pattern(
            tuple(sorted(events, key=lambda one: one.occurred_at, reverse=True)),
            *what,
            failed=tuple(one for one in verdicts if blamed[one.id] & {event.id for event in events}),
        )
        for what, events in merged.items()
    ]
    return sorted(patterns, key=lambda one: (len(one.events), one.events[0].occurred_at), reverse=True)


def _blamed(session: Session, verdicts: Sequence[PatternEvent]) -> Mapping[int, set[int]]:
    """Return what each failed CAPA should have ended: the rows that stand for the events it answered."""
    blamed: dict[int, set[int]] = defaultdict(set)
    statement = select(QualityEventVerdict.event_id, QualityEvent.id).join(
        QualityEvent,
        or_(
            QualityEvent.id == QualityEventVerdict.closes_id,
            QualityEvent.root_id == QualityEventVerdict.closes_id,
        ),
    )
    for some in portions({one.id for one in verdicts}):
        for verdict_id, event_id in session.execute(statement.where(QualityEventVerdict.event_id.in_(some))):
            blamed[verdict_id].add(event_id)
    return blamed


def _what(event: PatternEvent) -> tuple[int | None, int | None, str | None]:
    """Name what failed: the failure mode where it is known, else the requirement."""
    return event.process_id, event.failure_mode_id, None if event.failure_mode_id else event.requirement


def _cause(events: tuple[PatternEvent, ...]) -> Pattern:
    if not events:
        return Pattern(())
    processes = {one.process_id for one in events}
    return Pattern(
        events,
        process_id=processes.pop() if len(processes) == 1 else None,
        cause_category_id=events[0].cause_category_id,
    )
