from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.accounts.absences import absences_of
from app.accounts.people import person
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from tests.factories.accounts import PASSWORD, Somebody, a_person
from tests.factories.browser import Browser, enter, sign_in

CHOSEN = "nine quiet otters swim"


@pytest.fixture
def marta(app: Flask) -> Somebody:
    with app.app_context(), unit_of_work() as uow:
        return a_person(uow, "marta", roles=[("reporter", None)])


@pytest.fixture
def browser(app: Flask, marta: Somebody) -> Browser:
    return enter(app.test_client(), marta)


def test_the_account_shows_roles_and_this_browser(browser: Browser) -> None:
    page = browser.get("/me").text

    assert "Reporter" in page
    assert "This one" in page


def test_taste_is_kept_and_followed(browser: Browser, marta: Somebody) -> None:
    browser.post("/me", zone="Europe/Warsaw", locale="en", theme="dark")

    assert person(db.session(), marta.id).details.theme == "dark"
    assert 'data-theme-choice="dark"' in browser.get("/me").text


def test_taste_that_does_not_exist_is_refused(browser: Browser) -> None:
    answer = browser.post("/me", zone="Mars/Olympus", locale="en", theme="dark")

    assert answer.status_code == 422
    assert "This is not a time zone" in answer.text


def test_an_absence_is_planned_and_cancelled(browser: Browser, marta: Somebody) -> None:
    with unit_of_work() as uow:
        stand_in = a_person(uow, "jonas")
    today = clock.now().date()

    browser.post("/me/absences", starts_on="2026-03-18", ends_on="2026-03-20", substitute_id=stand_in.id)
    planned = absences_of(db.session(), marta.id, today)
    db.session.rollback()
    browser.post(f"/me/absences/{planned[0].id}/cancel")

    assert [one.substitute for one in planned] == ["Jonas"]
    assert absences_of(db.session(), marta.id, today) == []


def test_a_refused_absence_keeps_what_was_typed(browser: Browser) -> None:
    answer = browser.post("/me/absences", starts_on="2026-03-18", ends_on="soon")

    assert answer.status_code == 422
    assert 'value="2026-03-18"' in answer.text


def test_nobody_cancels_the_absence_of_somebody_else(
    browser: Browser, marta: Somebody, as_role: Callable[..., Browser]
) -> None:
    with unit_of_work() as uow:
        stand_in = a_person(uow, "jonas")
    browser.post("/me/absences", starts_on="2026-03-18", ends_on="2026-03-20", substitute_id=stand_in.id)
    planned = absences_of(db.session(), marta.id, clock.now().date())[0].id

    assert as_role("quality_manager").post(f"/me/absences/{planned}/cancel").status_code == 404


def test_another_password_signs_all_other_browsers_out(app: Flask, marta: Somebody) -> None:
    here, elsewhere = Browser(app.test_client()), Browser(app.test_client())
    sign_in(here, marta)
    sign_in(elsewhere, marta)

    answer = here.post("/me/password", present=PASSWORD, password=CHOSEN, again=CHOSEN)

    assert answer.status_code == 303
    assert here.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 303
    sign_in(elsewhere, Somebody(marta.id, marta.user_name, CHOSEN))


@pytest.mark.parametrize(
    ("answers", "where"),
    [
        ({"present": "wrong", "password": CHOSEN, "again": CHOSEN}, "f-present"),
        ({"present": PASSWORD, "password": CHOSEN, "again": "another one than that"}, "f-again"),
        ({"present": PASSWORD, "password": "short", "again": "short"}, "f-password"),
    ],
)
def test_a_refused_password_says_which_field_and_shows_none(
    browser: Browser, answers: dict[str, str], where: str
) -> None:
    answer = browser.post("/me/password", **answers)

    assert answer.status_code == 422
    assert f'href="#{where}"' in answer.text
    assert CHOSEN not in answer.text


def test_guessing_the_present_password_is_slowed_like_signing_in(browser: Browser) -> None:
    guess = {"present": "wrong", "password": CHOSEN, "again": CHOSEN}

    statuses = [browser.post("/me/password", **guess).status_code for _ in range(11)]

    assert statuses == [422] * 10 + [429]


def test_one_of_ones_browsers_is_signed_out_from_another(app: Flask, marta: Somebody) -> None:
    here, elsewhere = enter(app.test_client(), marta), enter(app.test_client(), marta)

    page = here.get("/me").text
    target = page.split("/me/sessions/")[1].split("/end")[0]
    here.post(f"/me/sessions/{target}/end")

    assert here.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 303
