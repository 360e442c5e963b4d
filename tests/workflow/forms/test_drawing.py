"""The form is drawn by the macros of every other field, and what a browser sends back is the same answers."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import g, render_template_string

from app.workflow.forms import Mode, parse_post, present
from tests.web import small_app
from tests.workflow.forms.building import CONTEXT, accept
from tests.workflow.forms.everything import FORM, FULL

PAGE = "{% from 'web/form.html' import form_parts %}{{ form_parts(view) }}"


class Browser(HTMLParser):
    """Collects what a browser without JavaScript would send; nothing inside a template element."""

    def __init__(self) -> None:
        super().__init__()
        self.post: dict[str, list[str]] = {}
        self._asleep = 0
        self._select = ""
        self._area: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self._asleep += tag == "template"
        if self._asleep:
            return
        if tag == "input" and given.get("type") != "file":
            is_box = given.get("type") in {"checkbox", "radio"}
            if not is_box or "checked" in given:
                self._send(given.get("name", ""), given.get("value", "on" if is_box else ""))
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and "selected" in given:
            self._send(self._select, given["value"])
        elif tag == "textarea":
            self._area = given["name"]

    def handle_endtag(self, tag: str) -> None:
        self._asleep -= tag == "template"
        if tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None and not self._asleep:
            self._send(self._area, data.removeprefix("\n"))

    def _send(self, name: str, value: str) -> None:
        if name:
            self.post.setdefault(name, []).append(value)


def drawn(values: Mapping[str, Any], mode: Mode = Mode.EDIT) -> str:
    view = present(FORM, values, CONTEXT, mode=mode)
    with small_app.build().test_request_context("/"):
        g.actor = small_app.Reader()
        return render_template_string(PAGE, view=view)


def test_what_a_browser_sends_back_unchanged_is_the_same_answers() -> None:
    stored = accept(FORM, FULL).values
    browser = Browser()

    browser.feed(drawn(stored))

    raw = parse_post(FORM, browser.post, attached={"files": ["f1"]})
    assert accept(FORM, raw).values == stored


@pytest.mark.parametrize("mode", list(Mode))
def test_what_people_typed_is_drawn_as_text(mode: Mode) -> None:
    page = drawn(accept(FORM, FULL).values, mode)

    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("mode", [Mode.READ, Mode.PRINT])
def test_a_submission_is_read_without_any_input(mode: Mode) -> None:
    page = drawn(accept(FORM, FULL).values, mode)

    assert not any(f"<{tag}" in page for tag in ("input", "select", "textarea", "button"))
    assert all(
        words in page for words in ("Piotr", "risk 31", "Plate.JPG", "night shift", "not dressed", "dress")
    )


def test_an_empty_form_is_drawn_with_all_its_questions() -> None:
    page = drawn({})

    assert all(
        f'name="{key}"' in page
        for key in ("title", "story", "qty", "day", "owner", "matrix", "whys.0.answer")
    )
    assert 'value="add:actions"' in page
