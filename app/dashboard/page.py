"""Prepares a dashboard: its small cards, its charts, and what stands out in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from app.dashboard.cards import BY_MONTH, CHARTS
from app.dashboard.desk import ChartCard, Desk
from app.dashboard.views import VIEWS, View
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.indicators import words
from app.indicators.definitions import BY_KEY
from app.indicators.earlier import figures_before
from app.indicators.frame import kept_months, shown_months, way_in_words
from app.indicators.months import KeptMonth
from app.indicators.periods import scope_for
from app.indicators.rules import Rag, rag_of
from app.indicators.service import Reading, readings
from app.web.addresses import address
from app.web.charts import Spark, spark
from app.web.parts import Stat, Tab


@dataclass(frozen=True, slots=True)
class FigureCard:
    """A small card: an indicator with its twelve months."""

    stat: Stat
    spark: Spark
    spark_words: str


@dataclass(frozen=True, slots=True)
class DashboardPage:
    """Everything a dashboard draws."""

    title: str
    sentence: str
    views: Sequence[Tab]
    figures: Sequence[FigureCard]
    charts: Sequence[ChartCard]


def dashboard_page(desk: Desk, view: View) -> DashboardPage:
    """Return a dashboard for a period, a site and a process."""
    indicators = [BY_KEY[key] for key in view.figures]
    now = readings(desk.session, indicators, scope_for(desk.actor, desk.asked))
    then = figures_before(desk.session, desk.actor, indicators, desk.asked)
    kept = kept_months(desk.session, desk.actor, [*view.figures, *BY_MONTH], desk.asked)
    desk = replace(desk, months=kept)
    return DashboardPage(
        title=view.title(),
        sentence=_sentence(list(now.values())),
        views=[
            Tab(
                one.title(),
                address("dashboard.page", view_key=one.key, **desk.asked.arguments()),
                one is view,
            )
            for one in VIEWS
        ],
        figures=[_card(desk, now[key], then[key], kept.get(key, {})) for key in view.figures],
        charts=[CHARTS[key](desk) for key in view.charts],
    )


def _card(desk: Desk, now: Reading, then: Decimal | None, kept: Mapping[date, KeptMonth]) -> FigureCard:
    one = now.indicator
    figures = [kept[month].figure if month in kept else None for month in shown_months(desk.asked.last)]
    return FigureCard(_stat(desk, now, then), spark(figures, one.target), way_in_words(one, figures))


def _stat(desk: Desk, now: Reading, then: Decimal | None) -> Stat:
    one = now.indicator
    target = words.target_words(one)
    return Stat(
        title=one.title(),
        figure=words.figure_words(one, now.figure),
        url=desk.url(one.key),
        unit=_("target %(target)s", target=target) if target else "",
        change=words.change_words(one, now.figure, then) or _("Nothing to compare with."),
        verdict=words.change_verdict(one, now.figure, then),
        icon=words.change_icon(now.figure, then),
        computed=one.formula(),
    )


def _sentence(found: Sequence[Reading]) -> str:
    off = [
        one.indicator.title()
        for one in found
        if rag_of(one.figure, one.indicator.target, one.indicator.direction) is Rag.RED
    ]
    if not off:
        return _("Everything with a target is on or near it.")
    count = ngettext("%(num)s thing to look at", "%(num)s things to look at", len(off))
    return _("%(count)s: %(names)s.", count=count, names=", ".join(off))
