"""Signing in the browser: what a page binds, what a post needs, what is refused and recorded (T35, T38)."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Person, RoleGrant
from app.accounts.passwords import Passwords
from app.accounts.signing_pins import set_pin
from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.records.models import Record
from app.trail import entries_for
from app.trail.models import Signature
from app.workflow.models import Task
from tests.factories.accounts import Somebody
from tests.factories.browser import Browser, enter
from tests.factories.signing import hidden_fields, signed_by
from tests.inbox.conftest import Company
from tests.inbox.test_task_pages import browser, report

PIN = "204816"


@pytest.fixture
def approval(app: Flask, company: Company) -> int:
    """The id of a task that waits for the approver's signature."""
    review = report(app, company)
    browser(app, company.reviewer).post(f"/tasks/{review}/complete", verdict="fit", _token="a", _version="1")
    return db.session.scalars(select(Task.id).where(Task.element_id == "approve")).one()


@pytest.fixture
def anna(app: Flask, company: Company) -> Browser:
    """The approver's browser, just signed in."""
    return browser(app, company.approver)


def send(anna: Browser, company: Company, approval: int, page: str = "", **changed: str) -> tuple[int, str]:
    """Sign from a page that was opened, and say what came of it."""
    sent = signed_by(company.approver, page or anna.get(f"/tasks/{approval}").text) | changed
    answer = anna.post(f"/tasks/{approval}/complete", is_read="true", **sent)
    return answer.status_code, answer.text


def signatures() -> list[Signature]:
    db.session.rollback()
    return list(db.session.scalars(select(Signature)))


def whys(verb: str = "signature.refused") -> list[str]:
    record = db.session.scalars(select(Record)).one()
    told = entries_for(db.session(), record.kind, record.id)
    return [json.loads(one.after or "{}")["why"] for one in told if one.verb == verb]


def failures(person: Somebody) -> int:
    db.session.rollback()
    told = entries_for(db.session(), "person", person.id)
    return sum(one.verb == "signature.failed" for one in told)


def test_the_page_says_what_is_signed(anna: Browser, approval: int) -> None:
    page = anna.get(f"/tasks/{approval}").text

    hidden = hidden_fields(page)
    assert "I sign TST-2026-0001, version 2 with my name. My signature means: approval." in page
    assert (len(hidden["_signature.challenge"]), len(hidden["_signature.shown"])) == (43, 64)
    assert hidden["_signature.shown"][:4] in page.split("You sign what this page shows:")[1]


def test_the_first_signature_of_a_session_asks_for_the_name_and_the_next_does_not(
    app: Flask, company: Company, anna: Browser, approval: int
) -> None:
    without = send(anna, company, approval, **{"_signature.user_name": ""})
    assert send(anna, company, approval)[0] == 303
    review = report(app, company, "Second")
    browser(app, company.reviewer).post(f"/tasks/{review}/complete", verdict="fit", _token="c", _version="1")
    second = db.session.scalars(select(Task.id).where(Task.element_id == "approve").order_by(Task.id.desc()))

    page = anna.get(f"/tasks/{second.first()}").text

    assert (without[0], "not your user name with your password" in without[1]) == (422, True)
    assert "Your password" in page
    assert "Your user name" not in page


def test_a_signed_record_shows_the_manifest_on_its_page_and_on_paper(
    app: Flask, company: Company, anna: Browser, approval: int
) -> None:
    send(anna, company, approval)
    record = db.session.scalars(select(Record.id)).one()

    for path in (f"/records/{record}", f"/records/{record}/print"):
        page = browser(app, company.boss).get(path).text
        assert "17 Mar 2026 10:00:00 CET (09:00 UTC)" in page
        assert signatures()[0].record_sha256 in page
        assert "with the password" in page


def test_a_request_sent_again_gets_the_same_answer_and_signs_once(
    company: Company, anna: Browser, approval: int
) -> None:
    page = anna.get(f"/tasks/{approval}").text

    answers = [send(anna, company, approval, page)[0] for _ in range(2)]

    assert (answers, len(signatures()), whys()) == ([303, 303], 1, ["replayed"])


