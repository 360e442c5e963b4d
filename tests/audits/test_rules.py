from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.audits.rules import (
    Factors,
    conformity,
    follow_up_needed,
    months_before,
    proposed_months,
    suggest,
)

CALM = Factors(max_risk=0, majors=0, minors=0, importance=1, has_changed=False, recurrences=0)


def factors(**given: int | bool) -> Factors:
    return Factors(**{**{name: getattr(CALM, name) for name in CALM.__slots__}, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "score", "months"),
    [
        ({}, "0.0300", 18),
        ({"is_core": True}, "0.0300", 12),
        ({"max_risk": 25, "majors": 4, "importance": 5, "has_changed": True, "recurrences": 3}, "1.0000", 3),
        ({"max_risk": 20, "majors": 1, "importance": 3}, "0.4850", 12),
        ({"max_risk": 20, "majors": 2, "importance": 3}, "0.5600", 6),
        ({"max_risk": 10, "minors": 2, "importance": 1}, "0.2400", 18),
    ],
)
def test_risk_findings_importance_changes_and_recurrences_bring_an_audit_closer(
    given: dict[str, int | bool], score: str, months: int
) -> None:
    suggestion = suggest(factors(**given))

    assert (str(suggestion.score), suggestion.interval_months) == (score, months)


@pytest.mark.parametrize(("limit", "months"), [("0.25", 18), ("0.5", 12), ("0.75", 6)])
def test_a_score_on_the_limit_keeps_the_longer_interval(limit: str, months: int) -> None:
    on_it = {
        "0.25": factors(importance=5, has_changed=True),
        "0.5": factors(max_risk=20, minors=6),
        "0.75": factors(max_risk=25, importance=5, has_changed=True, recurrences=3),
    }[limit]

    suggestion = suggest(on_it)

    assert (suggestion.score, suggestion.interval_months) == (Decimal(limit), months)


def test_findings_and_recurrences_stop_counting_at_their_most() -> None:
    assert suggest(factors(majors=4)).score == suggest(factors(majors=40)).score
    assert suggest(factors(recurrences=3)).score == suggest(factors(recurrences=30)).score


def test_a_process_is_due_an_interval_after_its_last_audit() -> None:
    assert proposed_months(2027, 12, date(2026, 5, 20)) == (5,)
    assert proposed_months(2027, 6, date(2026, 11, 2)) == (5, 11)
    assert proposed_months(2027, 18, date(2026, 10, 2)) == ()
    assert proposed_months(2027, 3, date(2024, 1, 2)) == (1, 4, 7, 10), "long overdue begins at once"


def test_a_process_never_audited_comes_early_spread_over_the_year() -> None:
    assert [proposed_months(2027, 12, None, offset=place) for place in (0, 1, 12)] == [(1,), (2,), (1,)]
    assert proposed_months(2027, 6, None, offset=2) == (3, 9)


def test_no_month_is_proposed_that_has_passed() -> None:
    assert [proposed_months(2027, 12, None, earliest=11, offset=place) for place in (0, 1, 2)] == [
        (11,),
        (12,),
        (11,),
    ]
    assert proposed_months(2027, 6, date(2026, 2, 1), earliest=9) == (9,)


@pytest.mark.parametrize(
    ("results", "share"),
    [
        (["conform", "positive", "minor", "ofi", "not_seen", None], Decimal("66.67")),
        (["conform"], Decimal(100)),
        (["major", "not_applicable"], Decimal(0)),
        (["ofi", "not_seen", None], None),
    ],
)
def test_conformity_is_the_share_of_what_was_judged(results: list[str | None], share: Decimal | None) -> None:
    assert conformity(results) == share


@pytest.mark.parametrize(
    ("grades", "is_needed"),
    [(["major"], True), (["minor"] * 3, True), (["minor"] * 2 + ["ofi"], False), ([], False)],
)
def test_a_major_or_three_minors_ask_for_another_audit(grades: list[str], is_needed: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert follow_up_needed(grades) is is_needed


def test_months_are_counted_back_over_the_turn_of_the_year() -> None:
    assert months_before(date(2026, 3, 17), 24) == date(2024, 3, 1)
    assert months_before(date(2026, 3, 17), 3) == date(2025, 12, 1)
