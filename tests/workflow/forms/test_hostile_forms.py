from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest

from tests.workflow.forms.building import problems_of

FOLDER = Path(__file__).resolve().parents[2] / "data" / "forms" / "hostile"
EXPECTED = {
    "deep_groups.json": {"json-depth"},
    "duplicate_keys.json": {"json-duplicate"},
    "not_a_number.json": {"json-number"},
    "evil_patterns.json": {"pattern-refused"},
    "python_in_expressions.json": {"expression-name"},
    "circle.json": {"expression-circle"},
    "frames_and_pictures.json": {"type-unsupported"},
    "wrong_shapes.json": {
        "schema-version",
        "component-shape",
        "type-unknown",
        "attribute-kind",
        "choice-none",
    },
    "stolen_names.json": {"key-reserved", "key-shape"},
    "huge_label.json": {"text-too-long"},
}


def test_every_hostile_form_has_its_expectation() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_hostile_form_is_refused_for_what_it_does_and_quickly(name: str) -> None:
    started = process_time()

    problems = problems_of((FOLDER / name).read_bytes())

    assert {problem.rule for problem in problems} == EXPECTED[name]
    assert all(len(problem.sentence) < 600 for problem in problems)
    assert process_time() - started < 2
