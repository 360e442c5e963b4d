"""A dashboard on paper: every figure with what it is measured against, every chart with its table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.dashboard.desk import ChartCard, Desk
from app.dashboard.page import DashboardPage
from app.foundation.i18n import gettext as _
from app.printing.paper import Enclosure, Facts, Heading, Paper, Part, Picture, Table, Words
from app.web.chart_pictures import standalone_chart
from app.web.dates import exact_in_words
from app.web.environment import number
from app.web.parts import Column, Heat, Link

MOST_ROWS = 40


@dataclass(frozen=True, slots=True)
class Shown:
    """What the reader looks at, in words: the time, the site, the process."""

    period: str
    site: str
    process: str


def dashboard_paper(desk: Desk, page: DashboardPage, shown: Shown, at: datetime) -> Paper:
    """Return a dashboard as a paper, made for the person who reads it."""
    return Paper(
        title=_("Dashboard: %(title)s", title=page.title),
        subtitle=page.sentence,
        language=desk.reader.locale,
        made_at=at,
        head=(page.title, shown.period, shown.site),
        foot=_(
            "Made %(when)s for %(name)s; an uncontrolled copy",
            when=exact_in_words(at, reader=desk.reader),
            name=desk.actor.name,
        ),
        page_words=_("Page {page} of {pages}"),
        missing_sign=_("A box stands for a sign that the fonts of this paper lack."),
        parts=[*_top(page, shown), *(part for card in page.charts for part in _card(card))],
        enclosures={
            card.key: Enclosure(standalone_chart(card.chart, _alt(card)).encode(), "image/svg+xml")
            for card in page.charts
            if card.chart is not None
        },
    )


def _top(page: DashboardPage, shown: Shown) -> Iterator[Part]:
    yield Facts(
        [(_("Period"), shown.period), (_("Site"), shown.site), (_("Process"), shown.process)],
    )
    yield Heading(_("Figures"))
    yield Table(
        (_("Indicator"), _("Figure"), _("Target"), _("Against the time before")),
        [
            (one.stat.title, one.stat.figure, one.stat.unit or "\u2013", one.stat.change)
            for one in page.figures
        ],
        caption=_("Figures of this time"),
        widths=(4, 2, 3, 4),
    )


def _card(card: ChartCard) -> Iterator[Part]:
    yield Heading(card.title)
    yield Words(" ".join(part for part in (card.figure, card.unit) if part) + ".")
    if card.change:
        yield Words(card.change, is_quiet=True)
    if card.chart is not None:
        yield Picture(card.key, _alt(card))
    if card.heat is not None:
        yield _grid(card.heat)
    elif card.rows:
        yield _twin(card)
    else:
        yield Words(_("Nothing to show for this time."), is_quiet=True)


def _twin(card: ChartCard) -> Table:
    rows = [[_cell(column, row) for column in card.columns] for row in card.rows[:MOST_ROWS]]
    return Table([column.label for column in card.columns], rows, caption=card.title)


def _grid(heat: Heat) -> Table:
    rows: Sequence[Sequence[str]] = [[name, *(cell.figure for cell in cells)] for name, cells in heat.rows]
    return Table([heat.corner, *heat.columns], rows, caption=heat.caption)


def _cell(column: Column, row: Mapping[str, Any]) -> str:
    value = row[column.key]
    if value is None or value == "":
        return "\u2013"
    if isinstance(value, Link):
        return value.label
    return str(number(value)) if column.kind == "number" else str(value)


def _alt(card: ChartCard) -> str:
    return f"{card.title}: {card.figure} {card.unit}. {card.change}"
