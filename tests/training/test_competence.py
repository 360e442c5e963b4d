"""Who can do what: the matrix, what the calendar does, and tasks of people without proof."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.foundation.db import db
from app.foundation.outbox import MailState, mails
from app.foundation.settings import SettingRow
from app.foundation.unit_of_work import unit_of_work
from app.organisation.managers import set_manager
from app.quality_events.models import QualityEvent
from app.trail import Subject
from app.trail.service import entries_for
from app.training.competence import MatrixFilter, QualificationOrder, matrix_of, qualify, withdraw
from app.training.entries import LISTS, EntryKey
from app.training.expiry import run_due
from app.training.lapses import EXPIRED
from app.training.maintain import add_entry
from app.training.models import Qualification, QualificationStatus
from app.training.rules import Standing
from app.training.task_check import check
from app.workflow.models import Message
from tests.conftest import TUESDAY
from tests.factories.accounts import a_person
from tests.factories.browser import enter
from tests.factories.organisation import a_process, a_site

TODAY = TUESDAY.date()
pytestmark = pytest.mark.usefixtures("app")


class House:
    """A site, a lapper led by a boss, a skill that lappers need and that keeps a risk in check."""

    def __init__(self) -> None:
        with unit_of_work() as uow:
            self.site, self.process = a_site(uow, "GDA"), a_process(uow, "LAP")
            self.boss = a_person(uow, "boss", mail="boss@example.org", site_id=self.site)
            self.lapper = a_person(
                uow,
                "lapper",
                roles=[("action_owner", self.site)],
                mail="lapper@example.org",
                site_id=self.site,
            )
            self.trainer = a_person(uow, "trainer", roles=[("trainer", None)], site_id=self.site)
            set_manager(uow, Subject("person", self.lapper.id, "lapper"), self.boss.id, uow.now.date())
            self.skill = add_entry(uow, LISTS[EntryKey.SKILL], {"name": "Lapping"})
            need = {"role": "action_owner", "skill_id": self.skill, "level": 3, "is_control": True}
            add_entry(uow, LISTS[EntryKey.REQUIREMENT], {**need, "process_id": self.process})

    def prove(self, until: date | None, level: int = 3) -> int:
        order = QualificationOrder(self.lapper.id, self.skill, level, "Watched at work.", TODAY, until)
        with unit_of_work() as uow:
            return qualify(uow, order)

    @property
    def standing(self) -> Standing:
        db.session.rollback()
        found = matrix_of(db.session, MatrixFilter(), TODAY, person_id=self.lapper.id)
        return found.cells[self.lapper.id, self.skill].standing


@pytest.fixture
def house() -> House:
    return House()


def test_a_role_makes_a_gap_until_it_is_proven(house: House) -> None:
    before = house.standing
    low = house.prove(None, level=2)
    lower = house.standing
    house.prove(None)
    proven = house.standing
    with unit_of_work() as uow:
        withdraw(uow, low, "Was never watched.")

    assert (before, lower, proven) == (Standing.MISSING, Standing.TOO_LOW, Standing.HELD)
    verbs = [entry.verb for entry in entries_for(db.session, "person", house.lapper.id)]
    assert verbs[-1] == "person.qualification_withdrawn"


def test_people_are_warned_before_a_qualification_ends_and_each_warning_comes_once(
    house: House, clock: Any
) -> None:
    house.prove(TODAY + timedelta(days=60))

    told = [run_due("http://localhost")]
    for days in (0, 30, 20):
        clock.advance(timedelta(days=days))
        told.append(run_due("http://localhost"))

    assert told == [1, 0, 1, 1]
    recipients = [mail.recipient for mail in mails(db.session, MailState.WAITING)]
    assert recipients == ["lapper@example.org", "boss@example.org"] * 3


def test_an_end_is_told_to_others_and_weighs_on_the_risks_of_the_place(house: House, clock: Any) -> None:
    qualification = house.prove(TODAY + timedelta(days=5))
    clock.advance(timedelta(days=6))

    told = [run_due("http://localhost") for _time in range(2)]

    row = db.session.get_one(Qualification, qualification)
    event = db.session.scalars(select(QualityEvent)).one()
    message = db.session.scalars(select(Message).where(Message.name == EXPIRED)).one()
    assert told == [1, 0]
    assert row.status == QualificationStatus.EXPIRED
    assert (event.kind, event.site_id, event.process_id) == ("competence_gap", house.site, house.process)
    assert message.payload["person_id"] == house.lapper.id


def test_an_end_that_something_else_makes_good_is_no_gap(house: House, clock: Any) -> None:
    house.prove(TODAY + timedelta(days=5))
    house.prove(None)
    clock.advance(timedelta(days=6))

    run_due("http://localhost")

    assert db.session.scalars(select(QualityEvent)).all() == []
    assert db.session.scalars(select(Message).where(Message.name == EXPIRED)).all() == []
    assert list(mails(db.session, MailState.WAITING)) == []


@pytest.mark.parametrize(("mode", "expected"), [("off", None), ("warn", False), ("block", True)])
def test_a_task_of_somebody_without_proof_warns_or_blocks_as_the_site_wants(
    house: House, mode: str, *, expected: bool | None
) -> None:
    with unit_of_work() as uow:
        uow.session.add(SettingRow(key="training.lapsed_skill", site_id=house.site, value=mode))

    found = check(db.session, "action_owner", house.site, lambda: house.process, house.lapper.id, TODAY)

    assert (found[1] if found else None) is expected


def test_work_in_another_process_or_role_asks_for_nothing(house: House) -> None:
    asked: list[int] = []

    def process() -> int:
        asked.append(1)
        return house.process + 1

    assert check(db.session, "action_owner", house.site, process, house.lapper.id, TODAY) is None
    assert check(db.session, "auditor", house.site, process, house.lapper.id, TODAY) is None
    assert asked == [1]


def test_the_matrix_shows_gaps_narrows_and_goes_along_as_a_table(app: Flask, house: House) -> None:
    browser = enter(app.test_client(), house.trainer)

    page = browser.get("/training/matrix").text
    gaps = browser.get(f"/training/matrix?only=gaps&site={house.site}&role=action_owner").text
    none = browser.get("/training/matrix?role=auditor").text
    table = browser.get("/training/matrix.csv").text

    assert "1 gap" in page
    assert f'href="/training/people/{house.lapper.id}"' in gaps
    assert "Nothing to compare yet" in none
    assert "Lapper,Lapping,3,,Missing," in table


def test_a_trainer_records_what_somebody_can_do_and_takes_it_back(app: Flask, house: House) -> None:
    browser = enter(app.test_client(), house.trainer)
    address = f"/training/people/{house.lapper.id}"
    answers = {"skill_id": str(house.skill), "level": "3", "evidence": "Examined", "valid_from": "2026-03-17"}

    wrong = browser.post(f"{address}/qualifications", **{**answers, "valid_until": "2026-01-01"})
    kept = browser.post(f"{address}/qualifications", **answers)
    page = browser.get(address).text
    bare = browser.post("/training/qualifications/1/withdraw")
    gone = browser.post("/training/qualifications/1/withdraw", reason="A mistake")

    assert (wrong.status_code, "before the first one" in wrong.text) == (422, True)
    assert (kept.status_code, "Examined" in page, "Proven" in page) == (303, True, True)
    assert (bare.status_code, gone.status_code, house.standing) == (422, 303, Standing.MISSING)


def test_one_sees_oneself_and_ones_people_and_nobody_else(app: Flask, house: House) -> None:
    own, boss = enter(app.test_client(), house.lapper), enter(app.test_client(), house.boss)

    assert own.get(f"/training/people/{house.lapper.id}").status_code == 200
    assert boss.get(f"/training/people/{house.lapper.id}").status_code == 200
    assert own.get(f"/training/people/{house.boss.id}").status_code == 404
