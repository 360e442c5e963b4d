from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from app.foundation.unit_of_work import unit_of_work
from app.imports.mapping import MappingPlan
from app.imports.mapping_reader import read_mapping
from app.imports.rules import LandsAs
from app.imports.staging import Order
from app.lifecycles import wire
from app.workflow.bundles import read_bundle
from app.workflow.definitions import publish
from tests.scenarios.company import Company
from tests.scenarios.conftest import app, company, scenario, template

__all__ = ["app", "company", "scenario", "template"]

HEADING = ("What", "Day", "Line", "Kind", "Grade")
MakeFile = Callable[..., Path]
MakeMapping = Callable[..., MappingPlan]
MakeOrder = Callable[..., Order]


def publish_start_form() -> None:
    """Publish the one lifecycle whose start form judges imported rows."""
    wire()
    with unit_of_work() as uow:
        publish(uow, read_bundle("capa", "nonconformity"), "for a test")


@pytest.fixture
def house(company: Company) -> Company:
    """A house in which nonconformities can be reported."""
    return company


def mapping_source(**changes: Any) -> dict[str, Any]:
    """The mapping of a small table with the usual heading; `changes` replace its parts."""
    return {
        "title": "Old list",
        "record": "nonconformity",
        "lands_as": "history",
        "file": {"format": "csv"},
        "columns": {
            "what": "What",
            "day": {"at": "Day", "date": "YYYY-MM-DD"},
            "line": "Line",
            "kind": "Kind",
            "grade": "Grade",
        },
        "answers": {
            "title": {"column": "what"},
            "description": {"column": "what"},
            "occurred_at": {"column": "day"},
            "site_id": {"constant": "Old site"},
            "process_id": {"column": "line"},
            "failure_mode_id": {"column": "kind"},
            "source": {"constant": "internal"},
            "severity_initial": {"column": "grade", "values": {"A": "4", "B": "2"}},
        },
        "create_missing": {"site": {"zone": "UTC"}, "process": {}, "failure_mode": {}},
        **changes,
    }


@pytest.fixture
def a_mapping() -> MakeMapping:
    return lambda **changes: read_mapping(json.dumps(mapping_source(**changes)).encode())


@pytest.fixture
def a_file(tmp_path: Path) -> MakeFile:
    """Write rows under the usual heading; bytes are written as they are."""

    def make(rows: Iterable[Sequence[str]] | bytes, *, heading: Sequence[str] = HEADING) -> Path:
        path = tmp_path / "old.csv"
        if isinstance(rows, bytes):
            path.write_bytes(rows)
            return path
        with path.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([heading, *rows])
        return path

    return make


@pytest.fixture
def an_order(a_file: MakeFile, a_mapping: MakeMapping) -> MakeOrder:
    """Order the import of rows (or a number of them, a day apart) with the small mapping."""

    def make(
        rows: Iterable[Sequence[str]] | int = 3, *, actor_id: int | None = None, **changes: Any
    ) -> Order:
        lands_as = LandsAs(changes.get("lands_as", "history"))
        given = some_rows(rows) if isinstance(rows, int) else rows
        return Order(a_file(given), a_mapping(**changes), lands_as, actor_id)

    return make


def some_rows(count: int) -> list[tuple[str, ...]]:
    return [
        (
            f"Leak {number}",
            f"2025-{1 + number % 12:02d}-{1 + number % 28:02d}",
            "Pressing",
            f"Leak {number}",
            "B",
        )
        for number in range(1, count + 1)
    ]
