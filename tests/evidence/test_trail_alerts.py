"""Tampering reaches those who answer for the system, and stays in sight until a check passes again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, current_app
from sqlalchemy import select, text

from app.evidence import trail_checks
from app.foundation.clock import clock as the_clock
from app.foundation.db import db
from app.foundation.outbox import OutboxMail
from app.foundation.unit_of_work import unit_of_work
from app.records.models import Notification
from tests.factories.accounts import Somebody, a_person
from tests.factories.browser import Browser, enter
from tests.trail.forgery import drop_triggers, run_sql, write_deeds

WORDS = "The trail was tampered with"


class House:
    """An admin, a quality manager and somebody else, and a trail that is written, forged and mended."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with unit_of_work() as uow:
            self.admin = a_person(uow, roles=[("admin", None)], mail="admin@example.org")
            self.manager = a_person(uow, roles=[("quality_manager", None)])
            self.reporter = a_person(uow, roles=[("reporter", None)], mail="reporter@example.org")
        write_deeds(1)

    def forge(self, label: str = "forged") -> None:
        drop_triggers()
        run_sql(f"UPDATE trail_entry SET label = '{label}' WHERE verb = 'risk.assessed'")

    def check(self, home: Path) -> None:
        the_clock.advance(timedelta(days=2))
        assert trail_checks.job(home, "http://keel.test")() == 1

    def told(self) -> list[int]:
        db.session.rollback()
        query = select(Notification.person_id).where(Notification.kind == "tampering")
        return list(db.session.scalars(query.order_by(Notification.id)))

    def page(self, person: Somebody, address: str = "/") -> str:
        return enter(self.app.test_client(), person).get(address).text


@pytest.fixture
def home(app: Flask) -> Path:
    assert app.testing
    found: Path = current_app.config["KEEL"].home
    return found


@pytest.fixture
def house(app: Flask, clock: object) -> House:
    assert clock
    return House(app)


def test_admins_and_quality_managers_are_told_once_and_nobody_else(house: House, home: Path) -> None:
    house.forge()

    house.check(home)
    house.check(home)

    assert house.told() == [house.admin.id, house.manager.id]
    mails = db.session.scalars(select(OutboxMail).where(OutboxMail.key.startswith("trail_check:"))).all()
    assert [(one.recipient, "http://keel.test/trail" in one.body) for one in mails] == [
        ("admin@example.org", True)
    ]


def test_the_bell_counts_it_and_its_line_leads_to_the_trail(house: House, home: Path) -> None:
    house.forge()
    house.check(home)
    browser: Browser = enter(house.app.test_client(), house.manager)
    assert 'aria-label="Notifications, 1 unread"' in browser.get("/").text
    assert WORDS in browser.get("/notifications").text
    number = db.session.scalar(select(Notification.id).where(Notification.person_id == house.manager.id))

    answer = browser.post(f"/notifications/{number}/open")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/trail")


def test_home_and_administration_say_it_to_those_who_may_read_the_trail(house: House, home: Path) -> None:
    house.forge()

    house.check(home)

    assert WORDS in house.page(house.admin)
    assert WORDS in house.page(house.admin, "/admin")
    assert WORDS in house.page(house.manager)
    assert WORDS not in house.page(house.reporter)


def test_the_alarm_ends_when_a_check_passes_and_a_new_finding_is_told_anew(house: House, home: Path) -> None:
    house.forge()
    house.check(home)

    house.forge("R-0")
    house.check(home)
    assert WORDS not in house.page(house.admin)

    house.forge("forged again")
    house.check(home)
    assert len(house.told()) == 4


def test_a_trail_that_is_whole_alarms_nobody(house: House, home: Path) -> None:
    house.check(home)

    assert (house.told(), WORDS in house.page(house.admin)) == ([], False)


def test_a_notification_of_a_record_that_is_gone_is_shown_to_nobody(house: House) -> None:
    run_sql(
        "INSERT INTO notification (person_id, record_id, kind, detail, created_at) "
        f"VALUES ({house.admin.id}, 999999, 'comment', '', '2026-03-17 08:00:00')"
    )

    assert db.session.execute(text("SELECT count(*) FROM notification")).scalar_one() == 1
    assert "Somebody commented" not in house.page(house.admin, "/notifications")
    assert 'aria-label="Notifications, 1 unread"' not in house.page(house.admin)
