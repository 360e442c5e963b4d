from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.foundation.db import db
from app.foundation.errors import Invalid
from app.foundation.unit_of_work import unit_of_work
from app.inbox.sample import PORTS, TwoStep
from app.records.columns import ColumnType, WritableColumn
from app.records.facts import Birth, FactsInvalid, RecordMissing
from tests.factories.accounts import a_person
from tests.factories.organisation import a_site
from tests.factories.records import a_record

pytestmark = pytest.mark.usefixtures("app")


def stored(record_id: int) -> TwoStep:
    db.session.rollback()
    return db.session.get_one(TwoStep, record_id)


def test_numbers_have_no_gap_when_an_act_is_rolled_back() -> None:
    with unit_of_work() as uow:
        first = a_record(uow)
    with pytest.raises(FactsInvalid), unit_of_work() as uow:
        PORTS.write_facts(uow, a_record(uow), {"severity": "high"})
    with unit_of_work() as uow:
        second = a_record(uow)

    assert [stored(first).number, stored(second).number] == ["TST-2026-0001", "TST-2026-0002"]


def test_answers_go_to_columns_by_name_and_to_extra_otherwise() -> None:
    with unit_of_work() as uow:
        record_id = a_record(uow)
        PORTS.write_facts(
            uow,
            record_id,
            {"severity": "4", "due_at": "2026-04-01T12:00:00+02:00", "lot": "L-7", "cost": Decimal("12.50")},
        )

    row = stored(record_id)

    assert (row.severity, row.due_at) == (4, datetime(2026, 4, 1, 10, tzinfo=UTC))
    assert row.extra == {"lot": "L-7", "cost": 12.5}


def test_what_keel_keeps_is_no_column_of_a_form() -> None:
    with unit_of_work() as uow:
        record_id = a_record(uow)
        PORTS.write_facts(uow, record_id, {"status": "closed", "number": "X-1", "restricted_to": ",admin,"})

    row = stored(record_id)

    assert (row.status, row.number, row.restricted_to) == ("open", "TST-2026-0001", None)


def test_all_answers_that_do_not_fit_are_named_and_nothing_is_written() -> None:
    with unit_of_work() as uow:
        record_id = a_record(uow)

    with pytest.raises(FactsInvalid) as caught, unit_of_work() as uow:
        PORTS.write_facts(uow, record_id, {"severity": "high", "due_at": "2026-04-01", "lot": "L-7"})

    assert [problem.where for problem in caught.value.problems] == ["due_at", "severity"]
    assert stored(record_id).extra == {}


def test_only_somebody_at_work_can_be_named() -> None:
    with unit_of_work() as uow:
        record_id = a_record(uow)

    with pytest.raises(Invalid) as caught, unit_of_work() as uow:
        PORTS.write_facts(uow, record_id, {"owner_id": 4711})

    assert caught.value.problems[0].rule == "facts.person"


def test_the_site_is_the_reporters_own_unless_said_otherwise() -> None:
    with unit_of_work() as uow:
        site = a_site(uow)
        reporter = a_person(uow, site_id=site)
    with unit_of_work(reporter.id) as uow:
        record_id = a_record(uow)

    assert stored(record_id).site_id == site


def test_the_engine_room_sees_columns_and_extra_by_key() -> None:
    with unit_of_work() as uow:
        record_id = a_record(uow, severity=3, lot="L-7")

        view = PORTS.read_record(uow.session, record_id, is_locking=True)

    assert (view.values["severity"], view.values["lot"], view.number) == (3, "L-7", "TST-2026-0001")


def test_an_imported_record_may_be_older_and_closed() -> None:
    moment = datetime(2021, 5, 4, tzinfo=UTC)
    with unit_of_work() as uow:
        record_id = PORTS.bear(
            uow,
            {"title": "Old"},
            Birth(opened_at=moment, closed_at=moment, status="closed", is_imported=True),
        )

    row = stored(record_id)

    assert (row.number, row.closed_at, row.is_imported) == ("TST-2021-0001", moment, True)


def test_a_missing_record_is_said_to_be_missing() -> None:
    with pytest.raises(RecordMissing):
        PORTS.read_record(db.session, 999)


@pytest.mark.parametrize(
    ("column", "answer", "is_fit"),
    [
        (WritableColumn("a", ColumnType.DATE, is_nullable=True), "2026-02-29", False),
        (WritableColumn("a", ColumnType.DATE, is_nullable=True), "2026-02-28", True),
        (WritableColumn("a", ColumnType.NUMBER, is_nullable=True), "NaN", False),
        (WritableColumn("a", ColumnType.NUMBER, is_nullable=True), "1.25", True),
        (WritableColumn("a", ColumnType.NUMBER, is_nullable=True, is_whole=True), "1.25", False),
        (WritableColumn("a", ColumnType.NUMBER, is_nullable=True), True, False),
        (WritableColumn("a", ColumnType.BOOLEAN, is_nullable=True), "yes", False),
        (WritableColumn("a", ColumnType.MOMENT, is_nullable=True), "2026-02-28T08:00", False),
        (WritableColumn("a", ColumnType.CHOICE, is_nullable=True, choices=("major",)), "minor", False),
        (WritableColumn("a", ColumnType.CHOICE, is_nullable=True, choices=("major",)), "major", True),
        (WritableColumn("a", ColumnType.TEXT, is_nullable=True, max_length=3), "abcd", False),
        (WritableColumn("a", ColumnType.NUMBER, is_nullable=False), None, False),
        (WritableColumn("a", ColumnType.LIST, is_nullable=True), [1], True),
    ],
)
def test_a_column_takes_only_what_it_holds(column: WritableColumn, answer: object, *, is_fit: bool) -> None:
    _value, problem = column.value_of(answer)

    assert (problem is None) is is_fit


def test_writing_the_same_facts_again_leaves_the_row_alike() -> None:
    with unit_of_work() as uow:
        record_id = a_record(uow, lot="L-7")
        PORTS.write_facts(uow, record_id, {"lot": "L-7"})
        PORTS.write_facts(uow, record_id, {"lot": "L-7"})

    assert db.session.scalars(select(TwoStep.extra)).all() == [{"lot": "L-7"}]
