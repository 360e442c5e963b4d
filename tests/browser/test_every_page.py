"""Every page of the application, full of hostile words, in light and dark, on a screen and on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Dialog

from tests.browser import barriers
from tests.browser.company import as_person
from tests.browser.conftest import OpenView
from tests.browser.rig import View
from tests.factories.accounts import Somebody
from tests.stand import Stand
from tests.web.addresses import Route, pages
from tests.web.conftest import hostile_house
from tests.web.house import House

__all__ = ["hostile_house"]

PARTS = 4
ALL_DIFFERENT = frozenset({"inbox.task", "start.form"})  # each step has a form of its own
FRAGMENTS = ("/brief", "/trial", "/search/quick")  # they are drawn into a page that is looked at
NO_PAGE = (
    ".csv",
    ".xlsx",
    ".json",
    ".zip",
    ".pdf",
    ".ics",
    "/file",
    "/health/",
    "/metrics",
    "/checkpoints",
    *FRAGMENTS,
)


@pytest.fixture
def app(hostile_house: House, stand: Stand) -> Iterator[Flask]:
    with hostile_house.opened(stand) as app:
        yield app


@pytest.fixture
def view(look: OpenView, app: Flask, hostile_house: House) -> View:
    """The browser of somebody with every role everywhere."""
    view = as_person(look(app), Somebody(hostile_house.company.people["inspector"], "inspector"))
    barriers.bring_along(view.page)
    return view


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_keeps_anybody_out_sticks_out_or_does_what_typed_words_say(
    view: View, app: Flask, hostile_house: House, part: int
) -> None:
    wrong: dict[str, list[str]] = {}
    acted: list[str] = []
    view.page.on("dialog", lambda dialog: refuse(dialog, acted))

    for route, is_first in list(looked_at(app, hostile_house))[part::PARTS]:
        view.open(route.address)
        seen = view.everywhere() if is_first else view.at_a_glance()
        if found := [*seen, *acted, *view.complaints]:
            wrong[route.address] = found
        acted.clear()
        view.complaints.clear()

    assert wrong == {}, "\n".join(f"{one} at {where}" for where, found in wrong.items() for one in found)


def looked_at(app: Flask, house: House) -> Iterator[tuple[Route, bool]]:
    """Yield a page of every route, tab and query, of many things of a kind the first.

    Shape: with each whether it is the first of its route, which is looked at everywhere.
    """
    routes: set[str] = set()
    seen: set[tuple[str, str]] = set()
    for route in pages(app, house):
        look = (route.rule, route.address.partition("?")[2])
        if any(part in route.address for part in NO_PAGE) or is_register_again(route, seen):
            continue
        if look not in seen or route.endpoint in ALL_DIFFERENT:
            seen.add(look)
            yield route, route.rule not in routes
            routes.add(route.rule)


def is_register_again(route: Route, seen: set[tuple[str, str]]) -> bool:
    """Tell whether the page is a register with filters, and another register was looked at with these."""
    query = route.address.partition("?")[2]
    return route.endpoint.endswith(".listing") and bool(query) and query in {each[1] for each in seen}


def refuse(dialog: Dialog, acted: list[str]) -> None:
    acted.append(f"a dialog: {dialog.message}")
    dialog.dismiss()
