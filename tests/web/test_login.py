from __future__ import annotations

import re
import shutil
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.credentials import change_password
from app.accounts.grants import grants_of, withdraw
from app.accounts.handover import Handover
from app.accounts.links import Purpose, issue
from app.accounts.people import disable
from app.accounts.setup import first_admin_link
from app.factory import create_app
from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.trail.models import TrailEntry
from tests.factories.accounts import PASSWORD, Somebody, a_person
from tests.factories.browser import Browser, cookie_of, enter, sign_in
from tests.stand import config_for

BLOCKED_AFTER = 10


@pytest.fixture
def person(app: Flask) -> Somebody:
    with app.app_context(), unit_of_work() as uow:
        a_person(uow, "root", roles=[("admin", None)])
        return a_person(uow, "marta", roles=[("reporter", None)], mail="marta@example.org")


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    return Browser(client)


def test_a_stranger_is_led_to_the_door_and_back(browser: Browser) -> None:
    answer = browser.get("/me?tab=absence")

    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/me?tab%3Dabsence"


@pytest.mark.parametrize("typed", ["marta", "MARTA ", "Marta@Example.org"])
def test_the_right_password_opens_the_door(browser: Browser, person: Somebody, typed: str) -> None:
    answer = browser.post("/sign-in", user_name=typed, password=person.password, next="/me")

    assert (answer.status_code, answer.location) == (303, "/me")
    assert browser.get("/me").status_code == 200


@pytest.mark.parametrize("user_name", ["marta", "nobody"])
def test_a_failure_says_the_same_to_everybody(browser: Browser, person: Somebody, user_name: str) -> None:
    answer = browser.post("/sign-in", user_name=user_name, password="wrong")

    assert answer.status_code == 403
    assert "do not belong together" in answer.text
    assert person.password not in answer.text


def test_an_unknown_name_typed_is_not_kept(browser: Browser) -> None:
    browser.post("/sign-in", user_name="my secret password", password="x")

    entries = db.session.query(TrailEntry).filter_by(verb="sign_in.failed").all()

    assert [one.label for one in entries] == ["unknown"]


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_the_way_back_stays_in_the_house(browser: Browser, person: Somebody, target: str) -> None:
    answer = browser.post("/sign-in", user_name="marta", password=person.password, next=target)

    assert answer.location == "/"


def test_after_too_many_tries_even_the_right_password_waits(
    browser: Browser, person: Somebody, clock: Clock
) -> None:
    for _ in range(BLOCKED_AFTER):
        browser.post("/sign-in", user_name="marta", password="wrong")

    blocked = browser.post("/sign-in", user_name="marta", password=person.password)
    clock.advance(timedelta(minutes=15))
    later = browser.post("/sign-in", user_name="marta", password=person.password)

    assert blocked.status_code == 429
    assert blocked.headers["Retry-After"] == "900"
    assert later.status_code == 303


