from __future__ import annotations

import pytest
from flask import Flask

from tests.browser.conftest import OpenView
from tests.web import small_app

PAGES = ("", "/fields", "/register", "/task", "/record", "/door")
SETUPS = (("light", 1280), ("light", 360), ("dark", 1280), ("dark", 360))
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
@pytest.mark.parametrize(("theme", "width"), SETUPS)
def test_nobody_is_kept_out_and_nothing_sticks_out(
    look: OpenView, app: Flask, theme: str, width: int, page: str
) -> None:
    view = look(app, theme=theme, width=width)

    view.open(f"/components{page}")

    assert view.barriers() == []
    assert view.sticks_out() == []
    assert view.refused_by_policy() == []
    view.picture(f"components{page.replace('/', '-')}-{theme}-{width}")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [360, 1024, 1280])
def test_words_may_grow_by_a_third(look: OpenView, app: Flask, width: int, page: str) -> None:
    view = look(app, width=width)
    view.open(f"/components{page}")

    view.page.evaluate(LONGER_WORDS)

    assert view.sticks_out() == []


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
@pytest.mark.parametrize(("theme", "width"), SETUPS)
def test_error_pages_keep_nobody_out(look: OpenView, app: Flask, theme: str, width: int, kind: str) -> None:
    view = look(app, theme=theme, width=width)

    view.open(f"/fail/{kind}")

    assert view.barriers() == []
    assert view.sticks_out() == []
    assert view.complaints.pop().startswith("Failed to load resource")  # the browser notes the status
