from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.audits.finding_rules import (
    EarlierFinding,
    FindingStatus,
    Grade,
    Spans,
    implementation_due_at,
    next_audit_at,
    repeated_of,
    response_due_at,
    same_requirement,
    status_of,
)

NOW = datetime(2026, 3, 17, 9, tzinfo=UTC)
SPANS = Spans(response=30, major=90, minor=60)


def earlier(number: int, audit_id: int | None, clause: str = "8.4.1", grade: str = "minor") -> EarlierFinding:
    return EarlierFinding(number, f"FND-{number}", audit_id, clause, grade)


def test_the_same_clause_in_one_of_the_last_two_audits_is_a_repeat() -> None:
    found = repeated_of("8.4.1", [earlier(2, 12), earlier(1, 11)], [12, 11])

    assert found is not None
    assert found.number == "FND-2"


def test_a_clean_audit_counts_as_one_of_the_two() -> None:
    assert repeated_of("8.4.1", [earlier(1, 11)], [13, 12, 11]) is None


@pytest.mark.parametrize(
    "one", [earlier(1, 12, clause="8.4.2"), earlier(1, 12, grade="ofi"), earlier(1, None), earlier(1, 99)]
)
def test_other_clauses_opportunities_and_findings_from_outside_are_no_repeat(one: EarlierFinding) -> None:
    assert repeated_of("8.4.1", [one], [12, 11]) is None


def test_a_major_one_that_comes_back_is_a_repeat_too() -> None:
    assert repeated_of("8.4.1", [earlier(1, 12, grade="major")], [12]) is not None


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [("8.4.1", " 8.4.1 ", True), ("WI-114", "wi-114", True), ("", "", False), (None, "8.4.1", False)],
)
def test_requirements_are_compared_by_their_words(
    one: str | None, other: str | None, *, is_same: bool
) -> None:
    assert same_requirement(one, other) is is_same


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({}, FindingStatus.DRAFT),
        ({"issued_at": NOW}, FindingStatus.ISSUED),
        ({"issued_at": NOW, "response": "dispute"}, FindingStatus.DISPUTED),
        ({"issued_at": NOW, "response": "agree"}, FindingStatus.RESPONDED),
        ({"issued_at": NOW, "response": "agree", "acceptance": "rejected"}, FindingStatus.ISSUED),
        ({"issued_at": NOW, "response": "agree", "acceptance": "accepted"}, FindingStatus.ACCEPTED),
        ({"issued_at": NOW, "acceptance": "accepted", "acted_at": NOW}, FindingStatus.ACTION),
        ({"issued_at": NOW, "acted_at": NOW, "verification": "not_verified"}, FindingStatus.ISSUED),
        ({"issued_at": NOW, "acted_at": NOW, "verification": "verified"}, FindingStatus.VERIFIED),
    ],
)
def test_the_status_follows_from_the_facts(facts: dict[str, object], status: FindingStatus) -> None:
    assert status_of(facts) is status


def test_a_major_one_has_longer_to_be_put_right_but_not_to_be_answered() -> None:
    assert response_due_at(NOW, SPANS) == NOW + timedelta(days=30)
    assert implementation_due_at(NOW, Grade.MAJOR, SPANS) == NOW + timedelta(days=90)
    assert implementation_due_at(NOW, Grade.MINOR, SPANS) == NOW + timedelta(days=60)


def test_the_next_audit_has_a_year() -> None:
    assert next_audit_at(NOW) == NOW + timedelta(days=365)
