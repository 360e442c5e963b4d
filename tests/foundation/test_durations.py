from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.durations import Duration, DurationInvalid, add_duration

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("P5D", Duration(days=5)),
        ("PT4H", Duration(seconds=14_400)),
        ("P2W", Duration(days=14)),
        ("P1Y2M3DT4H5M6S", Duration(months=14, days=3, seconds=14_706)),
        ("PT0S", Duration()),
    ],
)
def test_a_duration_is_read(text: str, duration: Duration) -> None:
    assert Duration.parse(text) == duration


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "5D",
        "P-1D",
        "-P1D",
        "P1.5D",
        "PT1D",
        "P1D ago",
        "P999999999D",
        "P٣D",
        "P1H",
        "x" * 99,
    ],
)
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(DurationInvalid, match="P5D"):
        Duration.parse(text)


@given(st.builds(Duration, st.integers(0, 500), st.integers(0, 5_000), st.integers(0, 500_000)))
def test_a_written_duration_reads_the_same(duration: Duration) -> None:
    assert Duration.parse(str(duration)) == duration


@pytest.mark.parametrize(
    ("start", "text", "end"),
    [
        ("2026-01-31T09:00", "P1M", "2026-02-28T09:00"),
        ("2024-02-29T09:00", "P1Y", "2025-02-28T09:00"),
        ("2026-12-31T09:00", "P2M", "2027-02-28T09:00"),
        ("2026-03-28T09:00", "P1D", "2026-03-29T09:00"),  # the wall clock stays over summer time
        ("2026-03-28T09:00", "PT24H", "2026-03-29T10:00"),  # hours are elapsed time
        ("2026-03-28T02:30", "P1D", "2026-03-29T03:30"),  # 02:30 does not exist that day
    ],
)
def test_calendar_parts_follow_the_wall_clock(start: str, text: str, end: str) -> None:
    found = add_duration(datetime.fromisoformat(start).replace(tzinfo=BERLIN), Duration.parse(text), BERLIN)

    assert found == datetime.fromisoformat(end).replace(tzinfo=BERLIN)
