"""The period and the place that an address asks for, and the same span of time before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from app.accounts.actor import Actor
from app.accounts.policy import ALL, visible_sites
from app.indicators.months import months_back
from app.indicators.service import WHOLE, Part
from app.workflow.figures import FigureScope

USUAL_MONTHS = 12
CHOICES = (1, 3, 6, 12, 24)
LONGEST = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page of indicators looks at. Shape: `last` is the last day that counts."""

    first: date
    last: date
    site_id: int | None = None
    process_id: int | None = None
    part: Part = WHOLE

    def arguments(self) -> dict[str, str | int]:
        """Return the values by which an address asks for the same."""
        found: dict[str, str | int] = {"first": self.first.isoformat(), "last": self.last.isoformat()}
        if self.site_id is not None:
            found["site"] = self.site_id
        if self.process_id is not None:
            found["process"] = self.process_id
        named = (("cut", self.part.cut), ("least", self.part.least), ("below", self.part.below))
        found.update((key, value) for key, value in named if value is not None)
        return found


def asked_for(values: Mapping[str, Sequence[str]], today: date) -> Asked:
    """Return what an address asks for; without it the last twelve months, everywhere."""
    usual = last_months(USUAL_MONTHS, today)
    first, last = _day(values, "first") or usual.first, _day(values, "last") or usual.last
    if first > last or last - first > LONGEST:
        first, last = usual.first, usual.last
    part = Part(_number(values, "cut"), _number(values, "least"), _number(values, "below"))
    return Asked(first, last, _number(values, "site"), _number(values, "process"), part)


def last_months(count: int, today: date) -> Asked:
    """Return the present month and those before it, so many together."""
    return Asked(months_back(today.replace(day=1), count - 1), today)


def before(asked: Asked) -> Asked:
    """Return the span of the same length that ends where this one begins."""
    length = asked.last - asked.first
    last = asked.first - timedelta(days=1)
    return replace(asked, first=last - length, last=last)


def scope_for(actor: Actor, asked: Asked) -> FigureScope:
    """Return the scope of figures: the sites asked for, of those whose records the person sees."""
    sites = visible_sites(actor)
    wanted = None if asked.site_id is None else frozenset({asked.site_id})
    if sites is not ALL:
        wanted = sites if wanted is None else wanted & sites
    return FigureScope(
        since=_start(asked.first),
        until=_start(asked.last + timedelta(days=1)),
        site_ids=wanted,
        process_id=asked.process_id,
    )


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _day(values: Mapping[str, Sequence[str]], key: str) -> date | None:
    try:
        return date.fromisoformat(next(iter(values.get(key, ())), ""))
    except ValueError:
        return None


def _number(values: Mapping[str, Sequence[str]], key: str) -> int | None:
    text = next(iter(values.get(key, ())), "")
    return int(text) if text.isdecimal() and len(text) < 10 else None
