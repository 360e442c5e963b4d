"""Signing PINs: which are good enough, how they are set, reset and locked, and confirming with one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.confirming import Confirmation, Place, confirm_by_pin
from app.accounts.links import LinkSpent, Purpose, holder_of_code, issue, pin_code_of
from app.accounts.models import Person
from app.accounts.passwords import Passwords
from app.accounts.signing_pins import (
    LOCKED_AFTER,
    TRIES_PER_WINDOW,
    check_pin,
    note_wrong,
    reset_pin,
    set_pin,
    state_of,
)
from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.trail import Subject, entries_for
from app.trail.meanings import Meaning
from app.trail.signatures import signatures_of
from tests.factories.accounts import Somebody, a_person

PASSWORDS = Passwords(is_fast=True)
PIN = "204816"
TALK = Subject("session", 4, "Talk of 17 March")
WRONG = "User name and PIN do not belong together. Nothing was confirmed."


@pytest.fixture
def olga(app: Flask) -> Somebody:
    """Somebody without a mail address, with a PIN."""
    assert app.testing
    with unit_of_work() as uow:
        person = a_person(uow, "olga")
        set_pin(uow, person.id, PASSWORDS.hash(PIN))
    return person


def confirm(user_name: str = "olga", pin: str = PIN, place: Place | None = None) -> Confirmation:
    """What the terminal does, in the session of the trainer."""
    with unit_of_work(99) as uow:
        return confirm_by_pin(
            uow,
            user_name,
            pin,
            Meaning.ACKNOWLEDGEMENT,
            TALK,
            "d" * 64,
            "10.0.0.7",
            passwords=PASSWORDS,
            place=place,
        )


def verbs(kind: str, id_: int) -> list[str]:
    db.session.rollback()
    return [entry.verb for entry in entries_for(db.session(), kind, id_)]


@pytest.mark.parametrize(
    ("pin", "rule"),
    [
        ("12345", "digits"),
        ("1234567890123", "digits"),
        ("20481a", "digits"),
        ("٢٠٤٨١٦", "digits"),
        ("000000", "pattern"),
        ("121212", "pattern"),
        ("123123", "pattern"),
        ("345678", "pattern"),
        ("987654", "pattern"),
    ],
)
def test_a_pin_that_anybody_would_try_is_refused(pin: str, rule: str) -> None:
    assert [problem.rule for problem in check_pin(pin)] == [rule]


@pytest.mark.parametrize("pin", [PIN, "19840731", "112233", "000000000001"])
def test_other_digits_are_good_enough(pin: str) -> None:
    assert check_pin(pin) == []


def test_a_second_person_confirms_in_the_session_of_another(olga: Somebody) -> None:
    outcome = confirm(" Olga ", place=Place("Talk about lapping", "2"))

    (signed,) = signatures_of(db.session(), "session", 4)
    assert outcome == Confirmation(olga.id)
    assert (signed.printed_name, signed.meaning, signed.auth_method) == ("Olga", "acknowledgement", "pin")
    assert (signed.about, signed.subject_version, signed.record_sha256) == (
        "Talk about lapping",
        "2",
        "d" * 64,
    )
    (entry,) = entries_for(db.session(), "session", 4)
    assert (entry.verb, entry.actor_id) == ("signature.given", 99)


@pytest.mark.parametrize(("user_name", "pin"), [("olga", "204817"), ("nobody", PIN), ("", ""), ("pia", PIN)])
def test_who_is_wrong_learns_nothing_about_what_is_wrong(olga: Somebody, user_name: str, pin: str) -> None:
    with unit_of_work() as uow:
        a_person(uow, "pia")  # who has no PIN

    outcome = confirm(user_name, pin)

    assert (outcome, signatures_of(db.session(), "session", 4)) == (Confirmation(None, WRONG), [])
    assert olga.user_name == "olga"


def test_an_unknown_name_costs_as_much_work_as_a_known_one(
    olga: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []
    monkeypatch.setattr(PASSWORDS, "verify", lambda stored, _pin: looked_at.append(stored) or False)

    for user_name in (olga.user_name, "nobody"):
        confirm(user_name, "111222")

    assert len(looked_at) == 2


def test_somebody_else_does_not_confirm_for_the_one_who_is_asked(olga: Somebody) -> None:
    outcome = confirm(place=Place("Talk", person_id=olga.id + 1))

    assert outcome == Confirmation(None, WRONG)


def test_a_disabled_person_confirms_nothing(olga: Somebody) -> None:
    with unit_of_work() as uow:
        uow.session.get_one(Person, olga.id).is_active = False

    assert confirm() == Confirmation(None, WRONG)


def test_guessing_a_pin_is_stopped_and_recorded(olga: Somebody, clock: Clock) -> None:
    wrong = [confirm(pin="111222").refusal for _ in range(TRIES_PER_WINDOW)]

    stopped = confirm()
    clock.advance(timedelta(minutes=15))
    later = confirm()

    assert set(wrong) == {WRONG}
    assert (stopped.person_id, "Too many tries" in stopped.refusal) == (None, True)
    assert later == Confirmation(olga.id)
    told = verbs("person", olga.id)
    assert told.count("signature.failed") == TRIES_PER_WINDOW
    assert "person.pin_blocked" in told


def test_guessing_the_pin_of_nobody_is_slowed_alike(olga: Somebody) -> None:
    for _ in range(TRIES_PER_WINDOW):
        confirm("nobody", "111222")

    assert "Too many tries" in confirm("nobody", "111222").refusal
    assert confirm() == Confirmation(olga.id)


def test_a_pin_guessed_at_for_days_locks_until_another_one_is_set(olga: Somebody) -> None:
    with unit_of_work() as uow:
        for _ in range(LOCKED_AFTER):
            note_wrong(uow, olga.id)

    locked = confirm()
    with unit_of_work() as uow:
        set_pin(uow, olga.id, PASSWORDS.hash("730145"))

    assert locked == Confirmation(None, WRONG)
    assert confirm(pin="730145") == Confirmation(olga.id)
    assert "person.pin_locked" in verbs("person", olga.id)


def test_a_reset_takes_the_pin_away_and_gives_a_code_for_another(olga: Somebody, clock: Clock) -> None:
    with unit_of_work(1) as uow:
        code = reset_pin(uow, olga.id)
    gone = (confirm(), state_of(db.session(), olga.id).set_at)
    code_id = pin_code_of(db.session(), olga.id, code.lower(), clock.now())

    with unit_of_work(olga.id) as uow:
        set_pin(uow, olga.id, PASSWORDS.hash("730145"), code_id=code_id)

    assert gone == (Confirmation(None, WRONG), None)
    assert confirm(pin="730145") == Confirmation(olga.id)
    with pytest.raises(LinkSpent), unit_of_work(olga.id) as uow:
        set_pin(uow, olga.id, PASSWORDS.hash("730146"), code_id=code_id)
    assert verbs("person", olga.id)[-3:] == ["person.pin_reset", "person.link_issued", "person.pin_set"]


def test_a_code_for_a_pin_opens_no_door_and_is_nobody_elses(olga: Somebody, clock: Clock) -> None:
    with unit_of_work() as uow:
        other = a_person(uow, "otto")
        for_pin, for_password = reset_pin(uow, olga.id), issue(uow, olga.id, Purpose.CODE)

    with pytest.raises(LinkSpent):
        holder_of_code(db.session(), "olga", for_pin, clock.now())
    assert holder_of_code(db.session(), "olga", for_password, clock.now()).person_id == olga.id
    assert pin_code_of(db.session(), other.id, for_pin, clock.now()) is None
    assert pin_code_of(db.session(), olga.id, for_password, clock.now()) is None
