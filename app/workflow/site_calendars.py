"""Calendars of sites, kept for half a minute: each new task needs one, and they change a few times a year."""

from __future__ import annotations

import time
from threading import Lock
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.foundation.working_time import Calendar
from app.organisation.calendars import calendar_of

CACHE_SECONDS = 30.0
WITHOUT_SITE = Calendar(ZoneInfo("UTC"))


class CalendarCache:
    """Calendars by site id."""

    def __init__(self) -> None:
        """Start empty."""
        self._calendars: dict[int, tuple[float, Calendar]] = {}
        self._lock = Lock()

    def get(self, session: Session, site_id: int | None) -> Calendar:
        """Return the site's calendar; without a site, office hours in UTC and no holidays."""
        if site_id is None:
            return WITHOUT_SITE
        found = self._calendars.get(site_id)
        if found is None or found[0] < time.monotonic():
            found = (time.monotonic() + CACHE_SECONDS, calendar_of(session, site_id))
            with self._lock:
                self._calendars[site_id] = found
        return found[1]

    def clear(self) -> None:
        """Forget everything: a calendar was changed, or a test began."""
        with self._lock:
            self._calendars.clear()


calendars = CalendarCache()