def test_tries_made_at_the_same_moment_count_each_other(app: Flask, person: Somebody) -> None:
    statuses: list[int] = []

    def attempt() -> None:
        with app.app_context():
            browser = Browser(app.test_client())
            statuses.append(browser.post("/sign-in", user_name="marta", password="wrong").status_code)

    threads = [threading.Thread(target=attempt) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert person.user_name == "marta"
    assert sorted(statuses) == [403] * BLOCKED_AFTER + [429] * (16 - BLOCKED_AFTER)


def test_an_unknown_name_costs_as_much_work_as_a_known_one(
    app: Flask, browser: Browser, person: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []
    hasher = app.extensions["keel_passwords"]._hasher

    def note(stored: str, _password: str) -> bool:
        looked_at.append(stored)
        return False

    monkeypatch.setattr(
        app.extensions["keel_passwords"], "_hasher", SimpleNamespace(hash=hasher.hash, verify=note)
    )
    for user_name in (person.user_name, "nobody"):
        browser.post("/sign-in", user_name=user_name, password="wrong")

    assert len(looked_at) == 2
    assert looked_at[0].split("$")[:4] == looked_at[1].split("$")[:4]


def test_a_withdrawn_role_acts_on_the_next_request(app: Flask, person: Somebody) -> None:
    with unit_of_work() as uow:
        second = a_person(uow, "second", roles=[("admin", None)])
        grant = grants_of(uow.session, second.id, uow.now.date())[0].id
    browser = enter(app.test_client(), second)
    before = browser.get("/admin").status_code

    with unit_of_work(person.id) as uow:
        withdraw(uow, grant)

    assert (before, browser.get("/admin").status_code) == (200, 403)


def test_a_tampered_cookie_is_nobody(browser: Browser, person: Somebody) -> None:
    sign_in(browser, person)
    secret = cookie_of(browser)

    for forged in (secret[:-1] + ("A" if secret[-1] != "A" else "B"), "", "x" * 3000, "ü" * 43):
        browser.client.set_cookie("keel-session", forged)

        assert browser.get("/me").status_code == 303


def test_off_loopback_cookies_are_bound_to_the_host_and_to_tls(migrated_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "public"
    shutil.copytree(migrated_home, home)
    app = create_app(replace(config_for(home), public_url="https://keel.example"))
    with app.app_context():
        with unit_of_work() as uow:
            person = a_person(uow, "marta")
        browser = Browser(app.test_client(), base_url="https://keel.example")

        answer = browser.post("/sign-in", user_name="marta", password=person.password)
        db.engine.dispose()

    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if "keel-session=" in one)
    assert cookie.startswith("__Host-keel-session=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_a_forwarded_address_is_not_believed(browser: Browser, person: Somebody) -> None:
    for number in range(BLOCKED_AFTER):
        browser.post(
            "/sign-in",
            headers={"X-Forwarded-For": f"10.0.0.{number}"},
            user_name="marta",
            password="wrong",
        )

    assert browser.post("/sign-in", user_name="marta", password=person.password).status_code == 429


def test_a_replayed_cookie_is_worth_nothing_after_signing_out(browser: Browser, person: Somebody) -> None:
    sign_in(browser, person)
    stolen = cookie_of(browser)

    browser.post("/sign-out")
    browser.client.set_cookie("keel-session", stolen)

    assert browser.get("/me").status_code == 303


def test_signing_in_again_gives_another_cookie_and_ends_the_former(
    browser: Browser, person: Somebody
) -> None:
    sign_in(browser, person)
    former = cookie_of(browser)

    sign_in(browser, person)
    latter = cookie_of(browser)
    browser.client.set_cookie("keel-session", former)

    assert former != latter
    assert browser.get("/me").status_code == 303


@pytest.mark.parametrize(("wait", "status"), [(timedelta(minutes=29), 200), (timedelta(minutes=30), 303)])
def test_an_idle_session_ends(
    browser: Browser, person: Somebody, clock: Clock, wait: timedelta, status: int
) -> None:
    sign_in(browser, person)

    clock.advance(wait)

    assert browser.get("/me").status_code == status


def test_a_session_in_use_ends_after_twelve_hours(browser: Browser, person: Somebody, clock: Clock) -> None:
    sign_in(browser, person)

    seen = []
    for _ in range(36):
        clock.advance(timedelta(minutes=20))
        seen.append(browser.get("/me").status_code)

    assert seen == [200] * 35 + [303]


def test_disabling_a_person_ends_the_session_with_the_next_request(
    browser: Browser, person: Somebody
) -> None:
    sign_in(browser, person)

    with unit_of_work() as uow:
        disable(uow, person.id, Handover(), reason="left")

    assert browser.get("/me").status_code == 303
    assert browser.post("/sign-in", user_name="marta", password=person.password).status_code == 403


def test_a_changed_password_ends_all_sessions(browser: Browser, person: Somebody) -> None:
    sign_in(browser, person)

    with unit_of_work() as uow:
        change_password(uow, person.id, "hash of another")

    assert browser.get("/me").status_code == 303


def test_the_cookie_is_closed_to_scripts_and_other_sites(browser: Browser, person: Somebody) -> None:
    answer = browser.post("/sign-in", user_name="marta", password=person.password)

    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("keel-session="))

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert re.search(r"keel-session=[\w-]{43};", cookie)


def test_a_link_sets_a_password_once(browser: Browser, person: Somebody) -> None:
    with unit_of_work() as uow:
        secret = issue(uow, person.id, Purpose.RESET)

    first = browser.post(f"/welcome/{secret}", password="nine quiet otters", again="nine quiet otters")
    second = browser.post(f"/welcome/{secret}", password="ten loud otters", again="ten loud otters")

    assert first.status_code == 303
    assert second.status_code == 410
    assert browser.get("/me").status_code == 200


def test_an_old_link_is_spent(browser: Browser, person: Somebody, clock: Clock) -> None:
    with unit_of_work() as uow:
        secret = issue(uow, person.id, Purpose.RESET)

    clock.advance(timedelta(days=3))

    assert browser.get(f"/welcome/{secret}").status_code == 410


def test_a_weak_password_is_refused_with_a_reason_and_the_link_still_works(
    browser: Browser, person: Somebody
) -> None:
    with unit_of_work() as uow:
        secret = issue(uow, person.id, Purpose.RESET)

    answer = browser.post(f"/welcome/{secret}", password="password1234", again="password1234")

    assert answer.status_code == 422
    assert "Many people use this" in answer.text
    assert browser.get(f"/welcome/{secret}").status_code == 200


def test_a_printed_code_works_once_however_it_is_typed(browser: Browser, person: Somebody) -> None:
    with unit_of_work() as uow:
        code = issue(uow, person.id, Purpose.CODE)
    typed = code.lower().replace("-", " ")

    chosen = {"password": "nine quiet otters", "again": "nine quiet otters"}
    first = browser.post("/code", user_name="Marta", code=typed, **chosen)
    second = browser.post("/code", user_name="Marta", code=typed, **chosen)

    assert first.status_code == 303
    assert second.status_code == 403


def test_a_printed_code_is_of_no_use_to_others(browser: Browser, person: Somebody) -> None:
    with unit_of_work() as uow:
        code = issue(uow, person.id, Purpose.CODE)

    chosen = {"password": "nine quiet otters", "again": "nine quiet otters"}

    assert browser.post("/code", user_name="root", code=code, **chosen).status_code == 403


def test_the_first_admin_makes_the_first_account(browser: Browser) -> None:
    with unit_of_work() as uow:
        link = first_admin_link(uow, "http://localhost") or ""
    path = link.removeprefix("http://localhost")

    answer = browser.post(path, name="Ada", user_name="ada", zone="UTC", password=PASSWORD, again=PASSWORD)

    assert answer.location == "/admin"
    assert "Keel is yours." in browser.get("/admin").text
    assert browser.get(path).status_code == 410


def test_there_is_no_first_admin_link_once_people_exist(person: Somebody) -> None:
    with unit_of_work() as uow:
        link = first_admin_link(uow, "http://localhost")

    assert person.id
    assert link is None


@pytest.mark.parametrize("path", ["/sign-in", "/code"])
def test_a_field_the_form_does_not_have_is_refused(browser: Browser, path: str) -> None:
    answer = browser.post(path, user_name="x", password="y", is_admin="1")

    assert answer.status_code == 422
    assert "no field of this name" in answer.text
