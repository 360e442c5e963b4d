from __future__ import annotations

import re

from flask import Flask
from playwright.sync_api import expect

from app.foundation.unit_of_work import unit_of_work
from app.records.links import LinkKind, link_records
from tests.browser.company import as_person
from tests.browser.conftest import OpenView
from tests.factories.accounts import PASSWORD
from tests.factories.browser import enter
from tests.inbox.conftest import Company, company
from tests.inbox.test_task_pages import report

__all__ = ["company"]

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


def test_nobody_is_kept_out_and_nothing_sticks_out(look: OpenView, app: Flask, company: Company) -> None:
    busy_day(app, company)
    view = as_person(look(app), company.reviewer)
    wrong: dict[str, object] = {}

    for name, path in PAGES.items():
        view.open(path)
        if found := view.at_a_glance(name):
            wrong[name] = found

    assert wrong == {}


def test_a_report_travels_through_both_steps(look: OpenView, app: Flask, company: Company) -> None:
    page = as_person(look(app), company.reporter).open("/start")
    page.get_by_role("link", name=re.compile("Get a document approved")).click()
    page.get_by_label("Title").fill("Welding instruction 7")
    page.get_by_role("button", name="Send").last.click()
    expect(page.get_by_role("heading", name="Welding instruction 7")).to_be_visible()

    page = as_person(look(app), company.reviewer).open("/inbox?tab=groups")
    page.get_by_role("link", name="Review the document").press("Enter")
    page.get_by_text("Fit", exact=True).click()
    page.locator(".bar .btn--primary").click()
    expect(page.get_by_text("is with the approver")).to_be_visible()

    page = as_person(look(app), company.approver).open("/inbox?tab=groups")
    page.get_by_role("link", name="Approve the document").press("Enter")
    page.get_by_label("I have read the whole document").check()
    page.get_by_label("Your user name").fill(company.approver.user_name)
    page.get_by_label("Your password").fill(PASSWORD)
    page.locator(".bar .btn--primary").click()
    expect(page.get_by_text("That was the last step: approved.")).to_be_visible()


def test_what_is_typed_is_saved_and_there_again(look: OpenView, app: Flask, company: Company) -> None:
    task_id = report(app, company)
    view = as_person(look(app), company.reviewer)
    page = view.open(f"/tasks/{task_id}")
    page.get_by_label("Remark for the approver").fill("Half a thought")
    expect(page.get_by_text(re.compile("Draft saved"))).to_be_visible()

    page.goto(view.address + f"/tasks/{task_id}")

    assert page.get_by_label("Remark for the approver").input_value() == "Half a thought"
    page.get_by_text("Fit", exact=True).click()
    page.locator(".bar .btn--primary").click()
    expect(page.get_by_text("is done.").first).to_be_visible()


def test_typing_into_an_offered_task_and_sending_it_at_once_works(
    look: OpenView, app: Flask, company: Company
) -> None:
    task_id = report(app, company)
    page = as_person(look(app), company.reviewer).open(f"/tasks/{task_id}")
    page.get_by_label("Remark for the approver").fill("Half a thought")
    expect(page.get_by_text(re.compile("Draft saved"))).to_be_visible()

    page.get_by_text("Fit", exact=True).click()
    page.locator(".bar .btn--primary").click()

    expect(page.get_by_text("is with the approver")).to_be_visible()


def test_a_start_form_survives_a_lost_login_while_typing(
    look: OpenView, app: Flask, company: Company
) -> None:
    view = as_person(look(app), company.reporter)
    page = view.open("/start/two_step_approval")
    page.get_by_label("Title").fill("Welding")
    expect(page.get_by_text(re.compile("Draft saved"))).to_be_visible()
    page.context.clear_cookies()
    page.get_by_label("Title").fill("Welding instruction 7")
    expect(page.get_by_text(re.compile("You are signed out"))).to_be_visible()

    as_person(view, company.reporter)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.get_by_text(re.compile("Draft saved"))).to_be_visible()
    page.get_by_role("button", name="Send").last.click()

    expect(page.get_by_role("heading", name="Welding instruction 7")).to_be_visible()
    view.complaints.clear()  # the browser noted the refused saves


def test_an_answer_shows_the_question_that_depends_on_it(
    look: OpenView, app: Flask, company: Company
) -> None:
    task_id = report(app, company)
    page = as_person(look(app), company.reviewer).open(f"/tasks/{task_id}")

    page.get_by_text("Send back", exact=True).click()

    expect(page.get_by_label("What must change")).to_be_visible()


