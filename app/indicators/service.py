"""Reads indicators: the figure for any period and place, the rows behind it, and sites compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Label, Row, Subquery, case, func, select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.foundation.errors import NotFound
from app.foundation.i18n import gettext as _
from app.indicators.definitions import BY_KEY, Indicator
from app.indicators.rules import Reckoning, Tally, figure_of
from app.records.models import Record
from app.records.visibility import visible
from app.workflow.figures import FigureScope, Rows, once
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
class Part:
    """A part of what an indicator counts.

    Shape: `cut` is an id of master data, 0 for rows without one; amounts from `least` to below `below`.
    """

    cut: int | None = None
    least: int | None = None
    below: int | None = None


WHOLE = Part()


@dataclass(frozen=True, slots=True)
class Group:
    """What an indicator counts at one site and of one cut. Shape: `site_id` None and `cut` 0 are without."""

    site_id: int | None
    cut: int
    rows: int
    hits: int
    total: Decimal


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
    if indicator.reckoning in _NEEDS_AMOUNTS:
        statement = _statement(session, indicator, scope)
        return {} if statement is None else _by_site_with_amounts(session, indicator, statement)
    found: dict[int, list[Group]] = {}
    for one in groups(session, indicator, scope):
        if one.site_id is not None:
            found.setdefault(one.site_id, []).append(one)
    return {site_id: _read(indicator, _together(members)) for site_id, members in found.items()}


def counts_by_cut(session: Session, indicator: Indicator, scope: FigureScope) -> Mapping[int, int]:
    """Return how many rows there are of each cut, the most frequent first; 0 is without one."""
    found: dict[int, int] = {}
    for one in groups(session, indicator, scope):
        found[one.cut] = found.get(one.cut, 0) + one.rows
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def groups(session: Session, indicator: Indicator, scope: FigureScope) -> Sequence[Group]:
    """Return what an indicator counts by site and cut, in one statement that all its figures share."""
    return once(session, ("groups", indicator.measure, scope), lambda: _grouped(session, indicator, scope))


def counts_by_amount(
    session: Session, indicator: Indicator, scope: FigureScope, bounds: Sequence[int]
) -> Sequence[int]:
    """Return how many rows lie below the first bound, between each two, and from the last one on."""
    statement = _statement(session, indicator, scope)
    if statement is None:
        return [0] * (len(bounds) + 1)
    rows = statement.subquery()
    place = case(*((rows.c.amount < bound, index) for index, bound in enumerate(bounds)), else_=len(bounds))
    found = {row[0]: row[1] for row in session.execute(select(place, func.count()).group_by(place))}
    return [found.get(index, 0) for index in range(len(bounds) + 1)]


def behind(
    session: Session,
    actor: Actor,
    indicator: Indicator,
    scope: FigureScope,
    *,
    most: int,
    part: Part = WHOLE,
) -> Behind:
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
    shown = shown.where(*_narrowing(rows, part))
    total = session.scalar(select(func.count()).select_from(shown.subquery())) or 0
    seen = visible(shown, actor)
    count = session.scalar(select(func.count()).select_from(seen.subquery())) or 0
    ordered = seen.order_by(rows.c.hit.desc(), Record.id.desc()).limit(most)
    return Behind([_record(row) for row in session.execute(ordered)], total - count)


def counted_ids(session: Session, indicator: Indicator, scope: FigureScope, *, most: int) -> Sequence[int]:
    """Return the ids of the records that a figure counts, in order, at most so many."""
    statement = _statement(session, indicator, scope)
    if statement is None:
        return ()
    rows = statement.subquery()
    wanted = select(rows.c.record_id).order_by(rows.c.record_id).limit(most)
    if indicator.reckoning is Reckoning.HITS:
        wanted = wanted.where(rows.c.hit == 1)
    return session.scalars(wanted).all()


def _narrowing(rows: Subquery, part: Part) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if part.cut is not None:
        conditions.append(func.coalesce(rows.c.cut, 0) == part.cut)
    if part.least is not None:
        conditions.append(rows.c.amount >= part.least)
    if part.below is not None:
        conditions.append(rows.c.amount < part.below)
    return conditions


def _statement(session: Session, indicator: Indicator, scope: FigureScope) -> Rows | None:
    measure = registry.measures().get(indicator.measure)
    if measure is None:
        return None
    return once(session, (indicator.measure, scope), lambda: measure(session, scope))


def _tally(session: Session, indicator: Indicator, scope: FigureScope) -> Tally:
    if indicator.reckoning not in _NEEDS_AMOUNTS:
        return _together(groups(session, indicator, scope))
    statement = _statement(session, indicator, scope)
    if statement is None:
        return Tally()
    rows = statement.subquery()
    amounts = session.scalars(
        select(rows.c.amount).where(rows.c.amount.is_not(None)).order_by(rows.c.amount)
    ).all()
    return _tally_of_amounts(amounts)


def _grouped(session: Session, indicator: Indicator, scope: FigureScope) -> Sequence[Group]:
    statement = _statement(session, indicator, scope)
    if statement is None:
        return ()
    rows = statement.selected_columns
    cut = func.coalesce(_bare(rows.cut), 0)
    counted, site_id = func.count(_bare(rows.record_id)), _bare(rows.site_id)
    sums = (func.sum(_bare(rows.hit)), func.sum(_bare(rows.amount)))
    found = session.execute(statement.with_only_columns(site_id, cut, counted, *sums).group_by(site_id, cut))
    return [Group(row[0], row[1], row[2], int(row[3] or 0), Decimal(str(row[4] or 0))) for row in found]


def _bare(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column without its name, as sums and groups of the same statement need it."""
    return column.element if isinstance(column, Label) else column


def _together(found: Sequence[Group]) -> Tally:
    return Tally(
        sum(one.rows for one in found),
        sum(one.hits for one in found),
        sum((one.total for one in found), Decimal(0)),
    )


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
    is_nothing = indicator.is_standing and tally.rows == 0 and indicator.reckoning is not Reckoning.COUNT
    return Reading(indicator, tally, None if is_nothing else figure_of(indicator.reckoning, tally))


def _tally_of_amounts(amounts: Sequence[float]) -> Tally:
    known = [Decimal(str(one)) for one in amounts]
    return Tally(len(known), 0, sum(known, Decimal(0)), known)


def _record(row: Row[*tuple[object, ...]]) -> CountedRecord:
    values = row._asdict()
    amount = values.pop("amount")
    is_hit = values.pop("hit") == 1
    return CountedRecord(**values, is_hit=is_hit, amount=None if amount is None else Decimal(str(amount)))
