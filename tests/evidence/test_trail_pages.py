from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, current_app
from sqlalchemy import text

from app.evidence import trail_checks
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.trail import Subject, record
from app.trail.checkpoints import FILE_NAME, take_checkpoint
from app.trail.service import destroy_values
from tests.factories.browser import Browser
from tests.factories.organisation import a_site
from tests.factories.records import a_record

AsRole = Callable[..., Browser]


def note(subject: Subject, verb: str = "thing.changed", **words: str) -> int:
    with unit_of_work() as uow:
        record(uow, verb=verb, subject=subject, before={"colour": "red"}, after={"colour": "blue"}, **words)
    return int(db.session.execute(text("SELECT max(seq) FROM trail_entry")).scalar_one())


@pytest.fixture
def home(app: Flask) -> Path:
    assert app.testing
    found: Path = current_app.config["KEEL"].home
    return found


def test_a_deed_stands_on_the_page_and_has_a_page_of_its_own(app: Flask, as_role: AsRole) -> None:
    assert app.testing
    seq = note(Subject("setting", "x", "Patience of the house"), reason="Customers asked for it")
    reader = as_role("auditor")

    assert "Waiting period" in reader.get("/trail").text
    page = reader.get(f"/trail/{seq}").text
    assert "Customers asked for it" in page
    assert "red" in page
    assert "blue" in page


@pytest.mark.parametrize(
    "query",
    [
        "q=waiting",
        "deed=thing",
        "deed=thing.changed",
        "about=setting",
        "first=2026-03-17&last=2026-03-17",
        "who=x",
    ],
)
def test_filters_keep_what_fits(app: Flask, as_role: AsRole, query: str) -> None:
    assert app.testing
    note(Subject("setting", "x", "Waiting period"))

    assert "Waiting period ·" in as_role("auditor").get(f"/trail?{query}").text


@pytest.mark.parametrize("query", ["q=nothing", "deed=thin", "about=capa", "last=2026-03-16", "who=99"])
def test_filters_leave_out_what_does_not_fit(app: Flask, as_role: AsRole, query: str) -> None:
    assert app.testing
    note(Subject("setting", "x", "Waiting period"))

    assert "Waiting period ·" not in as_role("auditor").get(f"/trail?{query}").text


def test_who_reads_one_site_learns_nothing_of_another(app: Flask, as_role: AsRole) -> None:
    assert app.testing
    with unit_of_work() as uow:
        here, there = a_site(uow, "HERE"), a_site(uow, "THERE")
        mine, other = a_record(uow, "Mine", site_id=here), a_record(uow, "Other", site_id=there)
    kind = db.session.execute(text("SELECT kind FROM record LIMIT 1")).scalar_one()
    seen, unseen = note(Subject(kind, mine, "R-mine")), note(Subject(kind, other, "R-other"))
    settings = note(Subject("setting", "x", "Waiting period"))
    reader = as_role("quality_manager", here)

    page = reader.get("/trail").text

    assert "R-mine" in page
    assert "R-other" not in page
    assert "Patience of the house" not in page
    assert reader.get(f"/trail/{seen}").status_code == 200
    assert reader.get(f"/trail/{unseen}").status_code == 404
    assert reader.get(f"/trail/{settings}").status_code == 404
    assert reader.get("/trail/checkpoints").status_code == 404


def test_a_destroyed_entry_says_so(app: Flask, as_role: AsRole) -> None:
    assert app.testing
    seq = note(Subject("setting", "x", "A name that must go"))
    with unit_of_work() as uow:
        destroy_values(uow, seq, reason="Asked for by the person")

    page = as_role("auditor").get(f"/trail/{seq}").text

    assert "destroyed by an approved act" in page
    assert "A name that must go" not in page


def test_pages_follow_each_other_to_the_first_entry(app: Flask, as_role: AsRole) -> None:
    assert app.testing
    with unit_of_work() as uow:
        for number in range(120):
            record(uow, verb="thing.changed", subject=Subject("setting", number, f"Number {number} end"))
    reader = as_role("auditor")
    seen, url = 0, "/trail?about=setting"
    while url:
        page = reader.get(url).text
        seen += page.count(" end ·")
        door = page.partition("after=")[2].partition('"')[0]
        url = f"/trail?about=setting&after={door}" if door else ""

    assert seen == 120


def test_a_check_is_asked_for_done_by_a_job_and_shown(app: Flask, as_role: AsRole, home: Path) -> None:
    assert app.testing
    take_checkpoint(db.session(), home / FILE_NAME, clock.now())
    reader = as_role("auditor")
    reader.post("/trail/check")
    assert "under way" in reader.get("/trail").text

    trail_checks.job(home, "http://keel.test")()

    page = reader.get("/trail").text
    assert "Whole" in page
    assert "under way" not in page


def test_a_check_names_what_was_tampered_with(app: Flask, as_role: AsRole, home: Path) -> None:
    assert app.testing
    seq = note(Subject("setting", "x", "Waiting period"))
    with db.engine.connect() as connection:
        names = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'trail_entry'")
        ).scalars()
        for name in names.all():
            connection.execute(text(f'DROP TRIGGER "{name}"'))
        connection.execute(text(f"UPDATE trail_entry SET label = 'changed' WHERE seq = {seq}"))
        connection.commit()

    trail_checks.job(home, "http://keel.test")()

    assert f"The values of entry {seq} were changed." in as_role("auditor").get("/trail").text


def test_the_whole_trail_is_checked_once_a_day_unasked(app: Flask, home: Path, clock: object) -> None:
    assert app.testing, clock
    job = trail_checks.job(home, "http://keel.test")

    assert job() == 1
    assert job() == 0


def test_checkpoints_are_handed_out_signed(app: Flask, as_role: AsRole, home: Path) -> None:
    assert app.testing
    take_checkpoint(db.session(), home / FILE_NAME, clock.now())

    answer = as_role("auditor").get("/trail/checkpoints")

    assert answer.status_code == 200
    assert '"signature"' in answer.text
