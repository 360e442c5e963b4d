from __future__ import annotations

from typing import Any

import pytest

from app.workflow.forms import Group, Kind
from app.workflow.forms.model import NumberSettings, RowsSettings, TextSettings
from tests.workflow.forms.building import document, field, form_of, problems_of, rules_of


def test_groups_of_the_first_level_are_the_sections_and_keep_their_order() -> None:
    inner = {"type": "group", "id": "inner", "label": "Inside", "components": [field("checkbox", "c")]}
    first = {
        "type": "group",
        "id": "g",
        "label": "What",
        "description": "Say it.",
        "components": [field("textfield", "a"), inner],
    }

    form = form_of(field("number", "loose"), first, field("textarea", "last"))

    assert [section.title for section in form.sections] == ["", "What", ""]
    assert form.sections[1].help == "Say it."
    assert isinstance(form.sections[1].parts[1], Group)
    assert [found.key for found in form.fields] == ["loose", "a", "c", "last"]


@pytest.mark.parametrize(
    "kind",
    [
        Kind.TEXT,
        Kind.TEXTAREA,
        Kind.NUMBER,
        Kind.MOMENT,
        Kind.CHECKBOX,
        Kind.PERSON,
        Kind.FILE,
        Kind.RISK_MATRIX,
        Kind.FIVE_WHY,
        Kind.FISHBONE,
    ],
)
def test_a_plain_component_of_each_kind_is_read(kind: Kind) -> None:
    assert form_of(field(kind)).fields[0].kind is kind


@pytest.mark.parametrize("kind", ["checklist", "radio", "select", "taglist"])
def test_choices_are_read_with_their_options(kind: str) -> None:
    form = form_of(
        field(kind, values=[{"value": "a", "label": "A", "help": "first"}, {"value": "b", "label": "B"}])
    )

    assert [(option.value, option.label) for option in form.fields[0].settings.options] == [
        ("a", "A"),
        ("b", "B"),
    ]  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", ["table", "html", "image", "iframe", "button", "documentPreview"])
def test_component_types_that_tasks_do_not_support_are_refused_by_name(kind: str) -> None:
    problem, *others = problems_of(document({"type": kind, "id": "thing_1"}))

    assert not others
    assert (problem.where, problem.rule) == ("thing_1", "type-unsupported")
    assert kind in problem.sentence
    assert problem.mend


def test_every_problem_of_a_form_is_reported_at_once() -> None:
    source = document(
        field("textfield", "a", validate={"pattern": "(?=x)"}),
        field("textfield", "a"),
        field("unheard_of", "b"),
        field("select", "c"),
        field("number", "task"),
        {"type": "textfield", "id": "no_key"},
        schemaVersion=3,
    )

    assert sorted(rules_of(source)) == sorted(
        [
            "schema-version",
            "pattern-refused",
            "key-twice",
            "type-unknown",
            "choices-source",
            "key-reserved",
            "key-shape",
        ]
    )


@pytest.mark.parametrize(
    ("component", "rule"),
    [
        (field("textfield", validate={"minLength": "three"}), "number-out-of-range"),
        (field("textfield", validate={"validationType": "iban"}), "validation-type"),
        (field("textfield", validate=[]), "attribute-kind"),
        (field("textfield", label=7), "attribute-kind"),
        (field("textfield", label="x" * 5_000), "text-too-long"),
        (field("textfield", conditional={"hide": "a > 1"}), "expression-mark"),
        (field("textfield", conditional={"hide": "=1 +"}), "expression-syntax"),
        (field("textfield", conditional={"hide": "=unheard > 1"}), "expression-name"),
        (field("textfield", conditional={"hide": "=answer = 1"}), "expression-circle"),
        (field("number", decimalDigits=-1), "number-out-of-range"),
        (field("number", increment="0"), "increment"),
        (field("number", increment="abc"), "attribute-kind"),
        (field("number", validate={"min": "=nobody"}), "expression-name"),
        (field("datetime", subtype="century"), "unknown-word"),
        (field("select", values=[]), "choice-none"),
        (field("select", values=[{"value": 1, "label": "One"}]), "choice-shape"),
        (field("select", values=[{"value": "a"}, {"value": "a"}]), "choice-twice"),
        (field("select", values=[{"value": "a"}], valuesKey="x"), "choices-source"),
        (field("select", valuesKey="a-b"), "choices-key"),
        (field("expression"), "computed-empty"),
        (field("keel-person", role="Big Boss"), "role-key"),
        (field("keel-record"), "record-kinds"),
        (field("keel-file", types=["exe files"]), "file-types"),
        (field("keel-five-why", minAnswers=6, maxAnswers=3), "five-why-bounds"),
        (field("keel-signature"), "signature-meaning"),
        (field("keel-signature", meaning="review", conditional={"hide": "=a"}), "signature-always"),
        (field("keel-signature", meaning="review", readonly=True), "signature-always"),
        (field("keel-signature", meaning="review", disabled=True), "signature-always"),
        (field("keel-rows"), "rows-empty"),
        (field("keel-rows", components=[field("keel-rows", components=[field("number")])]), "rows-content"),
        (field("keel-rows", components=[field("textfield", readonly=True)]), "rows-readonly"),
        (field("keel-rows", components=[field("number")], minItems=3, maxItems=2), "rows-bounds"),
        ({"type": "group", "id": "g", "path": "nest", "components": [field("number")]}, "group-path"),
        (field("textfield", key="root.cause"), "key-shape"),
    ],
)
def test_a_wrong_attribute_is_refused_with_its_rule(component: dict[str, Any], rule: str) -> None:
    assert rule in rules_of(document(component))


