"""Setting one's PIN for signing, and an admin's reset of it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from app.accounts.signing_pins import has_pin, reset_pin, state_of
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from tests.factories.accounts import PASSWORD, Somebody, a_person
from tests.factories.browser import Browser, enter

PIN = "204816"


@pytest.fixture
def marta(app: Flask) -> Somebody:
    assert app.testing
    with unit_of_work() as uow:
        return a_person(uow, "marta")


@pytest.fixture
def browser(app: Flask, marta: Somebody) -> Browser:
    return enter(app.test_client(), marta)


def test_the_password_sets_a_pin_and_changes_it(browser: Browser, marta: Somebody) -> None:
    first = browser.post("/me/pin", proof=PASSWORD, pin=PIN, pin_again=PIN)
    page = browser.get("/me").text

    second = browser.post("/me/pin", proof=PASSWORD, pin="730145", pin_again="730145")

    assert (first.status_code, second.status_code) == (303, 303)
    assert "Change the PIN" in page
    assert has_pin(db.session(), marta.id)


def test_a_code_from_an_admin_sets_a_pin_once(browser: Browser, marta: Somebody) -> None:
    with unit_of_work() as uow:
        code = reset_pin(uow, marta.id)

    answers = [browser.post("/me/pin", proof=code, pin=PIN, pin_again=PIN).status_code for _ in range(2)]

    assert answers == [303, 422]


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"proof": "wrong", "pin": PIN, "pin_again": PIN}, "f-proof"),
        ({"proof": PASSWORD, "pin": PIN, "pin_again": "730145"}, "f-pin_again"),
        ({"proof": PASSWORD, "pin": "123456", "pin_again": "123456"}, "f-pin"),
    ],
)
def test_a_refused_pin_says_which_field_and_shows_none(
    browser: Browser, marta: Somebody, answers: dict[str, str], field: str
) -> None:
    answer = browser.post("/me/pin", **answers)

    assert (answer.status_code, f'href="#{field}"' in answer.text) == (422, True)
    assert answers["pin"] not in answer.text
    assert not has_pin(db.session(), marta.id)


def test_guessing_the_password_for_a_pin_is_slowed_like_signing_in(browser: Browser) -> None:
    guess = {"proof": "wrong", "pin": PIN, "pin_again": PIN}

    statuses = [browser.post("/me/pin", **guess).status_code for _ in range(11)]

    assert statuses == [422] * 10 + [429]


def test_an_admin_resets_a_pin_and_sees_a_code_but_never_a_pin(
    app: Flask, browser: Browser, marta: Somebody
) -> None:
    browser.post("/me/pin", proof=PASSWORD, pin=PIN, pin_again=PIN)
    with unit_of_work() as uow:
        boss = a_person(uow, "ada", roles=[("admin", None)])
    admin = enter(app.test_client(), boss)

    admin.post(f"/admin/people/{marta.id}/pin")
    page = admin.get(f"/admin/people/{marta.id}").text

    code = re.search(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}", page)
    assert code is not None
    assert "Code for the PIN" in page
    assert state_of(db.session(), marta.id).set_at is None
    assert browser.post("/me/pin", proof=code[0], pin="730145", pin_again="730145").status_code == 303
