from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect

from app.foundation import clock
from app.foundation.unit_of_work import unit_of_work
from app.inbox import sample
from app.inbox.sample import TwoStep
from app.records.register import registers
from app.records.routes import register_pages
from tests.browser.company import as_person
from tests.browser.conftest import OpenView
from tests.factories.accounts import Somebody, a_person
from tests.factories.organisation import a_site
from tests.factories.records import a_record

TITLES = (
    "Motor bracket drilled 2 mm off",
    "Lot label missing on 22 castings",
    "Hydro test skipped on 1 unit of 12",
    "Shaft sleeve scratched at incoming inspection, found by the second shift and kept aside",
    "Pressure gauge 0.2 bar off at bench 1",
    "Coupling bolts tightened to the wrong torque, line 2",
)


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """An application to which the register of the sample is added."""
    own_app.register_blueprint(register_pages(sample.REGISTER))
    return own_app


@pytest.fixture
def boss(app: Flask) -> Iterator[Somebody]:
    """A quality manager with a register of six records."""
    assert app.testing
    before = registers.all()
    registers.use([sample.REGISTER])
    with unit_of_work() as uow:
        site = a_site(uow, "GDA")
        somebody = a_person(uow, "berta.boss", roles=[("quality_manager", None)])
        for number, title in enumerate(TITLES):
            due = clock.now() + timedelta(days=3 * number - 4)
            record = a_record(
                uow,
                title,
                site_id=site,
                severity=number % 5 + 1,
                due_at=due,
                owner_id=somebody.id,
            )
            if number == 2:
                row = uow.session.get_one(TwoStep, record)
                row.due_at = due + timedelta(days=9)
                row.restricted_to = ",quality_manager,"
    yield somebody
    registers.use(before)


def test_nobody_is_kept_out_and_nothing_sticks_out(look: OpenView, app: Flask, boss: Somebody) -> None:
    view = as_person(look(app), boss)
    wrong: dict[str, object] = {}

    for name, path in {
        "register": "/approvals?severity=2",
        "register-empty": "/approvals?q=nothing",
        "register-record": "/approvals/3",
        "register-print": "/approvals/3/print",
    }.items():
        view.open(path)
        if found := view.at_a_glance(name):
            wrong[name] = found

    assert wrong == {}


@pytest.mark.parametrize("width", [1280, 360])
def test_filters_and_columns_are_chosen_in_one_place(
    look: OpenView, app: Flask, boss: Somebody, width: int
) -> None:
    view = as_person(look(app, width=width), boss)
    page = view.open("/approvals")

    page.get_by_text("Filter and columns").click()
    assert view.sticks_out() == []
    assert view.barriers() == []
    page.get_by_label("Severity is at least").select_option("4")
    page.get_by_label("Opened", exact=True).check()
    page.get_by_role("button", name="Show").click()

    expect(page).to_have_url(re.compile("severity=4"))
    assert page.locator("tbody tr").count() == 2


def test_a_view_is_kept_under_a_name(look: OpenView, app: Flask, boss: Somebody) -> None:
    page = as_person(look(app), boss).open("/approvals?severity=4")
    page.get_by_role("button", name="Save view").click()
    page.get_by_label("Name of the view").fill("The bad ones")

    page.get_by_role("button", name="Keep").click()

    page.get_by_text("My views").click()
    page.get_by_role("link", name="The bad ones").click()
    expect(page).to_have_url(re.compile("severity=4"))


def test_a_file_is_attached_and_taken_off_with_a_reason(look: OpenView, app: Flask, boss: Somebody) -> None:
    page = as_person(look(app), boss).open("/approvals/1?part=files")
    page.get_by_label("File, at most 25 MB").set_input_files(
        {"name": "plate map.txt", "mimeType": "text/plain", "buffer": b"flat within 4 um"}
    )
    page.get_by_role("button", name="Attach", exact=True).click()
    expect(page.get_by_role("link", name="plate map.txt")).to_be_visible()

    page.get_by_role("button", name="Take off").first.click()
    page.get_by_label("Reason").fill("Wrong plate")
    page.get_by_role("dialog").get_by_role("button", name="Take off").click()

    expect(page.get_by_text("No file is attached.")).to_be_visible()
