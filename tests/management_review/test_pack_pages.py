from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import text

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.management_review.models import ManagementReview
from app.management_review.pack import PackScope, digest_of, frozen, sources
from tests.factories.browser import Browser
from tests.factories.organisation import a_site

AsRole = Callable[..., Browser]


@pytest.fixture
def review(app: Flask) -> int:
    assert app.testing
    scope = PackScope(
        datetime(2025, 9, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC), datetime(2025, 3, 1, tzinfo=UTC)
    )
    with unit_of_work() as uow:
        pack = frozen(sources.inputs(uow.session, scope), scope, uow.now)
        row = ManagementReview(
            number="MR-2026-0001",
            title="Management review",
            status="collecting",
            opened_at=uow.now,
            meeting_on=date(2026, 3, 20),
            pack=pack,
            pack_sha256=digest_of(pack),
        )
        uow.session.add(row)
        uow.session.flush()
        return row.id


def test_the_pack_is_read_input_by_input(review: int, as_role: AsRole) -> None:
    page = as_role("top_management").get(f"/reviews/{review}/pack").text

    assert page.count('id="input-') == 12
    assert "Suppliers are not kept in Keel yet." in page
    assert "This pack was changed" not in page


def test_the_pack_is_handed_out_as_what_its_digest_covers(review: int, as_role: AsRole) -> None:
    answer = as_role("top_management").get(f"/reviews/{review}/pack.json")

    assert digest_of(answer.json) == db.session.get_one(ManagementReview, review).pack_sha256


def test_the_agenda_leads_to_each_input_and_says_when_it_was_considered(review: int, as_role: AsRole) -> None:
    page = as_role("top_management").get(f"/reviews/{review}/pack").text

    assert page.count('href="#input-') == 12
    assert page.count("not in a year") == 12
    assert "20 Mar 2026" in page


def test_a_sentence_says_what_it_was_made_from(review: int, as_role: AsRole) -> None:
    with unit_of_work() as uow:
        row = uow.session.get_one(ManagementReview, review)
        pack = deepcopy(row.pack or {})
        told = {"text": "Late.", "source": "indicator:capa_on_time", "records": [review, 999]}
        pack["inputs"][5]["sentences"] = [told]
        row.pack, row.pack_sha256 = pack, digest_of(pack)

    page = as_role("top_management").get(f"/reviews/{review}/pack").text

    assert re.search(r'From <a href="/indicators/capa_on_time\?[^"]+">CAPAs on time</a>', page)
    assert f'resting on <a href="/reviews/{review}">MR-2026-0001</a></span>' in page


def test_a_changed_pack_says_so(review: int, as_role: AsRole) -> None:
    with db.engine.connect() as connection:
        connection.execute(text("UPDATE management_review SET pack_sha256 = 'x'"))
        connection.commit()

    assert "This pack was changed" in as_role("top_management").get(f"/reviews/{review}/pack").text


def test_what_one_may_not_see_is_no_page(review: int, as_role: AsRole) -> None:
    with unit_of_work() as uow:
        site = a_site(uow, "GDA")

    assert as_role("reporter", site).get(f"/reviews/{review}/pack").status_code == 404
    assert as_role("top_management").get("/reviews/999/pack").status_code == 404


def test_a_review_leads_to_its_pack(review: int, as_role: AsRole) -> None:
    page = as_role("top_management").get(f"/reviews/{review}").text

    assert f"/reviews/{review}/pack" in page
    assert "Pack as frozen" in page
