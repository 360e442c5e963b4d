"""Each request has an id that stands in its answer and in the trail; only proxies may bring one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.factory import create_app
from app.foundation.db import db
from app.foundation.json_logging import current_request_id
from app.foundation.unit_of_work import unit_of_work
from app.trail.models import TrailEntry
from tests.factories.browser import Browser
from tests.factories.organisation import a_site
from tests.stand import config_for

GIVEN = "balancer-0123456789"


def test_every_answer_names_its_request(app: Flask) -> None:
    client = app.test_client()

    first, second = (client.get("/sign-in").headers["X-Request-Id"] for _ in range(2))

    assert re.fullmatch(r"[0-9a-f]{32}", first)
    assert first != second


def test_errors_name_their_request_too(app: Flask) -> None:
    assert "X-Request-Id" in app.test_client().get("/no-such-page").headers


def test_the_id_stands_in_the_trail_entries_of_the_request(
    app: Flask, as_role: Callable[..., Browser]
) -> None:
    assert app.testing
    admin = as_role("admin")
    answer = admin.post("/admin/people/new", name="Jo", user_name="jo", zone="UTC", locale="en")

    db.session.rollback()
    told = db.session.scalars(select(TrailEntry.request_id).where(TrailEntry.verb == "person.added")).all()

    assert told[-1] == answer.headers["X-Request-Id"]


def test_an_id_from_a_visitor_does_not_count(app: Flask) -> None:
    answer = app.test_client().get("/sign-in", headers={"X-Request-Id": GIVEN})

    assert answer.headers["X-Request-Id"] != GIVEN


@pytest.mark.parametrize(
    ("given", "is_taken"), [(GIVEN, True), ("short", False), ("a" * 65, False), ("line\tbreak", False)]
)
def test_a_trusted_proxy_may_bring_an_id(
    migrated_home: Path,
    given: str,
    is_taken: bool,  # noqa: FBT001  # a parameter of the table above
) -> None:
    app = create_app(replace(config_for(migrated_home), trusted_proxies=1))
    with app.app_context():
        answer = app.test_client().get("/health/live", headers={"X-Request-Id": given})
        db.engine.dispose()

    assert (answer.headers["X-Request-Id"] == given) is is_taken


def test_the_next_work_of_the_thread_has_no_id(app: Flask) -> None:
    app.test_client().get("/sign-in")
    with unit_of_work() as uow:
        a_site(uow)

    db.session.rollback()
    last = db.session.scalars(select(TrailEntry).order_by(TrailEntry.seq.desc()).limit(1)).one()

    assert (current_request_id(), last.request_id) == (None, None)
