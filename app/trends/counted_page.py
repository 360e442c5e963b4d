"""Prepares the page of what a series counts in a month: exactly the records behind a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.foundation.dates import written_month
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.organisation.models import Site
from app.quality_events.trend_alarms import name_of
from app.quality_events.trends import OVERALL, Series, counted
from app.records.urls import record_url, status_word
from app.records.visibility import seen_among
from app.web.parts import Column, Link


@dataclass(frozen=True, slots=True)
class CountedPage:
    """Everything the template draws. Shape: `unseen` says how many rows are not for the reader to see."""

    title: str
    lead: str
    columns: Sequence[Column]
    rows: Sequence[dict[str, object]]
    unseen: str = ""


def counted_page(session: Session, actor: Actor, *, series: Series | None, month: date) -> CountedPage:
    """Return the page of a series and a month; everything where the series is not known."""
    known = series or OVERALL
    events = counted(session, known, month)
    seen = seen_among(session, actor, {one.subject_id for one in events})
    sites = {row.id: row.name for row in session.execute(select(Site.id, Site.name))}
    rows = [
        {
            "record": Link(f"{found.number} {found.title}", record_url(found.kind, found.id)),
            "stage": status_word(found.kind, found.status),
            "site": sites.get(one.site_id or 0, ""),
            "on": one.occurred_at.date(),
        }
        for one in events
        if (found := seen.get(one.subject_id)) is not None and found.kind == one.subject_kind
    ]
    lead = ngettext("%(num)s in %(month)s", "%(num)s in %(month)s", len(events), month=written_month(month))
    return CountedPage(
        title=_("Counted: %(series)s", series=name_of(session, known)),
        lead=lead,
        columns=_columns(),
        rows=rows,
        unseen=_unseen(len(events) - len(rows)),
    )


def month_of(text: str, now: datetime) -> date:
    """Return the month that an address names, the present one where it names none or one to come."""
    present = now.date().replace(day=1)
    try:
        return min(date.fromisoformat(f"{text}-01"), present)
    except ValueError:
        return present


def _unseen(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(num)s more is counted and not for you to see.",
        "%(num)s more are counted and not for you to see.",
        count,
    )


def _columns() -> Sequence[Column]:
    return (
        Column("record", _("Record"), "link"),
        Column("stage", _("Stage")),
        Column("site", _("Site")),
        Column("on", _("When"), "date"),
    )
