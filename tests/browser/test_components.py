from __future__ import annotations

import pytest
from flask import Flask

from tests.browser.conftest import OpenView
from tests.web import small_app

PAGES = ("", "/fields", "/register", "/task", "/record", "/door")
LONGER_WORDS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  for (const node of nodes) {
    node.data = node.data.replace(/\\p{L}{3,}/gu, (word) => word + word.slice(0, 0.35 * word.length + 1));
  }
}"""


@pytest.fixture(scope="module")
def app() -> Flask:
    return small_app.build()


@pytest.mark.parametrize("page", PAGES)
def test_nobody_is_kept_out_and_nothing_sticks_out(look: OpenView, app: Flask, page: str) -> None:
    view = look(app)

    view.open(f"/components{page}")

    assert view.everywhere() == []


@pytest.mark.parametrize("page", PAGES)
def test_words_may_grow_by_a_third(look: OpenView, app: Flask, page: str) -> None:
    view = look(app)
    view.open(f"/components{page}").evaluate(LONGER_WORDS)

    for width in (1280, 1024, 360):
        view.page.set_viewport_size({"width": width, "height": 800})

        assert view.sticks_out() == [], width


@pytest.mark.parametrize("page", PAGES)
def test_nothing_moves_while_the_page_loads(look: OpenView, app: Flask, page: str) -> None:
    view = look(app)
    view.page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((entry) => {"
        "window.shift += entry.value; })).observe({ type: 'layout-shift', buffered: true });"
    )

    view.open(f"/components{page}")
    view.page.wait_for_load_state("networkidle")

    assert view.page.evaluate("window.shift") < 0.02


@pytest.mark.parametrize("page", ["/register", "/task"])
def test_a_page_with_warm_caches_is_light(look: OpenView, app: Flask, page: str) -> None:
    view = look(app)
    view.open(f"/components{page}")
    sizes: list[int] = []
    view.page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))

    view.page.reload()
    view.page.wait_for_load_state("networkidle")

    assert 0 < sum(sizes) < 150 * 1024


def test_targets_on_phones_are_as_large_as_a_thumb(look: OpenView, app: Flask) -> None:
    view = look(app, width=360)
    page = view.open("/components/task")

    small = page.evaluate(
        """() => [...document.querySelectorAll("button, .btn, .frame-bottom a, select, input.form-control")]
          .filter((one) => one.offsetParent && !one.closest(".vh"))
          .filter((one) => one.getBoundingClientRect().height < 44)
          .map((one) => one.outerHTML.slice(0, 120))"""
    )

    assert small == []


@pytest.mark.parametrize("kind", ["missing", "wrong", "broken"])
def test_error_pages_keep_nobody_out(look: OpenView, app: Flask, kind: str) -> None:
    view = look(app)

    view.open(f"/fail/{kind}")

    assert view.everywhere() == []
    assert view.complaints.pop().startswith("Failed to load resource")  # the browser notes the status
