"""Pure rules of audits: when a process is audited, what a checklist amounts to, when to come back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

HIGHEST_RISK = Decimal(25)
HIGHEST_IMPORTANCE = Decimal(5)
MOST_FINDINGS = Decimal(10)
MOST_RECURRENCES = Decimal(3)
MAJOR_WEIGHT = 3
FINDINGS_WINDOW_MONTHS = 24
CORE_INTERVAL = 12
LONGEST_INTERVAL = 18
INTERVALS = ((Decimal("0.75"), 3), (Decimal("0.5"), 6), (Decimal("0.25"), CORE_INTERVAL))
MONTHS = 12
FOLLOW_UP_MAJORS = 1
FOLLOW_UP_MINORS = 3
_FOUR_PLACES = Decimal("0.0001")


class Result(StrEnum):
    """What an auditor found at one line. The value is a stored word."""

    CONFORM = "conform"
    MINOR = "minor"
    MAJOR = "major"
    IMPROVEMENT = "ofi"
    POSITIVE = "positive"
    NOT_APPLICABLE = "not_applicable"
    NOT_SEEN = "not_seen"


NONCONFORM = frozenset({Result.MINOR, Result.MAJOR})
ASKS_FOR_FINDING = NONCONFORM | {Result.IMPROVEMENT}
CONFORMING = frozenset({Result.CONFORM, Result.POSITIVE})


@dataclass(frozen=True, slots=True)
class Factors:
    """What speaks for an audit of a process at a site.

    Units: `max_risk` 0 to 25; `importance` 1 to 5, 5 matters most; findings of the last 24 months.
    """

    max_risk: int
    majors: int
    minors: int
    importance: int
    has_changed: bool
    recurrences: int
    is_core: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """How urgent an audit is, from 0 to 1, and how many months may lie between two."""

    score: Decimal
    interval_months: int


def suggest(factors: Factors) -> Suggestion:
    """Return score and interval for a process at a site.

    Units: months; 3 above 0.75, 6 above 0.5, 12 above 0.25, else 18; a core process at least every 12.
    Source: lifecycles 5.6; ISO 9001:2015, 9.2.2 a asks for importance, changes and earlier results.
    """
    findings = min(Decimal(1), (MAJOR_WEIGHT * factors.majors + factors.minors) / MOST_FINDINGS)
    score = (
        Decimal("0.4") * factors.max_risk / HIGHEST_RISK
        + Decimal("0.25") * findings
        + Decimal("0.15") * factors.importance / HIGHEST_IMPORTANCE
        + Decimal("0.1") * int(factors.has_changed)
        + Decimal("0.1") * min(Decimal(1), factors.recurrences / MOST_RECURRENCES)
    )
    months = next((months for above, months in INTERVALS if score > above), LONGEST_INTERVAL)
    if factors.is_core:
        months = min(months, CORE_INTERVAL)
    return Suggestion(score.quantize(_FOUR_PLACES, ROUND_HALF_UP), months)


def proposed_months(
    year: int, interval: int, last_audit_on: date | None, *, earliest: int = 1, offset: int = 0
) -> tuple[int, ...]:
    """Return the months of `year` in which a process is due, in order, none before the month `earliest`.

    Shape: numbers 1 to 12, empty when it is not due in that year. Without an earlier audit, the first falls
    `offset` months after the earliest, so that a programme spreads its audits over the rest of the year.
    """
    if last_audit_on is None:
        first = earliest + offset % min(interval, MONTHS - earliest + 1)
    else:
        due = last_audit_on.year * MONTHS + last_audit_on.month - 1 + interval
        first = max(due - year * MONTHS + 1, earliest)
    return tuple(range(first, MONTHS + 1, interval)) if first <= MONTHS else ()


def conformity(results: Iterable[str | None]) -> Decimal | None:
    """Return the share of conforming lines among those judged conforming or not; None when none is.

    Units: percent with two places. Source: lifecycles 4.2, report.
    """
    known = [Result(one) for one in results if one]
    good = sum(one in CONFORMING for one in known)
    bad = sum(one in NONCONFORM for one in known)
    if not good + bad:
        return None
    return (Decimal(100) * good / (good + bad)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def follow_up_needed(grades: Sequence[str]) -> bool:
    """Tell whether an audit asks for another one: a major, or three minors in the process.

    Source: lifecycles 4.2, house default.
    """
    majors = sum(one == Result.MAJOR for one in grades)
    minors = sum(one == Result.MINOR for one in grades)
    return majors >= FOLLOW_UP_MAJORS or minors >= FOLLOW_UP_MINORS


def months_before(day: date, months: int) -> date:
    """Return the first day of the month that lies so many months before."""
    year, month = divmod(day.year * MONTHS + day.month - 1 - months, MONTHS)
    return date(year, month + 1, 1)
