"""A list grouped by a column: each heading counts its rows and opens exactly these."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.inbox import sample
from app.inbox.sample import TwoStep
from app.records.register import registers
from app.records.register_groups import ROWS_EACH, register_groups
from app.records.register_query import query_from
from app.records.routes import register_pages
from tests.factories.accounts import Somebody, a_person, actor_for
from tests.factories.browser import Browser, enter
from tests.factories.organisation import a_process, a_site
from tests.factories.records import a_record
from tests.factories.statements import statements_sent

HEADING = re.compile(r'<h2 class="reg-grouped"[^>]*><a href="([^"]+)">(.*?) <span class="num muted">(\d+)<')


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """An application to which the register of the sample is added."""
    own_app.register_blueprint(register_pages(sample.REGISTER))
    return own_app


@pytest.fixture
def boss(app: Flask) -> Iterator[Somebody]:
    """Somebody who sees all sites; records at two sites and none, of two owners and nobody."""
    assert app.testing
    before = registers.all()
    registers.use([sample.REGISTER])
    with unit_of_work() as uow:
        somebody = a_person(uow, "berta.boss", roles=[("quality_manager", None)])
        sites = (a_site(uow), a_site(uow), None)
        owners = (somebody.id, a_person(uow, "otto.owner").id, None)
        process = a_process(uow)
        for number in range(24):
            record = uow.session.get_one(TwoStep, a_record(uow, f"Matter {number:02d}"))
            record.site_id, record.owner_id = sites[number % 3], owners[number % 2 + number % 3 // 2]
            record.process_id = process if number < 7 else None
            record.status = "approved" if number % 4 == 0 else "in_review"
            record.due_at = clock.now() + timedelta(days=number)
    yield somebody
    registers.use(before)


def groups(client: Browser, query: str) -> list[tuple[str, str, int]]:
    page = client.get(f"/approvals?{query}").text
    return [(url.replace("&amp;", "&"), label, int(count)) for url, label, count in HEADING.findall(page)]


def titles(page: str) -> list[str]:
    return re.findall(r'class="clip" href="[^"]+" title="([^"]+)"', page)


@pytest.mark.parametrize("key", ["site", "owner", "process", "status"])
@pytest.mark.parametrize("more", ["", "&q=matter+1", "&sort=due&order=reversed"])
def test_a_heading_counts_what_it_opens(app: Flask, boss: Somebody, key: str, more: str) -> None:
    client = enter(app.test_client(), boss)
    every = titles(client.get(f"/approvals?{more}").text)

    found = groups(client, f"group={key}{more}")
    behind = [titles(client.get(url).text) for url, _label, _count in found]

    assert [len(rows) for rows in behind] == [count for _url, _label, count in found]
    assert sorted(row for rows in behind for row in rows) == sorted(every)


def test_rows_without_a_value_are_a_group_that_comes_last(app: Flask, boss: Somebody) -> None:
    found = groups(enter(app.test_client(), boss), "group=owner")

    assert [label for _url, label, _count in found] == ["Berta Boss", "Otto Owner", "nobody"]


def test_a_group_shows_its_first_rows_in_the_order_of_the_list(app: Flask, boss: Somebody) -> None:
    client = enter(app.test_client(), boss)

    page = client.get("/approvals?group=process&sort=due").text
    parts = re.split(r'<h2 class="reg-grouped"', page)[1:]

    for (url, _label, _count), part in zip(groups(client, "group=process&sort=due"), parts, strict=True):
        assert titles(part) == titles(client.get(url).text)[:ROWS_EACH]


def test_only_what_the_person_sees_is_counted(app: Flask, boss: Somebody) -> None:
    assert boss
    with unit_of_work() as uow:
        stranger = a_person(uow, roles=[("quality_manager", a_site(uow))])

    assert groups(enter(app.test_client(), stranger), "group=site&state=all") == []


def test_an_unknown_grouping_is_left_out(app: Flask, boss: Somebody) -> None:
    assert len(titles(enter(app.test_client(), boss).get("/approvals?group=title").text)) == 24


def test_grouping_costs_the_same_however_many_groups_there_are(boss: Somebody) -> None:
    actor, costs = actor_for(boss), []

    for key in ("status", "site"):
        query = query_from(sample.REGISTER, {"group": [key]})
        with statements_sent() as sent:
            register_groups(db.session(), actor, sample.REGISTER, query, now=clock.now())
        costs.append(sum("FROM record" in sql for sql in sent))

    assert costs == [2, 2]
