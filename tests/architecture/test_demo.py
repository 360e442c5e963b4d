"""The demo company is told, not written: nothing in it stores a row past the services that pages use."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

DEMO = Path(__file__).resolve().parents[2] / "app" / "demo"
FILES = sorted(DEMO.rglob("*.py"))
WRITING = frozenset({"add", "add_all", "merge", "delete", "bulk_save_objects", "bulk_insert_mappings"})
STATEMENTS = frozenset({"insert", "update", "delete", "text"})


def writings(source: str) -> Iterator[str]:
    """Yield each place where rows would be written without a service, by line."""
    tree = ast.parse(source)
    models = _names_of_models(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            yield from (f"{node.lineno}: {one.name}" for one in node.names if one.name in STATEMENTS)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in models:
            yield f"{node.lineno}: makes a row of {node.func.id}"
        if isinstance(node, ast.Call) and _is_of_session(node.func):
            yield f"{node.lineno}: {ast.unparse(node.func)}"


def _names_of_models(tree: ast.Module) -> set[str]:
    modules = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return {
        alias.asname or alias.name
        for node in modules
        if (node.module or "").endswith("models")
        for alias in node.names
    }


def _is_of_session(function: ast.expr) -> bool:
    """Tell whether a call is one by which a session writes."""
    if not isinstance(function, ast.Attribute) or function.attr not in WRITING:
        return False
    return "session" in ast.unparse(function.value)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_story_writes_a_row_itself(path: Path) -> None:
    assert list(writings(path.read_text(encoding="utf-8"))) == []


def test_a_story_that_wrote_a_row_would_be_seen() -> None:
    source = """
from sqlalchemy import insert, select
from app.risks.models import Risk
uow.session.add(Risk(title="a risk"))
"""

    assert len(list(writings(source))) == 3
