from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask

from app.accounts.models import Person
from app.accounts.roles import Role
from app.dashboard.cards import CHARTS
from app.dashboard.views import BY_KEY as BY_VIEW
from app.dashboard.views import VIEWS, first_view
from app.foundation.db import db
from app.indicators.definitions import BY_KEY
from tests.factories.browser import Browser, enter

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]
FIGURE = re.compile(r'class="stat-figure"><a href="([^"]+)">([\d,]+)')
ROW = re.compile(r'<th scope="row"><a href="(/indicators/[^"]+)">[^<]*</a></th><td class="t-num"[^>]*>(\d+)')
CELL = re.compile(r'<td class="heat--[1-5]"><a href="([^"]+)">(\d+)</a>')
COUNT = re.compile(r'class="push xsmall muted">(\d+) record')


def enter_as(demo: Flask, user_name: str) -> Browser:
    found = db.session.query(Person.id).filter_by(user_name=user_name).scalar()
    return enter(demo.test_client(), int(found or 0))


@pytest.fixture
def leader(demo: Flask) -> Browser:
    return enter_as(demo, "oskar.nyberg")


def test_views_name_indicators_and_charts_that_exist() -> None:
    assert all(key in BY_KEY for view in VIEWS for key in view.figures)
    assert all(key in CHARTS for view in VIEWS for key in view.charts)
    assert all(len(view.figures) + len(view.charts) <= 8 for view in VIEWS)


@pytest.mark.parametrize(
    ("role", "view"),
    [
        (Role.TOP_MANAGEMENT, "top"),
        (Role.SITE_MANAGER, "site"),
        (Role.PROCESS_OWNER, "process"),
        (Role.QUALITY_MANAGER, "quality"),
        (Role.ADMIN, "quality"),
    ],
)
def test_everybody_begins_with_the_dashboard_of_their_role(role: Role, view: str) -> None:
    assert first_view(frozenset({role})).key == view


def test_the_first_page_leads_to_ones_own_dashboard(leader: Browser) -> None:
    assert leader.get("/dashboard").location.endswith("/dashboard/top")


@pytest.mark.parametrize("view", [one.key for one in VIEWS])
@pytest.mark.parametrize("query", ["", "?site=1", "?site=1&process=1", "?first=2010-01-01&last=2010-02-01"])
def test_every_dashboard_shows_also_where_there_is_nothing(leader: Browser, view: str, query: str) -> None:
    page = leader.get(f"/dashboard/{view}{query}")

    assert page.status_code == 200
    shown = BY_VIEW[view]
    assert page.text.count('class="stat-figure"') == len(shown.figures) + len(shown.charts)


def test_every_bar_opens_exactly_the_rows_it_counts(leader: Browser) -> None:
    page = leader.get("/dashboard/quality").text
    doors = [(unescape(url), int(count)) for url, count in ROW.findall(page)]

    assert len(doors) >= 10
    for url, count in doors:
        shown = COUNT.search(leader.get(url).text)
        assert shown is not None
        assert int(shown[1]) == count, url


@pytest.mark.parametrize("view", ["quality", "top", "process"])
def test_every_cell_of_the_heat_table_opens_exactly_the_rows_it_counts(leader: Browser, view: str) -> None:
    page = leader.get(f"/dashboard/{view}").text
    doors = [(unescape(url), int(count)) for url, count in CELL.findall(page)]

    assert len(doors) >= 3
    for url, count in doors:
        shown = COUNT.search(leader.get(url).text)
        assert shown is not None
        assert int(shown[1]) == count, url


def test_an_unknown_dashboard_is_no_page(leader: Browser) -> None:
    assert leader.get("/dashboard/nonsense").status_code == 404


def test_figures_lead_to_their_rows(leader: Browser) -> None:
    found = FIGURE.findall(leader.get("/dashboard/top").text)

    assert len(found) >= 6
    assert all(leader.get(unescape(url)).status_code == 200 for url, _figure in found)


def test_a_dashboard_is_handed_out_as_paper(leader: Browser) -> None:
    answer = leader.get("/dashboard/top/paper.pdf?site=1")

    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-1.7")
    assert b"pdfaid" in answer.data


def test_the_page_leads_to_the_paper_of_the_same_choice(leader: Browser) -> None:
    page = leader.get("/dashboard/quality?first=2026-01-01&last=2026-03-17&site=1").text

    assert "/dashboard/quality/paper.pdf?first=2026-01-01&amp;last=2026-03-17&amp;site=1" in page


def test_a_process_is_chosen_in_the_address(leader: Browser) -> None:
    page = leader.get("/dashboard/process?process=1").text
    door = re.search(r'<a href="([^"]*process=1[^"]*)" aria-current="true">([^<]+)</a>', page)

    assert door is not None
    assert "All processes" not in door[2]
