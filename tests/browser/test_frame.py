"""The tools of the frame, by keyboard alone: palette, bell, saved views."""

from __future__ import annotations

import re

from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.records.models import Record
from app.records.service import save_view, watch
from tests.browser.company import as_person
from tests.browser.conftest import OpenView
from tests.browser.rig import View
from tests.factories.browser import enter
from tests.inbox.conftest import Company, company
from tests.inbox.test_task_pages import report

__all__ = ["company"]


def typed(view: View, words: str) -> None:
    """Open the palette and type."""
    view.page.keyboard.press("Control+k")
    view.page.keyboard.type(words)


def test_the_palette_starts_a_process(look: OpenView, app: Flask, company: Company) -> None:
    view = as_person(look(app), company.reporter)
    page = view.open("/")

    typed(view, "start")
    expect(page.locator("[data-words]:not([hidden]) .palette-kind").first).to_have_text("Start")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+a")
    page.keyboard.press("Escape")
    typed(view, "document start")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/start/two_step_approval$"))


def test_the_palette_opens_a_record_by_its_number(look: OpenView, app: Flask, company: Company) -> None:
    report(app, company, "Torque table")
    number = db.session.scalars(select(Record.number)).one()
    view = as_person(look(app), company.boss)
    page = view.open("/")

    typed(view, number)
    expect(page.locator("[data-found]")).to_have_count(1)
    assert view.everywhere() == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("Torque table")


def test_the_palette_leads_to_the_tasks_of_a_person(look: OpenView, app: Flask, company: Company) -> None:
    view = as_person(look(app), company.boss)
    page = view.open("/")

    typed(view, "rob.rev")
    expect(page.locator("[data-found]")).to_contain_text("Tasks")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(rf"/inbox\?tab=all&who={company.reviewer.id}$"))


def test_the_palette_of_a_reporter_offers_no_person_and_no_admin(
    look: OpenView, app: Flask, company: Company
) -> None:
    view = as_person(look(app), company.reporter)
    page = view.open("/")

    typed(view, "rob.rev")
    expect(page.locator("[data-found]")).to_contain_text("No record and no person")

    assert page.locator('[data-words="admin"]').count() == 0


def test_the_bell_leads_to_what_happened_and_is_quiet_then(
    look: OpenView, app: Flask, company: Company
) -> None:
    report(app, company, "Torque table")
    record = db.session.scalars(select(Record.id)).one()
    with unit_of_work() as uow:
        watch(uow, record, company.reporter.id)
    enter(app.test_client(), company.boss).post(f"/records/{record}/comments", text="Size M12 @rita.report?")
    view = as_person(look(app), company.reporter)
    page = view.open("/")

    expect(page.locator(".bell-count")).to_have_text("1")
    page.locator(".bell").click()
    expect(page.locator(".bell-item")).to_have_count(1)
    wrong = view.everywhere("notifications")
    page.locator(".bell-door").click()

    expect(page.locator("h1")).to_have_text("Torque table")
    expect(page.locator(".bell-count")).to_have_count(0)
    assert wrong == []


def test_removing_a_view_asks_once(look: OpenView, app: Flask, company: Company) -> None:
    with unit_of_work() as uow:
        save_view(uow, company.reviewer.id, "inbox", "Late ones", "due=overdue")
    view = as_person(look(app), company.reviewer)
    page = view.open("/views")
    wrong = view.everywhere("views")

    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("Late ones")
    wrong += view.everywhere()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()

    expect(page.locator("h2", has_text="You keep no view yet")).to_be_visible()
    assert wrong == []
