"""Reads indicators: the figure for any period and place, the rows behind it, and sites compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.foundation.errors import NotFound
from app.foundation.i18n import gettext as _
from app.indicators.definitions import BY_KEY, Indicator
from app.indicators.rules import Reckoning, Tally, figure_of
from app.records.models import Record
from app.records.visibility import visible
from app.workflow.figures import FigureScope, Rows
from app.workflow.lifecycle import registry

_NEEDS_AMOUNTS = frozenset({Reckoning.MEDIAN, Reckoning.NINTH_DECILE})


class UnknownIndicator(NotFound):
    """There is no indicator of that key."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An indicator's figure with what it was reckoned from. Shape: `figure` None: nothing to reckon with."""

    indicator: Indicator
    tally: Tally
    figure: Decimal | None


@dataclass(frozen=True, slots=True)
class CountedRecord:
    """A record behind a figure. Shape: `amount` None where the indicator only counts."""

    id: int
    kind: str
    number: str
    title: str
    status: str
    site_id: int | None
    is_hit: bool
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Behind:
    """The records behind a figure that a person may see, and how many they may not."""

    records: Sequence[CountedRecord]
    unseen: int


def indicator_of(key: str) -> Indicator:
    """Return an indicator.

    Errors: UnknownIndicator.
    """
    found = BY_KEY.get(key)
    if found is None:
        raise UnknownIndicator(_("There is no indicator of this name."))
    return found


def reading(session: Session, indicator: Indicator, scope: FigureScope) -> Reading:
    """Return an indicator for a period and a place; without a source it has no figure."""
    return readings(session, (indicator,), scope)[indicator.key]


def readings(session: Session, indicators: Sequence[Indicator], scope: FigureScope) -> Mapping[str, Reading]:
    """Return indicators by key; those that count the same rows share one look at them."""
    tallies: dict[tuple[str, bool], Tally] = {}
    found = {}
    for one in indicators:
        source = (one.measure, one.reckoning in _NEEDS_AMOUNTS)
        if source not in tallies:
            tallies[source] = _tally(session, one, scope)
        found[one.key] = _read(one, tallies[source])
    return found


def reading_by_site(session: Session, indicator: Indicator, scope: FigureScope) -> Mapping[int, Reading]:
    """Return the indicator of each site that has anything to count, in one statement."""
    statement = _statement(session, indicator, scope)
    if statement is None:
        return {}
    if indicator.reckoning in _NEEDS_AMOUNTS:
        return _by_site_with_amounts(session, indicator, statement)
    rows = statement.subquery()
    found = session.execute(
        select(rows.c.site_id, func.count(), func.sum(rows.c.hit), func.sum(rows.c.amount))
        .where(rows.c.site_id.is_not(None))
        .group_by(rows.c.site_id)
    )
    return {row[0]: _read(indicator, _tally_of(row[1], row[2], row[3])) for row in found}


def behind(session: Session, actor: Actor, indicator: Indicator, scope: FigureScope, *, most: int) -> Behind:
    """Return the records that the figure counts, hits first, the latest before the older ones.

    Shape: records that the person may not see are counted, never named.
    """
    statement = _statement(session, indicator, scope)
    if statement is None:
        return Behind((), 0)
    rows = statement.subquery()
    shown = select(
        Record.id,
        Record.kind,
        Record.number,
        Record.title,
        Record.status,
        Record.site_id,
        rows.c.hit,
        rows.c.amount,
    ).join(rows, rows.c.record_id == Record.id)
    if indicator.reckoning is Reckoning.HITS:
        shown = shown.where(rows.c.hit == 1)
    total = session.scalar(select(func.count()).select_from(shown.subquery())) or 0
    seen = visible(shown, actor)
    count = session.scalar(select(func.count()).select_from(seen.subquery())) or 0
    ordered = seen.order_by(rows.c.hit.desc(), Record.id.desc()).limit(most)
    return Behind([_record(row) for row in session.execute(ordered)], total - count)


def _statement(session: Session, indicator: Indicator, scope: FigureScope) -> Rows | None:
    measure = registry.measures().get(indicator.measure)
    return None if measure is None else measure(session, scope)


def _tally(session: Session, indicator: Indicator, scope: FigureScope) -> Tally:
    statement = _statement(session, indicator, scope)
    if statement is None:
        return Tally()
    rows = statement.subquery()
    if indicator.reckoning in _NEEDS_AMOUNTS:
        amounts = session.scalars(
            select(rows.c.amount).where(rows.c.amount.is_not(None)).order_by(rows.c.amount)
        ).all()
        return _tally_of_amounts(amounts)
    row = session.execute(
        select(func.count(), func.sum(rows.c.hit), func.sum(rows.c.amount)).select_from(rows)
    ).one()
    return _tally_of(row[0], row[1], row[2])


def _by_site_with_amounts(session: Session, indicator: Indicator, statement: Rows) -> Mapping[int, Reading]:
    rows = statement.subquery()
    found: dict[int, list[float]] = {}
    for site_id, amount in session.execute(
        select(rows.c.site_id, rows.c.amount)
        .where(rows.c.site_id.is_not(None), rows.c.amount.is_not(None))
        .order_by(rows.c.amount)
    ):
        found.setdefault(site_id, []).append(amount)
    return {site_id: _read(indicator, _tally_of_amounts(amounts)) for site_id, amounts in found.items()}


def _read(indicator: Indicator, tally: Tally) -> Reading:
    if not indicator.measure:
        return Reading(indicator, tally, None)
    return Reading(indicator, tally, figure_of(indicator.reckoning, tally))


def _tally_of(rows: int, hits: int | None, total: float | None) -> Tally:
    return Tally(int(rows), int(hits or 0), Decimal(str(total or 0)))


def _tally_of_amounts(amounts: Sequence[float]) -> Tally:
    known = [Decimal(str(one)) for one in amounts]
    return Tally(len(known), 0, sum(known, Decimal(0)), known)


def _record(row: Row[*tuple[object, ...]]) -> CountedRecord:
    values = row._asdict()
    amount = values.pop("amount")
    is_hit = values.pop("hit") == 1
    return CountedRecord(**values, is_hit=is_hit, amount=None if amount is None else Decimal(str(amount)))
