"""Monthly readings: kept once a month has ended, so that no page reckons the past again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.indicators.definitions import INDICATORS, Indicator
from app.indicators.models import MonthlyReading
from app.indicators.rules import Reckoning, Tally, figure_of
from app.indicators.service import Reading, reading, reading_by_site
from app.records.models import Record
from app.workflow.figures import FigureScope, shared_looks

KEPT_MONTHS = 36
LATE_AFTER = timedelta(days=31)
MONTHS_AT_ONCE = 3
_KEPT = (
    MonthlyReading.key,
    MonthlyReading.month,
    MonthlyReading.rows,
    MonthlyReading.hits,
    MonthlyReading.total,
    MonthlyReading.figure,
    MonthlyReading.is_late,
)


@dataclass(frozen=True, slots=True)
class KeptMonth:
    """A kept reading as pages use it, without a row that the session would watch."""

    key: str
    month: date
    rows: int
    hits: int
    total: Decimal
    figure: Decimal | None
    is_late: bool = False


def keep_due() -> int:
    """Keep the readings of months that have ended and have none, the oldest first; return how many months.

    Effects: a transaction for each month, at most a few a run. A job; safe to call again.
    """
    kept = 0
    while kept < MONTHS_AT_ONCE:
        with unit_of_work() as uow:
            month = next(_missing(uow.session, uow.now), None)
            if month is None:
                return kept
            keep_month(uow, month)
        kept += 1
    return kept


def keep_month(uow: UnitOfWork, month: date) -> None:
    """Keep every indicator's reading of a month, everywhere and by site."""
    scope = scope_of_month(month)
    is_late = uow.now - scope.until > LATE_AFTER
    with shared_looks(uow.session):
        read = [(one, _by_place(uow.session, one, scope)) for one in INDICATORS if one.measure]
    for indicator, found in read:
        uow.session.add_all(
            MonthlyReading(
                key=indicator.key,
                month=month,
                site_id=site_id,
                rows=one.tally.rows,
                hits=one.tally.hits,
                total=one.tally.total.quantize(Decimal("0.1")),
                figure=one.figure,
                is_late=is_late,
                read_at=uow.now,
            )
            for site_id, one in found
        )


def _by_place(
    session: Session, indicator: Indicator, scope: FigureScope
) -> Sequence[tuple[int | None, Reading]]:
    """Return an indicator everywhere, which is under None, and by site."""
    return [(None, reading(session, indicator, scope)), *reading_by_site(session, indicator, scope).items()]


def series(
    session: Session, keys: Sequence[str], site_id: int | None, first: date, last: date
) -> Mapping[str, Mapping[date, KeptMonth]]:
    """Return the kept readings of indicators from one month to another, by key and month; one statement."""
    rows = session.execute(
        select(*_KEPT)
        .where(
            MonthlyReading.key.in_(keys),
            MonthlyReading.month.between(first, last),
            MonthlyReading.site_id.is_not_distinct_from(site_id),
        )
        .order_by(MonthlyReading.month)
    )
    found: dict[str, dict[date, KeptMonth]] = {key: {} for key in keys}
    for row in rows:
        kept = KeptMonth(*row)
        found[kept.key][kept.month] = kept
    return found


def together(indicator: Indicator, readings: Sequence[KeptMonth]) -> Decimal | None:
    """Return the figure of several months from what they counted.

    Shape: what stands open is that of the last month; percentiles cannot be put together and give None.
    """
    if not readings:
        return None
    if indicator.is_standing:
        return readings[-1].figure
    if indicator.reckoning in {Reckoning.MEDIAN, Reckoning.NINTH_DECILE}:
        return None
    tally = Tally(
        sum(one.rows for one in readings),
        sum(one.hits for one in readings),
        sum((one.total for one in readings), Decimal(0)),
    )
    return figure_of(indicator.reckoning, tally)


def scope_of_month(month: date, site_ids: frozenset[int] | None = None) -> FigureScope:
    """Return the period of a month. Units: a month of UTC."""
    return FigureScope(since=_start(month), until=_start(next_month(month)), site_ids=site_ids)


def next_month(month: date) -> date:
    """Return the first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def months_back(month: date, count: int) -> date:
    """Return the first day of the month so many months before."""
    place = month.year * 12 + month.month - 1 - count
    return date(place // 12, place % 12 + 1, 1)


def _missing(session: Session, now: datetime) -> Iterator[date]:
    """Yield the ended months without readings, from the first one in which anything was recorded."""
    opened = session.scalar(select(func.min(Record.opened_at)).where(Record.is_imported.is_(False)))
    if opened is None:
        return
    this_month = now.date().replace(day=1)
    month = max(opened.date().replace(day=1), months_back(this_month, KEPT_MONTHS))
    kept = set(session.scalars(select(MonthlyReading.month).where(MonthlyReading.month >= month).distinct()))
    while month < this_month:
        if month not in kept:
            yield month
        month = next_month(month)


def _start(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=UTC)
