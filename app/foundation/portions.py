"""Long lists in portions: a statement takes 32,766 values on SQLite and 65,535 on PostgreSQL, not more."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

AT_ONCE = 5_000


def portions(ids: Collection[int]) -> Iterator[Sequence[int]]:
    """Yield ids in order, each once, so many at a time as one statement may ask for; of none nothing."""
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]
