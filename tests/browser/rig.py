"""What the browser tests drive: Chromium, a served application, and a page that notes what went wrong."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.browser import barriers

# The headless shell is the same engine without a window to draw, for two thirds of the work.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
# The last switch of features counts, so what Playwright turns off is said again. A toolbar that is a page of
# its own, as newer Chromium draws it around every view, costs more than the page that is looked at.
_PLAYWRIGHT_OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "MediaRouter",
    "OptimizationHints",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "Translate",
)
_TOOLBAR_OFF = (
    "InitialWebUI",
    "PreloadTopChromeWebUI",
    "WebUIBackForwardButton",
    "WebUIHomeButton",
    "WebUILocationBar",
    "WebUIOmniboxPopup",
    "WebUIReloadButton",
    "WebUISplitTabsButton",
    "WebUIToolbar",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--js-flags=--no-opt --no-maglev",  # to compile well what runs once costs more than it brings
    f"--disable-features={','.join((*_PLAYWRIGHT_OFF, *_TOOLBAR_OFF))}",
)
PATIENCE = 8_000  # milliseconds
PICTURES = Path(__file__).parents[2] / "docs" / "images"
# Whoever leaves a page ends the requests it still waits for; a refused answer is named otherwise.
ABORTED = ("htmx:sendAbort", "htmx:afterRequest")
HEIGHTS = {1280: 800, 1024: 800, 360: 780, 820: 1180}
# Each look with whether all rules are asked there: nothing but contrast depends on colours.
LOOKS = (("light", 1280, True), ("dark", 1280, False), ("dark", 360, True), ("light", 360, False))
_NOTE_VIOLATIONS = """
window.refusedByPolicy = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.refusedByPolicy.push(`${event.violatedDirective}: ${event.blockedURI || event.sourceFile}`);
});
"""


def chromium_path() -> str:
    """Where Chromium is. Without it browser tests are skipped, or fail where KEEL_REQUIRE_BROWSER is 1."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found:
        return found
    reason = "no Chromium on this machine: apt-get install chromium"
    if os.environ.get("KEEL_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve `app` on a free port of this machine while the block runs; yields its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  # werkzeug's name
        """Say nothing: a failing test shows the page."""


@dataclass
class View:
    """A page in one theme and width. What the browser complains about is kept in `complaints`."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(_NOTE_VIOLATIONS)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._note)

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def refused_by_policy(self) -> list[str]:
        return list(self.page.evaluate("window.refusedByPolicy"))

    def sticks_out(self) -> list[str]:
        """What makes the page scroll sideways: nothing, or the elements beyond the right edge."""
        return list(
            self.page.evaluate(
                """() => {
                  const room = document.documentElement.clientWidth;
                  if (document.documentElement.scrollWidth <= room) return [];
                  const isCut = (one) => {
                    for (let box = one.parentElement; box; box = box.parentElement) {
                      if (getComputedStyle(box).overflowX === "visible") continue;
                      if (box.getBoundingClientRect().right <= room + 1) return true;
                    }
                    return false;
                  };
                  return [...document.querySelectorAll("body *")]
                    .filter((one) => one.getBoundingClientRect().right > room + 1 && !isCut(one))
                    .map((one) => `sticks out: ${one.tagName}.${one.className}`).slice(0, 8);
                }"""
            )
        )

    def barriers(self) -> list[str]:
        """What stands in the way of people: the rules of axe that are broken, and where."""
        return [*barriers.structure(self.page), *barriers.contrast(self.page)]

    def everywhere(self, picture: str = "") -> list[str]:
        """What is wrong with the open page in light and dark, on a screen and on a phone.

        With a name it is pictured in both widths. The page is not loaded again: a script, a width and a
        colour scheme may change while somebody looks.
        """
        found = []
        self.page.locator(".htmx-request, [hx-trigger=load]:empty").first.wait_for(state="detached")
        for theme, width, is_whole in LOOKS:
            self.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            wrong = barriers.contrast(self.page)
            if is_whole:
                wrong += [*barriers.structure(self.page), *self.sticks_out()]
            found += [f"{theme} {width}: {what}" for what in wrong]
            if picture and theme == "light":
                self.picture(f"{picture}-{width}")
        self.page.set_viewport_size({"width": 1280, "height": HEIGHTS[1280]})
        return [*found, *self.refused_by_policy()]

    def at_a_glance(self, picture: str = "") -> list[str]:
        """What is wrong with a page whose like is looked at `everywhere`: barriers as it is, both widths."""
        found = self.barriers()
        for width in (360, 1280):
            self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            found += [f"{width}: {what}" for what in self.sticks_out()]
            if picture:
                self.picture(f"{picture}-{width}")
        return [*found, *self.refused_by_policy()]

    def picture(self, name: str) -> None:
        """Keep a picture for the handbook, where KEEL_SCREENSHOTS is 1."""
        if os.environ.get("KEEL_SCREENSHOTS") == "1":
            PICTURES.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=PICTURES / f"{name}.png")

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(ABORTED):
            self.complaints.append(message.text)


@contextmanager
def viewing(
    browser: Browser, address: str, *, theme: str = "light", width: int = 1280, script: bool = True
) -> Iterator[View]:
    """Open a fresh browser profile on `address`; at its end nothing may have been complained about."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHTS[width]},
        color_scheme="dark" if theme == "dark" else "light",
        java_script_enabled=script,
        reduced_motion="reduce",
        locale="en-GB",
    )
    context.set_default_timeout(PATIENCE)
    view = View(context.new_page(), address)
    try:
        yield view
    finally:
        context.close()
    assert not view.complaints, view.complaints
