from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.durations import Duration
from app.foundation.working_time import (
    Calendar,
    CalendarInvalid,
    Hours,
    add_working_time,
    next_working_moment,
    working_span,
)

BERLIN = ZoneInfo("Europe/Berlin")
SPLIT = (Hours(time(8), time(12)), Hours(time(13), time(17)))
SPLIT_WEEK = (SPLIT, SPLIT, SPLIT, SPLIT, (Hours(time(8), time(14)),), (), ())
NIGHT_WEEK = tuple((Hours(time(0), time(6)), Hours(time(22), time(23, 59))) for _day in range(7))
CALENDARS = (
    Calendar(BERLIN, country="DE", subdivision="BY"),
    Calendar(BERLIN, week=SPLIT_WEEK),
    Calendar(ZoneInfo("America/New_York"), week=NIGHT_WEEK, country="US"),
    Calendar(ZoneInfo("Australia/Lord_Howe"), week=NIGHT_WEEK),
    Calendar(ZoneInfo("Asia/Kolkata")),
)

FIRST, LAST = datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2030-01-01")

moments = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
calendars = st.sampled_from(CALENDARS)
minutes = st.integers(0, 200 * 60)


def local(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        ("2026-03-17T10:30", "P1D", "2026-03-18T10:30"),
        ("2026-03-17T10:30", "P5D", "2026-03-24T10:30"),
        ("2026-03-20T18:00", "P1D", "2026-03-24T09:00"),  # Friday evening counts as Monday morning
        ("2026-04-02T10:00", "P1D", "2026-04-07T10:00"),  # over Good Friday and Easter Monday
        ("2026-03-27T10:00", "P1D", "2026-03-30T10:00"),  # 10:00 stays 10:00 over the summer time change
        ("2026-03-17T16:00", "PT2H", "2026-03-18T10:00"),
        ("2026-03-21T12:00", "PT0S", "2026-03-23T09:00"),
        ("2026-03-17T09:00", "PT8H", "2026-03-17T17:00"),
        ("2026-01-31T12:00", "P1M", "2026-03-02T09:00"),  # 28 February 2026 is a Saturday
        ("2026-03-17T10:30", "P1DT4H", "2026-03-18T14:30"),
    ],
)
def test_work_ahead_follows_the_calendar_of_the_site(start: str, duration: str, due: str) -> None:
    calendar = Calendar(BERLIN, country="DE", subdivision="BY")

    found = add_working_time(local(start), Duration.parse(duration), calendar)

    assert found == local(due)


def test_a_working_day_on_a_shorter_day_ends_with_that_day() -> None:
    calendar = Calendar(BERLIN, week=SPLIT_WEEK)

    assert add_working_time(local("2026-03-19T16:00"), Duration(days=1), calendar) == local(
        "2026-03-20T14:00"
    )


def test_a_due_moment_is_not_in_the_lunch_break() -> None:
    early = (*SPLIT_WEEK[:3], (Hours(time(12, 30), time(15)),), *SPLIT_WEEK[4:])
    calendar = Calendar(BERLIN, week=early)

    assert add_working_time(local("2026-03-19T12:30"), Duration(days=2), calendar) == local(
        "2026-03-23T13:00"
    )


def test_own_days_close_and_open_the_site() -> None:
    closed, saturday = date(2026, 3, 18), date(2026, 3, 21)
    calendar = Calendar(BERLIN, closed=frozenset({closed}), opened=frozenset({saturday}))

    due = add_working_time(local("2026-03-17T10:00"), Duration(days=3), calendar)

    assert due == local("2026-03-21T10:00")


def test_the_night_of_the_change_has_one_hour_less() -> None:
    calendar = Calendar(BERLIN, week=NIGHT_WEEK)

    assert working_span(local("2026-03-29T00:00"), local("2026-03-29T06:00"), calendar) == timedelta(hours=5)
    assert working_span(local("2026-10-25T00:00"), local("2026-10-25T06:00"), calendar) == timedelta(hours=7)


def test_the_span_backwards_is_negative() -> None:
    span = working_span(local("2026-03-18T10:00"), local("2026-03-17T16:00"), Calendar(BERLIN))

    assert span == -timedelta(hours=2)


@given(moments, minutes, calendars)
def test_hours_added_are_the_hours_between(start: datetime, amount: int, calendar: Calendar) -> None:
    due = add_working_time(start, Duration(seconds=amount * 60), calendar)

    assert working_span(start, due, calendar) == timedelta(minutes=amount)


@given(moments, st.integers(0, 30), minutes, minutes, calendars)
def test_who_starts_later_is_due_no_earlier(
    start: datetime, days: int, hours: int, later: int, calendar: Calendar
) -> None:
    duration = Duration(days=days, seconds=hours * 60)

    first = add_working_time(start, duration, calendar)
    second = add_working_time(start + timedelta(minutes=later), duration, calendar)

    assert first <= second


@given(moments, st.integers(1, 30), calendars)
def test_a_due_day_is_a_working_day(start: datetime, days: int, calendar: Calendar) -> None:
    due = add_working_time(start, Duration(days=days), calendar)

    assert due > start
    assert calendar.is_working_day(due.astimezone(calendar.zone).date())


@given(moments, calendars)
def test_the_next_working_moment_is_never_before(start: datetime, calendar: Calendar) -> None:
    moment = next_working_moment(start, calendar)

    assert moment >= start
    assert next_working_moment(moment, calendar) == moment


@pytest.mark.parametrize(
    "faulty",
    [
        {"week": ((),) * 7},
        {"week": SPLIT_WEEK[:6]},
        {"week": ((Hours(time(12), time(9)),), *SPLIT_WEEK[1:])},
        {"week": ((Hours(time(8), time(12)), Hours(time(11), time(13))), *SPLIT_WEEK[1:])},
        {"country": "XX"},
        {"country": "DE", "subdivision": "ZZ"},
    ],
)
def test_a_calendar_that_cannot_work_is_refused(faulty: dict[str, object]) -> None:
    with pytest.raises(CalendarInvalid) as caught:
        Calendar(BERLIN, **faulty)  # type: ignore[arg-type]

    assert caught.value.problems
