from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.foundation.db import db
from app.indicators.definitions import BY_KEY, INDICATORS
from app.indicators.models import MonthlyReading
from app.indicators.months import (
    KeptMonth,
    keep_due,
    months_back,
    next_month,
    scope_of_month,
    series,
    together,
)
from app.indicators.service import reading

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]


def test_months_follow_each_other_over_the_year() -> None:
    assert next_month(date(2025, 12, 1)) == date(2026, 1, 1)
    assert months_back(date(2026, 2, 1), 3) == date(2025, 11, 1)


def test_ended_months_are_read_once_and_never_again(demo: Flask) -> None:
    assert demo
    while keep_due():
        pass
    kept = db.session.scalar(select(func.count(MonthlyReading.id)))

    assert keep_due() == 0
    db.session.rollback()
    assert db.session.scalar(select(func.count(MonthlyReading.id))) == kept
    assert db.session.scalar(select(func.max(MonthlyReading.month))) == date(2026, 2, 1)


def test_a_kept_month_is_what_the_month_gives(demo: Flask) -> None:
    assert demo
    while keep_due():
        pass
    month = date(2026, 2, 1)
    keys = [one.key for one in INDICATORS if one.measure]

    kept = series(db.session(), keys, None, month, month)

    for key in keys:
        assert kept[key][month].figure == reading(db.session(), BY_KEY[key], scope_of_month(month)).figure, (
            key
        )


def test_months_together_are_reckoned_from_what_they_counted() -> None:
    months = [
        KeptMonth("", date(2026, 1, 1), rows=3, hits=3, total=Decimal(0), figure=Decimal(100)),
        KeptMonth("", date(2026, 2, 1), rows=1, hits=0, total=Decimal(0), figure=Decimal(0)),
    ]

    assert together(BY_KEY["actions_on_time"], months) == Decimal(75)
    assert together(BY_KEY["actions_overdue"], months) == Decimal(0)
    assert together(BY_KEY["capa_time_to_close_median"], months) is None
    assert together(BY_KEY["actions_on_time"], []) is None
