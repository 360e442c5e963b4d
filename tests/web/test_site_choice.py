from __future__ import annotations

import pytest
from flask import Flask

from app.foundation.unit_of_work import unit_of_work
from tests.factories.accounts import a_person
from tests.factories.browser import Browser, enter
from tests.factories.organisation import a_site

COOKIE = "keel-site"


@pytest.fixture
def boss(app: Flask) -> Browser:
    """A quality manager of all three sites; the first has the id 1."""
    with unit_of_work() as uow:
        for code in ("GDA", "UME", "LEE"):
            a_site(uow, code)
        person = a_person(uow, "berta.boss", roles=[("quality_manager", None)])
    return enter(app.test_client(), person)


def current(page: str) -> str:
    return page.partition('<span class="vh">Site: </span>')[2].partition("</span>")[0]


def test_a_chosen_site_stands_on_every_page_and_in_the_addresses_of_lists(boss: Browser) -> None:
    before = boss.get("/").text
    answer = boss.post("/me/site", site="2", next="/")
    after = boss.get("/").text

    assert (answer.status_code, answer.location) == (303, "/")
    assert (current(before), current(after)) == ("All sites", "Site UME")
    assert 'href="/nonconformities?site=2"' in after
    assert 'href="/inbox?site=2"' in after
    assert 'href="/start"' in after


@pytest.mark.parametrize(
    ("there", "to"),
    [
        ("/nonconformities?severity=4&site=1&after=x", "/nonconformities?severity=4&site=2"),
        ("/inbox?tab=all&task=7", "/inbox?tab=all&site=2"),
        ("/records/1?part=files", "/records/1?part=files"),
        ("//evil.example/x", "/"),
        ("https://evil.example", "/"),
    ],
)
def test_a_list_is_shown_again_for_the_site_and_nobody_is_led_away(
    boss: Browser, there: str, to: str
) -> None:
    assert boss.post("/me/site", site="2", next=there).location == to


def test_all_sites_are_looked_at_again(boss: Browser) -> None:
    boss.post("/me/site", site="2", next="/")

    answer = boss.post("/me/site", site="", next="/nonconformities?site=2")

    assert answer.location == "/nonconformities"
    assert current(boss.get("/").text) == "All sites"


@pytest.mark.parametrize("site", ["99", "x", "-1"])
def test_a_site_that_is_not_ones_own_cannot_be_chosen(boss: Browser, site: str) -> None:
    assert boss.post("/me/site", site=site, next="/").status_code == 404


def test_a_cookie_that_names_a_site_one_does_not_see_counts_for_nothing(app: Flask, boss: Browser) -> None:
    assert boss.get("/").status_code == 200
    with unit_of_work() as uow:
        person = a_person(uow, "rita.two", roles=[("reporter", 1), ("auditor", 3)])
    rita = enter(app.test_client(), person)
    rita.client.set_cookie(COOKIE, "2")

    page = rita.get("/").text

    assert current(page) == "All sites"
    assert "Site UME" not in page


def test_who_sees_one_site_has_nothing_to_choose(app: Flask, boss: Browser) -> None:
    assert boss.get("/").status_code == 200
    with unit_of_work() as uow:
        person = a_person(uow, "rita.one", roles=[("reporter", 1)])

    assert "frame-site" not in enter(app.test_client(), person).get("/").text
