"""The cases of the DMN Technology Compatibility Kit, level 2 from tests/data, level 3 where it is at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from app.decisions.tck import CaseResult, run_tck

LEVEL_2 = Path(__file__).resolve().parents[1] / "data" / "dmn-tck"


def summed_up(results: Iterator[CaseResult]) -> tuple[Counter[bool], list[str]]:
    found = list(results)
    failed = [f"{result.folder} {result.case}: {result.detail}" for result in found if not result.is_passed]
    return Counter(result.is_passed for result in found), failed


def test_all_116_cases_of_level_2_pass() -> None:
    counts, failed = summed_up(run_tck(LEVEL_2))

    assert failed == []
    assert counts[True] == 116


def test_all_1854_cases_of_level_3_at_hand_pass(shared: Path) -> None:
    counts, failed = summed_up(run_tck(shared / "data" / "dmn-tck" / "TestCases" / "compliance-level-3"))

    assert failed == []
    assert counts[True] == 1854


def test_a_case_that_differs_fails_and_says_how(tmp_path: Path) -> None:
    folder = tmp_path / "level" / "0001-case"
    folder.mkdir(parents=True)
    source = LEVEL_2 / "TestCases" / "compliance-level-2" / "0100-feel-constants"
    for file in source.iterdir():
        (folder / file.name).write_bytes(file.read_bytes().replace(b">true</value>", b">false</value>"))

    results = list(run_tck(tmp_path))

    assert any("expected False, found True" in result.detail for result in results)
    assert {result.folder for result in results} == {"level/0001-case"}


def test_a_model_that_cannot_be_read_fails_its_cases(tmp_path: Path) -> None:
    source = LEVEL_2 / "TestCases" / "compliance-level-2" / "0100-feel-constants"
    (tmp_path / "0100-feel-constants-test-01.xml").write_bytes(
        (source / "0100-feel-constants-test-01.xml").read_bytes()
    )

    results = list(run_tck(tmp_path))

    assert results
    assert not any(result.is_passed for result in results)
