from __future__ import annotations

from datetime import timedelta

import pytest

from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.inbox.sample import REGISTER
from app.records.links import LinkKind, link_records, linked_records
from app.records.register_query import (
    Cursor,
    RegisterQuery,
    cursor_of,
    register_figures,
    register_rows,
)
from app.records.timeline import story_of
from tests.factories.accounts import a_person, actor_for
from tests.factories.records import a_record, a_task

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("pg_app")]


@pytest.mark.parametrize("sort", ["opened", "due", "severity", "title"])
def test_pages_follow_each_other_without_gap(sort: str) -> None:
    with unit_of_work() as uow:
        boss = a_person(uow, roles=[("quality_manager", None)])
        for number in range(25):
            due = clock.now() + timedelta(days=number // 3) if number % 4 else None
            a_record(uow, f"Matter {number}", due_at=due, severity=number % 5 + 1 if number % 3 else None)
    actor, query = actor_for(boss), RegisterQuery(sort=sort, text="matter")
    seen: list[int] = []
    after: Cursor | None = None

    while True:
        rows = register_rows(db.session(), actor, REGISTER, query, now=clock.now(), after=after, limit=7)
        seen += [row.record.id for row in rows[:7]]
        if len(rows) <= 7:
            break
        after = cursor_of(REGISTER, query, rows[6])

    assert len(seen) == len(set(seen)) == 25
    assert register_figures(db.session(), actor, REGISTER, query, now=clock.now()).open == 25


def test_links_and_story_are_read_alike() -> None:
    with unit_of_work() as uow:
        boss = a_person(uow, roles=[("quality_manager", None)])
        first, second = a_record(uow), a_record(uow)
        a_task(uow, first)
        link_records(uow, first, second, LinkKind.REPEATS)
        link_records(uow, first, second, LinkKind.REPEATS)

    linked = linked_records(db.session(), actor_for(boss), second)

    assert [one.words for one in linked] == ["repeated by"]
    assert [line.text for line in story_of(db.session(), "two_step", first)] == [
        "linked this to TST-2026-0002"
    ]
