from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from flask import Flask

from app.audits.clause_matrix import asks, clause_columns


@dataclass
class Planned:
    month: int
    state: str


@dataclass
class Row:
    clauses: str
    cells: Mapping[int, Planned] = field(default_factory=dict)


HELD_IN_MARCH = {3: Planned(3, "held"), 9: Planned(9, "planned")}
ROWS = (Row("8.5, 10.2, 8.5", HELD_IN_MARCH), Row("10.2", {6: Planned(6, "overdue")}), Row("9.1"))


@pytest.fixture(autouse=True)
def _addresses(app: Flask) -> Iterator[None]:
    """Addresses are built for a request."""
    with app.test_request_context():
        yield


def test_clauses_stand_in_the_order_of_the_standard_and_count_their_audits() -> None:
    found = clause_columns(7, ROWS, "held")

    assert [(one.clause, one.planned, one.held) for one in found] == [
        ("8.5", 2, 1),
        ("9.1", 0, 0),
        ("10.2", 3, 1),
    ]


def test_each_figure_leads_to_its_rows() -> None:
    (first, *_others) = clause_columns(7, ROWS, "held")

    assert first.url == "/audit-programmes/7/plan?clause=8.5"
    assert first.held_url == "/audit-programmes/7/plan?clause=8.5&show=held"


def test_a_row_without_an_audit_this_year_asks_nothing() -> None:
    assert [asks(row, "9.1") for row in ROWS] == [False, False, False]
    assert [asks(row, "10.2") for row in ROWS] == [True, True, False]
