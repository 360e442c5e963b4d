from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert

from app.accounts.actor import Actor
from app.accounts.groups import group_for
from app.accounts.roles import Role
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.inbox.filters import Filters, Tab
from app.inbox.queries import PAGE, Principals, capped_count, page_keys, principals_for, task_page
from app.inbox.sample import TwoStep
from app.workflow.models import Task
from tests.factories.accounts import a_person, actor_for
from tests.factories.organisation import a_site
from tests.factories.records import a_record, a_task, an_instance

NONE = Filters()


@dataclass(frozen=True)
class Desk:
    actor: Actor
    site: int
    group: int
    record: int


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def desk(request: pytest.FixtureRequest) -> Desk:
    request.getfixturevalue("app" if request.param == "sqlite" else "pg_app")
    return _desk()


def _desk() -> Desk:
    with unit_of_work() as uow:
        site = a_site(uow)
        person = a_person(uow, roles=[("reviewer", site)])
        record = a_record(uow, "Seal leaks", site_id=site)
        group = _group(uow, site)
    return Desk(actor_for(person), site, group, record)


def _group(uow: Any, site: int) -> int:
    return group_for(uow, Role.REVIEWER, site)


def seed(desk: Desk, count: int, **columns: Any) -> None:
    """Many open tasks with one statement; every tenth shares its due moment with its neighbour."""
    with unit_of_work() as uow:
        first = a_task(uow, desk.record, instance=an_instance(uow, desk.record), **columns)
        task = uow.session.get_one(Task, first)
        row = {c.key: getattr(task, c.key) for c in Task.__table__.columns if c.key != "id"}
        rows = [
            row | {"guid": f"s{number}", "due_at": task.due_at + timedelta(minutes=number - number % 2)}
            for number in range(1, count)
        ]
        if rows:
            uow.session.execute(insert(Task), rows)


def ids(desk: Desk, tab: Tab, filters: Filters = NONE, sites: tuple[int, ...] = ()) -> list[int]:
    principals = principals_for(desk.actor, tab, sites)
    page = task_page(db.session(), desk.actor, principals, filters, now=clock.now())
    return [line.id for line in page.lines]


def test_each_tab_shows_its_own_tasks(desk: Desk) -> None:
    with unit_of_work() as uow:
        mine = a_task(uow, desk.record, assignee_id=desk.actor.id, candidate_group_id=desk.group)
        offered = a_task(uow, desk.record, candidate_group_id=desk.group, days=1)
        a_task(uow, desk.record, state="cancelled", assignee_id=desk.actor.id)
        done = a_task(uow, desk.record, state="done", completed_by_id=desk.actor.id, completed_at=uow.now)
        other = a_task(uow, desk.record, days=9)

    assert ids(desk, Tab.MINE) == [mine]
    assert ids(desk, Tab.GROUPS) == [offered]
    assert ids(desk, Tab.ALL) == [offered, mine]
    assert ids(desk, Tab.ALL, sites=(desk.site,)) == [offered, mine, other]
    assert ids(desk, Tab.DONE) == [done]


def test_every_task_comes_once_however_the_pages_are_cut(desk: Desk) -> None:
    seed(desk, 120, assignee_id=desk.actor.id)
    principals = principals_for(desk.actor, Tab.ALL, (desk.site,))
    seen: list[int] = []
    after = None

    while True:
        page = task_page(db.session(), desk.actor, principals, NONE, now=clock.now(), after=after)
        seen += [line.id for line in page.lines]
        after = page.next_key
        if after is None:
            break

    assert len(seen) == len(set(seen)) == 120
    assert len(page.lines) == 120 - 2 * PAGE


def test_filters_narrow_and_counts_follow_them(desk: Desk) -> None:
    with unit_of_work() as uow:
        late = a_task(uow, desk.record, assignee_id=desk.actor.id, days=-1)
        a_task(uow, desk.record, assignee_id=desk.actor.id, title="Approve the plan")
    mine = principals_for(desk.actor, Tab.MINE)

    for filters, count in [
        (Filters(is_overdue=True), 1),
        (Filters(text="approve"), 1),
        (Filters(text="seal"), 2),
        (Filters(text="tst-2026-0001"), 2),
        (Filters(kind="two_step_approval"), 2),
        (Filters(kind="capa"), 0),
        (Filters(site_id=desk.site + 1), 0),
    ]:
        assert capped_count(db.session(), mine, filters, now=clock.now()) == count, filters
        assert len(ids(desk, Tab.MINE, filters)) == count, filters
    assert ids(desk, Tab.MINE, Filters(is_overdue=True)) == [late]


