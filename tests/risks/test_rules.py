from __future__ import annotations

from datetime import date

import pytest

from app.risks.rules import (
    Band,
    appetite_for,
    longest_acceptance,
    next_review_on,
    red_reviews_after,
    state_mark,
)

ASSESSED = {"likelihood": 2, "severity": 4}


@pytest.mark.parametrize(
    ("months", "assessed", "review"),
    [(1, "2026-01-31", "2026-02-28"), (3, "2026-11-30", "2027-02-28"), (12, "2024-02-29", "2025-02-28")],
)
def test_the_next_review_stays_within_its_month(months: int, assessed: str, review: str) -> None:
    assert next_review_on(months, date.fromisoformat(assessed)).isoformat() == review


def test_the_mark_of_a_state_changes_with_every_part_of_it() -> None:
    control = {"control": "Torque wrench", "control_type": "prevent", "effectiveness": 60}
    marks = {
        state_mark(ASSESSED, [control], 1),
        state_mark({**ASSESSED, "likelihood": 3}, [control], 1),
        state_mark({**ASSESSED, "severity": 5}, [control], 1),
        state_mark(ASSESSED, [{**control, "effectiveness": 50}], 1),
        state_mark(ASSESSED, [control], 2),
    }

    assert len(marks) == 5
    assert state_mark(ASSESSED, [control], 1) in marks


@pytest.mark.parametrize(
    ("before", "after", "kind", "count"),
    [
        (16, 16, "risk", 3),
        (16, 20, "risk", 3),
        (20, 16, "risk", 0),
        (16, 12, "risk", 0),
        (16, 16, "chance", 0),
    ],
)
def test_only_a_red_risk_that_does_not_fall_is_counted(
    before: int, after: int, kind: str, count: int
) -> None:
    assert red_reviews_after(2, is_unwelcome=kind == "risk", before=before, after=after) == count


def test_the_nearest_decision_on_the_appetite_counts() -> None:
    decided = {("people", 1): 4, ("people", None): 5, (None, 1): 6, (None, None): 7}

    found = [appetite_for(decided, *place) for place in (("people", 1), ("people", 2), ("it", 1), ("it", 2))]

    assert found == [4, 5, 6, 7]
    assert appetite_for({}, "it", 2) is None


def test_an_unacceptable_risk_is_accepted_for_a_shorter_time() -> None:
    assert longest_acceptance(Band.UNACCEPTABLE, usual=365, top=90) == 90
    assert longest_acceptance(Band.HIGH, usual=365, top=90) == 365
