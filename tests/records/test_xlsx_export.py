"""The workbook of a register: what the page shows, as cells that no spreadsheet runs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from lxml import etree
from werkzeug.test import TestResponse

from app.foundation.unit_of_work import unit_of_work
from app.inbox import sample
from app.records import register_query
from app.records.register import RegisterColumn, RegisterRow, registers
from app.records.routes import register_pages
from app.records.xlsx_export import xlsx_file
from tests.factories.accounts import Somebody, a_person
from tests.factories.browser import enter
from tests.factories.organisation import a_site
from tests.factories.records import a_record

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DANGEROUS = ('=HYPERLINK("http://evil","x")', "+1", "-1+1", "@SUM(A1)", "\t=1", " =1", "http://evil.example")


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """An application to which the register of the sample is added."""
    own_app.register_blueprint(register_pages(sample.REGISTER))
    return own_app


@pytest.fixture
def boss(app: Flask) -> Iterator[Somebody]:
    assert app.testing
    before = registers.all()
    registers.use([sample.REGISTER])
    with unit_of_work() as uow:
        somebody = a_person(uow, roles=[("quality_manager", None)])
    yield somebody
    registers.use(before)


def sheet_of(content: bytes) -> Any:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return etree.fromstring(book.read("xl/worksheets/sheet1.xml"))


def cells_of(sheet: Any) -> list[list[str]]:
    return [["".join(cell.itertext()) for cell in row] for row in sheet.iter(f"{MAIN}row")]


def fetched(app: Flask, somebody: Somebody, path: str) -> tuple[TestResponse, list[list[str]]]:
    """The answer and the cells of the workbook, or the lines of a CSV."""
    sent = enter(app.test_client(), somebody).get(path)
    content = sent.data
    sent.close()
    cells = cells_of(sheet_of(content)) if ".xlsx" in path else [[line] for line in sent.text.splitlines()]
    return sent, cells


def written(values: Iterable[object]) -> Any:
    """The sheet of one column with these values."""
    column = RegisterColumn("what", lambda: "What", lambda row: row.record)
    rows = [RegisterRow(value, "", "") for value in values]
    with xlsx_file("Risks: [all]", (column,), rows, ZoneInfo("Europe/Warsaw")) as file:
        return sheet_of(file.read())


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_stays_the_text_it_is(text: str) -> None:
    sheet = written([text])

    assert cells_of(sheet)[1] == [text]
    assert [cell.get("t") for cell in sheet.iter(f"{MAIN}c")] == ["inlineStr", "inlineStr"]
    assert not list(sheet.iter(f"{MAIN}f", f"{MAIN}hyperlink"))


def test_a_number_is_a_number_and_a_moment_a_date_where_the_reader_is() -> None:
    sheet = written([5, Decimal("2.5"), date(2026, 3, 17), datetime(2026, 3, 17, 11, 0, tzinfo=UTC), None])

    assert cells_of(sheet)[1:] == [["5"], ["2.5"], ["46098"], ["46098.5"]]


def test_what_no_file_may_hold_is_left_out() -> None:
    sheet = written(["a\x00b", "x" * 40_000, "\ud800"])

    assert [len(row[0]) for row in cells_of(sheet)[1:]] == [2, 32_767, 1]


def test_the_headings_stay_in_sight() -> None:
    pane = written([1]).find(f".//{MAIN}pane")

    assert (pane.get("ySplit"), pane.get("state")) == ("1", "frozen")


def test_the_workbook_holds_the_rows_and_columns_of_the_page(app: Flask, boss: Somebody) -> None:
    with unit_of_work() as uow:
        for number in range(3):
            a_record(uow, f"Matter {number}", severity=number + 3)

    sent, cells = fetched(app, boss, "/approvals.xlsx?severity=4&columns=severity&sort=title")

    assert sent.mimetype.endswith("spreadsheetml.sheet")
    assert "two_step.xlsx" in sent.headers["Content-Disposition"]
    assert [row[1:] for row in cells] == [
        ["What", "Severity"],
        ["Matter 1", "4"],
        ["Matter 2", "5"],
    ]


def test_all_rows_come_however_many_portions_they_are(
    app: Flask, boss: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_query, "PORTION", 4)
    with unit_of_work() as uow:
        for number in range(10):
            a_record(uow, f"Matter {number}")

    for kind in ("xlsx", "csv"):
        assert len(fetched(app, boss, f"/approvals.{kind}")[1]) == 11


def test_who_sees_nothing_gets_headings_only(app: Flask, boss: Somebody) -> None:
    assert boss
    with unit_of_work() as uow:
        here, there = a_site(uow), a_site(uow)
        stranger = a_person(uow, roles=[("quality_manager", there)])
        a_record(uow, site_id=here)

    assert len(fetched(app, stranger, "/approvals.xlsx?state=all")[1]) == 1
