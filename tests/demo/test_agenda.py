from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.demo.agenda import last_tuesday


@pytest.mark.parametrize("past", range(7))
def test_stories_count_from_a_tuesday_whatever_the_day(past: int) -> None:
    tuesday = date(2026, 11, 24)

    assert last_tuesday(tuesday + timedelta(days=past)) == tuesday
