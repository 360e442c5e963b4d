"""The shipped mappings against real files: every row lands, and the figures are those of other means."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from app.capa.models import Nonconformity
from app.foundation.db import db
from app.imports.landing import Outcome, land_run
from app.imports.mapping_reader import load_mapping
from app.imports.rules import LandsAs
from app.imports.staging import Order, stage
from app.organisation.models import BusinessProcess, FailureMode, ProductFamily, Site
from app.quality_events.models import QualityEvent
from app.workflow.models import ProcessInstance, Task
from tests.scenarios.company import Company

DATA = Path(__file__).resolve().parents[1] / "data"
NHTSA = DATA / "nhtsa" / "complaints.txt"
OPENFDA = DATA / "openfda" / "recalls-2012.jsonl"
FILES = {"nhtsa": (NHTSA, 101), "openfda": (OPENFDA, 72)}

# Straight from the columns of the file: same component, same make, no more than 365 days before.
RECURRENCES = """
    SELECT count(*) FROM complaint AS later WHERE EXISTS (
        SELECT 1 FROM complaint AS earlier
        WHERE earlier.component = later.component AND earlier.make = later.make
          AND earlier.number <> later.number
          AND (earlier.day < later.day OR (earlier.day = later.day AND earlier.number < later.number))
          AND julianday(later.day) - julianday(earlier.day) <= 365)
"""
SEVERITIES = """
    SELECT CASE
        WHEN deaths > 0 OR injured > 0 THEN 5
        WHEN crash = 'Y' OR fire = 'Y' THEN 4
        WHEN component LIKE '%BRAKES%' OR component LIKE 'STEERING%' OR component LIKE 'AIR BAGS%' THEN 3
        ELSE 2 END AS severity, count(*)
    FROM complaint GROUP BY 1
"""
LEDGER = """
    SELECT count(*) FROM quality_event AS later WHERE EXISTS (
        SELECT 1 FROM quality_event AS earlier
        WHERE earlier.process_id = later.process_id AND earlier.site_id = later.site_id
          AND earlier.failure_mode_id = later.failure_mode_id
          AND earlier.product_family_id = later.product_family_id AND earlier.id < later.id
          AND julianday(later.occurred_at) - julianday(earlier.occurred_at) BETWEEN 0 AND 365)
"""


@pytest.fixture
def complaints() -> Iterator[sqlite3.Connection]:
    """The file in a database of its own, read by other means than Keel's."""
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE TABLE complaint (number, make, crash, fire, injured INT, deaths INT, component, day)"
    )
    with NHTSA.open(encoding="utf-8", newline="") as stream:
        for cells in csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            days = [cell for cell in (cells[7], cells[16], cells[15]) if cell and cell[:4] != "1901"]
            connection.execute(
                "INSERT INTO complaint VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    int(cells[0]),
                    cells[3],
                    cells[6],
                    cells[8],
                    int(cells[9] or 0),
                    int(cells[10] or 0),
                    cells[11].strip(),
                    f"{days[0][:4]}-{days[0][4:6]}-{days[0][6:]}",
                ),
            )
    yield connection
    connection.close()


def bring_in(name: str, lands_as: LandsAs = LandsAs.HISTORY, actor_id: int | None = None) -> Outcome:
    outcome = land_run(stage(Order(FILES[name][0], load_mapping(name), lands_as, actor_id)))
    db.session.rollback()
    return outcome


def all_nonconformities() -> Sequence[Nonconformity]:
    return db.session.scalars(select(Nonconformity).order_by(Nonconformity.id)).all()


@pytest.mark.parametrize("name", FILES)
@pytest.mark.usefixtures("house")
def test_every_row_lands_as_history(name: str) -> None:
    expected = FILES[name][1]

    outcome = bring_in(name)

    assert (outcome.landed_count, outcome.is_done) == (expected, True)
    records = all_nonconformities()
    assert len(records) == db.session.scalar(select(func.count(QualityEvent.id))) == expected
    assert all(one.is_imported and one.closed_at and one.recurrence_key for one in records)
    assert db.session.scalar(select(func.count(ProcessInstance.id))) == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_every_row_lands_open_at_the_first_step(name: str, house: Company) -> None:
    expected = FILES[name][1]

    outcome = bring_in(name, LandsAs.OPEN, house.people["quality_manager"])

    assert (outcome.landed_count, outcome.is_done) == (expected, True)
    tasks = db.session.execute(select(Task.element_id, func.count()).group_by(Task.element_id)).all()
    assert [tuple(row) for row in tasks] == [("contain", expected)]
    assert not any(one.is_imported or one.closed_at for one in all_nonconformities())


