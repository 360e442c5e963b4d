from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAX_FUNCTION, P95_FUNCTION = 60, 28
MAX_FILE, P95_FILE = 400, 280
MAX_PARAMETERS = 7


def sources(folder: str) -> list[Path]:
    return sorted(file for file in (ROOT / folder).rglob("*.py") if "node_modules" not in file.parts)


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def percentile_95(values: list[int]) -> int:
    return sorted(values)[int(len(values) * 0.95)]


def test_functions_are_small() -> None:
    lengths = {
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}": length(node)
        for file in sources("app")
        for node in functions(file)
    }

    assert [name for name, lines in lengths.items() if lines > MAX_FUNCTION] == []
    assert percentile_95(list(lengths.values())) <= P95_FUNCTION


@pytest.mark.parametrize("folder", ["app", "tests"])
def test_files_have_one_meaning(folder: str) -> None:
    lengths = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in sources(folder)}

    assert [name for name, lines in lengths.items() if lines > MAX_FILE] == []
    assert percentile_95(list(lengths.values())) <= P95_FILE


def test_tests_are_short() -> None:
    lengths = [
        length(node) for file in sources("tests") for node in functions(file) if node.name.startswith("test_")
    ]

    assert percentile_95(lengths) <= 24


def test_nothing_is_called_utils() -> None:
    nameless = re.compile(r"^(utils?|helpers?|common|manager|misc|.*\d)$")

    found = [str(file.relative_to(ROOT)) for file in sources("app") if nameless.match(file.stem)]

    assert found == []


def test_public_functions_of_the_core_say_what_they_do() -> None:
    core = re.compile(
        r"app/(workflow|trail|foundation|decisions|accounts|organisation)/|/(service|rules|operations)\.py$"
    )
    silent = [
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}"
        for file in sources("app")
        if core.search(str(file.relative_to(ROOT)))
        for node in functions(file)
        if not node.name.startswith("_") and node.col_offset == 0 and not ast.get_docstring(node)
    ]

    assert silent == []


def test_imports_stand_at_the_top() -> None:
    inside = [
        f"{file.relative_to(ROOT)}:{inner.lineno}"
        for file in sources("app")
        for node in functions(file)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert inside == []


def test_nothing_evaluates_text_as_code() -> None:
    forbidden = re.compile(r"(?<![\w.])(eval|exec|__import__)\(|\bpickle\b|shell=True|os\.system")
    found = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in sources("app")
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if forbidden.search(line) and not line.lstrip().startswith(("#", '"'))
    ]

    assert found == []


def test_only_the_unit_of_work_commits() -> None:
    found = [
        str(file.relative_to(ROOT))
        for file in sources("app")
        if ".commit()" in file.read_text() and "foundation" not in file.parts
    ]

    assert found == []


def test_locks_name_no_registry() -> None:
    locks = [*ROOT.glob("requirements*.lock"), ROOT / "app/web/frontend/package-lock.json"]

    assert [
        lock.name for lock in locks if re.search(r"https?://[^\"]*(pypi|npmjs|registry)", lock.read_text())
    ] == []
    assert '"resolved"' not in locks[-1].read_text()


def test_git_tracks_nothing_generated() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()

    generated = re.compile(r"__pycache__|\.pyc$|node_modules/|\.sqlite3?$|static/dist/|\.db$")
    assert [name for name in tracked if generated.search(name)] == []
