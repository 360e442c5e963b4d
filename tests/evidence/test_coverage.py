from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from app.accounts.models import Person
from app.evidence.clauses import edition_of
from app.evidence.coverage import coverage, share_fresh
from app.evidence.coverage_page import coverage_page
from app.foundation import clock
from app.foundation.db import db
from app.organisation.models import Site
from app.web.reader import Reader
from tests.factories.accounts import actor_for
from tests.factories.browser import Browser, enter

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]


@pytest.fixture
def auditor(demo: Flask) -> Browser:
    found = db.session.query(Person.id).filter_by(user_name="ingrid.lund").scalar()
    return enter(demo.test_client(), int(found or 0))


def test_finished_steps_are_evidence_of_their_clauses(demo: Flask) -> None:
    assert demo
    found = {one.clause.number: one for one in coverage(db.session(), edition_of("2015"), clock.now())}

    total = db.session.execute(text("SELECT count(*) FROM task WHERE state = 'done'")).scalar_one()
    counted = sum(cell.count for one in found.values() for cell in one.cells.values())
    assert 0 < counted <= total
    assert found["10.2.1"].last_anywhere() is not None
    assert found["8.3.1"].last_anywhere() is None


def test_evidence_grows_old(demo: Flask) -> None:
    assert demo
    edition, now = edition_of("2015"), clock.now()
    fresh, applicable = share_fresh(coverage(db.session(), edition, now), now)

    later, _all = share_fresh(coverage(db.session(), edition, now), now + timedelta(days=800))

    assert 0 < fresh < applicable
    assert later == 0


def test_what_the_scope_excludes_does_not_count(demo: Flask) -> None:
    assert demo
    covered = coverage(db.session(), edition_of("2015"), clock.now())
    excluded = [one for one in covered if one.excluded]

    assert share_fresh(covered, clock.now())[1] == len(covered) - len(excluded)


def test_the_page_names_gaps_and_every_cell_is_a_door(auditor: Browser) -> None:
    page = auditor.get("/evidence").text
    doors = set(re.findall(r'href="(/evidence/clauses/[^"]+site=\d+[^"]*)"', page))

    assert "Without fresh evidence" in page
    assert "By site" in page
    assert doors


def test_every_figure_of_the_page_opens_exactly_the_steps_it_counts(demo: Flask, auditor: Browser) -> None:
    assert demo
    page = html.unescape(auditor.get("/evidence").text)
    cell = r'href="(/evidence/clauses/[^"]+site=\d+[^"]*)">.*?· (\d+) steps?</span>'
    cells = {door: int(count) for door, count in re.findall(cell, page, re.DOTALL)}

    assert len(cells) > 20
    assert {door: count for door, count in cells.items() if rows_behind(auditor, door) != count} == {}


def rows_behind(auditor: Browser, door: str) -> int:
    """How many steps the pages behind a figure list; what is not for the reader is said as a number."""
    listed, url = 0, door
    while url:
        page = html.unescape(auditor.get(url).text)
        listed += page.partition("<tbody>")[2].partition("</tbody>")[0].count("<tr>")
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = following[1] if following else ""
    unseen = re.search(r"(\d+) of (?:a record that is|records that are) not for you", page)
    return listed + (int(unseen[1]) if unseen else 0)


def test_the_page_names_the_clauses_without_fresh_evidence_at_each_site(demo: Flask) -> None:
    session, now = db.session(), clock.now()
    found = db.session.query(Person.id).filter_by(user_name="ingrid.lund").scalar()
    with demo.test_request_context():
        shown = coverage_page(session, actor_for(int(found or 0)), Reader(), edition_of("2015"), now)

    covered = {one.clause.number: one for one in coverage(session, edition_of("2015"), now)}
    names = {row.name: row.id for row in session.query(Site.id, Site.name)}
    assert {name for name, _gaps in shown.gaps_by_site} <= names.keys()
    for name, gaps in shown.gaps_by_site:
        told = {one.label.split()[0] for one in gaps}
        wanted = {
            number
            for number, one in covered.items()
            if not one.excluded and not one.is_fresh(names[name], now)
        }
        assert told == wanted


def test_a_clause_without_evidence_says_what_will_appear(auditor: Browser) -> None:
    assert "It appears here when" in auditor.get("/evidence/clauses/8.3.1?edition=2015").text
    assert auditor.get("/evidence/clauses/42").status_code == 404


def test_the_coming_edition_says_that_it_is_provisional(auditor: Browser) -> None:
    assert "provisional" in auditor.get("/evidence?edition=2026").text
