"""What the page says against plain SQL and Python over the same rows, for every definition of the company."""

from __future__ import annotations

import statistics
from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select, text

from app.foundation import clock
from app.foundation.db import db
from app.foundation.working_time import Calendar, working_span
from app.insight.queries import cases_of, steps_of
from app.insight.rules import percentile
from app.insight.study import Study, study_of
from app.organisation.calendars import calendar_of
from app.workflow.figures import FigureScope
from app.workflow.models import Task

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo"), pytest.mark.usefixtures("demo")]
KEYS = ("nonconformity", "capa", "action", "audit", "finding", "risk", "document_change", "reassessment")
STEP = "CASE WHEN t.call_id <> '' THEN t.call_id ELSE t.element_id END"


def scope() -> FigureScope:
    now = clock.now()
    return FigureScope(since=now - timedelta(days=500), until=now)


def study(key: str) -> Study:
    return study_of(db.session(), key, None, scope(), clock.now())


def rows(statement: str, key: str) -> list[tuple[object, ...]]:
    wanted = {"key": key, "since": scope().since, "until": scope().until, "now": clock.now()}
    texts = {name: str(one)[:19] if isinstance(one, datetime) else one for name, one in wanted.items()}
    return [tuple(row) for row in db.session.execute(text(statement), texts)]


@pytest.mark.parametrize("key", KEYS)
def test_counts_of_each_step_agree_with_plain_sql(key: str) -> None:
    counted = rows(
        f"SELECT {STEP}, sum(t.state = 'done'), sum(t.state = 'open'),"
        " sum(t.state = 'done' AND t.completed_at > t.original_due_at),"
        " sum(t.state = 'open' AND t.due_at < :now)"
        " FROM task t JOIN process_instance i ON i.id = t.instance_id"
        " WHERE i.definition_key = :key AND i.started_at >= :since AND i.started_at < :until"
        " AND t.state IN ('done', 'open') GROUP BY 1",
        key,
    )

    found = study(key).steps

    assert counted
    assert {row[0]: row[1:] for row in counted} == {
        step: (one.done, one.here, one.late, one.overdue) for step, one in found.items()
    }


@pytest.mark.parametrize("key", KEYS)
def test_passes_agree_with_what_the_engine_counted(key: str) -> None:
    found = study(key)
    calls = {one.step for one in steps_of(db.session(), [case.id for case in found.cases]) if one.is_call}

    closed = {step: one.runs - one.here for step, one in found.steps.items() if step not in calls}

    assert closed == {step: found.passes.get(step, 0) for step in closed}


@pytest.mark.parametrize("key", KEYS)
def test_spans_agree_with_the_moments_and_the_calendar(key: str) -> None:
    waited: dict[str, list[int]] = {}
    wanted = [case.id for case in cases_of(db.session(), key, None, scope()).cases]
    for task in db.session.scalars(select(Task).where(Task.instance_id.in_(wanted), Task.state == "done")):
        was_offered = task.candidate_group_id is not None or task.claimed_at is not None
        if task.completed_at is not None and was_offered:
            taken = task.claimed_at or task.completed_at
            calendar = calendar_of(db.session(), task.site_id) if task.site_id else Calendar(ZoneInfo("UTC"))
            span = working_span(task.created_at, taken, calendar)
            waited.setdefault(task.call_id or task.element_id, []).append(int(span.total_seconds() // 60))

    found = study(key).steps

    for step, spans in waited.items():
        assert percentile(found[step].waiting, 0.5) == pytest.approx(statistics.median(spans)), step
        if len(spans) > 1:
            ninth = statistics.quantiles(spans, n=10, method="inclusive")[-1]
            assert percentile(found[step].waiting, 0.9) == pytest.approx(ninth), step


@pytest.mark.parametrize("key", ["nonconformity", "capa", "finding"])
def test_ways_agree_with_the_tasks_in_their_order(key: str) -> None:
    ordered = rows(
        f"SELECT t.instance_id, {STEP} FROM task t JOIN process_instance i ON i.id = t.instance_id"
        " WHERE i.definition_key = :key AND i.state IN ('over', 'cancelled')"
        " AND i.started_at >= :since AND i.started_at < :until AND t.state IN ('done', 'open')"
        " ORDER BY t.instance_id, t.created_at, 2",
        key,
    )
    paths = {
        case: tuple(step for step, _same in groupby(row[1] for row in of_case))
        for case, of_case in groupby(ordered, key=lambda row: row[0])
    }

    ways = {case: way.steps for way, ids in study(key).ways for case in ids}

    assert ways
    collapsed = {case: tuple(step for step, _same in groupby(steps)) for case, steps in ways.items()}
    assert {case: steps for case, steps in collapsed.items() if steps} == paths


def test_no_snapshot_is_ever_read() -> None:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        study("capa")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)

    assert len([one for one in statements if one.startswith("SELECT")]) == 3
    assert not [one for one in statements if "snapshot" in one]


def test_a_site_sees_its_own_cases_only() -> None:
    here = FigureScope(since=datetime(2020, 1, 1, tzinfo=UTC), until=clock.now(), site_ids=frozenset({2}))

    found = cases_of(db.session(), "nonconformity", None, here)

    assert (
        found.total
        == rows(
            "SELECT count(*) FROM process_instance WHERE definition_key = :key AND site_id = 2",
            "nonconformity",
        )[0][0]
    )
    assert found.total > 0
