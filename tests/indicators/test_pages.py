from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import event

from app.accounts.models import Person
from app.foundation.db import db
from app.indicators.definitions import INDICATORS
from tests.factories.browser import Browser, enter

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]


def person(user_name: str) -> int:
    found = db.session.query(Person.id).filter_by(user_name=user_name).scalar()
    assert found is not None
    return int(found)


@pytest.fixture
def quality_manager(demo: Flask) -> Browser:
    return enter(demo.test_client(), person("ingrid.lund"))


def test_every_indicator_stands_in_the_list_and_has_a_page(quality_manager: Browser) -> None:
    listing = quality_manager.get("/indicators").text

    for one in INDICATORS:
        assert f"/indicators/{one.key}?" in listing
        assert quality_manager.get(f"/indicators/{one.key}").status_code == 200, one.key


def test_a_page_says_how_the_figure_is_computed_and_what_it_counts(quality_manager: Browser) -> None:
    page = quality_manager.get("/indicators/capa_on_time?first=2025-10-01&last=2026-03-17").text

    assert "CAPAs whose actions were in place by the first due day" in page
    assert "at least 90 %" in page
    assert "CAPAs on time after extensions" in page
    assert "CAPA-2025-000" in page


def test_what_keel_does_not_keep_says_so(quality_manager: Browser) -> None:
    assert "Suppliers are not kept in Keel yet." in quality_manager.get("/indicators/supplier_delivery").text


@pytest.mark.parametrize("query", ["?first=never", "?first=2027-01-01&last=2026-01-01", "?site=x&process=-1"])
def test_an_address_that_makes_no_sense_shows_the_usual(quality_manager: Browser, query: str) -> None:
    page = quality_manager.get(f"/indicators{query}")

    assert page.status_code == 200
    assert 'aria-current="page">12 months' in page.text


def test_an_unknown_indicator_is_no_page(quality_manager: Browser) -> None:
    assert quality_manager.get("/indicators/nonsense").status_code == 404


def test_who_reports_sees_no_indicators(demo: Flask) -> None:
    assert enter(demo.test_client(), person("tom.hughes")).get("/indicators").status_code == 403


def test_the_list_costs_the_same_however_many_records_there_are(quality_manager: Browser) -> None:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        quality_manager.get("/indicators")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)

    assert len([one for one in statements if one.startswith("SELECT")]) <= 120