def test_a_challenge_taken_along_to_another_form_signs_nothing(
    company: Company, anna: Browser, approval: int
) -> None:
    page = anna.get(f"/tasks/{approval}").text
    send(anna, company, approval, page)

    status, _text = send(anna, company, approval, page, _token="another")

    assert (status, len(signatures()), whys()) == (409, 1, ["replayed"])


def test_the_challenge_of_another_browser_signs_nothing(
    app: Flask, company: Company, anna: Browser, approval: int
) -> None:
    page = browser(app, company.approver).get(f"/tasks/{approval}").text

    status, text = send(anna, company, approval, page)

    assert (status, "made out for something else" in text) == (409, True)
    assert (signatures(), whys()) == ([], ["other_session"])


def test_a_stolen_challenge_signs_nothing(app: Flask, company: Company, approval: int) -> None:
    stolen = hidden_fields(browser(app, company.approver).get(f"/tasks/{approval}").text)
    thief = browser(app, company.reviewer)
    proof = {"_signature.password": company.reviewer.password, "_signature.user_name": "rob.review"}

    answer = thief.post(f"/tasks/{approval}/complete", is_read="true", **(stolen | proof))

    assert (answer.status_code, signatures(), whys()) == (403, [], ["not_permitted"])


def test_a_record_that_changed_is_shown_again_with_what_was_typed(
    company: Company, anna: Browser, approval: int
) -> None:
    page = anna.get(f"/tasks/{approval}").text
    with unit_of_work() as uow:
        uow.session.scalars(select(Record)).one().title = "Torque table, revised"

    status, text = send(anna, company, approval, page, condition="Only at line 2")

    assert (status, "The record changed after you opened it" in text) == (409, True)
    assert "Only at line 2" in text
    db.session.rollback()
    assert (db.session.get_one(Task, approval).draft or {})["condition"] == "Only at line 2"
    assert (signatures(), whys()) == ([], ["record_changed"])
    assert send(anna, company, approval, text)[0] == 303


def test_who_reads_for_long_signs_from_the_page_that_comes_back(
    company: Company, anna: Browser, approval: int, clock: Clock
) -> None:
    page = anna.get(f"/tasks/{approval}").text
    clock.advance(timedelta(minutes=6))

    status, text = send(anna, company, approval, page, condition="Only at line 2")

    assert (status, "The time to sign ran out" in text, "Only at line 2" in text) == (409, True, True)
    assert (whys(), send(anna, company, approval, text)[0]) == (["expired"], 303)


def test_a_page_renews_its_challenge_while_the_record_is_what_it_shows(
    company: Company, anna: Browser, approval: int, clock: Clock
) -> None:
    page = anna.get(f"/tasks/{approval}").text
    shown = {"_signature.shown": hidden_fields(page)["_signature.shown"]}
    clock.advance(timedelta(minutes=6))

    fresh = anna.post(f"/tasks/{approval}/challenge", **shown).get_json()["challenge"]
    status, _text = send(anna, company, approval, page, **{"_signature.challenge": fresh})

    assert status == 303


def test_a_page_that_shows_something_else_gets_no_challenge(anna: Browser, approval: int) -> None:
    answer = anna.post(f"/tasks/{approval}/challenge", **{"_signature.shown": "0" * 64})

    assert (answer.status_code, "changed after you opened it" in answer.text) == (409, True)


def test_only_who_has_the_task_gets_a_challenge(app: Flask, company: Company, approval: int) -> None:
    boss, stranger = browser(app, company.boss), browser(app, company.stranger)

    statuses = [one.post(f"/tasks/{approval}/challenge").status_code for one in (boss, stranger)]

    assert statuses == [403, 404]


def test_a_role_lost_between_opening_and_sending_signs_nothing(
    company: Company, anna: Browser, approval: int
) -> None:
    page = anna.get(f"/tasks/{approval}").text
    with unit_of_work() as uow:
        grant = uow.session.scalars(select(RoleGrant).where(RoleGrant.person_id == company.approver.id)).one()
        grant.withdrawn_at = uow.now

    status, _text = send(anna, company, approval, page)

    assert (status, signatures(), whys()) == (403, [], ["not_permitted"])


