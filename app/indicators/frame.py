"""What the pages of indicators share: the choice of period and site, the kept months, the names of sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.policy import ALL, visible_sites
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.indicators import words
from app.indicators.definitions import Indicator
from app.indicators.months import KeptMonth, months_back, next_month, series
from app.indicators.periods import CHOICES, Asked, last_months
from app.organisation.models import BusinessProcess, Site
from app.web.addresses import address
from app.web.parts import Tab
from app.workflow.figures import once

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader may change: period, site and process. Shape: `process` is what is chosen, in words."""

    periods: Sequence[Tab]
    sites: Sequence[Tab]
    processes: Sequence[Tab]
    process: str


def choice_of(session: Session, actor: Actor, endpoint: str, asked: Asked, **more: str) -> Choice:
    """Return the periods, sites and processes a page offers, as doors to the same page."""
    today = asked.last

    def url(one: Asked) -> str:
        return address(endpoint, **more, **one.arguments())

    def at(site_id: int | None) -> Asked:
        return Asked(asked.first, asked.last, site_id, asked.process_id)

    def months(count: int) -> Asked:
        span = last_months(count, today)
        return Asked(span.first, span.last, asked.site_id, asked.process_id)

    def of(process_id: int | None) -> Asked:
        return Asked(asked.first, asked.last, asked.site_id, process_id)

    sites = sites_seen(session, actor)
    names = {None: _("All processes")} | dict(processes_in_use(session))
    return Choice(
        periods=[
            Tab(
                ngettext("%(num)s month", "%(num)s months", count),
                url(months(count)),
                months(count).first == asked.first,
            )
            for count in CHOICES
        ],
        sites=[
            Tab(_("All sites"), url(at(None)), asked.site_id is None),
            *(Tab(name, url(at(key)), key == asked.site_id) for key, name in sites.items()),
        ],
        processes=[Tab(name, url(of(key)), key == asked.process_id) for key, name in names.items()],
        process=names.get(asked.process_id, _("No such process")),
    )


def kept_months(
    session: Session, actor: Actor, keys: Sequence[str], asked: Asked
) -> Mapping[str, Mapping[date, KeptMonth]]:
    """Return the kept months; of one's own sites only, and of one process never: nobody kept those."""
    if asked.process_id is not None or (asked.site_id is None and visible_sites(actor) is not ALL):
        return {}
    if asked.site_id is not None and asked.site_id not in sites_seen(session, actor):
        return {}
    months = shown_months(asked.last)
    return series(session, keys, asked.site_id, months[0], months[-1])


def shown_months(last: date) -> Sequence[date]:
    """Return the first days of the last twelve months, the oldest first."""
    first, months = months_back(last.replace(day=1), MONTHS), []
    for _place in range(MONTHS):
        months.append(first)
        first = next_month(first)
    return months


def sites_seen(session: Session, actor: Actor) -> Mapping[int, str]:
    """Return the names of the sites whose records the person sees, by id."""
    allowed = visible_sites(actor)
    names = once(session, "site names", lambda: _site_names(session))
    return {key: name for key, name in names.items() if allowed is ALL or key in allowed}


def _site_names(session: Session) -> Mapping[int, str]:
    return {row.id: row.name for row in session.execute(select(Site.id, Site.name).order_by(Site.name))}


def processes_in_use(session: Session) -> Mapping[int | None, str]:
    """Return the names of the processes that are not retired, by id."""
    rows = session.execute(
        select(BusinessProcess.id, BusinessProcess.name)
        .where(BusinessProcess.is_active)
        .order_by(BusinessProcess.name)
    )
    return {row.id: row.name for row in rows}


def way_in_words(one: Indicator, figures: Sequence[Decimal | None]) -> str:
    """Return from where to where a line goes, for those who do not see it."""
    known = [figure for figure in figures if figure is not None]
    if not known:
        return _("No month has been read yet.")
    return _(
        "The last months, from %(first)s to %(last)s.",
        first=words.figure_words(one, known[0]),
        last=words.figure_words(one, known[-1]),
    )
