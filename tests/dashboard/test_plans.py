"""What dashboards ask of the database: few statements, each by an index, however much has happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.accounts.models import Person
from app.dashboard.views import VIEWS
from app.foundation.db import db
from tests.factories.browser import Browser, enter

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]
GROWING = ("record", "nonconformity", "capa", "action", "finding", "quality_event", "task", "trail_entry")
MOST_STATEMENTS = 50
Asked = list[tuple[str, Any]]


@pytest.fixture
def leader(demo: Flask) -> Browser:
    found = db.session.query(Person.id).filter_by(user_name="oskar.nyberg").scalar()
    return enter(demo.test_client(), int(found or 0))


@pytest.fixture
def asked(leader: Browser) -> Iterator[Asked]:
    """Everything that is read, with its values."""
    seen: Asked = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            seen.append((statement, values))

    leader.get("/dashboard")
    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def plan_of(statement: str, values: Any) -> list[str]:
    rows = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    return [str(row[3]) for row in rows]


@pytest.mark.parametrize("view", [one.key for one in VIEWS])
def test_no_figure_reads_a_table_that_grows_from_end_to_end(leader: Browser, asked: Asked, view: str) -> None:
    leader.get(f"/dashboard/{view}")

    steps = [step for one in list(asked) for step in plan_of(*one)]

    assert any(step.startswith("SEARCH record") for step in steps)
    assert not [one for one in steps if one.startswith("SCAN") and one.split()[1] in GROWING]


@pytest.mark.parametrize("view", [one.key for one in VIEWS])
def test_a_dashboard_asks_a_bounded_number_of_questions(leader: Browser, asked: Asked, view: str) -> None:
    leader.get(f"/dashboard/{view}")

    assert 5 < len(asked) <= MOST_STATEMENTS


def test_where_risks_stand_now_is_read_from_the_running_sums(leader: Browser, asked: Asked) -> None:
    leader.get("/dashboard/top")

    assert any("exposure_sum" in statement for statement, _values in asked)
    present = [one for one in asked if "anchor_day" in one[0]]
    assert all("2026-03" not in str(values) for _statement, values in present)
