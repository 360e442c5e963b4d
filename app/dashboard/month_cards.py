"""Cards that go by months: the trend with its limits, the audit programme, exposure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from app.dashboard.desk import ChartCard, Desk
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.indicators import words
from app.indicators.definitions import BY_KEY
from app.indicators.months import KeptMonth, next_month
from app.indicators.periods import scope_for
from app.indicators.service import reading
from app.quality_events.rules.trend import Judged, Level, Period, judge_series
from app.web.charts import Chart, Point, columns, lines
from app.web.parts import Column, Link


def trend(desk: Desk) -> ChartCard:
    """Show the nonconformities of each month with the limits of the u-chart."""
    key = "nonconformities"
    judged = judge_series([Period(one.month, one.rows) for one in desk.kept(key)])
    last = judged[-1] if judged else None
    return ChartCard(
        key="trend",
        title=_("Nonconformities by month"),
        figure=str(last.period.count) if last else words.NOTHING,
        unit=_("in %(month)s", month=desk.month(last.period.month, "MMMM")) if last else "",
        url=_month_door(desk, key, last),
        change=_trend_words(last),
        verdict="bad" if last is not None and last.level is Level.ACTION else "",
        chart=_trend_chart(desk, judged) if judged else None,
        columns=(
            Column("month", _("Month"), "link"),
            Column("count", _("Reported"), "number"),
            Column("alert", _("Alert above"), "number"),
            Column("action", _("Action above"), "number"),
        ),
        rows=[_trend_row(desk, key, one) for one in reversed(judged)],
        computed=desk.url(key),
    )


def audits(desk: Desk) -> ChartCard:
    """Show how many audits were held as planned, month by month."""
    key, scope = "audits_as_planned", scope_for(desk.actor, desk.asked)
    found = reading(desk.session, BY_KEY[key], scope)
    months = desk.kept(key)
    points = [
        Point(desk.month(one.month), one.rows, f"{one.hits}/{one.rows}" if one.rows else "", is_strong=True)
        for one in months
    ]
    missed = found.tally.rows - found.tally.hits
    return ChartCard(
        key="audits",
        title=_("Audit programme"),
        figure=str(found.tally.hits),
        unit=_("of %(count)s audits held as planned", count=found.tally.rows),
        url=desk.url(key),
        change=_missed_words(missed),
        verdict="bad" if missed else "",
        chart=columns(points) if any(one.rows for one in months) else None,
        columns=(
            Column("month", _("Month")),
            Column("held", _("Held as planned"), "number"),
            Column("planned", _("Planned"), "number"),
        ),
        rows=[
            {"month": desk.month(one.month, "MMMM y"), "held": one.hits, "planned": one.rows}
            for one in reversed(months)
        ],
        computed=desk.url(key),
    )


def exposure(desk: Desk) -> ChartCard:
    """Show exposure month by month."""
    key, scope = "exposure", scope_for(desk.actor, desk.asked)
    found = reading(desk.session, BY_KEY[key], scope)
    months = desk.kept(key)
    return ChartCard(
        key="exposure",
        title=_("Exposure by month"),
        figure=words.figure_words(BY_KEY[key], found.figure),
        unit=ngettext("of %(num)s open risk", "of %(num)s open risks", found.tally.rows),
        url=desk.url(key),
        change="",
        verdict="",
        chart=_exposure_chart(desk, months) if months else None,
        columns=(Column("month", _("Month")), Column("figure", _("Points"), "number")),
        rows=[{"month": desk.month(one.month, "MMMM y"), "figure": one.figure} for one in reversed(months)],
        computed=desk.url(key),
    )


def _trend_chart(desk: Desk, judged: Sequence[Judged]) -> Chart:
    def of(name: str) -> Sequence[Decimal | None]:
        found = [getattr(one, name) for one in judged]
        return [None if one is None else Decimal(str(round(one, 2))) for one in found]

    return lines(
        [desk.month(one.period.month) for one in judged],
        [
            (_("Action"), "action", of("action_above")),
            (_("Alert"), "alert", of("alert_above")),
            (_("Expected"), "mean", of("expected")),
            ("", "value", [one.period.count for one in judged]),
        ],
    )


def _month_door(desk: Desk, key: str, one: Judged | None) -> str:
    if one is None:
        return desk.url(key)
    last = next_month(one.period.month) - timedelta(days=1)
    return desk.url(key, first=one.period.month, last=last)


def _trend_words(one: Judged | None) -> str:
    if one is None:
        return ""
    if one.level is Level.ACTION:
        return _("Above the action limit: ask why it rises.")
    if one.level is Level.ALERT:
        return _("Above the alert limit: watch it.")
    return _("Within its limits.")


def _trend_row(desk: Desk, key: str, one: Judged) -> Mapping[str, Any]:
    return {
        "month": Link(desk.month(one.period.month, "MMMM y"), _month_door(desk, key, one)),
        "count": one.period.count,
        "alert": _rounded(one.alert_above),
        "action": _rounded(one.action_above),
    }


def _rounded(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, 1)))


def _exposure_chart(desk: Desk, months: Sequence[KeptMonth]) -> Chart:
    return lines([desk.month(one.month) for one in months], [("", "value", [one.figure for one in months])])


def _missed_words(missed: int) -> str:
    if not missed:
        return ""
    return ngettext(
        "%(num)s audit was not held by its day", "%(num)s audits were not held by their day", missed
    )
