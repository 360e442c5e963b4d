"""ISO 8601 durations, dates and repetitions as timers use them. Pure; the standard library only.

Months are calendar months: the day is kept, or becomes the last day of a shorter month.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.foundation.errors import Invalid
from app.foundation.i18n import gettext as _

_DURATION = re.compile(
    r"P(?:(?P<weeks>\d{1,4})W|(?=\d|T\d)(?:(?P<years>\d{1,3})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,9})S)?)?)",
    re.ASCII,
)
_REPEAT = re.compile(r"R(?P<times>\d{0,6})/(?:(?P<start>[^/P]+)/)?(?P<every>P[^/]+)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_LITERAL = re.compile(
    r"(R\d*/)?P[\dYMWDTHS]+|R\d*/[\dTZ:.+-]+/P[\dYMWDTHS]+|\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?"
)
MINUTE = timedelta(minutes=1)
FOREVER = -1


class BadTimer(Invalid):
    """The text is not a duration, moment or repetition that a timer can use."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A span of calendar months and exact time; added in that order."""

    months: int
    exact: timedelta

    def after(self, start: datetime, times: int = 1) -> datetime:
        """Return the moment this span, `times` over, after `start`; 31 January + P1M is 28 or 29 February."""
        return _add_months(start, self.months * times) + self.exact * times

    @property
    def shortest(self) -> timedelta:
        """The least time the span can take, for limits."""
        return timedelta(days=28 * self.months) + self.exact


@dataclass(frozen=True, slots=True)
class Repetition:
    """A timer that fires several times: `times` is the number of firings, FOREVER without an end."""

    times: int
    start: datetime | None
    every: Duration


def is_literal(text: str) -> bool:
    """Tell whether the text is an ISO 8601 literal, to be used as it stands instead of being evaluated."""
    return _LITERAL.fullmatch(text.strip()) is not None


def parse_duration(text: str) -> Duration:
    """Return a duration such as P14D, PT1H, P1M or P2W.

    Errors: BadTimer; fractions, negative spans and mixtures with weeks are refused.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise BadTimer(_("“%(text)s” is not a duration. Write P14D, P2W, P1M or PT8H.", text=text))
    part = {name: int(value or 0) for name, value in match.groupdict().items()}
    exact = timedelta(
        weeks=part["weeks"],
        days=part["days"],
        hours=part["hours"],
        minutes=part["minutes"],
        seconds=part["seconds"],
    )
    return Duration(part["years"] * 12 + part["months"], exact)


def parse_moment(text: str) -> datetime:
    """Return a moment such as 2026-03-31T09:00:00+02:00, in UTC.

    Errors: BadTimer; a moment without its offset from UTC is refused, because nobody knows when it is.
    """
    if _DATE.fullmatch(text.strip()) is None:
        raise BadTimer(
            _(
                "“%(text)s” is not a moment with its offset from UTC. Write 2026-03-31T09:00:00+02:00.",
                text=text,
            )
        )
    try:
        return datetime.fromisoformat(text.strip()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadTimer(_("“%(text)s” is not a day of the calendar.", text=text)) from error


def parse_repetition(text: str) -> Repetition:
    """Return a repetition such as R3/PT1H, R/P1D or R12/2026-01-31T09:00:00Z/P1M.

    Errors: BadTimer; also for a period shorter than a minute, which would keep the server busy for ever.
    """
    match = _REPEAT.fullmatch(text.strip())
    if match is None:
        raise BadTimer(_("“%(text)s” is not a repetition. Write R3/P7D, or R/P1D without an end.", text=text))
    every = parse_duration(match["every"])
    if every.shortest < MINUTE:
        raise BadTimer(_("“%(text)s” repeats more often than once a minute.", text=text))
    start = parse_moment(match["start"]) if match["start"] else None
    return Repetition(int(match["times"]) if match["times"] else FOREVER, start, every)


def _add_months(start: datetime, months: int) -> datetime:
    if not months:
        return start
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)
