"""A room about past days shows its records as they stood at the end of the last of them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.accounts.people import Details
from app.evidence.rooms.rooms import RoomOrder, open_room
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.records.comments import add_comment
from app.records.models import Attachment
from app.records.urls import status_word
from tests.conftest import TUESDAY
from tests.factories.accounts import actor_for
from tests.factories.browser import Browser, enter
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import contain, report, triage

TODAY = TUESDAY.date()
NOTE = "This record went on after"
Visit = Callable[[], Browser]


def say(story: Scenario, text: str) -> None:
    person_id = story.company.people["quality_manager"]
    with unit_of_work(person_id) as uow:
        add_comment(uow, actor_for(person_id), story.record_id, text)


def attach(story: Scenario, text: str) -> int:
    file_id = int(story.as_("process_owner").upload(text)[0])
    with unit_of_work(story.company.people["process_owner"]) as uow:
        uow.session.add(Attachment(record_id=story.record_id, file_id=file_id, added_at=uow.now))
    return file_id


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    """A nonconformity that was contained and talked about on the day the room is about."""
    told = contain(report(scenario))
    say(told, "Plate 4 is worn.")
    attach(told, "Wear of plate 4: 0.9 mm.")
    return told


@pytest.fixture
def visit(app: Flask, story: Scenario) -> Visit:
    """Open a room about the first day and sign its guest in; a week has passed."""

    def begin() -> Browser:
        story.after(days=7)
        manager = actor_for(story.company.people["quality_manager"])
        order = RoomOrder(
            title="Certification",
            guest=Details("vera.audit", "Vera Audit"),
            organisation="Certifiers",
            edition="2015",
            first=clock.now().date(),
            last=clock.now().date() + timedelta(days=3),
            site_ids=(story.company.site,),
            records_first=TODAY,
            records_last=TODAY,
        )
        with unit_of_work(manager.id) as uow:
            room, _door = open_room(uow, manager, order, "http://localhost")
        return enter(app.test_client(), room.guest_id)

    return begin


def go_on(story: Scenario) -> int:
    """Let the record go on the day after; return the file of that day."""
    story.after(days=1)
    triage(story)
    say(story, "Plate 9 is worn as well.")
    return attach(story, "Wear of plate 9: 1.4 mm.")


def page_of(story: Scenario, guest: Browser) -> str:
    return guest.get(f"/audit-room/records/{story.record_id}").text


def pack_of(story: Scenario, guest: Browser) -> dict[str, Any]:
    with guest.post(f"/audit-room/records/{story.record_id}/pack") as answer:
        content = io.BytesIO(answer.data)
    with zipfile.ZipFile(content) as pack:
        return {
            name: json.loads(pack.read(name)) if name.endswith(".json") else pack.read(name)
            for name in pack.namelist()
        }


def test_a_record_to_which_nothing_happened_since_is_shown_whole(story: Scenario, visit: Visit) -> None:
    page = page_of(story, visit())

    assert NOTE not in page
    assert "Plate 4 is worn." in page
    assert story.record.number in page


def test_what_came_after_the_last_day_is_not_on_the_page(story: Scenario, visit: Visit) -> None:
    later = go_on(story)

    page = page_of(story, visit())

    assert NOTE in page
    assert "17 Mar 2026" in page
    assert ("Plate 4 is worn." in page, "Plate 9 is worn as well." in page) == (True, False)
    assert "Contain it" in page
    assert "No risk of the register speaks of it." not in page
    assert f"/files/{later}" not in page


def test_a_file_of_a_later_day_is_behind_no_door(story: Scenario, visit: Visit) -> None:
    first = db.session.query(Attachment.file_id).scalar()
    later = go_on(story)
    guest = visit()
    files = f"/audit-room/records/{story.record_id}/files"

    with guest.get(f"{files}/{first}") as answer:
        assert answer.status_code == 200
    assert guest.get(f"{files}/{later}").status_code == 404


def test_a_file_taken_away_later_is_still_shown(story: Scenario, visit: Visit) -> None:
    first = db.session.query(Attachment.file_id).scalar()
    story.after(days=1)
    with unit_of_work() as uow:
        uow.session.query(Attachment).one().removed_at = uow.now

    assert f"/files/{first}" in page_of(story, visit())


def test_the_list_does_not_say_how_far_a_record_has_come_since(story: Scenario, visit: Visit) -> None:
    go_on(story)

    page = visit().get("/audit-room/records").text

    assert "open then" in page
    assert status_word("nonconformity", story.record.status) not in page


def test_a_pack_taken_in_the_room_ends_on_its_last_day(story: Scenario, visit: Visit) -> None:
    go_on(story)
    pack = pack_of(story, visit())
    end = "2026-03-18T00:00:00"

    said = [one["text"] for one in pack["comments.json"]]
    moments = [one["at"] for one in pack["trail.json"]]
    submitted = [
        one["submitted_at"] for name in pack if name.endswith("submissions.json") for one in pack[name]
    ]

    assert said == ["Plate 4 is worn."]
    assert max(moments + submitted) < end
    assert len([name for name in pack if name.startswith("files/")]) == 1
    assert "status" not in pack["record.json"]
    assert pack["manifest.json"]["about"]["told_until"].startswith(end)
