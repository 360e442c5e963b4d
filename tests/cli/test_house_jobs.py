from __future__ import annotations

import html
import io
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from app.cli.house_jobs import all_jobs
from app.foundation.backup import FILES
from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.file_store import FileStore
from app.foundation.files import keep_file, receive_file
from app.foundation.installation import Installation
from app.foundation.outbox import MailState, mails, post_mail
from app.foundation.throttle import ThrottleCounter, count_try
from app.foundation.unit_of_work import unit_of_work
from app.trail.checkpoints import last_checkpoint
from app.workflow.faults import open_faults
from app.workflow.models import StartDraft, Task
from config import Config
from tests.factories.accounts import a_person
from tests.factories.browser import Browser
from tests.factories.records import a_record, a_task


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


def test_a_damaged_file_becomes_a_fault_until_it_is_whole_again(
    app: Flask, as_role: Callable[..., Browser]
) -> None:
    path = a_stored_file(app, b"evidence")
    path.write_bytes(b"evidenve")

    run(app, "verify files")

    (fault,) = open_faults(db.session())
    assert fault.cause == f"A stored file was changed on disk: {place_of(path)}. Put it back from a backup."
    assert fault.cause in html.unescape(as_role("admin").get("/admin/faults").text)
    assert "1 stored file is damaged." in as_role("admin").get("/").text
    assert "stored file is damaged" not in as_role("quality_manager").get("/").text
    path.write_bytes(b"evidence")
    run(app, "verify files")
    assert open_faults(db.session()) == []


def test_uploads_that_no_form_took_are_swept_but_not_those_of_drafts(app: Flask, clock: Clock) -> None:
    contents = (b"of a task", b"of a start", b"untaken")
    paths = [a_stored_file(app, content, came_with_form=True) for content in contents]
    with unit_of_work() as uow:
        task = uow.session.get_one(Task, a_task(uow, a_record(uow)))
        task.draft, task.draft_at = {"rows": [{"photo": ["1"]}], "count": 7}, uow.now
        owner = a_person(uow)
        uow.session.add(
            StartDraft(person_id=owner.id, definition_key="x", answers={"photo": ["2"]}, saved_at=uow.now)
        )
    clock.advance(timedelta(days=8))
    for path in paths:
        os.utime(path, (0, 0))

    run(app, "sweep files")

    assert [path.exists() for path in paths] == [True, True, False]


def a_stored_file(app: Flask, content: bytes, *, came_with_form: bool = False) -> Path:
    store = FileStore(app.config["KEEL"].home / FILES)
    received = receive_file(store, io.BytesIO(content), "note.txt", 1000)
    with unit_of_work() as uow:
        keep_file(uow, received, came_with_form=came_with_form)
    return store.path(received.sha256)


def place_of(path: Path) -> str:
    return path.relative_to(path.parents[3]).as_posix()


def test_a_server_follows_the_clock_that_another_process_moved(app: Flask, clock: Clock) -> None:
    clock.release()
    before = clock.now()
    with unit_of_work() as uow:
        uow.session.execute(update(Installation).values(clock_offset_seconds=86_400))

    run(app, "follow the clock")

    assert clock.now() - before >= timedelta(days=1)
