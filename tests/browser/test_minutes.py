"""The minutes of an audit in Chromium: answers given without network arrive when it is back, each once."""

from __future__ import annotations

from hashlib import sha256

import pytest
from flask import Flask
from playwright.sync_api import FilePayload, Page, expect

from app.audits.checklist import answers_of, lines_of
from app.foundation.db import db
from app.foundation.files import StoredFile
from app.foundation.unit_of_work import unit_of_work
from tests.browser.company import as_person
from tests.browser.conftest import OpenView
from tests.browser.rig import View
from tests.factories.accounts import Somebody
from tests.scenarios import audit_steps
from tests.scenarios.company import a_company
from tests.scenarios.dsl import Scenario

TABLET = 820


@pytest.fixture
def app(shipped_app: Flask) -> Flask:
    """An application in which the shipped diagrams and chains are in force."""
    return shipped_app


@pytest.fixture
def audit(app: Flask) -> Scenario:
    """An audit under way with two questions."""
    assert app.testing
    with unit_of_work() as uow:
        scenario = Scenario(a_company(uow))
    audit_steps.auditors(scenario)
    audit_steps.soon_in_progress(scenario)
    audit_steps.write_line(scenario, "Who released lot 2602?")
    return scenario


def answer(page: Page, result: str, evidence: str) -> None:
    line = page.locator(".minutes-line--here")
    line.get_by_label("Evidence").fill(evidence)
    line.locator(f".minutes-result--{result}").click()


def test_answers_given_without_network_wait_on_the_device_and_arrive_once(
    app: Flask, audit: Scenario, look: OpenView
) -> None:
    view = as_person(look(app, width=TABLET), Somebody(audit.company.people["lead"], "the.lead"))
    page = view.open(f"/audits/{audit.record_id}/checklist")
    state = page.locator("[data-minutes-text]")
    page.context.set_offline(True)

    answer(page, "conform", "Wear 0.3 mm at plate 4")
    page.get_by_role("button", name="Next line").click()
    answer(page, "minor", "No signature on the release")
    expect(state).to_have_text("Kept on this device, will be sent")
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(state).to_contain_text("Sent")
    forgive_the_network(view)

    expect(page.locator(".minutes-line--here").get_by_role("link", name="Write finding")).to_be_visible()
    db.session.rollback()
    lines = lines_of(db.session(), audit.record_id)
    assert [(line.result, line.evidence) for line in lines] == [
        ("conform", "Wear 0.3 mm at plate 4"),
        ("minor", "No signature on the release"),
    ]
    assert [len({one.client_key for one in answers_of(db.session(), line.id)}) for line in lines] == [1, 1]
    assert (view.sticks_out(), view.barriers()) == ([], [])


PIXELS = b"\x89PNG\r\n\x1a\n" + bytes(4000)
PHOTO: FilePayload = {"name": "plate 4.png", "mimeType": "image/png", "buffer": PIXELS}


def test_photos_chosen_without_network_wait_on_the_device_and_arrive_with_their_line(
    app: Flask, audit: Scenario, look: OpenView
) -> None:
    view = as_person(look(app, width=TABLET), Somebody(audit.company.people["lead"], "the.lead"))
    page = view.open(f"/audits/{audit.record_id}/checklist")
    line = page.locator(".minutes-line--here")
    page.context.set_offline(True)

    line.get_by_label("Photos and files").set_input_files([PHOTO, {**PHOTO, "name": "a thumb.png"}])
    answer(page, "conform", "Wear 0.3 mm at plate 4")
    expect(line.locator("[data-waiting]")).to_contain_text("plate 4.png")
    expect(page.locator("[data-minutes-text]")).to_have_text("Kept on this device, will be sent")
    line.get_by_role("button", name="Remove: a thumb.png").click()
    expect(line.locator("[data-waiting]")).not_to_contain_text("a thumb.png")
    assert (view.sticks_out(), view.barriers()) == ([], [])
    page.context.set_offline(False)

    expect(page.locator("[data-minutes-text]")).to_contain_text("Sent")
    expect(line.locator("[data-files]").get_by_role("link")).to_have_text(["plate 4.png"])
    expect(line.locator("[data-waits]")).to_be_hidden()
    forgive_the_network(view)
    assert photo_of_the_first_line(audit) == sha256(PIXELS).hexdigest()


def test_photos_on_the_device_outlive_the_page(app: Flask, audit: Scenario, look: OpenView) -> None:
    view = as_person(look(app, width=TABLET), Somebody(audit.company.people["lead"], "the.lead"))
    page = view.open(f"/audits/{audit.record_id}/checklist")
    line = page.locator(".minutes-line--here")
    page.context.set_offline(True)
    answer(page, "conform", "Wear 0.3 mm at plate 4")
    line.get_by_label("Photos and files").set_input_files(PHOTO)
    expect(line.locator("[data-waiting]")).to_contain_text("plate 4.png")

    page.goto("about:blank")
    page.context.set_offline(False)
    page = view.open(f"/audits/{audit.record_id}/checklist")
    page.get_by_role("button", name="Back").click()

    expect(page.locator("[data-files]").first.get_by_role("link")).to_have_text(["plate 4.png"])
    forgive_the_network(view)
    assert photo_of_the_first_line(audit) == sha256(PIXELS).hexdigest()


def test_a_photo_waits_for_the_answer_it_goes_with(app: Flask, audit: Scenario, look: OpenView) -> None:
    view = as_person(look(app, width=TABLET), Somebody(audit.company.people["lead"], "the.lead"))
    page = view.open(f"/audits/{audit.record_id}/checklist")
    line = page.locator(".minutes-line--here")

    line.get_by_label("Photos and files").set_input_files(PHOTO)
    expect(line.locator("[data-waiting]")).to_contain_text("plate 4.png")
    answer(page, "positive", "All five clean")

    expect(line.locator("[data-files]").get_by_role("link")).to_have_text(["plate 4.png"])


def forgive_the_network(view: View) -> None:
    """The browser notes each try without network; nothing else may be wrong."""
    view.complaints[:] = [one for one in view.complaints if "ERR_INTERNET_DISCONNECTED" not in one]


def photo_of_the_first_line(audit: Scenario) -> str:
    """The hash of the only file of the first line, as the server keeps it."""
    db.session.rollback()
    (file_id,) = lines_of(db.session(), audit.record_id)[0].files
    return db.session.get_one(StoredFile, file_id).sha256


def test_the_checklist_is_a_plain_form_without_script(app: Flask, audit: Scenario, look: OpenView) -> None:
    opened = look(app, width=TABLET, script=False)
    page = as_person(opened, Somebody(audit.company.people["lead"], "the.lead")).open(
        f"/audits/{audit.record_id}/checklist"
    )

    line = page.locator("[data-line]").nth(1)
    line.locator(".minutes-result--not_seen").click()
    line.get_by_role("button", name="Save this line").click()

    expect(page.get_by_text("The line is answered.")).to_be_visible()
    db.session.rollback()
    assert [one.result for one in lines_of(db.session(), audit.record_id)] == [None, "not_seen"]
