from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import rig
from tests.browser.rig import View

OpenView = Callable[..., View]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all browser tests; each view has a profile of its own."""
    path = rig.chromium_path()
    expect.set_options(timeout=rig.PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(rig.FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def serve() -> Callable[[Flask], AbstractContextManager[str]]:
    """Serves an application while a block runs."""
    return rig.serving


@pytest.fixture
def look(chromium: Browser, serve: Callable[[Flask], AbstractContextManager[str]]) -> Iterator[OpenView]:
    """Opens views of an application: `look(app, theme="dark", width=360, script=False)`."""
    with ExitStack() as stack:
        addresses: dict[int, str] = {}

        def open_view(app: Flask, *, theme: str = "light", width: int = 1280, script: bool = True) -> View:
            if id(app) not in addresses:
                addresses[id(app)] = stack.enter_context(serve(app))
            address = addresses[id(app)]
            return stack.enter_context(
                rig.viewing(chromium, address, theme=theme, width=width, script=script)
            )

        yield open_view
