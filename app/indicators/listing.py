"""Prepares the list of indicators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.foundation.i18n import gettext as _
from app.indicators import words
from app.indicators.definitions import INDICATORS
from app.indicators.earlier import figures_before
from app.indicators.frame import kept_months, shown_months, way_in_words
from app.indicators.months import KeptMonth
from app.indicators.periods import Asked, scope_for
from app.indicators.service import Reading, readings
from app.web.addresses import address
from app.web.charts import Spark, spark
from app.web.parts import Chip


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of the list. Shape: `note` says why it has no figure."""

    title: str
    url: str
    figure: str
    target: str
    chip: Chip | None
    change: str
    verdict: str
    icon: str
    spark: Spark
    spark_words: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """Indicators that belong together."""

    key: str
    title: str
    lines: Sequence[Line]


def areas(session: Session, actor: Actor, asked: Asked) -> Sequence[Area]:
    """Return all indicators by area for a period and a site."""
    now = readings(session, INDICATORS, scope_for(actor, asked))
    then = figures_before(session, actor, INDICATORS, asked)
    kept = kept_months(session, actor, [one.key for one in INDICATORS], asked)
    lines: dict[str, list[Line]] = {area: [] for area in words.area_words()}
    for one in INDICATORS:
        lines[one.area].append(line_of(now[one.key], then[one.key], kept.get(one.key, {}), asked))
    return [Area(key, title, lines[key]) for key, title in words.area_words().items() if lines[key]]


def line_of(now: Reading, then: Decimal | None, kept: Mapping[date, KeptMonth], asked: Asked) -> Line:
    """Return one indicator of the list."""
    one = now.indicator
    figures = [kept[month].figure if month in kept else None for month in shown_months(asked.last)]
    return Line(
        title=one.title(),
        url=address("indicators.page", indicator_key=one.key, **asked.arguments()),
        figure=words.figure_words(one, now.figure),
        target=words.target_words(one),
        chip=words.rag_chip(one, now.figure),
        change=words.change_words(one, now.figure, then),
        verdict=words.change_verdict(one, now.figure, then),
        icon=words.change_icon(now.figure, then),
        spark=spark(figures, one.target),
        spark_words=way_in_words(one, figures),
        note=one.absent() if one.absent else "" if now.figure is not None else _("Nothing to count."),
    )
