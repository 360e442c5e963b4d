from __future__ import annotations

import pytest

from app.decisions.dmn import ModelInvalid, read_model
from tests.decisions.models import decision, input_data, literal, model_xml, table

FINE = decision("answer", literal("42"))


def problems_of(*parts: str) -> dict[str, str]:
    with pytest.raises(ModelInvalid) as caught:
        read_model(model_xml(*parts), name="test")
    return {problem.where: problem.rule for problem in caught.value.problems}


def test_all_problems_come_at_once_with_their_element_ids() -> None:
    rules = (("> ", '"a"'), ("5", "b c"))

    found = problems_of(
        decision("broken", table(rules)),
        decision("lost", literal("1"), requires=("requiredInput#nowhere",)),
        decision("typed", literal("1"), type_ref="tMissing"),
    )

    assert found == {
        "r1c0": "feel-syntax",
        "r2c1": "feel-syntax",
        "lost": "dmn-requirement",
        "typed": "dmn-type",
    }


def test_the_message_counts_and_lists_the_problems() -> None:
    with pytest.raises(ModelInvalid, match="“test” has 2 problems") as caught:
        read_model(model_xml(decision("a", literal("1 +")), decision("b", literal("("))), name="test")

    assert "b: The expression" in caught.value.sentence


@pytest.mark.parametrize(
    ("logic", "rule"),
    [
        (table((("1", "2"),), policy="SOMETIMES"), "dmn-hit-policy"),
        (table((("1", "2"),), policy="COLLECT", aggregation="AVERAGE"), "dmn-hit-policy"),
        (
            table((("1", "2", "3"),), policy="COLLECT", aggregation="SUM", outputs=("a", "b")),
            "dmn-aggregator",
        ),
        (table((("1", "2", "3"),)), "dmn-rule"),
        (table((("1", "2"),), inputs=("",)), "dmn-input"),
        (table((("1",),), outputs=()), "dmn-output"),
        ('<literalExpression expressionLanguage="python"><text>1</text></literalExpression>', "dmn-language"),
        ('<functionDefinition kind="Java"><context/></functionDefinition>', "dmn-external"),
        ('<relation><column name="a"/><row id="x"/></relation>', "dmn-relation"),
        ("<list>" * 30 + "</list>" * 30, "dmn-depth"),
    ],
)
def test_what_could_not_be_evaluated_is_refused_on_reading(logic: str, rule: str) -> None:
    assert rule in problems_of(decision("it", logic)).values()


def test_requirements_in_a_circle_are_refused() -> None:
    found = problems_of(
        decision("a", literal("b"), requires=("requiredDecision#b",)),
        decision("b", literal("a"), requires=("requiredDecision#a",)),
    )

    assert set(found.values()) == {"dmn-cycle"}


def test_types_that_contain_themselves_are_refused() -> None:
    loop = '<itemDefinition id="t" name="t"><typeRef>t</typeRef></itemDefinition>'

    assert problems_of(loop) == {"t": "dmn-type-cycle"}


def test_two_elements_of_one_id_are_refused() -> None:
    assert problems_of(FINE, input_data("answer")) == {"answer": "dmn-duplicate-id"}


def test_an_import_that_is_not_there_is_refused() -> None:
    missing = '<import id="far" namespace="urn:far" name="far" importType="DMN"/>'

    assert problems_of(missing, FINE) == {"far": "dmn-import"}


@pytest.mark.parametrize(
    ("xml", "rule"),
    [
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]>" + model_xml(FINE), "xml-doctype"),
        (f"<!DOCTYPE a>{model_xml(FINE).decode()}".encode("utf-16"), "xml-doctype"),
        (b"<a>", "xml-syntax"),
        (b"", "xml-syntax"),
        (b"<definitions/>", "dmn-root"),
        (b"<bpmn xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>", "dmn-root"),
        (b"<a>" + b" " * (2 * 1024 * 1024) + b"</a>", "xml-size"),
        (b"<a>" * 5000 + b"</a>" * 5000, "xml-syntax"),
    ],
)
def test_unsafe_or_foreign_files_are_refused(xml: bytes, rule: str) -> None:
    with pytest.raises(ModelInvalid) as caught:
        read_model(xml, name="test")

    assert [problem.rule for problem in caught.value.problems] == [rule]


@pytest.mark.parametrize(
    "version", ["20151101/dmn.xsd", "20180521/MODEL/", "20191111/MODEL/", "20211108/MODEL/"]
)
def test_files_of_older_editions_are_read(version: str) -> None:
    xml = model_xml(FINE).replace(
        b"https://www.omg.org/spec/DMN/20191111/MODEL/", f"http://www.omg.org/spec/DMN/{version}".encode()
    )

    assert read_model(xml, name="test").evaluate("answer", {}).outputs == 42
