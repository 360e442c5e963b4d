"""What the rest of the system knows about a process, as the factors of rule 5.6."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.audits.models import Audit
from app.audits.rules import FINDINGS_WINDOW_MONTHS, months_before
from app.quality_events.exposure import indicated
from app.quality_events.models import QualityEvent
from app.quality_events.rules import EventKind
from app.records.models import Record
from app.trail.models import TrailEntry

RISK_KIND, PROCESS_KIND = "risk", "process"
YEAR = timedelta(days=365)
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of each process at each site on a day.

    Shape: keys are (process, site); a place without an entry has none of it.
    """

    max_risk: Mapping[Place, int]
    majors: Mapping[Place, int]
    minors: Mapping[Place, int]
    recurrences: Mapping[Place, int]
    last_audits: Mapping[Place, tuple[date, str | None]]
    changes: Mapping[int, date]

    def has_changed(self, place: Place, day: date) -> bool:
        """Tell whether the process changed since its last audit; without one, within a year."""
        last_audit_on, _result = self.last_audits.get(place, (day - YEAR, None))
        return self.changes.get(place[0], date.min) > last_audit_on


def known_at(session: Session, at: datetime) -> Known:
    """Collect the factors of all places in a handful of statements.

    Shape: `changes` names the day of each process's last change.
    Source: lifecycles 5.6: risk, findings of 24 months, recurrences, changes, last audit.
    """
    day = at.date()
    since = datetime.combine(months_before(day, FINDINGS_WINDOW_MONTHS), time(), UTC)
    events = _events(session, since)
    return Known(
        max_risk=_max_risks(session, at),
        majors=_count(events, EventKind.MAJOR_FINDING),
        minors=_count(events, EventKind.MINOR_FINDING),
        recurrences=_recurrences(events),
        last_audits=_last_audits(session, day),
        changes=_changes(session),
    )


def _max_risks(session: Session, at: datetime) -> dict[Place, int]:
    """Return the highest indicated score of the open risks of each place."""
    rows = session.execute(
        select(Record.id, Record.process_id, Record.site_id).where(
            Record.kind == RISK_KIND,
            Record.closed_at.is_(None),
            Record.process_id.is_not(None),
            Record.site_id.is_not(None),
        )
    )
    places = {row.id: (row.process_id, row.site_id) for row in rows}
    found: dict[Place, int] = {}
    for risk_id, risk in indicated(session, places.keys(), at=at).items():
        found[places[risk_id]] = max(found.get(places[risk_id], 0), risk.score)
    return found


def _changes(session: Session) -> dict[int, date]:
    """Return the day on which each process was last changed, as the trail tells it."""
    rows = session.execute(
        select(TrailEntry.subject_id, func.max(TrailEntry.at).label("at"))
        .where(TrailEntry.subject_kind == PROCESS_KIND, TrailEntry.verb == f"{PROCESS_KIND}.changed")
        .group_by(TrailEntry.subject_id)
    )
    return {int(row.subject_id): row.at.date() for row in rows}


@dataclass(frozen=True, slots=True)
class _Event:
    place: Place
    kind: str
    key: str | None


def _events(session: Session, since: datetime) -> list[_Event]:
    correction = aliased(QualityEvent)
    rows = session.execute(
        select(
            QualityEvent.process_id, QualityEvent.site_id, QualityEvent.kind, QualityEvent.recurrence_key
        ).where(
            QualityEvent.occurred_at >= since,
            QualityEvent.process_id.is_not(None),
            QualityEvent.site_id.is_not(None),
            ~select(correction.id).where(correction.corrects_id == QualityEvent.id).exists(),
        )
    )
    return [_Event((row.process_id, row.site_id), row.kind, row.recurrence_key) for row in rows]


def _count(events: list[_Event], kind: EventKind) -> dict[Place, int]:
    return dict(Counter(event.place for event in events if event.kind == kind.value))


def _recurrences(events: list[_Event]) -> dict[Place, int]:
    """Count how often something came back: of each recurrence key all events but the first."""
    keys = Counter((event.place, event.key) for event in events if event.key)
    found: Counter[Place] = Counter()
    for (place, _key), count in keys.items():
        found[place] += count - 1
    return dict(+found)


def _last_audits(session: Session, day: date) -> dict[Place, tuple[date, str | None]]:
    rows = session.execute(
        select(Audit.process_id, Audit.site_id, Audit.ends_on, Audit.conclusion)
        .where(
            Audit.report_approved_at.is_not(None),
            Audit.ends_on <= day,
            Audit.process_id.is_not(None),
            Audit.site_id.is_not(None),
        )
        .order_by(Audit.ends_on, Audit.id)
    )
    return {(row.process_id, row.site_id): (row.ends_on, row.conclusion) for row in rows}
