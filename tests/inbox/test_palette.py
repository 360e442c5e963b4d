"""What the palette offers: only what the person may start, see and oversee."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from app.foundation.unit_of_work import unit_of_work
from tests.factories.accounts import Somebody, a_person
from tests.factories.browser import Browser, enter
from tests.factories.organisation import a_site
from tests.inbox.conftest import Company
from tests.inbox.test_task_pages import report


@pytest.fixture
def worker(app: Flask, company: Company) -> Somebody:
    """Somebody with a task of their own at the first site, on a record there."""
    task_id = report(app, company, "Seal leaks")
    enter(app.test_client(), company.reviewer).post(f"/tasks/{task_id}/claim")
    return company.reviewer


def quick(client: Browser, text: str) -> str:
    return client.get(f"/search/quick?q={text}").text


def test_a_record_is_found_by_its_number(app: Flask, company: Company, worker: Somebody) -> None:
    assert worker
    client = enter(app.test_client(), company.boss)
    number = re.search(r">([A-Z]+-\d{4}-\d{4})<", quick(client, "seal"))
    assert number

    assert quick(client, number[1].lower()).count("<li data-found>") == 1


def test_nobody_finds_a_record_they_may_not_see(app: Flask, company: Company, worker: Somebody) -> None:
    assert worker
    assert "data-found><a" not in quick(enter(app.test_client(), company.stranger), "seal")


def test_who_oversees_tasks_gets_to_those_of_a_person(app: Flask, company: Company, worker: Somebody) -> None:
    client = enter(app.test_client(), company.boss)
    door = re.search(r'href="([^"]+)"', quick(client, "rob.rev"))
    assert door

    page = client.get(door[1].replace("&amp;", "&")).text

    assert f"who={worker.id}" in door[1]
    assert "Rob Review" in page
    assert page.count('class="inbox-row"') == 1


def test_who_oversees_no_tasks_is_offered_no_person(app: Flask, company: Company, worker: Somebody) -> None:
    client = enter(app.test_client(), company.reporter)

    assert "data-found><a" not in quick(client, "rob.rev")
    assert 'class="inbox-row"' not in client.get(f"/inbox?tab=all&who={worker.id}").text


def test_who_oversees_another_site_sees_none_of_the_tasks(app: Flask, worker: Somebody) -> None:
    with unit_of_work() as uow:
        elsewhere = a_person(uow, roles=[("quality_manager", a_site(uow))])

    page = enter(app.test_client(), elsewhere).get(f"/inbox?tab=all&who={worker.id}").text

    assert 'class="inbox-row"' not in page


def test_an_empty_question_finds_nothing(app: Flask, company: Company) -> None:
    assert "No record and no person" in quick(enter(app.test_client(), company.boss), "")


def test_the_palette_starts_only_what_the_person_may_start(app: Flask) -> None:
    with unit_of_work() as uow:
        nobody = a_person(uow)
        boss = a_person(uow, roles=[("quality_manager", None)])

    offered = {
        who.id: re.findall(r'<li data-words="[^"]*" hidden><a href="(/start/[^"]+)"', page)
        for who in (nobody, boss)
        for page in [enter(app.test_client(), who).get("/me").text]
    }

    assert "/start/nonconformity" in offered[boss.id]
    assert "/start/nonconformity" not in offered[nobody.id]
