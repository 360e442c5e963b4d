from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.workflow.engine.durations import (
    FOREVER,
    BadTimer,
    is_literal,
    parse_duration,
    parse_moment,
    parse_repetition,
)

LAST_OF_JANUARY = datetime(2026, 1, 31, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("P14D", datetime(2026, 2, 14, 9, tzinfo=UTC)),
        ("P2W", datetime(2026, 2, 14, 9, tzinfo=UTC)),
        ("PT36H", datetime(2026, 2, 1, 21, tzinfo=UTC)),
        ("P1M", datetime(2026, 2, 28, 9, tzinfo=UTC)),
        ("P13M", datetime(2027, 2, 28, 9, tzinfo=UTC)),
        ("P1Y2M3DT4H5M6S", datetime(2027, 4, 3, 13, 5, 6, tzinfo=UTC)),
        ("P25M", datetime(2028, 2, 29, 9, tzinfo=UTC)),
    ],
)
def test_a_duration_is_added_by_the_calendar(text: str, after: datetime) -> None:
    assert parse_duration(text).after(LAST_OF_JANUARY) == after


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "-P1D", "P1M2W", "P3BD", "P0.5D", "1D", "p1d", "P\u0661D"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(BadTimer):
        parse_duration(text)


@pytest.mark.parametrize(
    "text", ["2026-03-01", "2026-03-01T08:00:00", "2026-02-30T08:00:00Z", "soon", "2026-W10-1"]
)
def test_a_moment_needs_its_offset(text: str) -> None:
    with pytest.raises(BadTimer):
        parse_moment(text)


def test_a_moment_comes_in_utc() -> None:
    assert parse_moment("2026-07-01T09:00:00+02:00") == datetime(2026, 7, 1, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["R/PT0S", "R1000000/PT0.001S", "R5", "R/", "0 0 9 * * *", "R/PT59S", "R/-P1D"]
)
def test_a_repetition_below_a_minute_is_refused(text: str) -> None:
    with pytest.raises(BadTimer):
        parse_repetition(text)


def test_a_repetition_has_a_count_a_start_and_a_span() -> None:
    endless = parse_repetition("R/P1D")
    counted = parse_repetition("R3/2026-01-31T09:00:00Z/P1M")

    assert (endless.times, endless.start) == (FOREVER, None)
    assert (counted.times, counted.start, counted.every.months) == (3, LAST_OF_JANUARY, 1)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("P14D", True),
        ("R3/PT1H", True),
        ("2026-03-01T08:00:00Z", True),
        ("P", False),
        ("record.due", False),
        ("5", False),
    ],
)
def test_literals_are_told_from_expressions(text: str, *, is_one: bool) -> None:
    assert is_literal(text) is is_one
