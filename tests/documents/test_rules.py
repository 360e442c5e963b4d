from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.documents.rules import (
    ControlledRisk,
    ReviewMonths,
    gravest,
    is_risk_current,
    months_between_reviews,
    next_number,
    review_due_on,
    unanswered_rejections,
    unreflected,
)

USUAL = ReviewMonths(high=12, medium=24, low=36)
MARCH = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("latest", "change_class", "expected"),
    [
        (None, "minor", (1, 0)),
        ((1, 0), "minor", (1, 1)),
        ((1, 1), "administrative", (1, 2)),
        ((1, 2), "major", (2, 0)),
        ((1, 2), "emergency", (2, 0)),
    ],
)
def test_small_changes_count_behind_the_point(
    latest: tuple[int, int] | None, change_class: str, expected: tuple[int, int]
) -> None:
    assert next_number(latest, change_class) == expected


@pytest.mark.parametrize(
    ("own", "bands", "expected"),
    [
        (None, [], 36),
        (None, ["low"], 36),
        (None, ["low", "medium"], 24),
        (None, ["medium", "high"], 12),
        (None, ["unacceptable"], 12),
        (6, ["unacceptable"], 6),
        (0, ["high"], None),
    ],
)
def test_the_gravest_risk_decides_how_often_a_document_is_looked_at(
    own: int | None, bands: list[str], expected: int | None
) -> None:
    assert months_between_reviews(own, bands, USUAL) == expected


@pytest.mark.parametrize(
    ("looked_on", "months", "expected"),
    [
        (date(2026, 3, 17), 12, date(2027, 3, 17)),
        (date(2026, 3, 31), 6, date(2026, 9, 30)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 15), 11, date(2026, 12, 15)),
        (date(2026, 12, 1), 36, date(2029, 12, 1)),
        (date(2026, 3, 17), None, None),
    ],
)
def test_the_next_review_is_so_many_months_away(
    looked_on: date, months: int | None, expected: date | None
) -> None:
    assert review_due_on(looked_on, months) == expected


@pytest.mark.parametrize(
    ("moved_at", "checked_at", "stale"),
    [
        (None, None, ()),
        (MARCH - DAY, None, ()),
        (MARCH, None, ()),
        (MARCH + DAY, None, (7,)),
        (MARCH + DAY, MARCH, (7,)),
        (MARCH + DAY, MARCH + DAY, ()),
        (MARCH + DAY, MARCH + 2 * DAY, ()),
    ],
)
def test_a_document_reflects_a_risk_until_it_moves(
    moved_at: datetime | None, checked_at: datetime | None, stale: tuple[int, ...]
) -> None:
    risk = ControlledRisk(7, moved_at, checked_at)

    assert unreflected(MARCH, [risk]) == stale
    assert is_risk_current(MARCH, [risk]) is (not stale)


def test_one_risk_that_moved_is_enough() -> None:
    risks = [ControlledRisk(7, MARCH - DAY), ControlledRisk(8, MARCH + DAY), ControlledRisk(9)]

    assert unreflected(MARCH, risks) == (8,)


def test_a_document_that_is_not_in_force_reflects_nothing() -> None:
    assert not is_risk_current(None, [])


def test_a_comment_is_turned_down_with_a_reason() -> None:
    comments = [
        {"disposition": "accept", "response": ""},
        {"disposition": "reject", "response": " "},
        {"disposition": "modify", "response": "Written differently."},
        {"disposition": "reject", "response": "The law asks for it."},
    ]

    assert unanswered_rejections(comments) == (2,)


def test_the_gravest_band_decides_who_approves() -> None:
    assert gravest(["low", "high", "medium"]) == "high"
    assert gravest([]) is None
