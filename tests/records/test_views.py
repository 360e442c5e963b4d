"""One's own saved views are renamed and removed on a page of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.records.models import SavedView
from app.records.service import save_view
from tests.factories.accounts import a_person
from tests.factories.browser import Browser, enter


@pytest.fixture
def client(app: Flask) -> Iterator[Browser]:
    """Somebody with two views of the inbox and one of risks."""
    with app.app_context():
        with unit_of_work() as uow:
            person = a_person(uow, roles=[("quality_manager", None)])
            for key, name in (("inbox", "Late"), ("inbox", "Mine"), ("risk", "Red")):
                save_view(uow, person.id, key, name, "due=overdue")
        yield enter(app.test_client(), person)


def views() -> dict[str, int]:
    db.session.rollback()
    return {view.name: view.id for view in db.session.scalars(select(SavedView))}


def test_the_page_leads_to_each_list(client: Browser) -> None:
    page = client.get("/views").text

    assert 'href="/inbox?due=overdue">Late' in page
    assert 'href="/risks?due=overdue">Red' in page


def test_lists_lead_to_the_page(client: Browser) -> None:
    assert 'href="/views"' in client.get("/inbox").text
    assert 'href="/views"' in client.get("/risks").text


def test_a_view_gets_another_name(client: Browser) -> None:
    assert client.post(f"/views/{views()['Late']}/rename", name="  Too   late ").status_code == 303

    assert set(views()) == {"Too late", "Mine", "Red"}


@pytest.mark.parametrize("name", ["", "  ", "Mine"])
def test_a_name_that_will_not_do_is_refused_and_stays_in_the_field(client: Browser, name: str) -> None:
    answer = client.post(f"/views/{views()['Late']}/rename", name=name)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert set(views()) == {"Late", "Mine", "Red"}


def test_a_name_may_stand_in_two_lists(client: Browser) -> None:
    assert client.post(f"/views/{views()['Red']}/rename", name="Late").status_code == 303


def test_removing_asks_once_and_removes_one(client: Browser) -> None:
    page = client.get("/views").text
    assert "Remove the view “Late”?" in page

    client.post(f"/views/{views()['Late']}/remove")

    assert set(views()) == {"Mine", "Red"}


def test_nobody_renames_or_removes_the_view_of_somebody_else(app: Flask, client: Browser) -> None:
    assert client
    with unit_of_work() as uow:
        somebody = a_person(uow)
    other = enter(app.test_client(), somebody)
    late = views()["Late"]

    assert other.post(f"/views/{late}/rename", name="Taken").status_code == 404
    other.post(f"/views/{late}/remove")

    assert set(views()) == {"Late", "Mine", "Red"}


def test_who_keeps_no_view_reads_how_to(app: Flask) -> None:
    with unit_of_work() as uow:
        nobody = a_person(uow)

    assert "You keep no view yet" in enter(app.test_client(), nobody).get("/views").text
