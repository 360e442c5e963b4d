from __future__ import annotations

from datetime import UTC, date, datetime
from math import exp
from pathlib import Path

import pytest

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.quality_events.rules import EventKind
from app.quality_events.rules.trend import JudgedBy, Level, poisson_tail
from app.quality_events.service import record_event
from app.quality_events.trends import OVERALL, Dimension, Series, judged_series, stand_out
from tests.quality_events.ledgers import a_place, an_order

pytestmark = pytest.mark.usefixtures("app")
COMPLAINTS = Path(__file__).parents[1] / "data" / "nhtsa" / "complaints.txt"
FAILED_ON = 7
UNKNOWN = "1901"


def failures() -> list[datetime | None]:
    """The dates of failure in order; None where the row names none of its own."""
    named = [line.split("\t")[FAILED_ON] for line in COMPLAINTS.read_text(encoding="utf-8").splitlines()]
    dates = [
        datetime.strptime(one, "%Y%m%d").replace(tzinfo=UTC) if one and not one.startswith(UNKNOWN) else None
        for one in named
    ]
    return sorted(dates, key=lambda one: one or datetime.max.replace(tzinfo=UTC))


def replay() -> None:
    """All rows, in order of date; what has no date of its own lands on an estimated one."""
    with unit_of_work() as uow:
        for number, failed in enumerate(failures()):
            order = an_order(
                number,
                kind=EventKind.COMPLAINT,
                occurred_at=failed or datetime(2010, 3, 1, tzinfo=UTC),
                is_date_estimated=failed is None,
                is_history=True,
            )
            record_event(uow, order)


def test_the_complaints_about_vehicles_pass_the_action_limit_once_and_alert_limits_in_nine_months() -> None:
    replay()

    judged = judged_series(db.session(), OVERALL, date(2020, 3, 1))

    (action,) = [one for one in judged if one.level is Level.ACTION]
    assert (action.period.month, action.period.count, action.test) == (date(2010, 3, 1), 3, JudgedBy.TAIL)
    # 42 failures in the 183 months from December 1994 to February 2010
    expected = 42 / 183
    assert action.expected == pytest.approx(expected)
    assert round(expected, 2) == 0.23
    # three or more of them by chance: 1 - e^-x (1 + x + x^2 / 2)
    assert action.tail == pytest.approx(1 - exp(-expected) * (1 + expected + expected**2 / 2))
    assert round(action.tail or 1, 4) == 0.0017
    assert [one.period.month for one in judged if one.level is Level.ALERT] == [
        date(2002, 12, 1),
        date(2004, 1, 1),
        date(2004, 6, 1),
        date(2005, 8, 1),
        date(2008, 2, 1),
        date(2010, 8, 1),
        date(2011, 3, 1),
        date(2012, 6, 1),
        date(2012, 8, 1),
    ]


def test_two_in_a_month_alert_while_the_rate_before_makes_them_rare() -> None:
    # 0.2 before: 1 - e^-0.2 (1 + 0.2) = 0.0175; with 0.4 before it is 0.0616, which nobody asks about
    assert poisson_tail(2, 0.2) == pytest.approx(0.0175, abs=1e-4)
    assert poisson_tail(2, 0.4) == pytest.approx(0.0616, abs=1e-4)


def test_each_cut_of_the_ledger_is_a_series_of_its_own() -> None:
    place = a_place()
    with unit_of_work() as uow:
        for number in range(9):
            month = 1 if number == 0 else 2
            occurred_at = datetime(2026, month, 3, tzinfo=UTC)
            record_event(uow, an_order(number, occurred_at=occurred_at, **(place if number else {})))

    found = dict(stand_out(db.session(), date(2026, 2, 1)))

    assert found[OVERALL].period.count == 8
    assert found[Series(Dimension.GROUP, "nonconformities")].level is Level.ACTION
    assert Series(Dimension.SITE, str(place["site_id"])) not in found  # nothing came before its first month


def test_what_a_trend_itself_opened_is_not_counted() -> None:
    with unit_of_work() as uow:
        record_event(uow, an_order(kind=EventKind.INDICATOR_BREACH))

    assert list(stand_out(db.session(), date(2026, 3, 1))) == []