def test_a_closed_account_is_signed_out_and_signs_nothing(
    company: Company, anna: Browser, approval: int
) -> None:
    page = anna.get(f"/tasks/{approval}").text
    sent, token = signed_by(company.approver, page), anna.token()
    with unit_of_work() as uow:
        uow.session.get_one(Person, company.approver.id).is_active = False

    answer = anna.client.post(f"/tasks/{approval}/complete", data={**sent, "csrf_token": token})

    assert (answer.status_code, signatures()) == (401, [])


def test_guessing_at_the_signature_is_slowed_like_signing_in_and_locks_the_door_too(
    app: Flask, company: Company, anna: Browser, approval: int, clock: Clock
) -> None:
    wrong = {"_signature.password": "not it"}

    statuses = [send(anna, company, approval, **wrong)[0] for _ in range(12)]
    right = send(anna, company, approval)
    door = Browser(app.test_client()).post(
        "/sign-in", user_name="anna.approve", password=company.approver.password
    )
    clock.advance(timedelta(minutes=15))

    assert statuses == [422] * 10 + [429] * 2
    assert (right[0], door.status_code) == (429, 429)
    assert (signatures(), failures(company.approver)) == ([], 10)
    assert send(anna, company, approval)[0] == 303


def test_tries_at_the_same_moment_and_from_claimed_addresses_count_each_other(
    app: Flask, company: Company, anna: Browser, approval: int
) -> None:
    sent = signed_by(company.approver, anna.get(f"/tasks/{approval}").text)
    sent |= {"_signature.password": "not it", "csrf_token": anna.token(), "is_read": "true"}
    cookies = {one.key: one.value for one in anna.client._cookies.values()}
    statuses: list[int] = []

    def attempt(number: int) -> None:
        with app.app_context():
            client = app.test_client()
            for key, value in cookies.items():
                client.set_cookie(key, value)
            claimed = {"X-Forwarded-For": f"10.0.0.{number}"}
            answer = client.post(f"/tasks/{approval}/complete", data=sent, headers=claimed)
            statuses.append(answer.status_code)

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [422] * 10 + [429] * 6
    assert failures(company.approver) == 10


def with_pin(person: Somebody) -> None:
    with unit_of_work() as uow:
        set_pin(uow, person.id, Passwords(is_fast=True).hash(PIN))


def test_who_has_a_pin_signs_with_it(company: Company, anna: Browser, approval: int) -> None:
    with_pin(company.approver)

    page = anna.get(f"/tasks/{approval}").text
    status, _text = send(anna, company, approval, page, **{"_signature.password": PIN})

    assert "Your password or your PIN" in page
    assert (status, [one.auth_method for one in signatures()]) == (303, ["pin"])


def test_guessing_a_pin_stops_earlier_and_leaves_the_password(
    company: Company, anna: Browser, approval: int
) -> None:
    with_pin(company.approver)

    statuses = [send(anna, company, approval, **{"_signature.password": "111222"})[0] for _ in range(6)]

    assert statuses == [422] * 5 + [429]
    assert send(anna, company, approval)[0] == 303


def test_who_has_no_password_is_asked_for_the_pin(company: Company, anna: Browser, approval: int) -> None:
    with_pin(company.approver)
    with unit_of_work() as uow:
        uow.session.get_one(Person, company.approver.id).password_hash = None

    page = anna.get(f"/tasks/{approval}").text

    assert "Your PIN" in page
    assert "Your password" not in page
    assert send(anna, company, approval, page, **{"_signature.password": PIN})[0] == 303


def test_a_second_press_while_signed_in_anew_is_another_session(
    app: Flask, company: Company, approval: int
) -> None:
    first = enter(app.test_client(), company.approver)
    page = first.get(f"/tasks/{approval}").text
    first.post("/sign-out")

    status, _text = send(enter(app.test_client(), company.approver), company, approval, page)

    assert (status, whys()) == (409, ["other_session"])
