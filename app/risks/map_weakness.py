"""The same weakness in several places: one cause of one process that showed at two sites or more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.organisation.models import BusinessProcess, CauseCategory, Site
from app.quality_events.patterns import PatternEvent, causes_across_sites, seen_across_sites
from app.records.visibility import seen_among
from app.web.addresses import address
from app.web.parts import Chip

DAYS = 365
MOST = 5
BAD_FROM = 3  # sites


@dataclass(frozen=True, slots=True)
class Weakness:
    """A cause that several sites share. Shape: `url` leads to the records behind it."""

    title: str
    url: str
    where: str
    chip: Chip


def weaknesses(session: Session, actor: Actor, now: datetime) -> Sequence[Weakness]:
    """Return what the person may see of it within a year, the most frequent first.

    Shape: events of records the person may not see are left out before anything is counted.
    Source: lifecycles 5.2, key2, and 5.8.
    """
    groups = causes_across_sites(session, now - timedelta(days=DAYS), now + timedelta(seconds=1))
    seen = seen_among(session, actor, {event.subject_id for group in groups for event in group.events})
    causes, processes, sites = (_names(session, model) for model in (CauseCategory, BusinessProcess, Site))
    return [
        Weakness(
            title=causes.get(one.cause_category_id or 0) or _("a cause without a name"),
            url=_door(f"systemic-p{one.process_id}-c{one.cause_category_id}"),
            where=_where(
                processes.get(one.process_id or 0, ""), sorted(sites[key] for key in one.site_ids), one.events
            ),
            chip=_chip(len(one.site_ids)),
        )
        for one in seen_across_sites(groups, seen)[:MOST]
    ]


def _door(entry: str) -> str:
    return f"{address('patterns.page', days=DAYS, open=entry)}#{entry}"


def _where(process: str, places: Sequence[str], events: Sequence[PatternEvent]) -> str:
    times = ngettext("%(num)s event in 12 months", "%(num)s events in 12 months", len(events))
    return _("%(process)s in %(sites)s. %(times)s", process=process, sites=", ".join(places), times=times)


def _chip(count: int) -> Chip:
    words = ngettext("%(num)s site", "%(num)s sites", count)
    return Chip(words, "bad" if count >= BAD_FROM else "warn")


def _names(session: Session, model: type[Site | BusinessProcess | CauseCategory]) -> dict[int, str]:
    return {row.id: row.name for row in session.execute(select(model.id, model.name))}
