"""Talks: the trainer keeps the list, each listener confirms with their own PIN, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.passwords import Passwords
from app.accounts.roles import Role
from app.accounts.signing_pins import set_pin
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.trail.meanings import AuthMethod
from app.trail.signatures import signatures_of
from app.training import talks
from app.training.competence import QualificationOrder, qualify
from app.training.entries import LISTS, EntryKey
from app.training.items import AudienceOrder, ask_readers
from app.training.maintain import add_entry
from app.training.models import Qualification
from app.training.quizzes import QuizOrder, keep_quiz
from app.training.reading_models import Acknowledgement, QuizSubject, ReadingState
from app.training.talk_models import TalkListener
from tests.conftest import TUESDAY
from tests.factories.accounts import Somebody, a_person
from tests.factories.browser import Browser, enter
from tests.factories.organisation import a_site
from tests.web.house_training import QUESTIONS

PINS = {"lapper": "204816", "other": "729405"}
TODAY = TUESDAY.date()


@dataclass
class School:
    """A site whose trainer holds talks about a skill and an item that everybody who laps has to read."""

    site: int
    skill: int
    item: int
    request: int
    people: dict[str, Somebody]


@pytest.fixture
def school(app: Flask) -> School:
    passwords = (
        app.extensions["keel_passwords"] if "keel_passwords" in app.extensions else Passwords(is_fast=True)
    )
    with unit_of_work() as uow:
        site = a_site(uow, "GDA")
        people = {"trainer": a_person(uow, "trainer", roles=[("trainer", site)], site_id=site)}
        for who, pin in PINS.items():
            people[who] = a_person(uow, who, roles=[("action_owner", site)], site_id=site)
            set_pin(uow, people[who].id, passwords.hash(pin))
        skill = add_entry(uow, LISTS[EntryKey.SKILL], {"name": "Lapping"})
        named = {"name": "Lapping by hand", "kind": "read", "material": "Lap slowly.", "validity_months": 12}
        item = add_entry(uow, LISTS[EntryKey.ITEM], {**named, "skill_id": skill, "level": 3})
        qualify(uow, QualificationOrder(people["trainer"].id, skill, 4, "Trained for years.", TODAY))
        request = ask_readers(uow, item, AudienceOrder((Role.ACTION_OWNER,), site, 14)).id
    return School(site, skill, item, request, people)


@pytest.fixture
def trainer(app: Flask, school: School) -> Browser:
    return enter(app.test_client(), school.people["trainer"])


def a_talk(trainer: Browser, school: School, **more: object) -> str:
    """Record a talk about the item, put the action owners on its list; return its address."""
    answers: dict[str, object] = {
        "title": "How we lap",
        "held_on": TODAY.isoformat(),
        "site_id": school.site,
        "trainer_id": school.people["trainer"].id,
        "request_id": school.request,
        "item_id": school.item,
        "skill_id": school.skill,
        "level": 3,
    }
    made = trainer.post("/training/talks/new", **(answers | more))
    assert made.status_code == 303, made.text
    address = made.headers["Location"].replace("http://localhost", "")
    assert trainer.post(f"{address}/listeners", role="action_owner").status_code == 303
    return address


def confirm(trainer: Browser, address: str, school: School, who: str, pin: str = "") -> tuple[int, str]:
    answer = trainer.post(f"{address}/confirm", person_id=school.people[who].id, pin=pin or PINS[who])
    return answer.status_code, answer.text


def there() -> list[int]:
    db.session.rollback()
    found = select(TalkListener.person_id).where(TalkListener.confirmed_at.is_not(None))
    return list(db.session.scalars(found.order_by(TalkListener.person_id)))


def reading_of(person_id: int) -> Acknowledgement:
    db.session.rollback()
    return db.session.scalars(select(Acknowledgement).where(Acknowledgement.person_id == person_id)).one()


def proofs_of(person_id: int) -> list[Qualification]:
    db.session.rollback()
    return list(db.session.scalars(select(Qualification).where(Qualification.person_id == person_id)))


def test_who_confirms_has_read_it_can_do_it_and_has_signed(trainer: Browser, school: School) -> None:
    address, lapper = a_talk(trainer, school), school.people["lapper"].id

    assert confirm(trainer, address, school, "lapper")[0] == 303

    assert there() == [lapper]
    assert reading_of(lapper).state == ReadingState.DONE
    proof = proofs_of(lapper)[0]
    assert (proof.level, proof.valid_until) == (3, TODAY.replace(year=TODAY.year + 1))
    assert "How we lap" in proof.evidence
    signed = signatures_of(db.session(), talks.KIND, int(address.rpartition("/")[2]))
    assert [(one.signer_id, one.auth_method) for one in signed] == [(lapper, AuthMethod.PIN)]


def test_the_trainer_sees_who_is_missing(trainer: Browser, school: School) -> None:
    address = a_talk(trainer, school)
    confirm(trainer, address, school, "lapper")

    page = trainer.get(address).text

    assert "1 of 2 confirmed" in page
    assert (page.count(">Confirmed<"), page.count(">Missing<")) == (1, 1)
    assert "1 of 2 confirmed" in trainer.get("/training/talks").text


def test_nobody_confirms_for_another(trainer: Browser, school: School) -> None:
    address = a_talk(trainer, school)

    status, page = confirm(trainer, address, school, "lapper", PINS["other"])

    assert (status, there()) == (422, [])
    assert "Nothing was confirmed" in page
    assert reading_of(school.people["lapper"].id).state == ReadingState.OPEN


def test_wrong_pins_are_counted_and_then_even_the_right_one_waits(trainer: Browser, school: School) -> None:
    address = a_talk(trainer, school)

    refused = [confirm(trainer, address, school, "lapper", "111999")[0] for _try in range(10)]

    assert set(refused) == {422}
    status, page = confirm(trainer, address, school, "lapper")
    assert (status, there()) == (422, [])
    assert "Too many tries" in page or "do not belong together" in page
    assert confirm(trainer, address, school, "other")[0] == 303


def test_the_pin_is_never_shown_again(trainer: Browser, school: School) -> None:
    _status, page = confirm(trainer, a_talk(trainer, school), school, "lapper", "111999")

    assert "111999" not in page


def test_where_there_are_questions_they_are_still_asked(trainer: Browser, school: School) -> None:
    lapper = school.people["lapper"].id
    with unit_of_work() as uow:
        key = reading_of(lapper).request_id
        request = uow.session.get_one(talks.AcknowledgementRequest, key)
        keep_quiz(uow, QuizSubject.READING, request.revision_key, QuizOrder(QUESTIONS))

    confirm(trainer, a_talk(trainer, school), school, "lapper")

    assert (reading_of(lapper).state, reading_of(lapper).is_understood) == (ReadingState.OPEN, True)


def test_a_talk_that_only_informs_proves_nothing(trainer: Browser, school: School) -> None:
    nothing = dict.fromkeys(("skill_id", "level", "item_id", "request_id"), "")

    confirm(trainer, a_talk(trainer, school, **nothing), school, "lapper")

    assert proofs_of(school.people["lapper"].id) == []
    assert reading_of(school.people["lapper"].id).state == ReadingState.OPEN


def test_only_a_trainer_who_can_do_it_proves_it_to_others(trainer: Browser, school: School) -> None:
    answer = trainer.post(
        "/training/talks/new",
        title="How we lap",
        held_on=(TODAY + timedelta(days=1)).isoformat(),
        site_id=school.site,
        trainer_id=school.people["other"].id,
        skill_id=school.skill,
        level=3,
    )

    assert answer.status_code == 422
    assert "level 4 or above" in answer.text
    assert "has not been held yet" in answer.text


def test_a_closed_list_takes_nobody_and_says_who_was_not_there(trainer: Browser, school: School) -> None:
    address = a_talk(trainer, school)
    confirm(trainer, address, school, "lapper")
    trainer.post(f"{address}/close")

    status, page = confirm(trainer, address, school, "other")

    assert (status, "The list of this talk is closed." in page) == (409, True)
    assert "Was not there" in trainer.get(address).text


def test_somebody_who_is_not_on_the_list_cannot_confirm(trainer: Browser, school: School) -> None:
    address = a_talk(trainer, school)

    answer = trainer.post(f"{address}/confirm", person_id=school.people["trainer"].id, pin="204816")

    assert (answer.status_code, there()) == (422, [])


def test_confirming_twice_signs_once(trainer: Browser, school: School) -> None:
    address = a_talk(trainer, school)
    confirm(trainer, address, school, "lapper")

    assert confirm(trainer, address, school, "lapper")[0] == 303
    assert len(proofs_of(school.people["lapper"].id)) == 1


def test_talks_of_other_sites_are_not_seen(app: Flask, trainer: Browser, school: School) -> None:
    address = a_talk(trainer, school)
    with unit_of_work() as uow:
        site = a_site(uow, "LEE")
        away = a_person(uow, "away", roles=[("trainer", site)], site_id=site)
    stranger = enter(app.test_client(), away)

    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}/close").status_code == 404
    assert "How we lap" not in stranger.get("/training/talks").text
