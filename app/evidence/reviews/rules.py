"""Which entries a review of the trail looks at, and when the next one is due. Standard library only."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from typing import Any

IN_ORDER = "right"


def drawn(first: int, last: int, count: int, seed: str) -> Sequence[int]:
    """Return the numbers of entries drawn by chance, in order; the same seed draws the same.

    Shape: numbers from `first` to `last`, which have no gaps; all of them when they are fewer than `count`.
    """
    span = range(first, last + 1)
    if len(span) <= count:
        return list(span)
    return sorted(Random(seed).sample(span, count))  # noqa: S311 - a sample, not a secret


def due_on(since: date, months: int) -> date:
    """Return the day on which the next review is due. Units: calendar months, at least one."""
    total = since.month - 1 + max(1, months)
    year, month = since.year + total // 12, total % 12 + 1
    return date(year, month, min(since.day, calendar.monthrange(year, month)[1]))


def unanswered(
    rows: Sequence[Mapping[str, Any]], answers: Sequence[Mapping[str, Any]]
) -> tuple[list[str], list[str]]:
    """Return the entries nobody judged, and those not in order without a word why, by reference."""
    given = {str(one.get("reference")): one for one in answers}
    asked = [str(one["reference"]) for one in rows]
    missing = [one for one in asked if not given.get(one, {}).get("finding")]
    bare = [
        one
        for one in asked
        if (answer := given.get(one)) is not None
        and answer.get("finding") not in {None, "", IN_ORDER}
        and not str(answer.get("note") or "").strip()
    ]
    return missing, bare
