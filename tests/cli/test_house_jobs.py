from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from app.cli.house_jobs import all_jobs
from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.installation import Installation
from app.foundation.outbox import MailState, mails, post_mail
from app.foundation.throttle import ThrottleCounter, count_try
from app.foundation.unit_of_work import unit_of_work
from app.trail.checkpoints import last_checkpoint
from config import Config


def run(app: Flask, name: str, **changes: object) -> None:
    config: Config = app.config["KEEL"]
    job = {job.name: job for job in all_jobs(replace(config, **changes))}[name]  # type: ignore[arg-type]
    job.run()
    db.session.rollback()


def post() -> None:
    with unit_of_work() as uow:
        post_mail(uow, key="k", recipient="eva@example.org", subject="s", body="b")


def test_every_job_has_a_name_of_its_own_and_runs_on_an_empty_database(app: Flask) -> None:
    names = [job.name for job in all_jobs(app.config["KEEL"])]

    for name in names:
        run(app, name)

    assert len(names) == len(set(names)) >= 5


def test_a_checkpoint_is_written_outside_the_database(app: Flask) -> None:
    run(app, "take checkpoint")

    home: Path = app.config["KEEL"].home
    checkpoint = last_checkpoint(home / "checkpoints.jsonl")
    assert checkpoint is not None
    assert checkpoint.seq == 1


@pytest.mark.parametrize(("url", "attempts"), [(None, 0), ("smtp+plain://127.0.0.1:1", 1)])
def test_mails_are_tried_only_where_a_mail_server_is_set(app: Flask, url: str | None, attempts: int) -> None:
    post()

    run(app, "send mails", smtp_url=url, mail_from="keel@example.org")

    assert [mail.attempts for mail in mails(db.session(), MailState.WAITING)] == [attempts]


def test_old_counters_are_forgotten(app: Flask, clock: Clock) -> None:
    with unit_of_work() as uow:
        count_try(uow, "eva", timedelta(minutes=1))
    clock.advance(timedelta(hours=1))

    run(app, "forget what is old")

    assert db.session.query(ThrottleCounter).count() == 0


def test_a_server_follows_the_clock_that_another_process_moved(app: Flask, clock: Clock) -> None:
    clock.release()
    before = clock.now()
    with unit_of_work() as uow:
        uow.session.execute(update(Installation).values(clock_offset_seconds=86_400))

    run(app, "follow the clock")

    assert clock.now() - before >= timedelta(days=1)
