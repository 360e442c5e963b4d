"""What figures read is either kept for past days or never changes, and nobody changes it past the keeping."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy.orm import InstrumentedAttribute

from app.foundation.dated import is_dated
from app.foundation.db import Base

ROOT = Path(__file__).resolve().parents[2]
MEASURES = sorted(path for path in (ROOT / "app").glob("*/measures.py") if path.parent.name != "workflow")
# Written once, or changed only in a way that says when: what is closed stays closed, whatever it became.
LASTING = {
    "Acknowledgement.closed_at",
    "Acknowledgement.due_at",
    "Acknowledgement.person_id",
    "Acknowledgement.request_id",
    "Acknowledgement.state",  # what it became it became at closed_at
    "AcknowledgementRequest.content_kind",
    "AcknowledgementRequest.id",
    "AcknowledgementRequest.subject_id",
    "Action.source_kind",
    "Audit.id",
    "Capa.id",
    "Finding.issued_at",
    "Person.id",
    "QualityEvent.kind",
    "QualityEvent.occasion",
    "QualityEvent.occurred_at",
    "QualityEvent.subject_id",
    "QualityEvent.subject_kind",
    "Record.closed_at",
    "Record.id",
    "Record.is_imported",
    "Record.kind",
    "Record.opened_at",
    "Record.status",  # cancelled, waived, effective: it became that at closed_at
    "Risk.id",
}


def columns_read(path: Path) -> Iterator[tuple[str, InstrumentedAttribute[object]]]:
    """Yield the columns that a module of measures names."""
    module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found = getattr(getattr(module, node.value.id, None), node.attr, None)
            if isinstance(found, InstrumentedAttribute):
                yield f"{node.value.id}.{node.attr}", found


@pytest.mark.parametrize("path", MEASURES, ids=lambda path: str(path.parent.name))
def test_a_figure_reads_what_is_kept_for_past_days_or_never_changes(path: Path) -> None:
    forgotten = {name for name, column in columns_read(path) if not is_dated(column)} - LASTING

    assert forgotten == set()


def test_what_is_said_never_to_change_is_read_somewhere() -> None:
    read = {name for path in MEASURES for name, _column in columns_read(path)}

    assert LASTING - read == set()


def test_no_statement_changes_a_dated_column_past_the_session_that_keeps_it() -> None:
    dated = {
        mapper.class_.__name__: {
            one.key for one in mapper.column_attrs if one.columns[0].info.get("is_dated")
        }
        for mapper in Base.registry.mappers
    }
    statement = re.compile(r"\bupdate\((\w+)\)(.*?\.values\([^)]*\))", re.DOTALL)

    bad = [
        f"{path.name}: {model}.{key}"
        for path in (ROOT / "app").rglob("*.py")
        if "node_modules" not in path.parts
        for model, words in statement.findall(path.read_text())
        for key in dated.get(model, ())
        if re.search(rf"\b{key}=", words.rsplit(".values(", 1)[1])
    ]

    assert bad == []
    assert any(dated.values())
