from __future__ import annotations

import json
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from app.evidence import verify
from app.evidence.packs import making
from app.evidence.packs.members import Printing
from app.evidence.packs.models import EvidencePack
from app.evidence.packs.orders import KEPT_DAYS
from app.evidence.packs.writer import PackWriter
from app.foundation.backup import FILES
from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.file_store import FileStore
from app.foundation.unit_of_work import unit_of_work
from app.trail.models import TrailEntry
from tests.conftest import TUESDAY
from tests.factories.browser import Browser
from tests.scenarios.company import Company, a_company
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import contain, report

AsRole = Callable[..., Browser]
SPAN = {"first": "2026-03-01", "last": "2026-03-31"}


@pytest.fixture
def app(shipped_app: Flask) -> Flask:
    """An application in which the shipped diagrams and chains are in force."""
    return shipped_app


@pytest.fixture
def company(app: Flask) -> Company:
    assert app.testing
    with unit_of_work() as uow:
        return a_company(uow)


@pytest.fixture
def make(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """The job; papers are tried elsewhere and cost a second each."""
    assert app.testing
    monkeypatch.setattr("app.evidence.packs.making.add_paper", lambda *_a: None)
    monkeypatch.setattr("app.evidence.packs.members.add_paper", lambda *_a: None)
    home: Path = current_app.config["KEEL"].home
    return making.job(making.Workshop(Printing(FileStore(home / FILES)), home))


def last_pack() -> EvidencePack:
    db.session.rollback()
    return db.session.scalars(select(EvidencePack).order_by(EvidencePack.id.desc())).first() or EvidencePack()


def test_a_pack_of_a_time_holds_all_records_seen_and_verifies(
    company: Company, as_role: AsRole, make: Callable[[], int], tmp_path: Path
) -> None:
    first, second = report(Scenario(company)).record, report(Scenario(company)).record
    auditor = as_role("auditor", company.site)
    assert auditor.post("/evidence/packs", **SPAN).status_code == 303
    assert "waiting" in auditor.get("/evidence/packs").text

    assert make() == 1

    row = last_pack()
    file = tmp_path / "pack.zip"
    with auditor.get(f"/evidence/packs/{row.id}/file") as answer:
        file.write_bytes(answer.data)
    assert list(verify.problems(str(file), row.manifest_sha256, row.pack_sha256)) == []
    with zipfile.ZipFile(file) as pack:
        numbers = [one["number"] for one in json.loads(pack.read("index.json"))]
        assert f"records/{first.number}/trail.json" in pack.namelist()
    assert numbers == [first.number, second.number]
    assert "2 records" in auditor.get("/evidence/packs").text


def test_a_pack_of_a_clause_holds_the_records_whose_steps_show_it(
    company: Company, as_role: AsRole, make: Callable[[], int]
) -> None:
    contained = contain(report(Scenario(company))).record_id
    report(Scenario(company))
    auditor = as_role("auditor")
    assert auditor.post("/evidence/packs", **SPAN, clause="10.2.1").status_code == 303

    make()

    assert last_pack().record_ids == [contained]
    assert "Clause 10.2.1" in auditor.get("/evidence/packs").text


def test_who_may_not_see_a_record_in_it_cannot_take_it_and_who_sees_one_site_does_not_list_it(
    company: Company, as_role: AsRole, make: Callable[[], int]
) -> None:
    report(Scenario(company))
    as_role("auditor").post("/evidence/packs", **SPAN)
    make()
    row = last_pack()

    elsewhere, here = as_role("quality_manager", company.other_site), as_role("auditor", company.site)

    assert elsewhere.get(f"/evidence/packs/{row.id}/file").status_code == 404
    with here.get(f"/evidence/packs/{row.id}/file") as answer:
        assert answer.status_code == 200
    assert row.title not in here.get("/evidence/packs").text
    assert here.post(f"/evidence/packs/{row.id}/remove").status_code == 404


def test_the_trail_keeps_who_asked_what_was_made_and_who_took_it(
    company: Company, as_role: AsRole, make: Callable[[], int]
) -> None:
    report(Scenario(company))
    auditor = as_role("auditor")
    auditor.post("/evidence/packs", **SPAN)
    make()
    row = last_pack()
    auditor.get(f"/evidence/packs/{row.id}/file").close()
    auditor.post(f"/evidence/packs/{row.id}/remove")

    told = db.session.scalars(
        select(TrailEntry.verb).where(TrailEntry.subject_kind == "evidence_pack").order_by(TrailEntry.seq)
    )

    assert list(told) == [f"evidence.pack_{one}" for one in ("asked", "made", "taken", "removed")]
    assert auditor.get(f"/evidence/packs/{row.id}/file").status_code == 404


def test_a_pack_is_removed_when_its_days_are_over(
    company: Company, as_role: AsRole, make: Callable[[], int], clock: Clock
) -> None:
    report(Scenario(company))
    as_role("auditor").post("/evidence/packs", **SPAN)
    make()
    clock.advance(timedelta(days=KEPT_DAYS.default))
    make()
    assert last_pack().removed_at is None

    clock.advance(timedelta(days=1))
    make()

    assert last_pack().file_id is None
    assert "removed" in as_role("auditor").get("/evidence/packs").text


def test_a_pack_that_fails_says_so_and_the_next_one_is_made(
    company: Company, as_role: AsRole, make: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    report(Scenario(company))
    auditor = as_role("auditor")
    auditor.post("/evidence/packs", **SPAN)
    with monkeypatch.context() as broken:
        broken.setattr("app.evidence.packs.making.add_record", lambda *_a: 1 / 0)
        make()
    assert "Something went wrong" in auditor.get("/evidence/packs").text

    auditor.post("/evidence/packs", **SPAN)
    make()

    assert last_pack().file_id is not None


def test_a_dead_process_leaves_its_pack_to_the_next(
    company: Company, as_role: AsRole, make: Callable[[], int], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(Scenario(company))
    as_role("auditor").post("/evidence/packs", **SPAN)

    def die(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr("app.evidence.packs.making.add_record", die)
        with pytest.raises(KeyboardInterrupt):
            make()
    assert make() == 0

    clock.advance(making.LEASE + timedelta(seconds=1))

    assert make() == 1


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"first": "2026-03-31", "last": "2026-03-01"}, "comes before the first"),
        ({"first": "soon", "last": "2026-03-01"}, "cannot be read"),
    ],
)
def test_a_span_that_makes_no_sense_is_refused(
    company: Company, as_role: AsRole, answers: dict[str, str], sentence: str
) -> None:
    assert company

    answer = as_role("auditor").post("/evidence/packs", **answers)

    assert answer.status_code == 422
    assert sentence in answer.text


def test_nobody_fills_the_queue(company: Company, as_role: AsRole) -> None:
    assert company
    auditor = as_role("auditor")
    for _time in range(3):
        assert auditor.post("/evidence/packs", **SPAN).status_code == 303

    assert "Three of your packs" in auditor.post("/evidence/packs", **SPAN).text


def test_memory_stays_flat_however_large_a_file_is(tmp_path: Path) -> None:
    size = 64 * 1024 * 1024
    (tmp_path / "large").write_bytes(bytes(size))
    tracemalloc.start()
    with (tmp_path / "pack.zip").open("wb") as stream, PackWriter(stream) as pack:
        with (tmp_path / "large").open("rb") as large:
            pack.add_stream("large.bin", large)
        pack.seal({}, TUESDAY, tmp_path)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 8 * 1024 * 1024
    assert list(verify.problems(str(tmp_path / "pack.zip"))) == []
