from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask

from app.accounts.models import Person
from app.foundation.db import db
from tests.factories.browser import Browser, enter

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]
DOOR = re.compile(r'<a href="(/insight/[^"]+pick=[^"]+)#cases">(\d+)</a>')
LISTED = re.compile(r"(\d+) listed")
UNSEEN = re.compile(r"(\d+) more cases? (?:is|are) counted")


def enter_as(demo: Flask, user_name: str) -> Browser:
    found = db.session.query(Person.id).filter_by(user_name=user_name).scalar()
    return enter(demo.test_client(), int(found or 0))


@pytest.fixture
def leader(demo: Flask) -> Browser:
    return enter_as(demo, "oskar.nyberg")


def test_every_lifecycle_in_force_has_a_page_with_its_diagram(leader: Browser) -> None:
    listing = leader.get("/insight").text
    doors = {unescape(one) for one in re.findall(r'href="(/insight/[^"]+)"', listing)}

    assert len(doors) >= 15
    for door in doors:
        page = leader.get(door)
        assert page.status_code == 200, door
        assert '<svg xmlns="http://www.w3.org/2000/svg"' in page.text, door


def test_figures_open_as_many_cases_as_they_count(leader: Browser) -> None:
    page = leader.get("/insight/capa?first=2024-01-01").text
    doors = [(unescape(url), int(count)) for url, count in DOOR.findall(page) if "pick=way" in url]

    assert doors
    for url, count in doors:
        shown = leader.get(url).text
        hidden = UNSEEN.search(shown)
        assert int(LISTED.search(shown)[1]) + int(hidden[1] if hidden else 0) == count, url  # type: ignore[index]


def test_a_diagram_says_how_often_how_late_and_how_long(leader: Browser) -> None:
    page = leader.get("/insight/capa?first=2024-01-01").text

    assert re.search(r'class="dg-note dg-heat-[1-4]"', page)
    assert "Gone through" in page
    assert "Plan the actions" in page
    assert "How this is computed" in page


@pytest.mark.parametrize("query", ["?first=2010-01-01&last=2010-02-01", "?site=99"])
def test_where_nothing_began_the_page_says_what_to_do(leader: Browser, query: str) -> None:
    page = leader.get(f"/insight/capa{query}")

    assert page.status_code == 200
    assert "Nothing began in this time." in page.text
    assert "No case has ended yet." in page.text


@pytest.mark.parametrize("query", ["?version=x&pick=..", "?pick=way.nonsense", "?pick=here", "?version="])
def test_an_address_that_makes_no_sense_shows_the_usual(leader: Browser, query: str) -> None:
    page = leader.get(f"/insight/capa{query}")

    assert page.status_code == 200
    assert 'aria-current="page">All versions' in page.text


@pytest.mark.parametrize("path", ["/insight/nonsense", "/insight/capa?version=99"])
def test_an_unknown_diagram_or_version_is_no_page(leader: Browser, path: str) -> None:
    assert leader.get(path).status_code == 404


def test_the_map_and_the_definitions_lead_to_it(leader: Browser, demo: Flask) -> None:
    assert 'href="/insight"' in leader.get("/processes").text
    assert 'href="/insight?process=1"' in leader.get("/processes/1").text
    assert "/insight/capa?version=1" in enter_as(demo, "ingrid.lund").get("/admin/definitions").text


def test_who_reports_sees_no_insight(demo: Flask) -> None:
    reporter = enter_as(demo, "tom.hughes")

    assert reporter.get("/insight").status_code == 403
    assert "/insight" not in reporter.get("/processes").text
