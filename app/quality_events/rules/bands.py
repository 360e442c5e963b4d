"""Scores of the 5 by 5 matrix and their bands."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

MEDIUM_FROM, HIGH_FROM, UNACCEPTABLE_FROM = 5, 10, 16


class Band(StrEnum):
    """How grave a score is.

    Source: house scale on the 5 by 5 matrix; 16 and above is for top management.
    """

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    UNACCEPTABLE = "unacceptable"


def score_of(assessment: Mapping[str, int]) -> int:
    """Return likelihood times severity, 1 to 25."""
    return int(assessment["likelihood"]) * int(assessment["severity"])


def band_of(score: int) -> Band:
    """Return the band of a score from 1 to 25."""
    if score >= UNACCEPTABLE_FROM:
        return Band.UNACCEPTABLE
    if score >= HIGH_FROM:
        return Band.HIGH
    return Band.MEDIUM if score >= MEDIUM_FROM else Band.LOW
