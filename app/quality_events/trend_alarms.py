"""Looks at the month that is over, and asks for a trend nonconformity where the action limit was passed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.organisation.models import BusinessProcess, ProductFamily, Site
from app.quality_events.rules.trend import Judged, JudgedBy, Level, month_before
from app.quality_events.trends import Dimension, Series, stand_out
from app.workflow import messages

NONCONFORMITY_REQUESTED = "nonconformity.requested"
TREND_ALERTED = "trend.alerted"
SEVERITY = 3
NAMES: Mapping[Dimension, tuple[type[Site | BusinessProcess | ProductFamily], str]] = {
    Dimension.SITE: (Site, "site_id"),
    Dimension.PROCESS: (BusinessProcess, "process_id"),
    Dimension.FAMILY: (ProductFamily, "product_family_id"),
}


def scan_month() -> int:
    """Judge every series at the month that is over; return how many stand out.

    Effects: a transaction of its own; one stored message for each series and month, which opens or joins a
        nonconformity at the action limit and asks for an explanation at the alert limit. A job; safe to
        call again.
    Source: lifecycles 5.3.
    """
    with unit_of_work() as uow:
        month = month_before(uow.now.date())
        loud = [one for one in stand_out(uow.session, month) if one[1].level is not Level.QUIET]
        for series, judged in loud:
            name = NONCONFORMITY_REQUESTED if judged.level is Level.ACTION else TREND_ALERTED
            messages.send(
                uow,
                name,
                f"trend:{series.key}",
                source=f"trend:{series.key}:{month:%Y-%m}",
                payload=_payload(uow, series, judged),
            )
        return len(loud)


def arithmetic(judged: Judged) -> str:
    """Return in a sentence why a month stands out, with the figures it was judged by."""
    figures = {
        "count": judged.period.count,
        "expected": f"{judged.expected:.2f}",
        "month": judged.period.month.strftime("%Y-%m"),
    }
    if judged.test is JudgedBy.RUN:
        return _("%(count)s in %(month)s, the sixth rise in a row.", **figures)
    if judged.test is JudgedBy.TAIL:
        chance = f"{judged.tail or 0:.4f}"
        return _(
            "%(count)s in %(month)s against %(expected)s expected; by chance with probability %(chance)s.",
            **figures,
            chance=chance,
        )
    limit = judged.action_above if judged.level is Level.ACTION else judged.alert_above
    return _(
        "%(count)s in %(month)s against %(expected)s expected; the limit is %(limit)s.",
        **figures,
        limit=f"{limit or 0:.2f}",
    )


def name_of(uow: UnitOfWork, series: Series) -> str:
    """Return what a series counts, in the reader's words."""
    if series.dimension in NAMES:
        model, _column = NAMES[series.dimension]
        name = uow.session.scalar(select(model.name).where(model.id == int(series.value)))
        return name or series.key
    return _group_words()[series.value]()


def _payload(uow: UnitOfWork, series: Series, judged: Judged) -> dict[str, Any]:
    place = {NAMES[series.dimension][1]: int(series.value)} if series.dimension in NAMES else {}
    return {
        "title": _("Trend: %(series)s", series=name_of(uow, series)),
        "description": arithmetic(judged),
        "occurred_at": _last_moment(judged.period.month).isoformat(),
        "severity_initial": SEVERITY,
        "requirement_ref": f"trend {series.key}",
        "trend_series": series.key,
        "trend_month": judged.period.month.isoformat(),
        **place,
    }


def _last_moment(month: date) -> datetime:
    following = datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=UTC)
    return following - timedelta(seconds=1)


def _group_words() -> Mapping[str, Callable[[], str]]:
    return {
        "": lambda: _("all quality events"),
        "nonconformities": lambda: _("nonconformities"),
        "findings": lambda: _("audit findings"),
        "complaints": lambda: _("complaints"),
        "incidents": lambda: _("incidents and near misses"),
        "suppliers": lambda: _("supplier downgrades"),
    }
