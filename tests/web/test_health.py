"""Live and ready: yes or no for anybody, what is wrong for admins only."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.foundation import clock
from app.foundation.clock import clock as the_clock
from app.foundation.db import db
from app.foundation.file_rows import ContentCheck
from app.foundation.heartbeat import beat
from app.foundation.outbox import post_mail
from app.foundation.unit_of_work import unit_of_work
from app.trail.checkpoints import FILE_NAME, take_checkpoint
from app.web.health import announce_stop
from tests.factories.browser import Browser


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """An application that may be stopped."""
    return own_app


@pytest.fixture
def healthy(app: Flask) -> Flask:
    """An application with a scheduler that is alive and a checkpoint."""
    with unit_of_work() as uow:
        beat(uow)
    take_checkpoint(db.session(), app.config["KEEL"].home / FILE_NAME, clock.now())
    db.session.rollback()
    return app


def found(admin: Browser, name: str) -> dict[str, Any]:
    answer = admin.get("/health/ready")
    checks = {check["name"]: check for check in answer.get_json()["checks"]}
    assert (answer.status_code == 200) == all(check["good"] for check in checks.values())
    return dict(checks[name])


def test_a_process_is_live_whatever_else_is_wrong(app: Flask, client: FlaskClient) -> None:
    db.session.remove()
    db.engine.dispose()
    (app.config["KEEL"].home / "keel.db").unlink()
    client.set_cookie("keel-session", "x" * 43)

    answer = client.get("/health/live")

    assert (answer.status_code, answer.get_json()) == (200, {"status": "live"})


def test_a_healthy_server_is_ready_and_says_no_more(healthy: Flask) -> None:
    answer = healthy.test_client().get("/health/ready")

    assert (answer.status_code, answer.get_json()) == (200, {"status": "ready"})


def test_an_admin_learns_what_was_looked_at(healthy: Flask, as_role: Callable[..., Browser]) -> None:
    assert healthy.testing

    answer = as_role("admin").get("/health/ready").get_json()

    names = [check["name"] for check in answer["checks"]]
    assert names == [
        "process",
        "database",
        "migrations",
        "disk",
        "scheduler",
        "outbox",
        "checkpoint",
        "files",
    ]
    assert all(check["good"] for check in answer["checks"])


def test_a_damaged_file_is_told_and_stops_no_server(healthy: Flask, as_role: Callable[..., Browser]) -> None:
    with unit_of_work() as uow:
        uow.session.add(ContentCheck(sha256="a" * 64, checked_at=uow.now, damage="changed"))

    answer = as_role("admin").get("/health/ready")

    checks = {check["name"]: check for check in answer.get_json()["checks"]}
    assert checks["files"] == {"name": "files", "good": False, "found": "1 file is damaged"}
    assert (answer.status_code, healthy.test_client().get("/health/ready").status_code) == (200, 200)


def test_others_learn_yes_or_no_only(healthy: Flask, as_role: Callable[..., Browser]) -> None:
    assert healthy.testing
    assert as_role("quality_manager").get("/health/ready").get_json() == {"status": "ready"}


def test_readiness_turns_red_before_the_server_stops(healthy: Flask) -> None:
    announce_stop(healthy)

    answer = healthy.test_client().get("/health/ready")

    assert (answer.status_code, answer.get_json()) == (503, {"status": "not ready"})
    assert healthy.test_client().get("/health/live").status_code == 200


def test_a_silent_scheduler_is_noticed_after_a_minute(
    healthy: Flask, as_role: Callable[..., Browser]
) -> None:
    assert healthy.testing
    admin = as_role("admin")
    the_clock.advance(timedelta(seconds=59))
    before = found(admin, "scheduler")
    the_clock.advance(timedelta(seconds=2))

    after = found(admin, "scheduler")

    assert (before["good"], after["good"], after["found"]) == (True, False, "61 seconds ago")


def test_a_server_without_a_scheduler_is_not_ready(app: Flask, as_role: Callable[..., Browser]) -> None:
    assert app.testing
    assert found(as_role("admin"), "scheduler")["found"] == "has never run"


def test_mails_that_nobody_takes_are_noticed_where_a_mail_server_is_set(
    healthy: Flask, as_role: Callable[..., Browser]
) -> None:
    with unit_of_work() as uow:
        post_mail(uow, key="a", recipient="a@example.org", subject="To do", body="x")
    the_clock.advance(timedelta(minutes=61))
    admin = as_role("admin")
    without_server = found(admin, "outbox")["good"]
    healthy.config["KEEL"] = replace(healthy.config["KEEL"], smtp_url="smtp://127.0.0.1:1")

    with_server = found(admin, "outbox")["good"]

    assert (without_server, with_server) == (True, False)


def test_an_old_checkpoint_counts_when_the_trail_went_on(
    healthy: Flask, as_role: Callable[..., Browser]
) -> None:
    assert healthy.testing
    the_clock.advance(timedelta(days=3))
    quiet = healthy.test_client()
    admin = as_role("admin")  # giving the role wrote to the trail

    assert quiet.get("/health/ready").status_code == 503
    assert found(admin, "checkpoint")["good"] is False


def test_without_any_checkpoint_a_server_is_ready_for_its_first_days_only(
    app: Flask, as_role: Callable[..., Browser]
) -> None:
    assert app.testing
    fresh = found(as_role("admin"), "checkpoint")["good"]
    the_clock.advance(timedelta(days=3))

    old = found(as_role("admin"), "checkpoint")["good"]

    assert (fresh, old) == (True, False)


class Usage(NamedTuple):
    """As `shutil.disk_usage` answers."""

    total: int
    used: int
    free: int


def test_a_full_disk_is_noticed(
    healthy: Flask, as_role: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert healthy.testing
    admin = as_role("admin")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 10**12, 10**6))

    assert found(admin, "disk")["good"] is False


def test_a_database_that_is_not_migrated_is_noticed(healthy: Flask, as_role: Callable[..., Browser]) -> None:
    assert healthy.testing
    admin = as_role("admin")
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0100_foundation'"))

    assert found(admin, "migrations")["good"] is False


def test_a_database_that_does_not_answer_is_not_ready(healthy: Flask) -> None:
    client = healthy.test_client()
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
        connection.execute(text("DROP TABLE heartbeat"))

    answer = client.get("/health/ready")

    assert (answer.status_code, answer.get_json()) == (503, {"status": "not ready"})
