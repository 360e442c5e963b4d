"""When a site works: its hours, its country's public holidays, and the days it is closed."""

from __future__ import annotations

import time as machine_time
from datetime import time
from threading import Lock
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.working_time import Calendar, Hours, is_known_country
from app.organisation.models import ClosedDay, Site

CACHE_SECONDS = 30.0
WITHOUT_SITE = Calendar(ZoneInfo("UTC"))


class CalendarCache:
    """Calendars by site, read again after half a minute: they change a few times a year."""

    def __init__(self) -> None:
        """Start empty."""
        self._calendars: dict[int, tuple[float, Calendar]] = {}
        self._lock = Lock()

    def get(self, session: Session, site_id: int) -> Calendar:
        """Return the calendar, from memory when it was read just before."""
        found = self._calendars.get(site_id)
        if found is None or found[0] < machine_time.monotonic():
            found = (machine_time.monotonic() + CACHE_SECONDS, _read(session, site_id))
            with self._lock:
                self._calendars[site_id] = found
        return found[1]

    def clear(self) -> None:
        """Forget everything: a calendar was changed, or a test began."""
        with self._lock:
            self._calendars.clear()


calendars = CalendarCache()


def calendar_of(session: Session, site_id: int | None) -> Calendar:
    """Return the calendar of a site; without a site, office hours in UTC and no holidays."""
    return WITHOUT_SITE if site_id is None else calendars.get(session, site_id)


def _read(session: Session, site_id: int) -> Calendar:
    site = session.get_one(Site, site_id)
    closed = session.scalars(select(ClosedDay.day).where(ClosedDay.site_id == site_id))
    week = tuple(
        tuple(
            Hours(time.fromisoformat(span["from"]), time.fromisoformat(span["to"]))
            for span in site.working_hours
            if span["weekday"] == weekday
        )
        for weekday in range(7)
    )
    return Calendar(
        ZoneInfo(site.zone),
        week=week if any(week) else WITHOUT_SITE.week,
        country=site.country if is_known_country(site.country) else "",
        closed=frozenset(closed),
    )
