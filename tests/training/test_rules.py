from __future__ import annotations

from datetime import date

import pytest

from app.training.rules import (
    Held,
    Standing,
    days_from,
    is_quota_reached,
    place_of,
    score_of,
    warnings_due,
)

TODAY = date(2026, 3, 17)
SOON, PAST, FAR = date(2026, 4, 1), date(2026, 3, 16), date(2028, 1, 1)


@pytest.mark.parametrize(
    ("required", "held", "standing"),
    [
        (3, [], Standing.MISSING),
        (3, [Held(3, None)], Standing.HELD),
        (3, [Held(4, SOON)], Standing.EXPIRING),
        (3, [Held(3, PAST)], Standing.EXPIRED),
        (3, [Held(3, PAST), Held(2, FAR)], Standing.EXPIRED),
        (3, [Held(2, FAR)], Standing.TOO_LOW),
        (3, [Held(1, SOON, is_waiver=True)], Standing.WAIVED),
        (3, [Held(1, PAST, is_waiver=True)], Standing.MISSING),
        (3, [Held(3, FAR), Held(3, SOON)], Standing.HELD),
        (0, [Held(2, FAR)], Standing.EXTRA),
        (0, [Held(2, PAST)], Standing.NOTHING),
    ],
)
def test_where_somebody_stands_follows_from_the_best_valid_proof(
    required: int, held: list[Held], standing: Standing
) -> None:
    assert place_of(required, held, TODAY, 60).standing is standing


def test_a_proof_holds_on_its_last_day() -> None:
    assert place_of(3, [Held(3, TODAY)], TODAY, 0).standing is Standing.EXPIRING
    assert not place_of(3, [Held(3, TODAY)], TODAY, 0).standing.is_gap


@pytest.mark.parametrize(
    ("left", "told", "due"),
    [
        (61, None, None),
        (60, None, 60),
        (45, 60, None),
        (30, 60, 30),
        (5, None, 10),
        (0, 10, None),
        (-1, 10, None),
    ],
)
def test_each_warning_comes_once_and_the_nearest_counts(left: int, told: int | None, due: int | None) -> None:
    until = date.fromordinal(TODAY.toordinal() + left)

    assert warnings_due(until, TODAY, (60, 30, 10), told) == due


def test_a_question_counts_as_a_whole() -> None:
    several = {"options": [{"is_right": True}, {"is_right": True}, {"is_right": False}]}
    single = {"options": [{"is_right": False}, {"is_right": True}]}

    assert score_of([several, single], [[0], [1]]) == 50
    assert score_of([several, single], [[0, 1], [1]]) == 100
    assert score_of([several, single], [[0, 1, 2], []]) == 0


def test_a_quota_is_in_at_its_percentage_and_for_nobody() -> None:
    assert is_quota_reached(19, 20, 95)
    assert not is_quota_reached(18, 20, 95)
    assert is_quota_reached(0, 0, 95)
    assert days_from("60, 30,x,10") == (60, 30, 10)
