"""Looks at the month that is over: opens nonconformities beyond action limits, asks beyond alert limits.

Several series of one place are asked about once: they count the same events from several sides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.dates import written_month
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.organisation.models import BusinessProcess, ProductFamily, Site
from app.quality_events.rules.trend import Judged, JudgedBy, Level, month_before
from app.quality_events.trends import Dimension, Series, sites_of, stand_out
from app.workflow import messages

NONCONFORMITY_REQUESTED = "nonconformity.requested"
TREND_ALERTED = "trend.alerted"
SEVERITY = 3
TITLE = 200  # letters
SHORT = 16
NARROW_FIRST = (Dimension.PROCESS, Dimension.FAMILY, Dimension.SITE, Dimension.GROUP, Dimension.OVERALL)
Loud = tuple[Series, Judged]
NAMES: Mapping[Dimension, tuple[type[Site | BusinessProcess | ProductFamily], str]] = {
    Dimension.SITE: (Site, "site_id"),
    Dimension.PROCESS: (BusinessProcess, "process_id"),
    Dimension.FAMILY: (ProductFamily, "product_family_id"),
}


def scan_month() -> int:
    """Judge every series at the month that is over; return how many stand out.

    Effects: a transaction of its own; one stored message for each series beyond its action limit, which opens
        or joins a nonconformity, and one for each place with series beyond their alert limit, which asks for
        an explanation. A job; safe to call again.
    Source: lifecycles 5.3.
    """
    with unit_of_work() as uow:
        month = month_before(uow.now.date())
        loud = [one for one in stand_out(uow.session, month) if one[1].level is not Level.QUIET]
        for series, judged in [one for one in loud if one[1].level is Level.ACTION]:
            messages.send(
                uow,
                NONCONFORMITY_REQUESTED,
                f"trend:{series.key}",
                source=f"trend:{series.key}:{month:%Y-%m}",
                payload=_payload(uow, series, judged),
            )
        _ask(uow, month, [one for one in loud if one[1].level is Level.ALERT])
        return len(loud)


def _ask(uow: UnitOfWork, month: date, alerts: Sequence[Loud]) -> None:
    """Ask once for each site, and once for what happened at several or at none."""
    sites = sites_of(uow.session, month)
    by_site: dict[int | None, list[Loud]] = {}
    for one in alerts:
        happened_at = sites.get(one[0], frozenset())
        place = next(iter(happened_at)) if len(happened_at) == 1 else None
        by_site.setdefault(place, []).append(one)
    for site_id, found in by_site.items():
        found.sort(key=lambda one: (NARROW_FIRST.index(one[0].dimension), one[0].key))
        keys = ",".join(series.key for series, _judged in found)
        messages.send(
            uow,
            TREND_ALERTED,
            f"trend:{month:%Y-%m}:{site_id or 'everywhere'}",
            source=f"trend:{month:%Y-%m}:{sha256(keys.encode()).hexdigest()[:SHORT]}",
            payload=question_about(site_id, [_told(uow.session, *one) for one in found]),
        )


def _told(session: Session, series: Series, judged: Judged) -> Mapping[str, Any]:
    return {
        "series": series.key,
        "month": judged.period.month.isoformat(),
        "count": judged.period.count,
        "name": heading_of(session, series),
        "words": arithmetic(judged),
    }


def question_about(site_id: int | None, trends: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the request of an alert about what stood out at a site, or at several where that is None.

    Shape: `trends` has series, month, count, name, words of each, the narrowest first and at least one; the
    request is as that of the first, with `trends` a list of all.
    """
    series = [known for one in trends if (known := Series.of_key(one["series"]))]
    processes = {one.value for one in series if one.dimension is Dimension.PROCESS}
    return {
        **_request(series[0], date.fromisoformat(trends[0]["month"])),
        "process_id": int(processes.pop()) if len(processes) == 1 else None,
        "site_id": site_id,
        "title": _("Trend: %(series)s", series=", ".join(str(one["name"]) for one in trends))[:TITLE],
        "description": "\n".join(f"{one['name']}: {one['words']}" for one in trends),
        "trends": list(trends),
    }


def heading_of(session: Session, series: Series) -> str:
    """Return the name of a series as a line begins with it."""
    name = name_of(session, series)
    return name[:1].upper() + name[1:]


def arithmetic(judged: Judged) -> str:
    """Return in a sentence why a month stands out, with the figures it was judged by."""
    figures = {
        "count": judged.period.count,
        "expected": f"{judged.expected:.2f}",
        "month": written_month(judged.period.month),
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


def name_of(session: Session, series: Series) -> str:
    """Return what a series counts, in the reader's words."""
    if series.dimension in NAMES:
        model, _column = NAMES[series.dimension]
        name = session.scalar(select(model.name).where(model.id == int(series.value)))
        return name or series.key
    return _group_words()[series.value]()


def _payload(uow: UnitOfWork, series: Series, judged: Judged) -> dict[str, Any]:
    return {
        "title": _("Trend: %(series)s", series=name_of(uow.session, series)),
        "description": arithmetic(judged),
        **_request(series, judged.period.month),
    }


def _request(series: Series, month: date) -> dict[str, Any]:
    place = {NAMES[series.dimension][1]: int(series.value)} if series.dimension in NAMES else {}
    return {
        "occurred_at": _last_moment(month).isoformat(),
        "severity_initial": SEVERITY,
        "requirement_ref": f"trend {series.key}",
        "trend_series": series.key,
        "trend_month": month.isoformat(),
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
