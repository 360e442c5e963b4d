"""The rules of a management review: which inputs there are, and when nothing is left out. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum

INPUTS = ("a", "b", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "d", "e", "f")
"""The inputs of ISO 9001:2015, 9.3.2, by their letters; c has seven."""


class Category(StrEnum):
    """What a decision is about. Source: ISO 9001:2015, 9.3.3."""

    IMPROVEMENT = "improvement"
    CHANGE = "qms_change"
    RESOURCE = "resource"


REASONS: Mapping[Category, str] = {
    Category.IMPROVEMENT: "no_improvement_reason",
    Category.CHANGE: "no_change_reason",
    Category.RESOURCE: "no_resource_reason",
}


def uncovered(conclusions: Sequence[Mapping[str, object]], elsewhere: Collection[str] = ()) -> list[str]:
    """Return the inputs that have no conclusion, and those without data that nobody explained.

    Shape: `elsewhere` are inputs that another meeting of the last twelve months considered: they may wait.
    """
    answered = {
        str(row.get("reference")): row
        for row in conclusions
        if row.get("conclusion") or str(row.get("reference")) not in elsewhere
    }
    missing = [
        one
        for one in INPUTS
        if not answered.get(one, {}).get("conclusion") and (one in answered or one not in elsewhere)
    ]
    bare = [
        one
        for one in INPUTS
        if one not in missing
        and one in answered
        and answered[one].get("is_empty")
        and not _said(answered[one].get("note"))
    ]
    return missing + bare


def undecided(outputs: Sequence[Mapping[str, object]], reasons: Mapping[str, object]) -> list[Category]:
    """Return the categories with neither a decision nor a word why none is needed."""
    decided = {str(row.get("category")) for row in outputs}
    return [one for one in Category if one.value not in decided and not _said(reasons.get(REASONS[one]))]


def _said(text: object) -> bool:
    return bool(str(text or "").strip())
