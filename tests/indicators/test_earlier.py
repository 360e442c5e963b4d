from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from app.accounts.actor import Actor
from app.accounts.models import Person
from app.accounts.sessions import actor_of
from app.foundation import clock
from app.foundation.db import db
from app.indicators.definitions import INDICATORS
from app.indicators.earlier import figures_before, span_of
from app.indicators.periods import Asked, before, scope_for
from app.indicators.service import readings
from tests.factories.statements import statements_sent

MONTHS = (
    "nonconformities",
    "nonconformities_grave",
    "actions_on_time",
    "findings_on_time",
    "audits_as_planned",
)


def days(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("first", "last", "months", "rest"),
    [
        ("2026-01-01", "2026-02-28", ["2026-01-01", "2026-02-01"], []),
        ("2026-01-15", "2026-03-31", ["2026-02-01", "2026-03-01"], [("2026-01-15", "2026-01-31")]),
        ("2026-01-01", "2026-02-10", ["2026-01-01"], [("2026-02-01", "2026-02-10")]),
        ("2026-01-02", "2026-02-27", [], [("2026-01-02", "2026-02-27")]),
        ("2025-12-31", "2026-01-31", ["2026-01-01"], [("2025-12-31", "2025-12-31")]),
    ],
)
def test_a_time_falls_into_whole_months_and_a_rest(
    first: str, last: str, months: list[str], rest: list[tuple[str, str]]
) -> None:
    span = span_of(days(first), days(last))

    assert list(span.months) == [days(one) for one in months]
    assert [(one[0].isoformat(), one[1].isoformat()) for one in span.rest] == rest


def leader() -> Actor:
    found = db.session.query(Person.id).filter_by(user_name="oskar.nyberg").scalar()
    actor = actor_of(db.session(), int(found or 0), clock.now())
    assert actor is not None
    return actor


@pytest.mark.slow
@pytest.mark.xdist_group("demo")
@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("site_id", [None, 1])
def test_kept_months_say_what_counting_again_says(site_id: int | None) -> None:
    asked = Asked(days("2026-01-10"), days("2026-03-17"), site_id)
    wanted = [one for one in INDICATORS if one.key in MONTHS]

    quick = figures_before(db.session(), leader(), wanted, asked)

    live = readings(db.session(), wanted, scope_for(leader(), before(asked)))
    assert quick == {key: one.figure for key, one in live.items()}


@pytest.mark.slow
@pytest.mark.xdist_group("demo")
@pytest.mark.usefixtures("demo")
def test_whole_months_are_read_and_not_counted() -> None:
    asked, actor = Asked(days("2026-02-01"), days("2026-03-31")), leader()
    wanted = [one for one in INDICATORS if one.key in (*MONTHS, "exposure")]

    with statements_sent() as sent:
        found = figures_before(db.session(), actor, wanted, asked)

    assert before(asked).first == days("2025-12-04")
    assert found.keys() == {one.key for one in wanted}
    assert not [one for one in sent if "anchor_day" in one]


@pytest.mark.slow
@pytest.mark.xdist_group("demo")
def test_one_process_is_counted_because_nobody_kept_it(demo: Flask) -> None:
    asked = Asked(days("2026-02-01"), days("2026-03-17"), None, 1)
    wanted = [one for one in INDICATORS if one.key == "nonconformities"]

    found = figures_before(db.session(), leader(), wanted, asked)

    live = readings(db.session(), wanted, scope_for(leader(), before(asked)))
    assert demo.testing
    assert found == {"nonconformities": live["nonconformities"].figure}
