"""The calendar of a site: hours by weekday, public holidays of its country, and days unlike their weekday."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.errors import Invalid, NotFound, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.working_time import Calendar, Hours, Week
from app.organisation.models import Site, SpecialDay
from app.organisation.rules import parse_hours
from app.trail import Subject, record

WEEKDAYS = range(7)


class SiteUnknown(NotFound):
    """There is no such site."""


class CalendarInvalid(Invalid):
    """The calendar cannot be kept like this; all problems are listed."""


@dataclass(frozen=True, slots=True)
class Special:
    """A day unlike its weekday; not worked unless it says so."""

    id: int
    day: date
    name: str
    is_worked: bool


def calendar_of(session: Session, site_id: int) -> Calendar:
    """Return when a site works, for reckoning in working time.

    Errors: SiteUnknown.
    """
    site = _site(session, site_id)
    specials = special_days(session, site_id)
    return Calendar(
        zone=ZoneInfo(site.zone),
        week=_week(site.working_hours),
        country=site.country,
        subdivision=site.subdivision,
        closed=frozenset(one.day for one in specials if not one.is_worked),
        opened=frozenset(one.day for one in specials if one.is_worked),
        opened_hours=_usual_hours(site.working_hours),
    )


def hours_in_words(session: Session, site_id: int) -> tuple[str, ...]:
    """Return the hours of Monday to Sunday as people type them, empty for a day off.

    Errors: SiteUnknown.
    """
    week = _week(_site(session, site_id).working_hours)
    return tuple(", ".join(f"{one.since:%H:%M}-{one.until:%H:%M}" for one in day) for day in week)


def special_days(session: Session, site_id: int) -> list[Special]:
    """Return the special days of a site by date."""
    rows = session.scalars(select(SpecialDay).where(SpecialDay.site_id == site_id).order_by(SpecialDay.day))
    return [Special(row.id, row.day, row.name, row.is_worked) for row in rows]


def set_hours(uow: UnitOfWork, site_id: int, typed: Sequence[str]) -> None:
    """Keep the hours of Monday to Sunday, typed as `08:00-12:00, 12:30-16:30`.

    Errors: SiteUnknown; CalendarInvalid with a problem for each bad day, or for a week without any work.
    Effects: a trail entry when something changed. Due dates reckoned earlier stay as they are.
    """
    site = _site(uow.session, site_id)
    hours, problems = _read_week(typed)
    if not problems and not hours:
        problems.append(Problem("hours.0", "empty", _("Some day of the week must be worked.")))
    if problems:
        raise CalendarInvalid(_("The calendar was not changed."), problems)
    before = site.working_hours
    if hours == before:
        return
    site.working_hours = hours
    site.row_version += 1
    record(
        uow,
        verb="site.hours_changed",
        subject=_subject(site),
        before={"hours": before},
        after={"hours": hours},
    )


def add_special_day(uow: UnitOfWork, site_id: int, day: date, name: str, *, is_worked: bool) -> int:
    """Keep a day unlike its weekday and return its id.

    Errors: SiteUnknown; CalendarInvalid when the day is there already. Effects: a trail entry.
    """
    site = _site(uow.session, site_id)
    known = select(SpecialDay.id).where(SpecialDay.site_id == site_id, SpecialDay.day == day)
    if uow.session.scalar(known) is not None:
        problem = Problem("day", "unique", _("This day is in the calendar already."))
        raise CalendarInvalid(_("The calendar was not changed."), [problem])
    row = SpecialDay(site_id=site_id, day=day, name=name.strip(), is_worked=is_worked)
    uow.session.add(row)
    uow.session.flush()  # the caller needs the id
    after = {"day": day, "name": row.name, "is_worked": is_worked}
    record(uow, verb="site.special_day_added", subject=_subject(site), after=after)
    return row.id


def remove_special_day(uow: UnitOfWork, site_id: int, special_id: int) -> None:
    """Take a special day out of the calendar; what it was stays in the trail. Safe to call again.

    Errors: SiteUnknown.
    """
    site = _site(uow.session, site_id)
    row = uow.session.get(SpecialDay, special_id)
    if row is None or row.site_id != site_id:
        return
    before = {"day": row.day, "name": row.name, "is_worked": row.is_worked}
    uow.session.delete(row)
    record(uow, verb="site.special_day_removed", subject=_subject(site), before=before)


def _read_week(typed: Sequence[str]) -> tuple[list[dict[str, Any]], list[Problem]]:
    hours: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for weekday, text in zip(WEEKDAYS, typed, strict=True):
        try:
            spans = parse_hours(text)
        except ValueError:
            mend = _("Write for example 08:00-12:00, 12:30-16:30, or nothing for a day off.")
            problems.append(Problem(f"hours.{weekday}", "hours", _("These are no hours of a day."), mend))
            continue
        hours += [
            {"weekday": weekday, "from": f"{start:%H:%M}", "to": f"{end:%H:%M}"} for start, end in spans
        ]
    return hours, problems


def _week(stored: Sequence[Mapping[str, Any]]) -> Week:
    return tuple(
        tuple(
            Hours(time.fromisoformat(one["from"]), time.fromisoformat(one["to"]))
            for one in stored
            if one["weekday"] == weekday
        )
        for weekday in WEEKDAYS
    )


def _usual_hours(stored: Sequence[Mapping[str, Any]]) -> tuple[Hours, ...]:
    """Return the hours of the first worked weekday, which hold on a worked special day."""
    return next(day for day in _week(stored) if day)


def _site(session: Session, site_id: int) -> Site:
    row = session.get(Site, site_id)
    if row is None:
        raise SiteUnknown(_("There is no such site."))
    return row


def _subject(site: Site) -> Subject:
    return Subject(kind="site", id=site.id, label=site.code)
