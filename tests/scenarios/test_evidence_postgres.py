from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask, current_app
from sqlalchemy import text

from app.accounts.grants import GrantOrder, give
from app.accounts.people import Details
from app.accounts.roles import Role
from app.evidence.destruction.carrying_out import job
from app.evidence.packs.scopes import PackScope, records_of
from app.evidence.rooms.rooms import RoomOrder, open_room
from app.evidence.rooms.visit import documents_in_force, entrance, records_page, trail_of_room
from app.foundation import clock
from app.foundation.backup import FILES
from app.foundation.db import db
from app.foundation.file_store import FileStore
from app.foundation.unit_of_work import unit_of_work
from app.indicators.definitions import INDICATORS
from app.indicators.service import readings
from app.lifecycles import publish_shipped, wire
from app.trail.verification import verify
from app.web.reader import Reader
from app.workflow.figures import FigureScope
from tests.factories.accounts import actor_for
from tests.factories.browser import enter
from tests.scenarios.company import a_company
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import contain, report

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture
def story(pg_app: Flask) -> Scenario:
    assert pg_app.testing
    wire()
    with unit_of_work() as uow:
        publish_shipped(uow)
        company = a_company(uow)
        for who in ("quality_manager", "top_management"):
            give(uow, company.people[who], GrantOrder(Role(who), None))
    return contain(report(Scenario(company), title="Zenobia Quirkwell called"))


def test_rooms_packs_figures_and_destructions_on_postgresql(story: Scenario, pg_app: Flask) -> None:
    with pg_app.test_request_context():
        shows_the_room(story)
    counts_every_figure()
    shows_the_pages(story, pg_app)
    destroys_the_words(story)


def shows_the_room(story: Scenario) -> None:
    """A room limited in every way shows its record, its trail and its coverage; so does a pack."""
    manager, today = actor_for(story.company.people["quality_manager"]), clock.now().date()
    order = RoomOrder(
        title="Certification",
        guest=Details("vera.audit", "Vera Audit"),
        organisation="",
        edition="2015",
        first=today,
        last=today + timedelta(days=1),
        clauses=("10.2.1",),
        site_ids=(story.company.site,),
        process_ids=(story.company.process,),
        records_first=today,
        records_last=today,
    )
    with unit_of_work(manager.id) as uow:
        room, _door = open_room(uow, manager, order, "http://localhost")

    rows, _following = records_page(db.session(), room, kind="", clause="10.2.1", before=None)
    deeds, _end = trail_of_room(db.session(), room, None)
    reader = Reader("en", "Europe/Berlin")
    chips = [
        chip.text for one in entrance(db.session(), room, reader, clock.now()).lines for chip, _ in one.chips
    ]
    scope = PackScope(first=today, last=today, edition="2015", clause="10.2.1")

    assert [one.id for one in rows] == [story.record_id]
    assert len(deeds) == 2
    assert "fresh" in chips
    assert list(documents_in_force(db.session(), room)) == []
    assert list(records_of(db.session(), manager, scope)) == [story.record_id]


def counts_every_figure() -> None:
    """Every indicator is reckoned, for a past month as well."""
    for months in (0, 2):
        until = clock.now() + timedelta(minutes=1) - timedelta(days=30 * months)
        found = readings(
            db.session(), INDICATORS, FigureScope(since=until - timedelta(days=365), until=until)
        )
        assert found["nonconformities"].tally.rows == (0 if months else 1)


def shows_the_pages(story: Scenario, app: Flask) -> None:
    """The pages of figures and of evidence are drawn."""
    manager = enter(app.test_client(), story.company.people["quality_manager"])
    for url in ("/dashboard/quality", "/dashboard/top", "/indicators", "/evidence", "/trail"):
        assert manager.get(url).status_code == 200, url


def destroys_the_words(story: Scenario) -> None:
    """An approved request takes the words out, and the trail still verifies."""
    wish = {"words": "Zenobia Quirkwell", "reason": "Asked for.", "legal_basis": "Article 17 GDPR"}
    request = story.sibling().as_("quality_manager").start("data_destruction", wish)
    work = job(FileStore(current_app.config["KEEL"].home / FILES))
    work()
    request.complete("weigh_request", {"is_lawful": True, "weighing": "No contract is open."})
    request.as_("top_management").approve("approve_destruction")

    work()

    db.session.rollback()
    assert request.record.status == "destroyed"
    for table, column in (("record", "title"), ("submission", "answers"), ("trail_entry", "label")):
        query = text(f"SELECT count(*) FROM {table} WHERE CAST({column} AS text) ILIKE '%quirkwell%'")
        assert db.session.execute(query).scalar_one() == 0
    assert verify(db.session()).is_intact
