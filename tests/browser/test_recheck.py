from __future__ import annotations

import re

from flask import Flask
from playwright.sync_api import Route

from tests.browser.company import as_person
from tests.browser.conftest import OpenView
from tests.inbox.conftest import Company, company
from tests.inbox.test_task_pages import report

__all__ = ["company"]


def test_what_is_typed_while_the_questions_are_drawn_again_stays(
    look: OpenView, app: Flask, company: Company
) -> None:
    task_id = report(app, company)
    page = as_person(look(app), company.reviewer).open(f"/tasks/{task_id}")
    waiting: list[Route] = []
    page.route(f"**/tasks/{task_id}/form", lambda route: waiting.append(route))  # noqa: PLW0108  # it marks what it calls

    with page.expect_request(re.compile("/form$")):
        page.get_by_text("Send back", exact=True).click()
    page.get_by_label("Remark for the approver").fill("Typed meanwhile")
    waiting[0].continue_()
    page.get_by_label("What must change").wait_for()

    assert page.get_by_label("Remark for the approver").input_value() == "Typed meanwhile"
    page.unroute_all(behavior="ignoreErrors")
