"""The bell and the page: what is unread, where it leads, and what is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select, text, update

from app.foundation.db import db
from app.foundation.outbox import OutboxMail
from app.foundation.settings import SettingRow
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.notifications import digest, service
from app.records.models import Notification, Record
from app.workflow.models import Task, TaskState
from tests.factories.accounts import Somebody, a_person, actor_for
from tests.factories.browser import Browser, enter
from tests.factories.organisation import a_site
from tests.factories.records import a_record, a_task
from tests.factories.statements import statements_sent


class Room:
    """Somebody, a record they see, and one they do not."""

    def __init__(self, app: Flask) -> None:
        with unit_of_work() as uow:
            here, there = a_site(uow), a_site(uow)
            self.person = a_person(uow, roles=[("reporter", here)], mail="reader@example.org")
            self.other = a_person(uow, roles=[("reporter", here)])
            self.record = a_record(uow, "Seal leaks", site_id=here)
            self.hidden = a_record(uow, "Secret", site_id=there)
        self.app = app

    def tell(self, count: int = 1, *, record: int | None = None, person: Somebody | None = None) -> None:
        with unit_of_work() as uow:
            rows = [self.row(uow, record or self.record, (person or self.person).id) for _ in range(count)]
            uow.session.execute(insert(Notification), rows)

    def row(self, uow: UnitOfWork, record_id: int, person_id: int) -> dict[str, object]:
        return {
            "person_id": person_id,
            "record_id": record_id,
            "actor_id": self.other.id,
            "kind": "comment",
            "detail": "",
            "created_at": uow.now,
        }

    def browser(self) -> Browser:
        return enter(self.app.test_client(), self.person)

    def unread(self) -> int:
        return service.unread_count(db.session(), actor_for(self.person))


@pytest.fixture
def room(app: Flask) -> Iterator[Room]:
    with app.app_context():
        yield Room(app)


def test_the_bell_counts_what_is_unread_and_seen(room: Room) -> None:
    room.tell(2)
    room.tell(3, record=room.hidden)
    room.tell(4, person=room.other)

    page = room.browser().get("/").text

    assert 'aria-label="Notifications, 2 unread"' in page


def test_the_bell_does_not_count_beyond_a_hundred(room: Room) -> None:
    room.tell(120)

    page = room.browser().get("/").text

    assert room.unread() == service.MOST_COUNTED
    assert ">99+</span>" in page


def test_the_bell_costs_one_statement_by_its_index(room: Room) -> None:
    room.tell(3)
    actor = actor_for(room.person)

    with statements_sent() as sent:
        service.unread_count(db.session(), actor)

    assert len(sent) == 1
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            plain = "SELECT 1 FROM notification WHERE person_id = 1 AND read_at IS NULL"
            plan = connection.execute(text(f"EXPLAIN QUERY PLAN {plain}")).all()
            assert "ix_notification_unread" in str(plan)


def test_the_page_says_who_did_what_where_and_hides_what_is_hidden(room: Room) -> None:
    room.tell()
    room.tell(record=room.hidden)

    page = room.browser().get("/notifications").text

    assert "Somebody commented" in page
    assert "Seal leaks" in page
    assert "Secret" not in page


def test_nothing_happened_says_what_will_come(room: Room) -> None:
    assert "Nothing happened yet" in room.browser().get("/notifications").text
    assert "Nothing is unread" in room.browser().get("/notifications?show=unread").text


def test_opening_one_marks_it_as_read_and_leads_to_the_record(room: Room) -> None:
    room.tell(2)
    first = db.session.scalars(select(Notification.id)).first()

    answer = room.browser().post(f"/notifications/{first}/open")

    assert (answer.status_code, answer.location) == (303, f"/records/{room.record}")
    assert room.unread() == 1


def test_one_about_a_task_leads_to_the_task(room: Room) -> None:
    with unit_of_work() as uow:
        task = a_task(uow, room.record, assignee_id=room.person.id)
    notice = db.session.scalars(select(Notification.id)).one()

    assert room.browser().post(f"/notifications/{notice}/open").location == f"/tasks/{task}"


def test_a_task_that_is_over_is_no_news_any_longer(room: Room) -> None:
    with unit_of_work() as uow:
        task = a_task(uow, room.record, assignee_id=room.person.id)
    before = room.unread()

    with unit_of_work() as uow:
        uow.session.get_one(Task, task).state = TaskState.DONE.value

    assert (before, room.unread()) == (1, 0)
    assert "bell-item--unread" not in room.browser().get("/notifications").text


@pytest.mark.parametrize("whose", ["other", "hidden"])
def test_nobody_opens_what_is_not_theirs_to_see(room: Room, whose: str) -> None:
    room.tell(
        record=room.hidden if whose == "hidden" else None, person=room.other if whose == "other" else None
    )
    notice = db.session.scalars(select(Notification.id)).one()

    assert room.browser().post(f"/notifications/{notice}/open").status_code == 404
    db.session.rollback()
    assert db.session.scalars(select(Notification.read_at)).one() is None


def test_all_that_was_shown_is_marked_as_read_and_nothing_later(room: Room) -> None:
    room.tell(2)
    shown = max(db.session.scalars(select(Notification.id)))
    room.tell()

    room.browser().post("/notifications/read", up_to=str(shown))

    assert room.unread() == 1


def test_pages_of_notifications_hold_fifty(room: Room) -> None:
    room.tell(service.PAGE + 1)

    page = room.browser().get("/notifications").text

    assert page.count("Somebody commented") == service.PAGE
    assert "Next page" in page


def test_a_new_status_is_said_in_the_words_of_the_register(room: Room) -> None:
    room.tell()
    with unit_of_work() as uow:
        uow.session.execute(update(Notification).values(kind="status", detail="in_review"))

    assert "It is now: In review" in room.browser().get("/notifications").text


def test_old_ones_are_removed_and_later_ones_stay(room: Room) -> None:
    room.tell(2)
    with unit_of_work() as uow:
        first = uow.session.scalars(select(Notification)).first()
        assert first is not None
        first.created_at = uow.now - timedelta(days=31)
        uow.session.add(SettingRow(key=service.KEEP_DAYS.key, site_id=None, value=30))

    assert service.remove_old() == 1
    assert room.unread() == 1


def test_the_daily_mail_names_numbers_only_once_a_day_and_by_choice(room: Room) -> None:
    room.tell(2)
    assert digest.send_due("https://keel.example") == 0

    room.browser().post("/notifications/digest", digest="daily")

    assert [digest.send_due("https://keel.example") for _run in range(2)] == [1, 0]
    mail = db.session.scalars(select(OutboxMail)).one()
    number = db.session.scalars(select(Record.number).where(Record.id == room.record)).one()
    assert f"{number}: 2" in mail.body
    assert "https://keel.example/notifications" in mail.body
    assert "Seal leaks" not in mail.body


def test_no_mail_comes_when_nothing_is_unread_or_it_is_ended(room: Room) -> None:
    client = room.browser()
    client.post("/notifications/digest", digest="daily")
    assert digest.send_due("https://keel.example") == 0

    room.tell()
    client.post("/notifications/digest", digest="never")

    assert digest.send_due("https://keel.example") == 0
