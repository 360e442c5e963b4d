"""ISO 8601 durations with calendar meaning: a month is a month, not thirty days."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _

LIMIT_DAYS = 36_525  # a hundred years; longer is a slip of the pen
_TEXT = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?",
    re.ASCII,
)


class DurationInvalid(Invalid):
    """The text is not a duration Keel can use."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A span of calendar months, then days, then seconds; never negative.

    Shape: years are 12 months, weeks are 7 days, hours and minutes are seconds.
    """

    months: int = 0
    days: int = 0
    seconds: int = 0

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read a text such as P5D, PT4H, P1Y2M or P2W.

        Errors: DurationInvalid for anything else, for fractions and signs, and beyond a hundred years.
        """
        match = _TEXT.fullmatch(text.strip()) if len(text) <= 60 else None
        if match is None or not any(match.groups()):
            raise _invalid(_("“%(text)s” is not a duration.", text=text[:60]))
        part = {name: int(value or 0) for name, value in match.groupdict().items()}
        duration = cls(
            months=part["years"] * 12 + part["months"],
            days=part["weeks"] * 7 + part["days"],
            seconds=part["hours"] * 3600 + part["minutes"] * 60 + part["seconds"],
        )
        if duration.months * 31 + duration.days + duration.seconds // 86_400 > LIMIT_DAYS:
            raise _invalid(_("“%(text)s” is longer than a hundred years.", text=text[:60]))
        return duration

    @property
    def span(self) -> timedelta:
        """Return the exact part: days of 24 hours and seconds, without the months."""
        return timedelta(days=self.days, seconds=self.seconds)

    def __str__(self) -> str:
        """Return the shortest ISO 8601 text of the same meaning."""
        years, months = divmod(self.months, 12)
        minutes, seconds = divmod(self.seconds, 60)
        hours, minutes = divmod(minutes, 60)
        date_part = _joined((years, "Y"), (months, "M"), (self.days, "D"))
        time_part = _joined((hours, "H"), (minutes, "M"), (seconds, "S"))
        if not date_part and not time_part:
            return "PT0S"
        return f"P{date_part}" + (f"T{time_part}" if time_part else "")


def add_duration(start: datetime, duration: Duration, zone: ZoneInfo) -> datetime:
    """Return the moment a calendar duration after `start`, in UTC.

    Units: months and days keep the wall clock of `zone` (09:00 stays 09:00 over a change of summer time;
        the 31st becomes the last day of a shorter month); hours, minutes and seconds are elapsed time.
        A wall time that does not exist is moved forward by the missing hour.
    """
    local = start.astimezone(zone)
    wall = add_months(local, duration.months) + timedelta(days=duration.days)
    return wall.astimezone(UTC) + timedelta(seconds=duration.seconds)


def add_months(moment: datetime, months: int) -> datetime:
    """Return the same day so many months later, or the last day of a month too short for it."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def _joined(*parts: tuple[int, str]) -> str:
    return "".join(f"{number}{unit}" for number, unit in parts if number)


def _invalid(sentence: str) -> DurationInvalid:
    mend = _("Write for example P5D for five days, PT4H for four hours or P1M for one month.")
    return DurationInvalid(f"{sentence} {mend}", [Problem("", "duration", sentence, mend)])
