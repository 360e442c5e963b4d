from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask, current_app
from sqlalchemy import event, func, select

from app.capa import ledger
from app.capa.models import Capa, Nonconformity
from app.foundation.db import Base, db
from app.foundation.errors import Broken
from app.foundation.unit_of_work import unit_of_work
from app.imports import landing
from app.imports.landing import LandingStopped, land_due, land_portion, land_run
from app.imports.models import ImportRow, ImportRun
from app.imports.refusals import RunNotReady, RunUnknown
from app.imports.rules import RunState
from app.imports.staging import stage
from app.quality_events.models import QualityEvent
from app.quality_events.rules import recurrence_key
from app.trail.models import TrailEntry
from app.workflow.models import ProcessInstance, Submission, Task
from tests.imports.conftest import MakeOrder, mapping_source, publish_start_form, some_rows
from tests.scenarios.company import Company

AT_LAP = ("Leak", "2025-03-01", "LAP", "FLAT", "A")


def count(model: type[Base]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def only() -> Nonconformity:
    db.session.rollback()
    return db.session.scalars(select(Nonconformity)).one()


@pytest.mark.usefixtures("house")
def test_a_row_of_history_is_a_closed_record_marked_imported_without_an_instance(an_order: MakeOrder) -> None:
    land_run(stage(an_order([AT_LAP])))

    found = only()
    assert (found.is_imported, found.status) == (True, "closed")
    assert found.closed_at == found.occurred_at == datetime(2025, 3, 1, 12, tzinfo=UTC)
    assert (found.number, found.severity) == ("NC-2025-0001", 4)
    assert (count(ProcessInstance), count(Task)) == (0, 0)


@pytest.mark.usefixtures("house")
def test_a_row_of_history_is_a_confirmed_event_at_its_date(an_order: MakeOrder) -> None:
    land_run(stage(an_order([AT_LAP])))

    event = db.session.scalars(select(QualityEvent)).one()
    assert (event.occurred_at, event.is_history, event.severity) == (only().occurred_at, True, 4)
    assert event.recurrence_key == only().recurrence_key is not None


def test_history_never_marks_a_capa_though_it_came_after_its_actions(
    house: Company, an_order: MakeOrder
) -> None:
    with unit_of_work() as uow:
        uow.session.add(an_implemented_capa(house))
    at_gda = {**mapping_source()["answers"], "site_id": {"constant": "GDA"}}

    land_run(stage(an_order([AT_LAP], answers=at_gda)))

    capa = db.session.scalars(select(Capa)).one()
    assert only().recurrence_key == capa.recurrence_key
    assert (capa.is_recurred, capa.recurred_at, only().is_after_capa) == (False, None, False)
    assert ledger.recurrences_of(db.session, capa) == []


def an_implemented_capa(house: Company) -> Capa:
    """A CAPA of the signature of AT_LAP at the first site, its actions in place a month before."""
    before = datetime(2025, 2, 1, tzinfo=UTC)
    return Capa(
        kind="capa",
        number="CAPA-2025-0001",
        title="Flatness",
        status="effectiveness_wait",
        opened_at=before,
        implemented_at=before,
        recurrence_key=recurrence_key(
            process_id=house.process,
            site_id=house.site,
            product_family_id=None,
            failure_mode_id=house.failure_mode,
            requirement=None,
        ),
    )


@pytest.mark.usefixtures("house")
def test_rows_land_oldest_first_so_each_one_knows_its_like(an_order: MakeOrder) -> None:
    days = ("2025-03-01", "2024-05-01", "2022-01-01")

    outcome = land_run(stage(an_order([("Leak", day, "LAP", "FLAT", "B") for day in days])))

    rows = db.session.scalars(select(Nonconformity).order_by(Nonconformity.occurred_at)).all()
    assert outcome.recurrent_count == 1
    assert [(row.number, row.is_recurrent, row.similar_count) for row in rows] == [
        ("NC-2022-0001", False, 1),
        ("NC-2024-0001", False, 1),
        ("NC-2025-0001", True, 2),
    ]


def test_a_live_row_starts_at_the_first_step_of_the_person_who_imports(
    house: Company, an_order: MakeOrder
) -> None:
    manager = house.people["quality_manager"]

    land_run(stage(an_order([AT_LAP], lands_as="open", actor_id=manager)))

    found = only()
    task = db.session.scalars(select(Task)).one()
    assert (found.is_imported, found.status, found.opened_by_id) == (False, "reported", manager)
    assert (task.element_id, task.record_id) == ("contain", found.id)
    assert db.session.scalars(select(Submission.actor_id)).one() == manager
    assert count(QualityEvent) == 0


@pytest.mark.usefixtures("house")
def test_master_data_is_added_once_and_every_record_stands_in_the_trail(an_order: MakeOrder) -> None:
    last = db.session.scalar(select(func.max(TrailEntry.seq)))

    land_run(stage(an_order(2)))

    verbs = db.session.scalars(select(TrailEntry.verb).where(TrailEntry.seq > last).order_by(TrailEntry.seq))
    assert list(verbs) == [
        "import.staged",
        "site.added",
        "process.added",
        "failure_mode.added",
        "failure_mode.added",
        "nonconformity.imported",
        "nonconformity.imported",
        "import.landed",
    ]


@pytest.mark.usefixtures("house")
def test_a_crash_between_portions_loses_and_doubles_nothing(an_order: MakeOrder) -> None:
    run_id = stage(an_order(some_rows(230)))
    land_portion(run_id)  # master data
    while count(Nonconformity) == 0:
        land_portion(run_id)
    assert count(Nonconformity) == 100

    outcome = land_run(run_id)

    assert (outcome.landed_count, outcome.is_done) == (230, True)
    assert count(Nonconformity) == count(QualityEvent) == 230
    assert db.session.scalar(select(func.count(ImportRow.record_id.distinct()))) == 230


KILLED = """
import os, signal, sys
from app.cli.server import ready_server
from app.imports import landing
seen = 0
real = landing.land
def land(*words):
    global seen
    seen += 1
    if seen > 150:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*words)
landing.land = land
with ready_server():
    landing.land_run(int(sys.argv[1]))
"""


@pytest.mark.slow
@pytest.mark.usefixtures("house")
def test_a_process_killed_within_a_portion_leaves_whole_portions(an_order: MakeOrder) -> None:
    run_id = stage(an_order(some_rows(230)))
    home = Path(current_app.config["KEEL"].home)
    home.chmod(0o700)
    db.session.rollback()

    environment = {"PATH": os.environ["PATH"], "KEEL_HOME": str(home)}
    killed = subprocess.run([sys.executable, "-c", KILLED, str(run_id)], env=environment, check=False)

    assert killed.returncode == -signal.SIGKILL
    assert count(Nonconformity) == count(QualityEvent) == 100
    assert land_run(run_id).landed_count == count(Nonconformity) == count(QualityEvent) == 230


@pytest.mark.usefixtures("house")
def test_no_transaction_lands_more_than_a_hundred_rows(an_order: MakeOrder) -> None:
    run_id = stage(an_order(some_rows(230)))
    sizes = [0]

    def note(_mapper: object, _connection: object, _target: object) -> None:
        sizes[-1] += 1

    event.listen(Nonconformity, "after_insert", note)
    try:
        land_run(run_id, lambda _rows: sizes.append(0))
    finally:
        event.remove(Nonconformity, "after_insert", note)

    assert [size for size in sizes if size] == [100, 100, 30]


@pytest.mark.usefixtures("house")
def test_a_row_that_does_not_land_stops_the_run_with_its_number_until_it_is_resumed(
    an_order: MakeOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = stage(an_order(3))

    def fail(*_words: object) -> None:
        raise Broken("The disk is full.")

    with monkeypatch.context() as broken:
        broken.setattr(landing, "land", fail)
        with pytest.raises(LandingStopped, match=r"Row \d did not land: The disk is full\."):
            land_run(run_id)
        assert land_due() == 0
    landing.clear_fault(run_id)

    assert land_run(run_id).landed_count == 3
    assert db.session.get_one(ImportRun, run_id).fault is None


@pytest.mark.usefixtures("house")
def test_the_scheduler_lands_what_a_command_left_behind(an_order: MakeOrder) -> None:
    stage(an_order(3))

    assert (land_due(), land_due()) == (1, 0)
    assert count(Nonconformity) == 3


@pytest.mark.usefixtures("house")
def test_the_scheduler_lands_ten_portions_of_a_run_at_once_so_a_server_can_stop(
    an_order: MakeOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = stage(an_order(1))
    tries = []
    monkeypatch.setattr(landing, "land_portion", lambda one: bool(tries.append(one)))

    land_due()

    assert tries == [run_id] * 10


@pytest.mark.usefixtures("house")
def test_a_run_whose_check_was_cut_short_never_lands(an_order: MakeOrder) -> None:
    run_id = stage(an_order(3))
    with unit_of_work() as uow:
        uow.session.get_one(ImportRun, run_id).state = RunState.STAGING.value

    with pytest.raises(RunNotReady, match="not all checked"):
        landing.clear_fault(run_id)

    assert (land_due(), land_portion(run_id), count(Nonconformity)) == (0, True, 0)


@pytest.mark.usefixtures("house")
def test_an_import_nobody_knows_is_refused() -> None:
    with pytest.raises(RunUnknown):
        land_run(99)


@pytest.mark.postgres
def test_history_lands_on_postgresql_too(pg_app: Flask, an_order: MakeOrder) -> None:
    assert pg_app.testing
    publish_start_form()

    outcome = land_run(stage(an_order(some_rows(120))))

    assert (outcome.landed_count, count(QualityEvent)) == (120, 120)
