from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.decisions.feel import compile_expression, to_json


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('date("2026-02-28") + duration("P1D")', "2026-03-01"),
        ('date("2024-01-31") + duration("P1M")', "2024-02-29"),
        ('date("2026-03-01") - date("2026-02-01")', "P28D"),
        ('@"2026-01-01T10:00:00Z" + @"PT36H"', "2026-01-02T22:00:00Z"),
        ('@"2026-01-01T10:00:00Z" - @"2026-01-01T09:00:00+01:00"', "PT2H"),
        ('@"2026-01-01T10:00:00Z" - @"2026-01-01T09:00:00"', None),
        ('@"23:30:00" + @"PT1H"', "00:30:00"),
        ('duration("P1D") * 2.5', "P2DT12H"),
        ('duration("P14M")', "P1Y2M"),
        ('duration("P1D") / duration("PT12H")', 2),
        ('-@"P1DT1S"', "-P1DT1S"),
        ('duration("P1M1D")', None),
        ('date("2026-02-30")', None),
        ('date("999999999-12-31")', "999999999-12-31"),
        ('date("999999999-12-31") + duration("P1D")', None),
        ('date and time(date("2026-01-01"), null)', None),
        ('date and time(@"2026-01-01", "10:00:00")', None),
        ('@"2026-01-01" + @"P1D" * 2', "2026-01-03"),
        ('@"P1D" = @"P1Y"', None),
        ('@"P3Y" / @"P1Y6M"', 2),
        ('@"P3Y" / 2', "P1Y6M"),
        ('@"P3Y" / "x"', None),
        ('"x" / 2', None),
        ('@"P1Y" - @"P2M"', "P10M"),
        ('@"P1D" - @"PT1H"', "PT23H"),
        ('@"10:00:00" - @"09:00:00"', "PT1H"),
        ('@"10:00:00Z" - @"09:00:00"', None),
        ('"x" + @"P1D"', None),
        ('"x" + @"P1M"', None),
        ('@"2026-01-31T10:00:00" + @"P1M"', "2026-02-28T10:00:00"),
        ('@"P1D" * 1e30', None),
        ('@"P1M" * 1e30', None),
        ("date(2026, 3, 17)", "2026-03-17"),
        ("date(2026.5, 3, 17)", None),
        ('date("2026-01-01", 2, null)', None),
        ('time(@"2026-01-01")', "00:00:00Z"),
        ('time(@"2026-01-01T10:00:00")', "10:00:00"),
        ('time("10:00:00", 5, null)', None),
        ("time(10, 30, 15.5)", "10:30:15.5"),
        ("time(10.5, 30, 0)", None),
        ("time(24, 0, 0)", None),
        ("time(10, 30, 0, 1)", None),
        ('time(10, 30, 0, @"PT19H")', None),
        ('time("10:00:00+19:00")', None),
        ("time(true)", None),
        ("date(year: 2026, month: 3, day: 17)", "2026-03-17"),
        ('time(10, 30, 0, duration("PT1H"))', "10:30:00+01:00"),
        ('date and time(date("2026-01-01"), time("24:00:00"))', "2026-01-01T00:00:00"),
        ('@"2026-01-01T24:00:00"', "2026-01-02T00:00:00"),
        ('years and months duration(date("2024-12-22"), date("2026-08-24"))', "P1Y8M"),
        ('years and months duration(date("2026-08-24"), date("2024-12-22"))', "-P1Y8M"),
        ("now()", "2026-03-17T12:00:00Z"),
        ("today()", "2026-03-17"),
        ('day of week(@"2026-03-17")', "Tuesday"),
        ('month of year(@"2026-03-17")', "March"),
        ('day of year(@"2026-03-01")', 60),
        ('week of year(@"2027-01-01")', 53),
        ('week of year(@"2024-12-30")', 1),
        ('@"2026-03-17".weekday', 2),
        ('@"2026-03-17T10:11:12+02:00".time offset', "PT2H"),
        ('@"2026-03-17T10:11:12@Europe/Berlin".timezone', "Europe/Berlin"),
        ('@"P1DT2H3M4S".hours', 2),
        ('@"-P1Y2M".months', -2),
        ('@"2026-07-01T12:00:00@Europe/Berlin" = @"2026-07-01T10:00:00Z"', True),
        ('time("10:00:00@Nowhere/Town")', None),
        ('time("10:00:00@../../etc/passwd")', None),
    ],
)
def test_calendar(text: str, expected: object) -> None:
    now = datetime(2026, 3, 17, 12, 0, tzinfo=UTC)

    assert to_json(compile_expression(text, names=("time offset",)).evaluate({}, now=now)) == expected


def test_moments_go_in_and_come_out_as_aware_utc(feel: Any) -> None:
    opened = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)

    due = feel('record.opened_at + duration("P30D")', {"record": {"opened_at": opened}})

    assert due == datetime(2026, 3, 31, 8, 30, tzinfo=UTC)


def test_a_moment_in_a_zone_keeps_its_clock_over_the_change_of_season(feel: Any) -> None:
    noon = datetime(2026, 3, 28, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))

    assert feel('noon + duration("P1D")', {"noon": noon}) == datetime(2026, 3, 29, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        date(2026, 3, 17),
        time(10, 30),
        time(10, 30, tzinfo=timezone(timedelta(hours=2))),
        timedelta(days=999_999, microseconds=1),
    ],
)
def test_python_values_survive_the_way_there_and_back(feel: Any, value: object) -> None:
    assert feel("value", {"value": value}) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"P1Y2M"', "P1Y2M"),
        ('date("12026-01-01")', "12026-01-01"),
        ("[1..3)", "[1..3)"),
        ("count", None),
        ('{due: @"2026-01-01"}', {"due": date(2026, 1, 1)}),
    ],
)
def test_what_python_has_no_type_for_comes_out_as_text(feel: Any, text: str, expected: object) -> None:
    assert feel(text) == expected
