from __future__ import annotations

from typing import Any

import pytest

from app.workflow.forms import FormGate, lint_form
from tests.workflow.forms.building import field, form_of

COLUMNS = {
    "severity": "number",
    "product": "text",
    "is_safe": "boolean",
    "due_on": "date",
    "owner_id": "person",
    "supplier_id": "reference",
    "team": "list",
    "grade": "choice",
}
GATE = FormGate(
    record_columns=COLUMNS,
    names={"record": {"severity", "title"}, "task": {"triage"}, "settings": {"limit"}, "decision": set()},
    roles={"verifier"},
    record_kinds={"risk"},
)


def rules(*components: dict[str, Any]) -> list[tuple[str, str]]:
    return [(problem.where, problem.rule) for problem in lint_form(form_of(*components), GATE)]


@pytest.mark.parametrize(
    ("component", "found"),
    [
        (field("textfield", "rootCause"), [("rootCause", "key-snake-case")]),
        (field("textfield", "root__cause"), [("root__cause", "key-snake-case")]),
        (field("textfield", "typename"), [("typename", "key-reserved")]),
        (field("textfield", "status"), [("status", "key-reserved")]),
        (field("textfield", "x", label=" "), [("x", "label-missing")]),
        (field("keel-person", "x", role="boss"), [("x", "role-unknown")]),
        (field("keel-record", "x", kinds=["risk", "ghost"]), [("x", "record-kind-unknown")]),
        (field("keel-rows", "r", components=[field("number", "N")]), [("r.N", "key-snake-case")]),
        (field("keel-rows", "r", components=[field("number", "number")]), []),
        (field("textfield", "x", conditional={"hide": "=record.severty > 1"}), [("x", "expression-path")]),
        (field("textfield", "x", conditional={"hide": "=task.contain.done"}), [("x", "expression-path")]),
        (field("number", "x", validate={"max": "=settings.most"}), [("x", "expression-path")]),
        (field("number", "x", validate={"max": "=settings.limit"}), []),
        (field("textfield", "x", conditional={"hide": "=task.triage.confirmed"}), []),
    ],
)
def test_a_form_that_does_not_fit_its_lifecycle_is_named(
    component: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    assert rules(component) == found


@pytest.mark.parametrize(
    ("component", "fits"),
    [
        (field("number", "severity"), True),
        (field("textfield", "severity"), False),
        (field("select", "severity", values=[{"value": "1"}]), True),
        (field("checkbox", "product"), False),
        (field("checkbox", "is_safe"), True),
        (field("datetime", "due_on"), True),
        (field("datetime", "due_on", subtype="time"), False),
        (field("keel-person", "owner_id"), True),
        (field("number", "owner_id"), False),
        (field("keel-record", "supplier_id", kinds=["risk"]), True),
        (field("keel-record", "supplier_id", kinds=["risk"], multiple=True), False),
        (field("taglist", "team", values=[{"value": "1"}]), True),
        (field("textarea", "grade"), False),
        (field("textarea", "not_a_column"), True),
    ],
)
def test_an_answer_fits_the_column_it_is_written_to(component: dict[str, Any], *, fits: bool) -> None:
    assert rules(component) == ([] if fits else [(component["key"], "column-type")])


def test_a_condition_of_a_group_is_looked_at_once_for_each_place() -> None:
    group = {
        "type": "group",
        "id": "g",
        "conditional": {"hide": "=record.x"},
        "components": [field("number", "a")],
    }

    assert sorted(rules(group)) == [("a", "expression-path"), ("g", "expression-path")]


def test_an_option_without_words_and_a_condition_deep_inside_are_named() -> None:
    note = {"type": "text", "id": "n", "conditional": {"hide": "=record.x"}}
    inner = {
        "type": "group",
        "id": "i",
        "components": [note, field("radio", "a", values=[{"value": "1", "label": " "}])],
    }

    found = rules({"type": "group", "id": "g", "components": [inner]})

    assert found == [("a", "label-missing"), ("n", "expression-path")]