def test_a_form_is_signed_once_and_always() -> None:
    sign = [field("keel-signature", key, meaning="review") for key in ("a", "b")]
    group = {"type": "group", "id": "g", "conditional": {"hide": "=x"}, "components": [sign[0]]}

    assert rules_of(document(*sign)) == ["signature-twice"]
    assert rules_of(document(field("checkbox", "x"), group)) == ["signature-always"]


def test_fields_that_wait_for_each_other_are_refused() -> None:
    source = document(
        field("checkbox", "a", conditional={"hide": "=b"}), field("checkbox", "b", conditional={"hide": "=a"})
    )

    assert rules_of(source) == ["expression-circle"]


def test_answers_are_settled_after_what_they_depend_on() -> None:
    form = form_of(
        field("textfield", "c", conditional={"hide": "=b > 2"}),
        field("expression", "b", expression="=a + 1"),
        field("number", "a"),
    )

    assert form.order == ("a", "b", "c")


def test_a_column_may_use_the_row_the_form_and_the_record() -> None:
    columns = [
        field("number", "cost"),
        field("textfield", "why", conditional={"hide": "=cost < limit and record.severity < 3"}),
    ]

    form = form_of(field("keel-rows", "actions", components=columns), field("number", "limit"))

    assert isinstance(form.fields[0].settings, RowsSettings)
    assert form.order == ("limit", "actions")


def test_form_js_names_of_files_and_rows_are_understood() -> None:
    form = form_of(
        field("filepicker", "proof", accept=".pdf,image/*"),
        field("dynamiclist", "rows", components=[field("number")]),
    )

    assert [found.kind for found in form.fields] == [Kind.FILE, Kind.ROWS]


def test_limits_are_numbers_or_expressions() -> None:
    form = form_of(
        field("textfield", "a", validate={"maxLength": "=b"}), field("number", "b", validate={"min": "0.5"})
    )

    first, second = (found.settings for found in form.fields)
    assert isinstance(first, TextSettings)
    assert isinstance(second, NumberSettings)
    assert str(second.minimum) == "0.5"


def test_a_label_with_a_script_stays_the_text_it_is() -> None:
    assert (
        form_of(field("textfield", label="<script>alert(1)</script>")).fields[0].label
        == "<script>alert(1)</script>"
    )


def test_ten_thousand_fields_are_refused_without_reading_them_all() -> None:
    source = document(*[{"type": "textfield", "key": f"k{number}"} for number in range(10_000)])

    assert rules_of(source) == ["too-many"]


@pytest.mark.parametrize(
    ("component", "rule"),
    [
        (field("textfield", validate={"pattern": 7}), "attribute-kind"),
        (field("textfield", validate={"pattern": "[\\b]"}), "pattern-refused"),
        (field("number", increment=True), "attribute-kind"),
        (field("keel-record", kinds=["risk", 7]), "attribute-kind"),
        ({"type": "text", "id": "n", "conditional": {"hide": "=ghost"}}, "expression-name"),
    ],
)
def test_further_wrong_attributes_are_refused(component: dict[str, Any], rule: str) -> None:
    assert rule in rules_of(document(component))


def test_components_are_counted_over_all_groups() -> None:
    groups = [
        {"type": "group", "id": f"g{n}", "components": [field("number", f"k{n}_{m}") for m in range(200)]}
        for n in range(3)
    ]

    assert rules_of(document(*groups)) == ["too-many"]


def test_the_free_properties_of_a_field_are_kept() -> None:
    form = form_of(field("textfield", properties={"isoClause": "10.2.1", "pii": 7}))

    assert form.fields[0].properties == {"isoClause": "10.2.1"}
