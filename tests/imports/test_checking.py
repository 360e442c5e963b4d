from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import func, select

from app.accounts.policy import NotAllowed
from app.foundation.db import Base, db
from app.foundation.unit_of_work import unit_of_work
from app.imports.models import ImportEntry, ImportRow, ImportRun
from app.imports.refusals import FileRefused, ImportedBefore, MappingInvalid, ReporterNeeded
from app.imports.staging import Order, preview, stage
from app.organisation.kinds import KINDS, KindKey
from app.organisation.service import retire
from app.records.models import Record
from app.trail.models import TrailEntry
from tests.imports.conftest import MakeOrder, mapping_source, some_rows
from tests.scenarios.company import Company

GOOD = ("Leak", "2025-03-01", "LAP", "Leak", "B")


def count(model: type[Base]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def problems(order: Order) -> list[str]:
    with pytest.raises(FileRefused) as refused:
        stage(order)
    assert (count(ImportRun), count(ImportRow), count(ImportEntry), count(Record)) == (0, 0, 0, 0)
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.usefixtures("house")
def test_every_fault_is_told_at_once_with_row_and_column_and_nothing_is_left(an_order: MakeOrder) -> None:
    rows = [
        GOOD,
        ("", "2025-03-01", "LAP", "Leak", "B"),
        ("Leak", "1.3.2025", "LAP", "Leak", "B"),
        ("Leak", "2025-03-01", "LAP", "Leak", "C"),
        ("Leak", "2027-03-01", "", "Leak", "B"),
        ("=cmd()", "2025-03-01", "LAP", "Leak", "B"),
    ]

    told = problems(an_order(rows))

    assert [one.partition(": ")[::2] for one in told] == [
        ("row 3, column What (title)", "This answer is missing. Fill it in."),
        ("row 3, column What (description)", "This answer is missing. Fill it in."),
        ("row 4, column Day", "“1.3.2025” is not a date written as YYYY-MM-DD."),
        (
            "row 5, column Grade (severity_initial)",
            "The mapping does not say what “C” means. Add it to the value map.",
        ),
        ("row 6, column Line (process_id)", "This answer is missing. Fill it in."),
        (
            "row 7, column What",
            "“=cmd()” looks like a spreadsheet's formula. Export values instead of formulas.",
        ),
    ]


@pytest.mark.usefixtures("house")
def test_a_day_to_come_is_refused(an_order: MakeOrder) -> None:
    told = problems(an_order([("Leak", "2027-03-01", "LAP", "Leak", "B")]))

    assert told == ["row 2, column Day (occurred_at): This lies in the future. Correct the date."]


@pytest.mark.usefixtures("house")
def test_what_is_longer_than_the_record_can_keep_is_told_before_anything_lands(an_order: MakeOrder) -> None:
    answers = {**mapping_source()["answers"], "title": {"constant": "Leak"}, "lot": {"column": "what"}}

    told = problems(an_order([("x" * 200, *GOOD[1:]), ("x" * 201, *GOOD[1:])], answers=answers))

    assert told == ["row 3, column What (lot): This has 201 characters, more than 200. Shorten it."]


@pytest.mark.usefixtures("house")
def test_a_hopeless_file_is_told_in_a_thousand_problems_and_a_count(an_order: MakeOrder) -> None:
    told = problems(an_order([("", *GOOD[1:])] * 600))

    assert len(told) == 1001
    assert told[-1] == "200 more problems."


@pytest.mark.usefixtures("house")
def test_a_mapping_that_does_not_fit_the_form_is_refused(an_order: MakeOrder) -> None:
    order = an_order(answers={"shoe_size": {"constant": "43"}})

    with pytest.raises(MappingInvalid) as refused:
        stage(order)

    assert [problem.where for problem in refused.value.problems] == ["answers.shoe_size", "answers"]


@pytest.mark.usefixtures("house")
def test_master_data_that_may_not_be_added_must_be_known(an_order: MakeOrder) -> None:
    told = problems(
        an_order([("Leak", "2025-03-01", "Moon", "Leak", "B")], create_missing={"site": {"zone": "UTC"}})
    )

    assert told[0].startswith("row 2, column Line (process_id): “Moon” is not known.")
    assert told[1].startswith("row 2, column Kind (failure_mode_id): “Leak” is not known.")


def test_known_master_data_is_found_by_code_or_name_whatever_the_case(
    house: Company, an_order: MakeOrder
) -> None:
    answers = {**mapping_source()["answers"], "site_id": {"constant": "site gda"}}

    run_id = stage(an_order([("Leak", "2025-03-01", "lap", "FLAT", "B")], answers=answers))

    row = db.session.scalars(select(ImportRow).where(ImportRow.run_id == run_id)).one()
    assert [row.answers[key]["id"] for key in ("site_id", "process_id", "failure_mode_id")] == [
        house.site,
        house.process,
        house.failure_mode,
    ]
    assert count(ImportEntry) == 0


def test_retired_master_data_is_named_unless_the_mapping_may_bring_it_back(
    house: Company, an_order: MakeOrder
) -> None:
    with unit_of_work() as uow:
        retire(uow, KINDS[KindKey.PROCESS], house.process)

    told = problems(an_order([GOOD], create_missing={"site": {"zone": "UTC"}, "failure_mode": {}}))
    planned = preview(an_order([GOOD])).planned

    assert told == ["row 2, column Line (process_id): “LAP” has been retired. Restore it, or name another."]
    assert ("process", "LAP") in [(one.kind.value, one.entry.code) for one in planned]


@pytest.mark.usefixtures("house")
def test_a_dry_run_counts_rows_and_names_what_it_would_add_and_writes_nothing(an_order: MakeOrder) -> None:
    before = count(TrailEntry)

    found = preview(an_order(3))

    assert found.row_count == 3
    assert [(one.kind.value, one.entry.name) for one in found.planned] == [
        ("site", "Old site"),
        ("process", "Pressing"),
        *(("failure_mode", f"Leak {number}") for number in (1, 2, 3)),
    ]
    assert (count(TrailEntry), count(ImportRun)) == (before, 0)


@pytest.mark.usefixtures("house")
def test_the_same_file_is_not_imported_twice_in_the_same_way(an_order: MakeOrder) -> None:
    order = an_order(2)
    first = stage(order)

    with pytest.raises(ImportedBefore, match=f"import {first} already"):
        stage(order)

    assert count(ImportRun) == 1


@pytest.mark.parametrize("rows", [[], [("", "", "", "", "")]])
@pytest.mark.usefixtures("house")
def test_a_file_without_rows_is_refused(an_order: MakeOrder, rows: Sequence[Sequence[str]]) -> None:
    assert problems(an_order(rows)) == ["The file has no rows."]


@pytest.mark.usefixtures("house")
def test_live_records_need_a_person_who_reports(an_order: MakeOrder) -> None:
    with pytest.raises(ReporterNeeded):
        stage(an_order(1, lands_as="open"))


def test_the_person_needs_the_permission_to_import(house: Company, an_order: MakeOrder) -> None:
    with pytest.raises(NotAllowed):
        stage(an_order(1, actor_id=house.people["reporter"]))


@pytest.mark.usefixtures("house")
def test_many_rows_are_kept_in_batches_and_all_of_them(an_order: MakeOrder) -> None:
    run_id = stage(an_order(some_rows(1100)))

    assert count(ImportRow) == db.session.get_one(ImportRun, run_id).row_count == 1100
