from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.browser.conftest import OpenView
from tests.web import small_app


@pytest.fixture(scope="module")
def app() -> Flask:
    return small_app.build()


def test_the_switch_changes_the_theme_and_the_browser_remembers_it(look: OpenView, app: Flask) -> None:
    page = look(app, theme="light").open("/components")

    page.get_by_role("button", name="Switch between light and dark").click()
    page.reload()

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_rail_collapses_and_the_next_page_is_drawn_so(look: OpenView, app: Flask) -> None:
    view = look(app)
    page = view.open("/components")

    page.get_by_role("button", name="Collapse").click()
    view.open("/components/task")

    expect(page.locator(".frame")).to_have_class(re.compile("frame--narrow"))
    assert page.locator(".frame-rail").bounding_box()["width"] < 60


def test_a_folded_group_of_the_narrow_rail_opens_beside_it(look: OpenView, app: Flask) -> None:
    page = look(app).open("/components")
    page.get_by_role("button", name="Collapse").click()

    page.locator(".frame-fold > summary").click()
    page.get_by_role("link", name="Nonconformities").click()

    expect(page).to_have_url(re.compile("/components/register$"))


def test_the_palette_finds_a_page_by_a_part_of_its_name(look: OpenView, app: Flask) -> None:
    page = look(app).open("/components")

    page.keyboard.press("Control+k")
    page.keyboard.type("nonc")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/components/register$"))


def test_the_palette_offers_to_search_for_what_was_typed(look: OpenView, app: Flask) -> None:
    page = look(app).open("/components")

    page.keyboard.press("Control+k")
    page.keyboard.type("seal & face")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/search/\?q=seal\+%26\+face$"))


def test_single_keys_move_in_a_list_and_open_a_row(look: OpenView, app: Flask) -> None:
    page = look(app).open("/components/register")

    for key in ("j", "j", "k", "Enter"):
        page.keyboard.press(key)

    expect(page).to_have_url(re.compile("/components/record$"))


def test_single_keys_do_nothing_in_a_field_and_can_be_turned_off(look: OpenView, app: Flask) -> None:
    page = look(app).open("/components/register")

    page.keyboard.press("/")
    page.keyboard.type("j?")
    expect(page.locator("#frame-q")).to_have_value("j?")
    page.locator("h1").click()
    page.keyboard.press("?")
    page.get_by_label("Single keys are on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("?")

    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_draft_is_saved_while_typing_and_says_when(look: OpenView, app: Flask) -> None:
    page = look(app).open("/components/task")
    page.locator("[data-draft-text]").evaluate("(text) => { text.textContent = ''; }")

    with page.expect_response("**/components/draft") as saved:
        page.get_by_label("Root cause one sentence").fill("No limit for plate wear")

    assert saved.value.ok
    assert "No limit for plate wear" in (saved.value.request.post_data or "")
    expect(page.locator("[data-draft-text]")).to_have_text(re.compile(r"^Draft saved \d\d:\d\d$"))


def test_a_draft_that_cannot_be_saved_says_so(look: OpenView, app: Flask) -> None:
    view = look(app)
    page = view.open("/components/task")
    page.route("**/components/draft", lambda route: route.abort())

    page.get_by_label("Root cause one sentence").fill("No limit")

    expect(page.locator("[data-draft-text]")).to_have_text("Draft is not saved. Your answers are still here.")
    assert view.complaints.pop().startswith("Failed to load resource")


@pytest.mark.parametrize("script", [True, False])
def test_rows_are_added_and_removed_with_and_without_script(
    look: OpenView, app: Flask, *, script: bool
) -> None:
    page = look(app, script=script).open("/components/task")
    page.get_by_label("What is to be done").fill("Dress the plate")

    page.get_by_role("button", name="Add a row to Actions").click()
    expect(page.get_by_label("What is to be done")).to_have_count(2)
    page.get_by_label("What is to be done").nth(1).fill("Write a limit")
    page.get_by_role("button", name="Remove this row").first.click()

    expect(page.get_by_label("What is to be done")).to_have_count(1)
    expect(page.get_by_label("What is to be done")).to_have_value("Write a limit")


@pytest.mark.parametrize("script", [True, False])
def test_causes_are_added_to_a_bone_with_and_without_script(
    look: OpenView, app: Flask, *, script: bool
) -> None:
    page = look(app, script=script).open("/components/task")

    page.get_by_role("button", name="Add a cause under Material").click()

    expect(page.get_by_label("Cause under Material")).to_have_count(1)


@pytest.mark.parametrize("script", [True, False])
def test_a_dialog_and_a_menu_open_with_and_without_script(
    look: OpenView, app: Flask, *, script: bool
) -> None:
    page = look(app, script=script).open("/components")

    page.get_by_role("button", name="Cancel…").click()
    expect(page.get_by_role("heading", name="Cancel CAPA-2026-0058?")).to_be_visible()
    page.locator("#cancel").get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("heading", name="Cancel CAPA-2026-0058?")).to_be_hidden()
    page.locator(".leaf-side .menu > summary").click()

    expect(page.get_by_role("link", name="Sign-in page")).to_be_visible()


def test_a_form_is_sent_with_control_enter_and_the_message_follows(look: OpenView, app: Flask) -> None:
    page = look(app).open("/components/task")

    page.get_by_label("Product and lot").press("Control+Enter")

    expect(page.get_by_role("status").filter(has_text="Handed over")).to_be_visible()


def test_enter_in_a_field_sends_the_form_and_adds_no_row(look: OpenView, app: Flask) -> None:
    page = look(app, script=False).open("/components/task")

    page.get_by_label("Product and lot").press("Enter")

    expect(page.get_by_text("Handed over to planning.")).to_be_visible()


def test_on_phones_the_whole_rail_opens_as_a_sheet_without_script(look: OpenView, app: Flask) -> None:
    page = look(app, width=360, script=False).open("/components")

    page.get_by_role("link", name="More", exact=True).click()
    expect(page.get_by_role("link", name="Audits")).to_be_visible()
    page.get_by_role("link", name="Close").click()

    expect(page.get_by_role("link", name="Audits")).to_be_hidden()


def test_the_first_tab_stop_leads_past_the_frame(look: OpenView, app: Flask) -> None:
    page = look(app).open("/components")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#main")).to_be_focused()


def test_an_answer_is_checked_again_when_it_changes_and_the_focus_stays(look: OpenView, app: Flask) -> None:
    page = look(app).open("/components/task")

    page.get_by_label("Checked", exact=True).fill("5")
    page.keyboard.press("Tab")

    expect(page.get_by_text("More than the 5 that were checked.")).to_be_visible()
    expect(page.get_by_label("Not conforming", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Not conforming", exact=True)).to_be_focused()


def test_paper_is_white_and_says_who_printed_it(look: OpenView, app: Flask) -> None:
    view = look(app, theme="dark")
    page = view.open("/components/record")

    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    expect(
        page.get_by_text(re.compile("Printed 17 Mar 2026, 10:00 CET by Marta. Uncontrolled copy."))
    ).to_be_visible()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.panel')).backgroundColor")
        == "rgb(255, 255, 255)"
    )
    expect(page.locator(".frame-rail")).to_be_hidden()
