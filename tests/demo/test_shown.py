"""What the story of two years shows: the promises of Keel on the figures of a whole company."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.accounts.models import Person
from app.demo.agenda import last_tuesday
from app.documents.models import Document
from app.evidence.clauses import edition_of
from app.evidence.coverage import coverage
from app.foundation import clock
from app.foundation.db import db
from app.management_review.models import ManagementReview
from app.management_review.pack import digest_of
from app.quality_events.exposure import indicated
from app.risks.models import Risk
from tests.factories.browser import Browser, enter

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]
GAUGES = ("A measurement is wrong", "A torque or curve", "A van measures")


@pytest.fixture
def manager(demo: Flask) -> Browser:
    person = db.session.scalars(select(Person.id).where(Person.user_name == "ingrid.lund")).one()
    return enter(demo.test_client(), person)


def ago(days: int) -> datetime:
    return clock.now() - timedelta(days=days)


def exposure(days: int) -> int:
    """The indicated scores of the risks of the gauges together, so many days ago."""
    wanted = [Risk.title.startswith(one) for one in GAUGES]
    ids = [risk.id for one in wanted for risk in db.session.scalars(select(Risk).where(one))]
    return sum(one.score for one in indicated(db.session(), ids, at=ago(days)).values())


def last_held() -> ManagementReview:
    held = select(ManagementReview).where(ManagementReview.held_at.is_not(None))
    return db.session.scalars(held.order_by(ManagementReview.id.desc()).limit(1)).one()


def figures() -> Mapping[str, Any]:
    pack = last_held().pack or {}
    return {one["key"]: one for each in pack["inputs"] for one in each["figures"]}


@pytest.mark.usefixtures("demo")
def test_exposure_rises_with_the_weakness_and_falls_with_its_cure() -> None:
    before, height, after = exposure(700), exposure(300), exposure(100)

    assert height > before + 8
    assert after <= height - 8


@pytest.mark.usefixtures("demo")
def test_the_last_half_year_was_reviewed_and_the_next_review_is_being_prepared() -> None:
    reviews = db.session.scalars(select(ManagementReview).order_by(ManagementReview.id)).all()

    assert [one.status for one in reviews] == ["closed", "closed", "closed", "actions_open", "collecting"]
    assert digest_of(reviews[3].pack or {}) == reviews[3].pack_sha256
    assert (reviews[3].period_to - reviews[3].period_from).days > 140  # type: ignore[operator]  # both are given


def test_a_review_of_the_last_half_year_is_one_click(manager: Browser) -> None:
    today = last_tuesday(clock.now().date())
    token = re.search(r'name="_token" value="([^"]+)"', manager.get("/start/management_review").text)
    assert token

    answer = manager.post(
        "/start/management_review",
        _token=token[1],
        period_from=(today - timedelta(days=182)).isoformat(),
        period_to=today.isoformat(),
        meeting_on=(today + timedelta(days=14)).isoformat(),
        participants="Everybody who leads",
    )

    assert answer.status_code == 303, answer.text
    page = manager.get(answer.location + "/pack").text
    assert page.count('id="input-') == 12
    assert "Overdue CAPAs" in page


@pytest.mark.usefixtures("demo")
def test_two_figures_of_the_pack_agree_with_plain_sql() -> None:
    review, told = last_held(), figures()
    moments = {"since": str(review.period_from), "until": str(review.frozen_at)}
    opened = (
        "SELECT count(*) FROM record"
        " WHERE kind = 'nonconformity' AND opened_at >= :since AND opened_at < :until"
    )
    lasted = (
        "SELECT round(avg(julianday(closed_at) - julianday(opened_at)), 1) FROM record"
        " WHERE kind = 'capa' AND status LIKE 'closed%' AND closed_at >= :since AND closed_at < :until"
    )

    assert told["nonconformities"]["value"] == str(db.session.execute(text(opened), moments).scalar_one())
    assert (
        told["capa_time_to_close"]["value"]
        == f"{db.session.execute(text(lasted), moments).scalar_one():g} days"
    )


@pytest.mark.usefixtures("demo")
def test_coverage_names_the_clauses_without_fresh_evidence() -> None:
    found = coverage(db.session(), edition_of("2015"), clock.now())
    bare = {one.clause.number for one in found if one.last_anywhere() is None}
    shown = {one.clause.number for one in found} - bare

    assert {"8.3.1"} <= bare
    assert {"4.1", "6.1.2", "7.1.5.2", "9.2.2", "9.3.2", "10.2.1", "10.3"} <= shown | bare
    assert {"9.2.2", "9.3.2", "10.2.1", "10.3"} <= shown


@pytest.mark.usefixtures("demo")
def test_the_procedure_that_was_revised_holds_everywhere() -> None:
    title = "Control of measuring equipment"
    gauges = db.session.scalars(select(Document).where(Document.title == title)).one()

    assert gauges.status == "effective"
