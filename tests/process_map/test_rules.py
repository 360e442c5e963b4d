"""The pure rules: gaps of a process, order of the chain, day of the review, vacancies, answers."""

from __future__ import annotations

from datetime import date

import pytest

from app.process_map.rules import (
    Gap,
    Holding,
    ProcessFacts,
    Vacancy,
    chain_order,
    gaps_of,
    is_number,
    review_due_on,
    unanswered,
    vacancy_of,
)

TODAY = date(2026, 3, 17)
WHOLE = ProcessFacts(has_owner=True, measures=1, risks=1, next_review_on=TODAY)


def test_a_process_with_everything_has_no_gap_on_the_very_day_of_its_review() -> None:
    assert gaps_of(WHOLE, TODAY) == ()


@pytest.mark.parametrize(
    ("facts", "gap"),
    [
        (ProcessFacts(has_owner=False, measures=1, risks=1, next_review_on=TODAY), Gap.OWNER),
        (ProcessFacts(has_owner=True, measures=0, risks=1, next_review_on=TODAY), Gap.MEASURE),
        (ProcessFacts(has_owner=True, measures=1, risks=0, next_review_on=TODAY), Gap.RISK),
        (ProcessFacts(has_owner=True, measures=1, risks=1, next_review_on=None), Gap.REVIEW_MISSING),
        (
            ProcessFacts(has_owner=True, measures=1, risks=1, next_review_on=date(2026, 3, 16)),
            Gap.REVIEW_PAST,
        ),
    ],
)
def test_each_thing_a_process_lacks_is_named(facts: ProcessFacts, gap: Gap) -> None:
    assert gaps_of(facts, TODAY) == (gap,)


def test_the_chain_follows_what_passes_and_not_the_order_of_codes() -> None:
    assert chain_order([1, 2, 3], [(3, 1), (1, 2), (9, 1)]) == [3, 1, 2]


def test_a_circle_of_processes_keeps_its_order_and_loses_nobody() -> None:
    assert chain_order([1, 2, 3], [(1, 2), (2, 1), (2, 3)]) == [1, 2, 3]


@pytest.mark.parametrize(
    ("last", "months", "due"),
    [
        (date(2026, 3, 17), 12, date(2027, 3, 17)),
        (date(2026, 3, 17), 24, date(2027, 3, 17)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 10, 31), 4, date(2027, 2, 28)),
    ],
)
def test_the_review_is_due_within_twelve_months_whatever_the_setting(
    last: date, months: int, due: date
) -> None:
    assert review_due_on(last, months) == due


@pytest.mark.parametrize(
    ("holdings", "vacancy"),
    [
        ([], Vacancy.NOBODY),
        ([Holding(None, is_present=False)], Vacancy.ABSENT),
        ([Holding(date(2026, 4, 16), is_present=True)], Vacancy.ENDS_SOON),
        ([Holding(date(2026, 4, 17), is_present=True)], None),
        ([Holding(date(2026, 4, 1), is_present=True), Holding(None, is_present=True)], None),
        ([Holding(date(2026, 4, 1), is_present=True), Holding(None, is_present=False)], Vacancy.ENDS_SOON),
    ],
)
def test_a_role_is_vacant_without_holder_without_stand_in_or_soon(
    holdings: list[Holding], vacancy: Vacancy | None
) -> None:
    assert vacancy_of(holdings, TODAY) is vacancy


def test_what_is_not_answered_and_what_changed_without_a_word_is_told_apart() -> None:
    asked = [{"reference": f"C{number}", "title": f"Issue {number}"} for number in (1, 2, 3)]
    given = [
        {"reference": "C1", "finding": "right"},
        {"reference": "C2", "finding": "gone", "note": " "},
    ]

    assert unanswered(asked, given) == (["Issue 3"], ["Issue 2"])


@pytest.mark.parametrize(("text", "is_one"), [("98,5", True), ("-3", True), ("many", False), ("NaN", False)])
def test_a_target_is_a_number_with_point_or_comma(text: str, *, is_one: bool) -> None:
    assert is_number(text) is is_one
