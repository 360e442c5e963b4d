"""Three-valued logic: true, false, and None for unknown."""

from __future__ import annotations

from typing import TypeAlias

Truth: TypeAlias = "bool | None"


def all_of(first: Truth, second: Truth) -> Truth:
    """Return the three-valued `and`."""
    if first is False or second is False:
        return False
    return None if first is None or second is None else True


def any_of(first: Truth, second: Truth) -> Truth:
    """Return the three-valued `or`."""
    if first is True or second is True:
        return True
    return None if first is None or second is None else False


def opposite(value: Truth) -> Truth:
    """Return the three-valued `not`."""
    return None if value is None else not value
