"""Pure rules of the process map and the context: what is missing, what is due, what comes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

LONGEST_MONTHS = 12
ENDS_SOON_DAYS = 30


class Gap(StrEnum):
    """What clause 4.4 asks of a process and is not there."""

    OWNER = "owner"
    MEASURE = "measure"
    RISK = "risk"
    REVIEW_MISSING = "review_missing"
    REVIEW_PAST = "review_past"


class Vacancy(StrEnum):
    """Why a required role counts as vacant, or is about to be."""

    NOBODY = "nobody"
    ABSENT = "absent"
    ENDS_SOON = "ends_soon"


@dataclass(frozen=True, slots=True)
class ProcessFacts:
    """What the rules look at."""

    has_owner: bool
    measures: int
    risks: int
    next_review_on: date | None


@dataclass(frozen=True, slots=True)
class Holding:
    """Somebody who holds a role today. Shape: no `ends_on` means for good; present includes a substitute."""

    ends_on: date | None
    is_present: bool


def gaps_of(facts: ProcessFacts, today: date) -> tuple[Gap, ...]:
    """Return what a process lacks, the gravest first.

    Source: ISO 9001:2015, 4.4.1 c, e, f, g; that each process has a measure and a risk is house practice.
    """
    found = []
    if not facts.has_owner:
        found.append(Gap.OWNER)
    if not facts.measures:
        found.append(Gap.MEASURE)
    if not facts.risks:
        found.append(Gap.RISK)
    if facts.next_review_on is None:
        found.append(Gap.REVIEW_MISSING)
    elif facts.next_review_on < today:
        found.append(Gap.REVIEW_PAST)
    return tuple(found)


def chain_order(ids: Sequence[int], flows: Sequence[tuple[int, int]]) -> list[int]:
    """Return processes in the order of what they pass on; those in a circle keep the order given.

    Shape: `flows` are pairs of giver and taker; pairs that name others are left out.
    """
    known = set(ids)
    before: dict[int, set[int]] = {one: set() for one in ids}
    for giver, taker in flows:
        if giver in known and taker in known and giver != taker:
            before[taker].add(giver)
    left, order = list(ids), []
    while left:
        # In a circle nobody is ready: the first in the given order breaks it.
        ready = next((one for one in left if not before[one] & set(left)), left[0])
        order.append(ready)
        left.remove(ready)
    return order


def review_due_on(last_on: date, months: int) -> date:
    """Return the day by which the context is looked at again.

    Units: calendar months, 1 to 12; more counts as 12. Source: ISO 9001:2015, 4.1 and 4.2 ask to review;
        at least once a year is house practice.
    """
    ahead = last_on.month - 1 + min(max(months, 1), LONGEST_MONTHS)
    year, month = last_on.year + ahead // 12, ahead % 12 + 1
    day = last_on.day
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1  # the month is shorter


def vacancy_of(holdings: Sequence[Holding], today: date) -> Vacancy | None:
    """Return why a role is vacant today or within 30 days, None when it is well held.

    Source: ISO 9001:2015, 5.3.
    """
    if not holdings:
        return Vacancy.NOBODY
    present = [one for one in holdings if one.is_present]
    if not present:
        return Vacancy.ABSENT
    if all(one.ends_on is not None and (one.ends_on - today).days <= ENDS_SOON_DAYS for one in present):
        return Vacancy.ENDS_SOON
    return None


def is_number(text: str) -> bool:
    """Tell whether a text is a decimal number, with a point or a comma."""
    try:
        return Decimal(text.strip().replace(",", ".")).is_finite()
    except InvalidOperation:
        return False


def unanswered(
    asked: Sequence[Mapping[str, object]], given: Sequence[Mapping[str, object]]
) -> tuple[list[str], list[str]]:
    """Return the titles nobody answered, and those answered with “changed” or “gone” but no reason.

    Shape: rows are told apart by `reference`.
    """
    answers = {str(row.get("reference")): row for row in given}
    missing, bare = [], []
    for row in asked:
        answer = answers.get(str(row["reference"]), {})
        if not answer.get("finding"):
            missing.append(str(row["title"]))
        elif answer["finding"] != "right" and not str(answer.get("note") or "").strip():
            bare.append(str(row["title"]))
    return missing, bare
