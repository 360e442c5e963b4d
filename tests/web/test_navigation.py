from __future__ import annotations

import re

from flask.testing import FlaskClient

from tests.web import small_app


def test_the_rail_offers_only_pages_that_exist_and_that_the_person_may_use(visitor: FlaskClient) -> None:
    may_all = small_app.build(may=lambda permission: permission == "admin.use").test_client()

    assert ">Admin<" not in visitor.get("/components").text
    assert ">Admin<" in may_all.get("/components").text
    assert "Not built yet" not in may_all.get("/components").text


def test_the_present_page_is_marked_and_its_group_is_open(visitor: FlaskClient) -> None:
    text = visitor.get("/components/record").text

    assert re.search(r'<a class="frame-link" href="/components/record" aria-current="page">', text)
    assert re.search(r'<details class="frame-fold" name="rail" open>', text)


def test_a_group_with_one_register_does_not_fold(visitor: FlaskClient) -> None:
    text = visitor.get("/components").text

    assert text.count('class="frame-fold"') == 1
    assert "Audits" in text


def test_the_rail_stays_as_narrow_as_the_browser_asks(visitor: FlaskClient) -> None:
    visitor.set_cookie("keel-rail", "narrow")

    assert "frame--narrow" in visitor.get("/components").text


def test_a_stranger_sees_no_pages() -> None:
    text = small_app.build(reader=None).test_client().get("/components").text

    assert ">Inbox<" not in text


def test_messages_of_a_deed_are_shown_once(visitor: FlaskClient) -> None:
    token = visitor.get("/home/").text
    visitor.post("/deed", data={"csrf_token": token})

    first, second = visitor.get("/components").text, visitor.get("/components").text

    assert "It is done." in first
    assert "3 tasks assigned" in first
    assert "It is done." not in second
