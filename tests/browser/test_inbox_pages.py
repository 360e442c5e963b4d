from __future__ import annotations

import re

import pytest
from flask import Flask

from app.foundation.unit_of_work import unit_of_work
from app.records.links import LinkKind, link_records
from tests.browser.company import as_person
from tests.browser.conftest import OpenView
from tests.factories.accounts import PASSWORD
from tests.factories.browser import enter
from tests.inbox.conftest import Company, company
from tests.inbox.test_task_pages import report

__all__ = ["company"]

SETUPS = (("light", 1280), ("light", 360), ("dark", 1280), ("dark", 360))
PAGES = {
    "home": "/",
    "inbox": "/inbox",
    "inbox-groups": "/inbox?tab=groups",
    "inbox-all": "/inbox?tab=all&due=overdue",
    "inbox-done": "/inbox?tab=done",
    "task": "/tasks/1",
    "task-done": "/tasks/3",
    "start": "/start",
    "start-form": "/start/two_step_approval",
    "search": "/search?q=torque",
    "record": "/records/1",
    "record-tasks": "/records/1?part=tasks",
    "record-files": "/records/1?part=files",
    "record-timeline": "/records/3?part=timeline",
    "record-print": "/records/1/print",
}


def busy_day(app: Flask, company: Company) -> None:
    """Three reports: one claimed with a draft, one offered, one reviewed."""
    titles = ("Torque table for coupling bolts", "Lapping of seal faces, revision 5", "Trim code by barcode")
    tasks = [report(app, company, title) for title in titles]
    rob = enter(app.test_client(), company.reviewer)
    rob.post(f"/tasks/{tasks[0]}/claim")
    rob.post(f"/tasks/{tasks[0]}/draft", verdict="unfit", remark="See page 3")
    rob.post(f"/tasks/{tasks[2]}/complete", verdict="fit", _token="z", _version="1")
    rob.post("/records/1/comments", text="Does the table cover size M12?")
    with unit_of_work() as uow:
        link_records(uow, 1, 3, LinkKind.RELATES_TO)


@pytest.mark.parametrize(("theme", "width"), SETUPS)
def test_nobody_is_kept_out_and_nothing_sticks_out(
    look: OpenView, app: Flask, company: Company, theme: str, width: int
) -> None:
    busy_day(app, company)
    view = as_person(look(app, theme=theme, width=width), company.reviewer)
    wrong: dict[str, object] = {}

    for name, path in PAGES.items():
        view.open(path).wait_for_load_state("networkidle")
        if theme == "light":
            view.picture(f"{name}-{width}")
        found = [*view.barriers(), *view.sticks_out(), *view.refused_by_policy()]
        if found:
            wrong[name] = found

    assert wrong == {}


def test_a_report_travels_through_both_steps(look: OpenView, app: Flask, company: Company) -> None:
    page = as_person(look(app), company.reporter).open("/start")
    page.get_by_role("link", name=re.compile("Get a document approved")).click()
    page.get_by_label("Title").fill("Welding instruction 7")
    page.get_by_role("button", name="Send").last.click()
    page.get_by_role("heading", name="Welding instruction 7").wait_for()

    page = as_person(look(app), company.reviewer).open("/inbox?tab=groups")
    page.get_by_role("link", name="Review the document").click()
    page.get_by_text("Fit", exact=True).click()
    page.locator(".bar .btn--primary").click()
    page.get_by_text("is with the approver").wait_for()

    page = as_person(look(app), company.approver).open("/inbox?tab=groups")
    page.get_by_role("link", name="Approve the document").click()
    page.get_by_label("I have read the whole document").check()
    page.get_by_label("Your user name").fill(company.approver.user_name)
    page.get_by_label("Your password").fill(PASSWORD)
    page.locator(".bar .btn--primary").click()
    page.get_by_text("That was the last step: approved.").wait_for()


def test_what_is_typed_is_saved_and_there_again(look: OpenView, app: Flask, company: Company) -> None:
    task_id = report(app, company)
    view = as_person(look(app), company.reviewer)
    page = view.open(f"/tasks/{task_id}")
    page.get_by_label("Remark for the approver").fill("Half a thought")
    page.get_by_text(re.compile("Draft saved")).wait_for()

    page.goto(view.address + f"/tasks/{task_id}")

    assert page.get_by_label("Remark for the approver").input_value() == "Half a thought"
    page.get_by_text("Fit", exact=True).click()
    page.locator(".bar .btn--primary").click()
    page.get_by_text("is done.").first.wait_for()


def test_typing_into_an_offered_task_and_sending_it_at_once_works(
    look: OpenView, app: Flask, company: Company
) -> None:
    task_id = report(app, company)
    page = as_person(look(app), company.reviewer).open(f"/tasks/{task_id}")
    page.get_by_label("Remark for the approver").fill("Half a thought")
    page.get_by_text(re.compile("Draft saved")).wait_for()

    page.get_by_text("Fit", exact=True).click()
    page.locator(".bar .btn--primary").click()

    page.get_by_text("is with the approver").wait_for()


def test_a_start_form_survives_a_lost_login_while_typing(
    look: OpenView, app: Flask, company: Company
) -> None:
    view = as_person(look(app), company.reporter)
    page = view.open("/start/two_step_approval")
    page.get_by_label("Title").fill("Welding")
    page.get_by_text(re.compile("Draft saved")).wait_for()
    page.context.clear_cookies()
    page.get_by_label("Title").fill("Welding instruction 7")
    page.get_by_text(re.compile("You are signed out")).wait_for()

    as_person(view, company.reporter)
    page.evaluate("dispatchEvent(new Event('focus'))")
    page.get_by_text(re.compile("Draft saved")).wait_for()
    page.get_by_role("button", name="Send").last.click()

    page.get_by_role("heading", name="Welding instruction 7").wait_for()
    view.complaints.clear()  # the browser noted the refused saves


def test_an_answer_shows_the_question_that_depends_on_it(
    look: OpenView, app: Flask, company: Company
) -> None:
    task_id = report(app, company)
    page = as_person(look(app), company.reviewer).open(f"/tasks/{task_id}")

    page.get_by_text("Send back", exact=True).click()

    page.get_by_label("What must change").wait_for()


def test_everything_works_without_javascript(look: OpenView, app: Flask, company: Company) -> None:
    task_id = report(app, company)
    view = as_person(look(app, script=False), company.reviewer)
    page = view.open(f"/tasks/{task_id}")

    page.get_by_text("Send back", exact=True).click()
    page.locator(".bar .btn--primary").click()
    page.get_by_label("What must change").fill("Size M12 is missing")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_text("Your draft is kept.").wait_for()
    page.locator(".bar .btn--primary").click()

    page.get_by_text("That was the last step: rejected.").wait_for()
    view.complaints.clear()  # the browser noted that the form was refused once


def test_the_keyboard_moves_through_the_list(look: OpenView, app: Flask, company: Company) -> None:
    first, second = report(app, company, "One"), report(app, company, "Two")
    page = as_person(look(app), company.reviewer).open("/inbox?tab=groups")

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(f"/tasks/({first}|{second})"))
