"""Prepares the page of one indicator: figure, way, comparison, and the rows it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.foundation.dated import kept_since
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.indicators import words
from app.indicators.definitions import BY_KEY, Indicator
from app.indicators.frame import kept_months, shown_months, sites_seen, way_in_words
from app.indicators.months import KeptMonth
from app.indicators.periods import Asked, before, scope_for
from app.indicators.rules import Reckoning
from app.indicators.service import WHOLE, CountedRecord, Reading, behind, reading, reading_by_site, readings
from app.organisation.models import FailureMode
from app.records.urls import record_url, status_word
from app.web.addresses import address
from app.web.charts import Chart, Point, columns
from app.web.environment import number
from app.web.parts import Chip, Column, Fact, Link
from app.web.reader import Reader
from app.workflow.lifecycle import registry

MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class IndicatorPage:
    """Everything the page of one indicator draws."""

    title: str
    figure: str
    chip: Chip | None
    change: str
    note: str
    beside: Sequence[Fact]
    computed: Sequence[Fact]
    chart: Chart | None
    chart_words: str
    month_columns: Sequence[Column]
    months: Sequence[Mapping[str, Any]]
    site_columns: Sequence[Column]
    sites: Sequence[Mapping[str, Any]]
    row_columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    count: str
    unseen: str
    part: str
    whole_url: str


def indicator_page(session: Session, actor: Actor, reader: Reader, key: str, asked: Asked) -> IndicatorPage:
    """Return the page of one indicator.

    Errors: UnknownIndicator, by the caller's `indicator_of`.
    """
    one, scope = BY_KEY[key], scope_for(actor, asked)
    current, then = reading(session, one, scope), reading(session, one, scope_for(actor, before(asked)))
    kept = kept_months(session, actor, [key], asked).get(key, {})
    found = behind(session, actor, one, scope, most=MOST_ROWS, part=asked.part)
    names = sites_seen(session, actor)
    return IndicatorPage(
        title=one.title(),
        figure=words.figure_words(one, current.figure),
        chip=words.rag_chip(one, current.figure),
        change=words.change_words(one, current.figure, then.figure),
        note=one.absent() if one.absent else "",
        beside=_beside(session, one, asked, actor),
        computed=_computed(one, kept_since(session), reader),
        chart=_chart(one, kept, asked, reader) if kept else None,
        chart_words=way_in_words(one, [row.figure for row in kept.values()]),
        month_columns=_month_columns(one),
        months=[_month_row(row, reader) for row in reversed(list(kept.values()))],
        site_columns=_site_columns(one),
        sites=_site_rows(one, reading_by_site(session, one, scope), names, asked),
        row_columns=_row_columns(has_amounts=any(one.amount is not None for one in found.records)),
        rows=[_row(record, names) for record in found.records],
        count=ngettext("%(num)s record", "%(num)s records", len(found.records)),
        unseen=_unseen(found.unseen),
        part=_part_words(session, asked),
        whole_url=address("indicators.page", indicator_key=key, **replace(asked, part=WHOLE).arguments()),
    )


def _beside(session: Session, one: Indicator, asked: Asked, actor: Actor) -> Sequence[Fact]:
    others = [BY_KEY[key] for key in one.beside]
    found = readings(session, others, scope_for(actor, asked))
    return [
        Fact(
            other.title(),
            words.figure_words(other, found[other.key].figure),
            address("indicators.page", indicator_key=other.key, **asked.arguments()),
        )
        for other in others
    ]


def _computed(one: Indicator, begun_at: datetime | None, reader: Reader) -> Sequence[Fact]:
    reckonings = {
        "count": _("the number of records"),
        "hits": _("the number of records for which it holds"),
        "share": _("records for which it holds, divided by all records, times 100"),
        "sum": _("the sum of the amounts"),
        "mean": _("the sum of the amounts, divided by the number of records"),
        "median": _("the amount in the middle"),
        "ninth_decile": _("the amount below which nine of ten lie"),
    }
    directions = {"up": _("more is better"), "down": _("less is better"), "none": _("neither is better")}
    counted = registry.measure_word(one.measure)
    facts = [
        Fact(_("What it says"), one.formula()),
        Fact(_("How it is reckoned"), reckonings[one.reckoning.value]),
        Fact(_("What is counted"), _(counted) if counted else _("no source yet")),
        Fact(_("Unit"), words.unit_words()[one.unit] or _("records")),
        Fact(_("Which way is good"), directions[one.direction.value]),
        Fact(_("Target"), words.target_words(one) or _("none")),
        Fact(_("Clause"), one.clause),
        Fact(_("Left out"), _("imported history and records cancelled by the end of the period")),
        Fact(_("Past days"), _past_days(begun_at, reader)),
    ]
    if one.is_standing:
        facts.insert(1, Fact(_("When"), _("as it stands at the end of the period")))
    return facts


def _past_days(begun_at: datetime | None, reader: Reader) -> str:
    """Return how a past period is reckoned, and from when on that is exact."""
    rule = _("as all stood at the end of the period; what changed since does not count")
    if begun_at is None:
        return rule
    day = format_date(begun_at.astimezone(reader.zone_info).date(), "d MMMM y", locale=reader.babel_locale)
    return _(
        "%(rule)s. Exact from %(day)s on; before, some values are those of that day.", rule=rule, day=day
    )


def _chart(one: Indicator, kept: Mapping[date, KeptMonth], asked: Asked, reader: Reader) -> Chart:
    points = [
        Point(
            format_date(month, "MMM", locale=reader.babel_locale),
            kept[month].figure if month in kept else None,
            words.figure_words(one, kept[month].figure).replace(" %", "") if month in kept else "",
        )
        for month in shown_months(asked.last)
    ]
    return columns(points, target=one.target)


def _month_columns(one: Indicator) -> Sequence[Column]:
    return (
        Column("month", _("Month")),
        Column("figure", one.title()),
        Column("rows", _("Records"), "number"),
        Column("hits", _("It holds for"), "number"),
        Column("late", _("Read"), "text"),
    )


def _month_row(row: KeptMonth, reader: Reader) -> Mapping[str, Any]:
    return {
        "month": format_date(row.month, "MMMM y", locale=reader.babel_locale),
        "figure": words.figure_words(BY_KEY[row.key], row.figure),
        "rows": row.rows,
        "hits": row.hits,
        "late": _("later") if row.is_late else _("at its end"),
    }


def _site_columns(one: Indicator) -> Sequence[Column]:
    per_record = (Column("per", _("Per record")),) if one.reckoning in {Reckoning.SUM, Reckoning.MEAN} else ()
    return (
        Column("site", _("Site"), "link"),
        Column("figure", one.title()),
        Column("rows", _("Records"), "number"),
        *per_record,
    )


def _site_rows(
    one: Indicator, found: Mapping[int, Reading], names: Mapping[int, str], asked: Asked
) -> Sequence[Mapping[str, Any]]:
    rows = []
    for site_id in sorted(found.keys() & names.keys(), key=lambda key: names[key]):
        tally = found[site_id].tally
        at = Asked(asked.first, asked.last, site_id, asked.process_id)
        rows.append(
            {
                "site": Link(
                    names[site_id], address("indicators.page", indicator_key=one.key, **at.arguments())
                ),
                "figure": words.figure_words(one, found[site_id].figure),
                "rows": tally.rows,
                "per": number(tally.total / tally.rows, 1) if tally.total and tally.rows else words.NOTHING,
            }
        )
    return rows


def _row_columns(*, has_amounts: bool) -> Sequence[Column]:
    amount = (Column("amount", _("Amount"), "number"),) if has_amounts else ()
    return (
        Column("record", _("Record"), "link"),
        Column("site", _("Site")),
        Column("stage", _("Stage")),
        Column("holds", _("It holds")),
        *amount,
    )


def _row(record: CountedRecord, names: Mapping[int, str]) -> Mapping[str, Any]:
    return {
        "record": Link(f"{record.number} {record.title}", record_url(record.kind, record.id)),
        "site": names.get(record.site_id or 0, ""),
        "stage": status_word(record.kind, record.status),
        "holds": _("yes") if record.is_hit else _("no"),
        "amount": None if record.amount is None else round(record.amount, 1),
    }


def _unseen(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(num)s more record is counted that you may not open.",
        "%(num)s more records are counted that you may not open.",
        count,
    )


def _part_words(session: Session, asked: Asked) -> str:
    """Return which part of the rows is shown, empty for all of them."""
    part = asked.part
    if part.cut is not None:
        name = session.scalar(select(FailureMode.name).where(FailureMode.id == part.cut))
        return _("Only “%(what)s”.", what=name or _("without failure mode"))
    if part.least is not None and part.below is not None:
        return _("Only amounts from %(least)s to %(below)s.", least=part.least, below=part.below)
    if part.least is not None:
        return _("Only amounts from %(least)s on.", least=part.least)
    return _("Only amounts below %(below)s.", below=part.below) if part.below is not None else ""