@pytest.mark.usefixtures("house")
def test_the_recurrences_of_complaints_are_those_of_an_independent_query(
    complaints: sqlite3.Connection,
) -> None:
    (expected,) = complaints.execute(RECURRENCES).fetchone()

    outcome = bring_in("nhtsa")

    assert outcome.recurrent_count == expected == 3
    assert db.session.scalar(text(LEDGER)) == expected
    assert sum(one.is_recurrent for one in all_nonconformities()) == expected


@pytest.mark.usefixtures("house")
def test_the_severity_of_complaints_follows_harm_then_crash_then_component(
    complaints: sqlite3.Connection,
) -> None:
    bring_in("nhtsa")

    found = Counter(one.severity for one in all_nonconformities())
    assert found == dict(complaints.execute(SEVERITIES).fetchall())


@pytest.mark.usefixtures("house")
def test_the_date_of_a_complaint_is_estimated_where_the_failure_has_none(
    complaints: sqlite3.Connection,
) -> None:
    bring_in("nhtsa")

    records = all_nonconformities()
    days = Counter(day for (day,) in complaints.execute("SELECT day FROM complaint"))
    assert Counter(str(one.occurred_at.date()) for one in records if one.occurred_at) == days
    estimated = [one.occurred_at.date() for one in records if one.is_date_estimated and one.occurred_at]
    assert len(estimated) == 7
    assert date(2010, 3, 19) in estimated  # its date of failure is 1901, which is none


@pytest.mark.usefixtures("house")
def test_complaints_name_component_model_and_make() -> None:
    bring_in("nhtsa")

    first = db.session.scalars(select(Nonconformity).order_by(Nonconformity.occurred_at)).first()
    assert first is not None
    names = [
        db.session.get_one(model, getattr(first, column)).name
        for model, column in (
            (Site, "site_id"),
            (BusinessProcess, "process_id"),
            (ProductFamily, "product_family_id"),
            (FailureMode, "failure_mode_id"),
        )
    ]
    assert first.number == "NC-1995-0001"  # it came in a fortnight after it happened
    assert first.title == "SERVICE BRAKES, HYDRAULIC:PEDALS AND LINKAGES, TOWN CAR"
    assert names == ["Field", "Field use", "LINCOLN", "SERVICE BRAKES, HYDRAULIC:PEDALS AND LINKAGES"]


@pytest.mark.usefixtures("house")
def test_recalls_take_severity_date_and_family_from_the_file() -> None:
    given = [json.loads(line) for line in OPENFDA.read_text(encoding="utf-8").splitlines()]
    classes = Counter(one["classification"] for one in given)

    bring_in("openfda")

    records = all_nonconformities()
    assert Counter(one.severity for one in records) == {
        5: classes["Class I"],
        4: classes["Class II"],
        2: classes["Class III"],
    }
    assert {str(one.occurred_at.date()) for one in records if one.occurred_at} == {"2012-06-13"}
    families = db.session.execute(
        select(ProductFamily.name, func.count())
        .join(Nonconformity, Nonconformity.product_family_id == ProductFamily.id)
        .group_by(ProductFamily.name)
    )
    assert {row[0]: row[1] for row in families} == Counter(one["product-type"] for one in given)


@pytest.mark.usefixtures("house")
def test_only_the_recall_without_a_reason_has_no_failure_mode_of_its_own() -> None:
    bring_in("openfda")

    modes = db.session.execute(
        select(FailureMode.name, func.count())
        .join(Nonconformity, Nonconformity.failure_mode_id == FailureMode.id)
        .group_by(FailureMode.name)
    )
    counts = {row[0]: row[1] for row in modes}
    assert counts["Not stated"] == 1
    assert counts["Microbial contamination"] == 7


def test_the_files_here_are_those_of_the_larger_set(shared: Path) -> None:
    assert NHTSA.read_bytes() == (shared / "data" / "nhtsa-complaints.txt").read_bytes()
    assert OPENFDA.read_bytes() == (shared / "data" / "openfda-recalls-2012.jsonl").read_bytes()
