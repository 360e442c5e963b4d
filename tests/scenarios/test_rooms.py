from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.people import Details
from app.evidence.rooms.models import AuditRoom
from app.evidence.rooms.rooms import RoomOrder, close_due, close_room, looks_at, open_room
from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.records.models import Record
from tests.conftest import TUESDAY
from tests.factories.accounts import a_person, actor_for
from tests.factories.browser import Browser, enter
from tests.scenarios.company import Company
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import contain, report

AsRole = Callable[..., Browser]
TODAY = TUESDAY.date()
ELSEWHERE = ("/inbox", "/start", "/search?q=seal", "/me", "/nonconformities", "/evidence", "/trail", "/admin")


@pytest.fixture
def order(company: Company) -> RoomOrder:
    return RoomOrder(
        title="Certification",
        guest=Details("vera.audit", "Vera Audit"),
        organisation="Certifiers",
        edition="2015",
        first=TODAY,
        last=TODAY + timedelta(days=3),
        site_ids=(company.site,),
    )


@pytest.fixture
def visit(app: Flask, company: Company) -> Callable[[RoomOrder], tuple[Browser, int]]:
    """Open a room and sign its guest in; return them and the room."""

    def begin(order: RoomOrder) -> tuple[Browser, int]:
        manager = actor_for(company.people["quality_manager"])
        with unit_of_work(manager.id) as uow:
            room, _door = open_room(uow, manager, order, "http://localhost")
        return enter(app.test_client(), room.guest_id), room.id

    return begin


def room_of(room_id: int) -> AuditRoom:
    db.session.rollback()
    return db.session.get_one(AuditRoom, room_id)


def test_a_guest_sees_the_records_of_the_room_and_no_other(
    company: Company, order: RoomOrder, visit: Callable[[RoomOrder], tuple[Browser, int]]
) -> None:
    mine, other = report(Scenario(company)), report(Scenario(company))
    with unit_of_work() as uow:
        uow.session.get_one(Record, other.record_id).site_id = company.other_site
    guest, _room = visit(order)

    page = guest.get("/audit-room/records").text

    assert mine.record.number in page
    assert other.record.number not in page
    assert guest.get(f"/audit-room/records/{mine.record_id}").status_code == 200
    assert guest.get(f"/audit-room/records/{other.record_id}").status_code == 404
    assert guest.post(f"/audit-room/records/{other.record_id}/pack").status_code == 404


@pytest.mark.parametrize(
    ("limit", "shown"),
    [
        ({"kinds": ("capa",)}, 0),
        ({"kinds": ("nonconformity",)}, 1),
        ({"clauses": ("8.5.1",)}, 0),
        ({"clauses": ("10.2.1",)}, 1),
        ({"process_ids": (987,)}, 0),
        ({"records_first": TODAY - timedelta(days=9), "records_last": TODAY - timedelta(days=8)}, 0),
        ({"records_first": TODAY, "records_last": TODAY}, 1),
    ],
)
def test_every_limit_of_a_room_holds_for_list_page_trail_and_pack(
    company: Company,
    order: RoomOrder,
    visit: Callable[[RoomOrder], tuple[Browser, int]],
    limit: dict[str, object],
    shown: int,
) -> None:
    record = contain(report(Scenario(company))).record
    guest, _room = visit(replace(order, **limit))  # type: ignore[arg-type]  # one limit at a time

    seen = [record.number in guest.get(f"/audit-room/{part}").text for part in ("records", "trail")]

    assert seen == [bool(shown)] * 2
    assert (guest.get(f"/audit-room/records/{record.id}").status_code == 200) is bool(shown)


def test_a_restricted_record_is_in_no_room(
    company: Company, order: RoomOrder, visit: Callable[[RoomOrder], tuple[Browser, int]]
) -> None:
    record_id = report(Scenario(company)).record_id
    with unit_of_work() as uow:
        uow.session.get_one(Record, record_id).restricted_to = ",quality_manager,"
    guest, _room = visit(order)

    assert guest.get(f"/audit-room/records/{record_id}").status_code == 404


