"""What indicators showed in the time before, put together from kept months; nobody counts the past again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.policy import ALL, visible_sites
from app.indicators.definitions import Indicator
from app.indicators.months import KeptMonth, next_month, series
from app.indicators.periods import Asked, before, scope_for
from app.indicators.rules import Reckoning, Tally, figure_of
from app.indicators.service import readings

PERCENTILES = frozenset({Reckoning.MEDIAN, Reckoning.NINTH_DECILE})


@dataclass(frozen=True, slots=True)
class Span:
    """A time in whole months, and the days at both ends that fill no month."""

    months: Sequence[date]
    rest: Sequence[tuple[date, date]]


def span_of(first: date, last: date) -> Span:
    """Return a time in whole months and the rest."""
    month = first if first.day == 1 else next_month(first.replace(day=1))
    months = []
    while next_month(month) <= last + timedelta(days=1):
        months.append(month)
        month = next_month(month)
    if not months:
        return Span((), ((first, last),))
    rest = ((first, months[0] - timedelta(days=1)), (month, last))
    return Span(months, [one for one in rest if one[0] <= one[1]])


def figures_before(
    session: Session, actor: Actor, indicators: Sequence[Indicator], asked: Asked
) -> Mapping[str, Decimal | None]:
    """Return each indicator's figure in the span as long as the one asked for that ends where it begins.

    Shape: by key. Months that were kept are taken as they were read, so that the past costs the same however
        much happened; what is not kept is counted: parts of months, processes, the sum of a few sites,
        percentiles.
    """
    earlier = before(asked)
    span = span_of(earlier.first, earlier.last)
    kept = _kept(session, actor, [one.key for one in indicators], earlier, span.months)
    found: dict[str, Decimal | None] = {}
    counted = []
    for one in indicators:
        months = [kept.get(one.key, {}).get(month) for month in span.months]
        if one.reckoning in PERCENTILES or not months or None in months:
            counted.append(one)
        elif one.is_standing and not (span.rest and span.rest[-1][1] == earlier.last):
            last = months[-1]
            found[one.key] = None if last is None else last.figure
        elif one.is_standing:
            counted.append(one)
        else:
            found[one.key] = figure_of(one.reckoning, _tally(session, actor, one, earlier, span, months))
    live = readings(session, counted, scope_for(actor, earlier)) if counted else {}
    return found | {key: one.figure for key, one in live.items()}


def _tally(
    session: Session,
    actor: Actor,
    one: Indicator,
    earlier: Asked,
    span: Span,
    months: Sequence[KeptMonth | None],
) -> Tally:
    parts = [Tally(row.rows, row.hits, row.total) for row in months if row is not None]
    for first, last in span.rest:
        scope = scope_for(actor, replace(earlier, first=first, last=last))
        parts.append(readings(session, [one], scope)[one.key].tally)
    return Tally(
        sum(part.rows for part in parts),
        sum(part.hits for part in parts),
        sum((part.total for part in parts), Decimal(0)),
    )


def _kept(
    session: Session, actor: Actor, keys: Sequence[str], earlier: Asked, months: Sequence[date]
) -> Mapping[str, Mapping[date, KeptMonth]]:
    """Return the kept months of everywhere or of one site; nobody kept processes or some sites together."""
    sites = visible_sites(actor)
    is_kept = sites is ALL if earlier.site_id is None else sites is ALL or earlier.site_id in sites
    if not months or earlier.process_id is not None or not is_kept:
        return {}
    return series(session, keys, earlier.site_id, months[0], months[-1])
