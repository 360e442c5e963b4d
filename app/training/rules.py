"""Pure rules of acknowledgement and competence: shares, scores, what is missing and what lapses when."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

ASSESSOR_LEVEL = 4
SOONEST_EVALUATION, LATEST_EVALUATION = 30, 90


class Standing(StrEnum):
    """Where a person stands with a skill. The values order nothing; `is_gap` says what is missing."""

    HELD = "held"
    EXPIRING = "expiring"
    WAIVED = "waived"
    EXTRA = "extra"
    TOO_LOW = "too_low"
    EXPIRED = "expired"
    MISSING = "missing"
    NOTHING = "nothing"

    @property
    def is_gap(self) -> bool:
        """Tell whether something is required that is not there."""
        return self in {Standing.TOO_LOW, Standing.EXPIRED, Standing.MISSING}


@dataclass(frozen=True, slots=True)
class Held:
    """A qualification as the rules look at it. Shape: no `until` means for good; levels 1 to 5."""

    level: int
    until: date | None
    is_waiver: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A person and a skill: how they stand, what they have, and until when."""

    standing: Standing
    level: int = 0
    required: int = 0
    until: date | None = None


def is_quota_reached(done: int, required: int, percent: int) -> bool:
    """Tell whether enough of an audience has acknowledged; nobody asked counts as enough.

    Units: `percent` 0 to 100. Source: lifecycles 4.3 and 5.5; 95 % is house practice.
    """
    return done * 100 >= required * percent


def score_of(questions: Sequence[Mapping[str, Any]], answers: Sequence[Sequence[int]]) -> int:
    """Return the percentage of questions answered right, rounded down; a question is right as a whole.

    Shape: each question has `options` with `is_right`; `answers` name the chosen options of each by number.
    Without questions everything is right.
    """
    if not questions:
        return 100
    right = sum(
        set(answers[number] if number < len(answers) else ()) == right_options(question)
        for number, question in enumerate(questions)
    )
    return right * 100 // len(questions)


def right_options(question: Mapping[str, Any]) -> set[int]:
    """Return the numbers of the right options of a question."""
    return {number for number, option in enumerate(question["options"]) if option.get("is_right")}


def attempts_left(attempts: int, most: int, more: int) -> int:
    """Return how often somebody may still try. Shape: `more` were granted beyond the limit."""
    return max(most + more - attempts, 0)


def place_of(required: int, held: Sequence[Held], today: date, warning_days: int) -> Place:
    """Return where somebody stands with a skill that is required at a level, 0 for not at all.

    Shape: the best valid proof counts; a waiver stands in for any level until its day. Units: calendar days.
    Source: ISO 9001:2015, 7.2; the warning is house practice.
    """
    valid = [one for one in held if one.until is None or one.until >= today]
    proofs = [one for one in valid if not one.is_waiver]
    best = max(proofs, key=_rank, default=None)
    if best is not None and best.level >= required:
        return Place(_held(best, required, today, warning_days), best.level, required, best.until)
    waiver = max((one for one in valid if one.is_waiver), key=_rank, default=None)
    if required and waiver is not None:
        return Place(Standing.WAIVED, best.level if best else 0, required, waiver.until)
    if not required:
        return Place(Standing.NOTHING)
    lapsed = max(
        (one for one in held if one.until is not None and one.until < today), key=_rank, default=None
    )
    if lapsed is not None and lapsed.level >= required:
        return Place(Standing.EXPIRED, lapsed.level, required, lapsed.until)
    if best is not None:
        return Place(Standing.TOO_LOW, best.level, required, best.until)
    return Place(Standing.MISSING, 0, required)


def can_assess(held: Sequence[Held], today: date) -> bool:
    """Tell whether what somebody holds lets them assess others: a valid proof at level 4 or above."""
    return any(
        one.level >= ASSESSOR_LEVEL and not one.is_waiver and (one.until is None or one.until >= today)
        for one in held
    )


def evaluation_days(asked: int) -> int:
    """Return after how many calendar days the manager evaluates: 30 at least, 90 at most.

    Source: lifecycles 4.8.
    """
    return min(max(asked, SOONEST_EVALUATION), LATEST_EVALUATION)


def last_day(learned_on: date, months: int | None) -> date | None:
    """Return the last day of a proof that is valid for calendar months, None for good.

    Units: the same day of the month, the last one of a shorter month.
    """
    if not months:
        return None
    years, month = divmod(learned_on.month - 1 + months, 12)
    year = learned_on.year + years
    longest = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(learned_on.day, longest))


def warnings_due(until: date, today: date, days: Sequence[int], told: int | None) -> int | None:
    """Return the warning to give about a qualification that ends, None when nothing is new to say.

    Shape: the smallest of `days` that has been reached, unless it or a smaller one was told before.
    Units: calendar days before the last day.
    """
    left = (until - today).days
    reached = [one for one in days if left <= one]
    if left < 0 or not reached:
        return None
    due = min(reached)
    return due if told is None or due < told else None


def days_from(text: str) -> tuple[int, ...]:
    """Return the days of a setting such as `60,30,10`, the longest first; what is no number is left out."""
    found = {int(part) for part in text.split(",") if part.strip().isdecimal()}
    return tuple(sorted(found, reverse=True))


def _held(best: Held, required: int, today: date, warning_days: int) -> Standing:
    if not required:
        return Standing.EXTRA
    is_ending = best.until is not None and (best.until - today).days <= warning_days
    return Standing.EXPIRING if is_ending else Standing.HELD


def _rank(held: Held) -> tuple[int, date]:
    return held.level, held.until or date.max
