"""Every door of an external auditor: what lies outside the scope or the days of the room is behind none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.people import Details
from app.documents.models import Document, DocumentRevision
from app.evidence.rooms.rooms import RoomOrder, open_room
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.records.models import Attachment, Record
from tests.conftest import TUESDAY
from tests.factories.accounts import actor_for
from tests.factories.browser import Browser, enter
from tests.factories.documents import a_document, a_revision
from tests.factories.organisation import a_process
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import contain, report

TODAY = TUESDAY.date()
LONG_AGO = {"records_first": TODAY - timedelta(days=90), "records_last": TODAY - timedelta(days=60)}
HERE = {"records_first": TODAY, "records_last": TODAY}


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    """A nonconformity with a finished step and a file, and a document in force."""
    company = scenario.company
    with unit_of_work() as uow:
        a_document(
            uow,
            title="Flatness of seals",
            site_id=company.site,
            process_id=company.process,
            clauses=["8.5.1"],
        )
    told = contain(report(scenario))
    file_id = int(told.as_("process_owner").upload()[0])
    with unit_of_work(company.people["process_owner"]) as uow:
        uow.session.add(Attachment(record_id=told.record_id, file_id=file_id, added_at=uow.now))
    return told


@pytest.fixture
def visit(app: Flask, story: Scenario) -> Callable[..., Browser]:
    """Open a room with limits and sign its guest in."""

    def begin(**limits: object) -> Browser:
        manager = actor_for(story.company.people["quality_manager"])
        order = RoomOrder(
            title="Certification",
            guest=Details("vera.audit", "Vera Audit"),
            organisation="Certifiers",
            edition="2015",
            first=TODAY,
            last=TODAY + timedelta(days=3),
            site_ids=(story.company.site,),
        )
        with unit_of_work(manager.id) as uow:
            room, _door = open_room(uow, manager, replace(order, **limits), "http://localhost")  # type: ignore[arg-type]  # limits of a room
        return enter(app.test_client(), room.guest_id)

    return begin


def another_process() -> int:
    with unit_of_work() as uow:
        return a_process(uow, "SAL")


def addresses(story: Scenario) -> dict[str, str]:
    """The doors to the record itself."""
    file_id = db.session.scalars(select(Attachment.file_id)).one()
    record = f"/audit-room/records/{story.record_id}"
    return {"record": record, "file": f"{record}/files/{file_id}", "pack": f"{record}/pack"}


def statuses(guest: Browser, story: Scenario) -> set[int]:
    doors = addresses(story)
    answers = (guest.get(doors["record"]), guest.get(doors["file"]), guest.post(doors["pack"]))
    return {answer.status_code for answer in answers}


def named(guest: Browser, story: Scenario) -> list[str]:
    """The lists that name the record or the document, and the coverage when it shows anything."""
    words = (story.record.number, "Flatness of seals")
    pages = ("records", "documents", "trail", "records?clause=10.2.1", "records?kind=nonconformity")
    found = [page for page in pages if any(one in guest.get(f"/audit-room/{page}").text for one in words)]
    entrance = guest.get("/audit-room").text
    return found + ["coverage" for sign in ("fresh", "old") if f">{sign}<" in entrance]


@pytest.mark.parametrize("limits", [{"process_ids": "another"}, LONG_AGO], ids=["process", "days"])
def test_what_is_outside_is_neither_listed_nor_opened(
    story: Scenario, visit: Callable[..., Browser], limits: dict[str, object]
) -> None:
    if "process_ids" in limits:
        limits = {"process_ids": (another_process(),)}
    guest = visit(**limits)

    assert named(guest, story) == []
    assert statuses(guest, story) == {404}
    assert guest.get("/search?q=flatness").status_code == 403


def test_what_is_inside_stands_behind_every_door(story: Scenario, visit: Callable[..., Browser]) -> None:
    guest = visit(process_ids=(story.company.process,), clauses=("10.2.1", "8.5.1"), **HERE)

    assert named(guest, story) == [
        "records",
        "documents",
        "trail",
        "records?clause=10.2.1",
        "records?kind=nonconformity",
        "coverage",
    ]
    assert guest.get(addresses(story)["record"]).status_code == 200
    with guest.get(addresses(story)["file"]) as answer:
        assert answer.data.startswith(b"Wear of plate")


def test_what_was_done_after_the_days_of_the_room_is_no_evidence_in_it(
    story: Scenario, visit: Callable[..., Browser]
) -> None:
    with unit_of_work() as uow:
        uow.session.get_one(Record, story.record_id).opened_at = clock.now() - timedelta(days=70)
    guest = visit(**LONG_AGO)

    assert story.record.number in guest.get("/audit-room/records").text
    assert named(guest, story) == ["records", "records?kind=nonconformity"]


@pytest.mark.usefixtures("story")
def test_a_document_in_force_on_the_days_of_the_room_is_shown_however_old_it_is(
    visit: Callable[..., Browser],
) -> None:
    with unit_of_work() as uow:
        uow.session.scalars(select(Document)).one().opened_at = clock.now() - timedelta(days=900)

    guest = visit(**HERE)

    assert "Flatness of seals" in guest.get("/audit-room/documents").text


@pytest.mark.usefixtures("story")
def test_a_room_about_past_days_shows_the_revision_that_was_in_force_then(
    visit: Callable[..., Browser],
) -> None:
    with unit_of_work() as uow:
        document = uow.session.scalars(select(Document)).one()
        now = uow.session.scalars(select(DocumentRevision)).one()
        ended = {"major": 0, "minor": 9, "status": "superseded", "ended_at": now.effective_at}
        begun = {"effective_at": clock.now() - timedelta(days=400), "content": "Words of then."}
        a_revision(uow, document, **ended, **begun)

    guest = visit(**LONG_AGO)

    assert "0.9" in guest.get("/audit-room/documents").text
    page = guest.get(f"/audit-room/records/{document.id}").text
    assert ("Words of then." in page, "Parts are checked" in page) == (True, False)
