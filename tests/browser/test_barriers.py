from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import barriers

PALE = '<p class="hint" style="color: #bbb">Hard to read</p>'
CLEAR = '<p class="hint" style="color: #222">Easy to read</p>'
ON_INK = f'<div style="background: #111"><div>{CLEAR}</div></div>'


@pytest.fixture
def page(chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    monkeypatch.setattr(barriers, "_settled", set())
    page = chromium.new_page()
    yield page
    page.close()


def found(page: Page, body: str) -> int:
    page.set_content(f"<!doctype html><html lang=en><title>A</title><main><h1>A</h1>{body}</main></html>")
    return len(barriers.contrast(page))


def test_pale_words_are_found_on_every_page(page: Page) -> None:
    assert [found(page, body) for body in (PALE, CLEAR, CLEAR + PALE, PALE)] == [1, 0, 1, 1]


def test_what_is_painted_behind_words_counts(page: Page) -> None:
    assert [found(page, body) for body in (CLEAR, ON_INK, CLEAR + ON_INK)] == [0, 1, 1]


@pytest.mark.parametrize(
    ("words", "asked"), [(CLEAR, 0), (PALE, 1), (f'<b style="opacity: .9">{CLEAR}</b>', 1)]
)
def test_a_plain_colour_on_a_plain_ground_is_reckoned_without_axe(page: Page, words: str, asked: int) -> None:
    page.set_content(f"<body style='background: #fff; color: #000'>{words}</body>")
    barriers.structure(page)  # brings axe
    page.evaluate(
        "() => { const { run } = axe; window.asked = 0; axe.run = (...all) => (asked++, run(...all)) }"
    )

    assert len(barriers.contrast(page)) == (words == PALE)
    assert page.evaluate("asked") == asked


def test_what_was_right_is_asked_about_once(page: Page) -> None:
    asked = asking(
        page, "passes: [{ nodes: include.map(([element]) => ({ element, html: '' })) }], violations: []"
    )

    for body in (CLEAR, CLEAR.replace("hint", "note"), CLEAR.replace("#222", "#111")):
        page.goto("about:blank")
        found(page, body)

    assert len(asked) == 2  # the same words in another component are right as well


def test_what_could_not_be_judged_is_asked_about_in_each_component(page: Page) -> None:
    asked = asking(page, "passes: [], violations: []")

    for body in (CLEAR, CLEAR, CLEAR.replace("hint", "note")):
        page.goto("about:blank")
        found(page, body)

    assert len(asked) == 2


def asking(page: Page, answer: str) -> list[int]:
    """Answer in the place of axe, and note each time it is asked."""
    asked: list[int] = []
    page.expose_function("note", lambda: asked.append(1))
    page.add_init_script(
        f"window.axe = {{ run: async ({{ include }}) => (await window.note(), {{ {answer} }}) }};"
    )
    return asked


def test_other_rules_are_asked_of_every_page(page: Page) -> None:
    for _turn in range(2):
        page.set_content("<!doctype html><html lang=en><title>A</title><main><h1>A</h1><input></main></html>")
        assert any(one.startswith("label:") for one in barriers.structure(page))