def test_a_count_stops_at_a_hundred(desk: Desk) -> None:
    seed(desk, 130, assignee_id=desk.actor.id)

    assert capped_count(db.session(), principals_for(desk.actor, Tab.MINE), NONE, now=clock.now()) == 100


def test_oversight_shows_no_task_of_a_record_closed_to_the_person(desk: Desk) -> None:
    with unit_of_work() as uow:
        a_task(uow, desk.record)
        hidden = a_record(uow, "Personnel", site_id=desk.site)
        a_task(uow, hidden)
        uow.session.get_one(TwoStep, hidden).restricted_to = ",quality_manager,"

    shown = task_page(
        db.session(), desk.actor, principals_for(desk.actor, Tab.ALL, (desk.site,)), NONE, now=clock.now()
    )

    assert [line.record_id for line in shown.lines] == [desk.record]


def plan_of(principals: Principals, filters: Filters, after: Any = None, *, is_count: bool = False) -> str:
    """What the database says about how it would answer."""
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, _many: bool) -> None:  # noqa: FBT001
        seen.append((sql, parameters))

    session = db.session()
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        if is_count:
            capped_count(session, principals, filters, now=clock.now())
        else:
            page_keys(session, principals, filters, now=clock.now(), after=after)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    is_sqlite = db.engine.dialect.name == "sqlite"
    sql, parameters = seen[-1]
    prefix = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
    rows = session.connection().exec_driver_sql(prefix + sql, parameters).all()
    return "\n".join(str(row[-1] if is_sqlite else row[0]) for row in rows)


CASES = [
    (Principals(people=(1,)), NONE, False),
    (Principals(people=(1, 2), groups=tuple(range(20)), sites=(1, None)), NONE, True),
    (Principals(groups=tuple(range(20))), Filters(is_overdue=True, site_id=1, kind="capa"), True),
    (Principals(groups=tuple(range(80))), NONE, False),
    (Principals(people=(1,), groups=(1, 2), is_done=True), NONE, True),
    (Principals(people=(1,), groups=(1, 2)), Filters(text="seal leaks"), False),
]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(("principals", "filters", "has_cursor"), CASES)
@pytest.mark.parametrize("is_count", [False, True])
def test_no_plan_step_scans_the_task_table(
    principals: Principals, filters: Filters, *, has_cursor: bool, is_count: bool
) -> None:
    desk = _desk()
    seed(desk, 50, candidate_group_id=desk.group)

    plan = plan_of(principals, filters, (clock.now(), 1) if has_cursor else None, is_count=is_count)

    assert not re.search(r"\bSCAN task\b", plan), plan
    assert re.search(r"SEARCH task USING (COVERING )?INDEX ix_task_", plan), plan


@pytest.mark.usefixtures("app")
def test_groups_are_read_from_the_groups_own_index() -> None:
    plan = plan_of(Principals(groups=(1, 2)), NONE)

    assert plan.count("ix_task_group") == 2, plan
    assert "ix_task_mine" not in plan


@pytest.mark.postgres
@pytest.mark.usefixtures("pg_app")
def test_postgres_scans_no_task_table_either() -> None:
    desk = _desk()
    seed(desk, 5000, candidate_group_id=desk.group)
    with unit_of_work() as uow:
        uow.session.connection().exec_driver_sql("ANALYZE task")

    plan = plan_of(Principals(people=(1, 2), groups=tuple(range(100, 120))), NONE)

    assert "Seq Scan on task" not in plan, plan


@pytest.mark.usefixtures("app")
def test_twenty_groups_cost_one_statement_for_keys_and_one_for_rows() -> None:
    desk = _desk()
    seed(desk, 10, candidate_group_id=desk.group)
    actor = replace(desk.actor, group_ids=frozenset({desk.group, *range(100, 119)}))
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *parts: seen.append(parts[2]))

    task_page(db.session(), actor, principals_for(actor, Tab.GROUPS), NONE, now=clock.now())

    assert len([sql for sql in seen if sql != "BEGIN"]) == 2
