from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.policy import NotAllowed
from app.capa import ledger
from app.capa.models import Nonconformity
from app.foundation.db import Base, db
from app.foundation.unit_of_work import unit_of_work
from app.imports.landing import clear_fault, land_due, land_portion, land_run
from app.imports.models import ImportRow, ImportRun
from app.imports.refusals import BuiltOn, ReasonNeeded, RunNotReady
from app.imports.rules import RunState
from app.imports.staging import stage
from app.imports.undoing import undo
from app.organisation.models import BusinessProcess, CauseCategory, FailureMode, Site
from app.quality_events.models import QualityEvent
from app.records.models import Comment, Record
from app.trail.models import TrailEntry
from app.trail.verification import verify
from tests.imports.conftest import MakeOrder, mapping_source, publish_start_form, some_rows
from tests.scenarios.company import Company
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import report


def count(model: type[Base]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def state_of(run_id: int) -> str:
    db.session.rollback()
    return db.session.get_one(ImportRun, run_id).state


def a_landed_run(an_order: MakeOrder, count_of_rows: int = 3) -> int:
    run_id = stage(an_order(count_of_rows))
    land_run(run_id)
    return run_id


@pytest.mark.usefixtures("house")
def test_undoing_takes_records_and_events_back_and_the_trail_keeps_why(an_order: MakeOrder) -> None:
    run_id = a_landed_run(an_order)

    assert undo(run_id, "The wrong file.") == 3

    assert (count(Record), count(QualityEvent), count(ImportRow)) == (0, 0, 0)
    assert state_of(run_id) == RunState.UNDONE
    undone = db.session.scalars(select(TrailEntry).where(TrailEntry.verb.like("%undo%"))).all()
    assert [entry.verb for entry in undone] == [
        "import.undo_begun",
        *["nonconformity.import_undone"] * 3,
        "import.undone",
    ]
    assert {entry.reason for entry in undone} == {"The wrong file."}
    assert verify(db.session, []).is_intact


@pytest.mark.usefixtures("house")
def test_master_data_the_run_added_is_retired_until_the_next_import(
    an_order: MakeOrder,
) -> None:
    run_id = a_landed_run(an_order)
    active = select(func.count()).select_from(FailureMode).where(FailureMode.is_active)
    assert db.session.scalar(active) == 4

    undo(run_id, "The wrong file.")

    assert db.session.scalar(active) == 1
    a_landed_run(an_order)
    assert (count(FailureMode), db.session.scalar(active)) == (4, 4)


def test_master_data_that_others_name_stays_in_use(house: Company, an_order: MakeOrder) -> None:
    run_id = a_landed_run(an_order)
    process = db.session.scalars(select(BusinessProcess.id).where(BusinessProcess.name == "Pressing")).one()
    site = db.session.scalars(select(Site.id).where(Site.name == "Old site")).one()
    report(Scenario(house), process_id=f"process:{process}", occurred_at="2020-01-01T08:00:00+00:00")

    undo(run_id, "The wrong file.")

    assert db.session.get_one(BusinessProcess, process).is_active
    assert not db.session.get_one(Site, site).is_active


@pytest.mark.usefixtures("house")
def test_a_reason_is_needed_and_an_import_is_undone_once(an_order: MakeOrder) -> None:
    run_id = a_landed_run(an_order)

    with pytest.raises(ReasonNeeded):
        undo(run_id, "  ")
    undo(run_id, "The wrong file.")
    with pytest.raises(RunNotReady, match="already"):
        undo(run_id, "Again.")
    with pytest.raises(RunNotReady, match="undone"):
        clear_fault(run_id)


def test_the_person_needs_the_permission(house: Company, an_order: MakeOrder) -> None:
    run_id = a_landed_run(an_order)

    with pytest.raises(NotAllowed):
        undo(run_id, "I dislike it.", actor_id=house.people["reporter"])

    assert count(Nonconformity) == 3


def comment_on(record_id: int) -> None:
    with unit_of_work() as uow:
        uow.session.add(Comment(record_id=record_id, text="Seen.", created_at=uow.now))


def name_cause_of(record_id: int) -> None:
    with unit_of_work() as uow:
        cause = uow.session.scalars(select(CauseCategory.id)).first()
        assert cause is not None
        ledger.name_cause(uow, uow.session.get_one(Nonconformity, record_id), cause)


def change(record_id: int) -> None:
    with unit_of_work() as uow:
        uow.session.get_one(Record, record_id).row_version += 1


@pytest.mark.parametrize("build_on", [comment_on, name_cause_of, change])
@pytest.mark.usefixtures("house")
def test_it_is_refused_as_a_whole_when_something_was_built_on_one_record(
    an_order: MakeOrder, build_on: Callable[[int], None]
) -> None:
    run_id = a_landed_run(an_order)
    row = db.session.scalars(select(Nonconformity).order_by(Nonconformity.id)).first()
    assert row is not None
    number = row.number
    build_on(row.id)

    with pytest.raises(BuiltOn, match=number):
        undo(run_id, "The wrong file.")

    assert (count(Nonconformity), count(QualityEvent) >= 3) == (3, True)
    assert state_of(run_id) == RunState.LANDED


def test_it_is_refused_when_a_later_report_counted_a_row_as_its_like(
    house: Company, an_order: MakeOrder
) -> None:
    at_gda = {**mapping_source()["answers"], "site_id": {"constant": "GDA"}}
    at_gda |= {"product_family_id": {"constant": "HP80"}}
    run_id = stage(an_order([("Leak", "2026-03-01", "LAP", "FLAT", "B")], answers=at_gda))
    land_run(run_id)
    later = report(Scenario(house)).record
    assert later.is_recurrent

    with pytest.raises(BuiltOn, match="NC-2026-0001"):
        undo(run_id, "The wrong file.")


@pytest.mark.usefixtures("house")
def test_undoing_goes_on_after_a_crash_and_nothing_lands_meanwhile(an_order: MakeOrder) -> None:
    run_id = stage(an_order(some_rows(250)))
    while count(Nonconformity) < 200:
        land_portion(run_id)

    def die(_rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undo(run_id, "The wrong file.", tell=die)
    left = count(Nonconformity)
    assert (count(ImportRow), count(QualityEvent), state_of(run_id)) == (150, left, RunState.UNDOING)
    assert land_due() == 0

    assert undo(run_id, "The wrong file.") == left
    assert (count(Record), count(ImportRow), state_of(run_id)) == (0, 0, RunState.UNDONE)


@pytest.mark.usefixtures("house")
def test_a_run_of_which_nothing_landed_is_undone_as_well(an_order: MakeOrder) -> None:
    run_id = stage(an_order(3))

    assert undo(run_id, "The wrong file.") == 0
    assert (count(ImportRow), state_of(run_id), land_due()) == (0, RunState.UNDONE, 0)


def test_live_records_are_not_undone(house: Company, an_order: MakeOrder) -> None:
    run_id = stage(an_order(1, lands_as="open", actor_id=house.people["quality_manager"]))
    land_run(run_id)

    with pytest.raises(RunNotReady, match="live records"):
        undo(run_id, "The wrong file.")


@pytest.mark.postgres
def test_undoing_works_on_postgresql_too(pg_app: Flask, an_order: MakeOrder) -> None:
    assert pg_app.testing
    publish_start_form()

    assert undo(a_landed_run(an_order), "The wrong file.") == 3
    assert (count(Record), count(QualityEvent)) == (0, 0)
