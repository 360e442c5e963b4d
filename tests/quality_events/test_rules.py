from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.quality_events.rules import EarlierEvent, cause_key, judge, recurrence_key

DAY = datetime(2026, 3, 17, tzinfo=UTC)


def event(number: int, days_before: int, site: int = 1) -> EarlierEvent:
    return EarlierEvent(
        number, "nonconformity", number, site, DAY - timedelta(days=days_before), is_history=False
    )


def test_the_key_names_process_failure_site_and_family() -> None:
    key = recurrence_key(
        process_id=7,
        site_id=2,
        product_family_id=5,
        failure_mode_id=3,
        requirement="ignored with a failure mode",
    )

    assert key == "p7/mode:3/s2/f5"


def test_a_requirement_stands_in_for_an_unknown_failure_mode() -> None:
    key = recurrence_key(
        process_id=7, site_id=2, product_family_id=None, failure_mode_id=None, requirement=" Clause  8.5.1 "
    )

    assert key == "p7/req:clause 8.5.1/s2/f0"


@pytest.mark.parametrize(("process", "mode"), [(None, 3), (7, None)])
def test_without_process_or_failure_nothing_can_recur(process: int | None, mode: int | None) -> None:
    key = recurrence_key(
        process_id=process, site_id=2, product_family_id=5, failure_mode_id=mode, requirement=None
    )

    assert key is None


def test_the_cause_key_knows_no_site() -> None:
    assert cause_key(process_id=7, cause_category_id=4) == "p7/c4"
    assert cause_key(process_id=7, cause_category_id=None) is None


@pytest.mark.parametrize(("days", "is_recurrent"), [(0, True), (365, True), (366, False)])
def test_one_earlier_event_within_a_year_is_a_recurrence(days: int, *, is_recurrent: bool) -> None:
    assert judge([event(1, days)], [], DAY, 1).is_recurrent is is_recurrent


@pytest.mark.parametrize(("earlier", "occurrence"), [(0, 1), (1, 2), (2, 2), (3, 3), (9, 3)])
def test_occurrence_grows_with_the_number_of_events(earlier: int, occurrence: int) -> None:
    events = [event(number, number) for number in range(1, earlier + 1)]

    assert judge(events, [], DAY, 1).occurrence == occurrence


def test_the_same_cause_at_a_second_site_is_systemic() -> None:
    verdict = judge([], [event(1, 10, site=2)], DAY, 1)

    assert (verdict.is_systemic, verdict.occurrence) == (True, 3)


def test_three_events_of_a_cause_at_one_site_are_systemic_and_two_are_not() -> None:
    assert judge([], [event(1, 10), event(2, 20)], DAY, 1).is_systemic
    assert not judge([], [event(1, 10)], DAY, 1).is_systemic


def test_history_is_listed_newest_first() -> None:
    verdict = judge([event(1, 30), event(2, 3), event(3, 300)], [], DAY, 1)

    assert [one.id for one in verdict.same_key] == [2, 1, 3]
