"""Monthly series of the ledger and what stands out in them. Estimated dates do not count."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from app.quality_events.models import QualityEvent
from app.quality_events.rows import stands_now
from app.quality_events.rules.kinds import EventKind
from app.quality_events.rules.trend import Judged, Period, judge_series, months_between

# A breach that a trend itself caused, or a verdict of ours, is no observation.
GROUPS: Mapping[str, str] = {
    EventKind.NONCONFORMITY.value: "nonconformities",
    EventKind.MAJOR_FINDING.value: "findings",
    EventKind.MINOR_FINDING.value: "findings",
    EventKind.COMPLAINT.value: "complaints",
    EventKind.INCIDENT.value: "incidents",
    EventKind.NEAR_MISS.value: "incidents",
    EventKind.SUPPLIER_DOWNGRADE.value: "suppliers",
}


class Dimension(StrEnum):
    """By what the ledger is cut into series."""

    OVERALL = "overall"
    GROUP = "group"
    SITE = "site"
    PROCESS = "process"
    FAMILY = "family"


@dataclass(frozen=True, slots=True)
class Series:
    """Which events a series counts. Shape: `value` is a word of `GROUPS` or an id, empty for all of them."""

    dimension: Dimension
    value: str = ""

    @staticmethod
    def of_key(key: str) -> Series | None:
        """Return the series of a key, None where there is no such series."""
        word, _colon, value = key.partition(":")
        if word not in set(Dimension):
            return None
        dimension = Dimension(word)
        known = {Dimension.OVERALL: {""}, Dimension.GROUP: set(GROUPS.values())}.get(dimension)
        is_known = value in known if known is not None else value.isdecimal() and len(value) < MOST_DIGITS
        return Series(dimension, value) if is_known else None

    @property
    def key(self) -> str:
        """The series in one word, such as `site:3`."""
        return f"{self.dimension.value}:{self.value}" if self.value else self.dimension.value


@dataclass(frozen=True, slots=True)
class Counted:
    """An event that a series counts in a month; its subject is the record to open."""

    kind: str
    subject_kind: str
    subject_id: int
    site_id: int | None
    occurred_at: datetime


OVERALL = Series(Dimension.OVERALL)
MOST_DIGITS = 10
Exposures = Mapping[date, Decimal]
"""What could fail, by month, such as units made; a month that is not named counts as 1."""


def judged_series(
    session: Session, series: Series, last: date, exposures: Exposures | None = None
) -> list[Judged]:
    """Return the months of one series up to `last`, each judged against those before it.

    Shape: from the month after that of its first event; `last` is the first day of a month.
    """
    counts = _all_counts(session, last).get(series, Counter())
    return judge_series(_periods(counts, last, exposures or {}))


def stand_out(session: Session, month: date) -> Iterator[tuple[Series, Judged]]:
    """Yield every series with how its month is judged, in the order of their keys; one statement."""
    for series, counts in sorted(_all_counts(session, month).items(), key=lambda one: one[0].key):
        judged = judge_series(_periods(counts, month, {}))
        if judged:
            yield series, judged[-1]


def counted(session: Session, series: Series, month: date) -> list[Counted]:
    """Return the events that a series counts in a month, the latest first: as many as its figure says."""
    statement = select(
        QualityEvent.kind,
        QualityEvent.subject_kind,
        QualityEvent.subject_id,
        QualityEvent.site_id,
        QualityEvent.occurred_at,
    ).where(*_counts(_after(month)), QualityEvent.occurred_at >= _first_moment(month), _belongs(series))
    rows = session.execute(statement.order_by(QualityEvent.occurred_at.desc(), QualityEvent.id.desc()))
    return [Counted(*row) for row in rows]


def sites_of(session: Session, month: date) -> Mapping[Series, frozenset[int | None]]:
    """Return at which sites the events of each series happened in a month; None stands for no site."""
    rows = session.execute(
        select(
            QualityEvent.kind, QualityEvent.site_id, QualityEvent.process_id, QualityEvent.product_family_id
        )
        .where(*_counts(_after(month)), QualityEvent.occurred_at >= _first_moment(month))
        .distinct()
    )
    found: dict[Series, set[int | None]] = defaultdict(set)
    for kind, site_id, process_id, family_id in rows:
        for series in _series_of(kind, site_id, process_id, family_id):
            found[series].add(site_id)
    return {series: frozenset(sites) for series, sites in found.items()}


def _belongs(series: Series) -> ColumnElement[bool]:
    columns = {
        Dimension.SITE: QualityEvent.site_id,
        Dimension.PROCESS: QualityEvent.process_id,
        Dimension.FAMILY: QualityEvent.product_family_id,
    }
    if series.dimension in columns:
        return columns[series.dimension] == int(series.value)
    if series.dimension is Dimension.GROUP:
        return QualityEvent.kind.in_([kind for kind, group in GROUPS.items() if group == series.value])
    return true()


def _counts(before: datetime) -> tuple[ColumnElement[bool], ...]:
    """Hold for what any series counts before a moment."""
    return (
        QualityEvent.kind.in_(GROUPS),
        QualityEvent.is_date_estimated.is_(False),
        QualityEvent.occurred_at < before,
        stands_now(),
    )


def _first_moment(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=UTC)


def _after(month: date) -> datetime:
    return datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=UTC)


def _periods(counts: Mapping[date, int], last: date, exposures: Exposures) -> list[Period]:
    if not counts:
        return []
    return [
        Period(month, counts.get(month, 0), exposures.get(month, Decimal(1)))
        for month in months_between(min(counts), last)
    ]


def _all_counts(session: Session, last: date) -> Mapping[Series, Mapping[date, int]]:
    month = _month(session)
    rows = session.execute(
        select(
            month,
            QualityEvent.kind,
            QualityEvent.site_id,
            QualityEvent.process_id,
            QualityEvent.product_family_id,
            func.count(),
        )
        .where(*_counts(_after(last)))
        .group_by(
            month,
            QualityEvent.kind,
            QualityEvent.site_id,
            QualityEvent.process_id,
            QualityEvent.product_family_id,
        )
    )
    found: dict[Series, Counter[date]] = defaultdict(Counter)
    for text, kind, site_id, process_id, family_id, count in rows:
        first_day = date.fromisoformat(f"{text}-01")
        for series in _series_of(kind, site_id, process_id, family_id):
            found[series][first_day] += count
    return found


def _series_of(
    kind: str, site_id: int | None, process_id: int | None, family_id: int | None
) -> Iterator[Series]:
    yield OVERALL
    yield Series(Dimension.GROUP, GROUPS[kind])
    by_id = ((Dimension.SITE, site_id), (Dimension.PROCESS, process_id), (Dimension.FAMILY, family_id))
    for dimension, value in by_id:
        if value is not None:
            yield Series(dimension, str(value))


def _month(session: Session) -> ColumnElement[str]:
    if session.get_bind().dialect.name == "sqlite":
        return func.strftime("%Y-%m", QualityEvent.occurred_at)
    return func.to_char(func.timezone("UTC", QualityEvent.occurred_at), "YYYY-MM")
