from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.inbox import sample
from app.inbox.sample import TwoStep
from app.records.csv_export import harmless
from app.records.register import registers
from app.records.routes import register_pages
from tests.factories.accounts import Somebody, a_person
from tests.factories.browser import Browser, enter
from tests.factories.organisation import a_site
from tests.factories.records import a_record


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """An application to which the register of the sample is added."""
    own_app.register_blueprint(register_pages(sample.REGISTER))
    return own_app


@pytest.fixture
def boss(app: Flask) -> Iterator[Somebody]:
    """Somebody who sees all sites, and the register of the sample."""
    assert app.testing
    before = registers.all()
    registers.use([sample.REGISTER])
    with unit_of_work() as uow:
        yield_to = a_person(uow, "berta.boss", roles=[("quality_manager", None)])
    yield yield_to
    registers.use(before)


def browser(app: Flask, somebody: Somebody) -> Browser:
    return enter(app.test_client(), somebody)


def titles(page: str) -> list[str]:
    return re.findall(r'class="clip" href="[^"]+" title="([^"]+)"', page)


def some_records(count: int) -> None:
    """Records of which every third is due at the same moment, every other closed, severities 1 to 5."""
    with unit_of_work() as uow:
        site = a_site(uow)
        for number in range(count):
            due = clock.now() + timedelta(days=number // 3 - 1)
            record = a_record(uow, f"Matter {number:03d}", site_id=site, severity=number % 5 + 1, due_at=due)
            if number % 2:
                uow.session.get_one(TwoStep, record).closed_at = uow.now


def test_a_register_shows_what_is_open_and_says_so(app: Flask, boss: Somebody) -> None:
    some_records(4)

    page = browser(app, boss).get("/approvals").text

    assert titles(page) == ["Matter 002", "Matter 000"]
    assert "It is</span> still open" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=all", 10),
        ("state=closed", 5),
        ("state=all&severity=4", 4),
        ("state=all&due=overdue", 2),
        ("q=matter+00", 5),
        ("state=all&q=matter+007", 1),
        ("state=all&site=999", 0),
        ("state=nonsense", 10),
    ],
)
def test_filters_narrow(app: Flask, boss: Somebody, query: str, expected: int) -> None:
    some_records(10)

    assert len(titles(browser(app, boss).get(f"/approvals?{query}").text)) == expected


@pytest.mark.parametrize("sort", ["opened", "due", "severity", "number", "title"])
@pytest.mark.parametrize("order", ["", "reversed"])
def test_every_record_comes_once_however_it_is_sorted(
    app: Flask, boss: Somebody, sort: str, order: str
) -> None:
    some_records(104)
    client, seen = browser(app, boss), []
    path = f"/approvals?state=all&sort={sort}&order={order}"

    while path:
        page = client.get(path).text
        seen += titles(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following[1].replace("&amp;", "&") if following else ""

    assert len(seen) == len(set(seen)) == 104


@pytest.mark.parametrize("query", ["", "severity=5", "due=overdue", "state=closed&q=matter", "owner=1"])
def test_a_count_is_a_door_to_its_rows(app: Flask, boss: Somebody, query: str) -> None:
    some_records(20)
    client = browser(app, boss)
    doors = re.findall(
        r'<a href="([^"]+)" class="reg-stage">.*?<span class="reg-n[^"]*">(\d+)</span>',
        client.get(f"/approvals?{query}").text,
        re.DOTALL,
    )

    behind = [len(titles(client.get(url.replace("&amp;", "&")).text)) for url, _figure in doors]

    assert behind == [int(figure) for _url, figure in doors]
    assert sum(behind) > 0


def test_columns_are_chosen_in_the_address(app: Flask, boss: Somebody) -> None:
    some_records(1)

    page = browser(app, boss).get("/approvals?columns=opened").text

    heads = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?\s*([A-Z][a-z]+)', page)
    assert heads == ["Number", "What", "Opened"]


def test_the_export_holds_what_is_shown_and_no_formula(app: Flask, boss: Somebody) -> None:
    with unit_of_work() as uow:
        a_record(uow, '=HYPERLINK("http://evil","x")')
        a_record(uow, "  @SUM(A1)")

    sent = browser(app, boss).get("/approvals.csv")

    assert sent.mimetype == "text/csv"
    assert "attachment" in sent.headers["Content-Disposition"]
    assert "'=HYPERLINK" in sent.text
    assert "'@SUM(A1)" in sent.text


@pytest.mark.parametrize("value", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", " =1", "＝1"])  # noqa: RUF001  the wide twin
def test_a_dangerous_cell_is_made_harmless(value: str) -> None:
    assert harmless(value).startswith("'")


@pytest.mark.parametrize(("value", "text"), [(-1, "-1"), (None, ""), ("a=b", "a=b"), ("NC-1", "NC-1")])
def test_a_harmless_cell_stays_as_it_is(value: object, text: str) -> None:
    assert harmless(value) == text


def test_a_cut_cursor_is_refused(app: Flask, boss: Somebody) -> None:
    assert browser(app, boss).get("/approvals?after=abc").status_code == 422


def test_a_saved_view_is_offered_by_name(app: Flask, boss: Somebody) -> None:
    client = browser(app, boss)

    client.post("/views?next=/approvals", name="Late ones", list="two_step", query="due=overdue")

    assert 'href="/approvals?due=overdue">Late ones' in client.get("/approvals").text


def test_a_general_address_leads_to_the_register(app: Flask, boss: Somebody) -> None:
    some_records(1)
    record = db.session.scalars(select(TwoStep.id)).one()

    answer = browser(app, boss).get(f"/records/{record}")

    assert (answer.status_code, answer.location) == (303, f"/approvals/{record}")