def test_everything_else_is_closed_to_a_guest_and_home_leads_to_the_room(
    company: Company, order: RoomOrder, visit: Callable[[RoomOrder], tuple[Browser, int]]
) -> None:
    assert company
    guest, _room = visit(order)

    assert {guest.get(url).status_code for url in ELSEWHERE} == {403}
    assert guest.get("/").headers["Location"] == "/audit-room"
    entrance = guest.get("/audit-room").text
    assert 'href="/inbox"' not in entrance
    assert 'href="/search' not in entrance


def test_a_room_ends_by_itself_and_leaves_nothing_open(
    order: RoomOrder, visit: Callable[[RoomOrder], tuple[Browser, int]], clock: Clock, app: Flask
) -> None:
    _guest, room_id = visit(order)
    clock.advance(timedelta(days=4))
    later = enter(app.test_client(), room_of(room_id).guest_id)

    assert later.get("/audit-room").status_code in {403, 404}
    assert {later.get(url).status_code for url in ELSEWHERE} == {403}

    with unit_of_work() as uow:
        assert close_due(uow) == 1
    assert room_of(room_id).closed_at is not None


def test_a_room_that_is_closed_signs_its_guest_out(
    order: RoomOrder, visit: Callable[[RoomOrder], tuple[Browser, int]]
) -> None:
    guest, room_id = visit(order)
    with unit_of_work() as uow:
        close_room(uow, uow.session.get_one(AuditRoom, room_id))

    answer = guest.get("/audit-room")

    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["Location"]


def test_a_room_is_not_open_before_its_first_day(
    order: RoomOrder, visit: Callable[[RoomOrder], tuple[Browser, int]]
) -> None:
    guest, _room = visit(replace(order, first=TODAY + timedelta(days=1)))

    assert "No audit room is open for you today" in guest.get("/audit-room").text


def test_every_look_stands_in_the_trail_and_on_the_page_of_the_owner(
    company: Company,
    order: RoomOrder,
    visit: Callable[[RoomOrder], tuple[Browser, int]],
    as_role: AsRole,
) -> None:
    record = report(Scenario(company)).record
    guest, room_id = visit(order)
    for url in ("", "/records", f"/records/{record.id}", "/documents", "/trail"):
        assert guest.get(f"/audit-room{url}").status_code == 200

    told = [(one.actor_id, one.after) for one in looks_at(db.session(), room_of(room_id), 10)]

    assert len(told) == 5
    assert {one[0] for one in told} == {room_of(room_id).guest_id}
    page = as_role("quality_manager", company.site).get(f"/audit-rooms/{room_id}").text
    assert f"record {record.number}" in page


def test_the_pack_of_a_record_is_handed_to_the_guest(
    company: Company,
    order: RoomOrder,
    visit: Callable[[RoomOrder], tuple[Browser, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.evidence.packs.members.add_paper", lambda *_a: None)
    record = report(Scenario(company)).record
    guest, _room = visit(order)

    with guest.post(f"/audit-room/records/{record.id}/pack") as answer:
        assert answer.status_code == 200
        assert answer.data.startswith(b"PK")


def test_a_quality_manager_opens_a_room_by_hand_for_their_own_sites_only(
    company: Company, as_role: AsRole
) -> None:
    manager = as_role("quality_manager", company.site)
    answers = {
        "title": "Customer audit",
        "name": "Ona Guest",
        "user_name": "ona.guest",
        "first": TODAY.isoformat(),
        "last": (TODAY + timedelta(days=2)).isoformat(),
        "edition": "2015",
    }
    assert "your own sites only" in manager.post("/audit-rooms/new", **answers).text

    page = manager.post("/audit-rooms/new", **answers, **{f"site_{company.site}": "true"}).text

    assert "How they get in" in page
    room = db.session.scalars(select(AuditRoom)).one()
    assert room.site_ids == [company.site]
    assert as_role("quality_manager", company.other_site).get(f"/audit-rooms/{room.id}").status_code == 404
    assert re.search(r"Customer audit", manager.get("/audit-rooms").text)


def test_the_role_of_guests_cannot_be_given_by_hand(app: Flask, as_role: AsRole) -> None:
    assert app.testing
    admin = as_role("admin")
    with unit_of_work() as uow:
        person = a_person(uow)

    answer = admin.post(f"/admin/people/{person.id}/roles", role="external_auditor", site="all")

    assert answer.status_code == 422
