"""Dates, times and moments as answers: read from ISO text, written in the format the form asks for."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, tzinfo

from app.foundation.i18n import gettext as _
from app.workflow.forms.faults import WrongAnswer
from app.workflow.forms.model import Moment, MomentSettings, TimeFormat

EARLIEST_YEAR = 1900
LATEST_YEAR = 2200

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?", re.ASCII)
_ZONE = re.compile(r"(Z|[+-]\d{2}:\d{2})$", re.ASCII)


def read_moment(text: str, settings: MomentSettings, zone: tzinfo) -> date | time | datetime:
    """Return the answer as Python's own type.

    Units: a moment without an offset is on the clock of `zone`; the result is aware unless the form keeps
    moments without a zone. A time of day keeps the clock on the wall and drops an offset.
    Errors: WrongAnswer.
    """
    try:
        match settings.subtype:
            case Moment.DATE:
                return _date(text)
            case Moment.TIME:
                return _time(_ZONE.sub("", text))
            case Moment.DATETIME:
                return _datetime(text, settings, zone)
    except ValueError:
        raise _wrong(settings.subtype) from None


def write_moment(value: date | time | datetime, settings: MomentSettings, zone: tzinfo) -> str:
    """Return the ISO text that is stored."""
    if isinstance(value, datetime):
        if settings.time_format is TimeFormat.NO_TIMEZONE or value.tzinfo is None:
            return value.replace(tzinfo=None).isoformat(timespec="minutes")
        if settings.time_format is TimeFormat.UTC_NORMALIZED:
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="minutes") + "Z"
        return value.astimezone(zone).isoformat(timespec="minutes")
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    return value.isoformat()


def write_for_input(value: date | time | datetime, zone: tzinfo) -> str:
    """Return the text for a date, time or datetime-local input of a browser: the person's own clock."""
    if isinstance(value, datetime):
        local = value.astimezone(zone) if value.tzinfo else value
        return local.replace(tzinfo=None).isoformat(timespec="minutes")
    return value.isoformat(timespec="minutes") if isinstance(value, time) else value.isoformat()


def is_passed(value: date | time | datetime, now: datetime, zone: tzinfo) -> bool:
    """Tell whether the day of the answer lies before today in the person's zone; times of day never do."""
    if isinstance(value, time):
        return False
    day = value
    if isinstance(value, datetime):
        day = (value.astimezone(zone) if value.tzinfo else value).date()
    return day < now.astimezone(zone).date()


def is_on_interval(value: date | time | datetime, minutes: int) -> bool:
    """Tell whether the time is one of those offered, every so many minutes from midnight."""
    if minutes == 0 or not isinstance(value, time | datetime):
        return True
    return (value.hour * 60 + value.minute) % minutes == 0 and value.second == 0


def _date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    day = date.fromisoformat(text)
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise ValueError(text)
    return day


def _time(text: str) -> time:
    if not _TIME.fullmatch(text):
        raise ValueError(text)
    return time.fromisoformat(text)


def _datetime(text: str, settings: MomentSettings, zone: tzinfo) -> datetime:
    offset = _ZONE.search(text)
    day, mark, clock = (text[: offset.start()] if offset else text).partition("T")
    if not mark:
        raise ValueError(text)
    local = datetime.combine(_date(day), _time(clock))
    if settings.time_format is TimeFormat.NO_TIMEZONE:
        return local
    if offset is None:
        return local.replace(tzinfo=zone)
    return datetime.fromisoformat(local.isoformat() + offset.group())


def _wrong(subtype: Moment) -> WrongAnswer:
    sentences = {
        Moment.DATE: (_("This is not a date."), _("Enter day, month and year, for example 2026-03-17.")),
        Moment.TIME: (_("This is not a time of day."), _("Enter hours and minutes, for example 14:30.")),
        Moment.DATETIME: (
            _("This is not a date with a time."),
            _("Enter both, for example 2026-03-17T14:30."),
        ),
    }
    return WrongAnswer("moment", *sentences[subtype])