def test_everything_works_without_javascript(look: OpenView, app: Flask, company: Company) -> None:
    task_id = report(app, company)
    view = as_person(look(app, script=False), company.reviewer)
    page = view.open(f"/tasks/{task_id}")

    page.get_by_text("Send back", exact=True).click()
    page.locator(".bar .btn--primary").click()
    page.get_by_label("What must change").fill("Size M12 is missing")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Your draft is kept.")).to_be_visible()
    page.locator(".bar .btn--primary").click()

    expect(page.get_by_text("That was the last step: rejected.")).to_be_visible()
    view.complaints.clear()  # the browser noted that the form was refused once


def test_the_keyboard_moves_through_the_list(look: OpenView, app: Flask, company: Company) -> None:
    first, second = report(app, company, "One"), report(app, company, "Two")
    page = as_person(look(app), company.reviewer).open("/inbox?tab=groups")

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(f"/tasks/({first}|{second})"))


def test_a_click_shows_the_task_beside_the_list_and_the_next_one_follows_there(
    look: OpenView, app: Flask, company: Company
) -> None:
    tasks = [report(app, company, title) for title in ("One", "Two", "Three")]
    rob = enter(app.test_client(), company.reviewer)
    for task_id in tasks[:2]:
        rob.post(f"/tasks/{task_id}/claim")
    page = as_person(look(app), company.reviewer).open("/inbox?tab=mine&kind=two_step_approval")
    beside = page.get_by_role("region", name="The task")

    page.get_by_role("article").nth(1).get_by_role("link").click()
    expect(beside.get_by_text("Two")).to_be_visible()
    expect(page.locator(".task--here")).to_contain_text("Two")
    beside.get_by_text("Fit", exact=True).click()
    beside.get_by_role("button", name="Review the document").last.click()

    expect(page).to_have_url(re.compile(r"/inbox\?tab=mine&kind=two_step_approval&task=\d+"))
    expect(beside.get_by_text("One")).to_be_visible()
    expect(page.get_by_text("“Review the document” is done.")).to_be_visible()


def test_what_was_typed_beside_the_list_is_kept_when_another_task_is_shown(
    look: OpenView, app: Flask, company: Company
) -> None:
    for title in ("One", "Two"):
        report(app, company, title)
    page = as_person(look(app), company.reviewer).open("/inbox?tab=groups")
    remark = page.get_by_label("Remark for the approver")
    remark.fill("Half a thought")

    with page.expect_response("**/draft"):
        page.get_by_role("article").nth(1).get_by_role("link").click()
    expect(remark).to_have_value("")
    page.get_by_role("article").nth(0).get_by_role("link").click()

    expect(remark).to_have_value("Half a thought")


def test_keys_claim_and_complete_beside_the_list(look: OpenView, app: Flask, company: Company) -> None:
    report(app, company, "One")
    page = as_person(look(app), company.reviewer).open("/inbox?tab=groups")
    beside = page.get_by_role("region", name="The task")
    expect(beside.get_by_role("button", name="Take it")).to_be_visible()

    page.keyboard.press("c")
    expect(page).to_have_url(re.compile("tab=mine"))
    expect(beside.get_by_role("button", name="Give it back")).to_be_visible()
    page.keyboard.press("e")

    expect(beside.get_by_role("radio", name="Fit")).to_be_focused()


def test_on_a_phone_a_row_opens_its_task(look: OpenView, app: Flask, company: Company) -> None:
    task_id = report(app, company, "One")
    page = as_person(look(app, width=360), company.reviewer).open("/inbox?tab=groups")

    page.get_by_role("article").get_by_role("link").click()

    expect(page).to_have_url(re.compile(f"/tasks/{task_id}$"))


def test_boxes_take_the_place_of_signs_while_several_are_chosen(
    look: OpenView, app: Flask, company: Company
) -> None:
    for title in ("One", "Two"):
        report(app, company, title)
    page = as_person(look(app), company.reviewer).open("/inbox?tab=groups")
    signs = page.locator(".task-kind .i")
    expect(signs.first).to_be_visible()

    page.get_by_text("Do the same with the ticked ones").click()
    expect(signs.first).to_be_hidden()
    for box in page.locator(".task-check").all():
        box.check()
    page.get_by_role("button", name="Take them").click()

    expect(page.get_by_text("2 tasks are done with.")).to_be_visible()
