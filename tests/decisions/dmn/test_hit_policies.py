from __future__ import annotations

from typing import Any

import pytest

from app.decisions.dmn import Evaluation, RulesOverlap, read_model
from app.decisions.feel import to_json
from tests.decisions.models import decision, model_xml, table

STEPS = (("> 1", '"low"'), ("> 2", '"high"'), ("> 3", '"middle"'))
NUMBERS = (("> 1", "10"), ("> 2", "30"), ("> 3", "20"))


def decide(logic: str, **inputs: object) -> Evaluation:
    return read_model(model_xml(decision("grade", logic)), name="test").evaluate("grade", inputs)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("FIRST", "low"),
        ("PRIORITY", "high"),
        ("RULE ORDER", ["low", "high", "middle"]),
        ("OUTPUT ORDER", ["high", "middle", "low"]),
        ("COLLECT", ["low", "high", "middle"]),
    ],
)
def test_each_policy_answers_in_its_way(policy: str, expected: Any) -> None:
    found = decide(table(STEPS, policy=policy, values='"high", "middle", "low"'), n=5)

    assert to_json(found.outputs) == expected


@pytest.mark.parametrize(("aggregation", "expected"), [("SUM", 60), ("MIN", 10), ("MAX", 30), ("COUNT", 3)])
def test_collect_adds_up(aggregation: str, expected: int) -> None:
    found = decide(table(NUMBERS, policy="COLLECT", aggregation=aggregation), n=5)

    assert to_json(found.outputs) == expected


def test_unique_refuses_rules_that_overlap_and_names_them() -> None:
    with pytest.raises(RulesOverlap, match=r"r1, r2 of the table “grade”") as caught:
        decide(table(STEPS), n=3)

    assert caught.value.rules == ("r1", "r2")


def test_unique_answers_with_the_one_rule_that_matches() -> None:
    assert decide(table(STEPS), n=2).outputs == "low"


def test_any_accepts_rules_of_the_same_answer_and_refuses_others() -> None:
    same = (("> 1", '"x"'), ("> 2", '"x"'))

    assert decide(table(same, policy="ANY"), n=5).outputs == "x"
    with pytest.raises(RulesOverlap):
        decide(table(STEPS, policy="ANY"), n=5)


@pytest.mark.parametrize(
    "policy", ["UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"]
)
def test_no_match_gives_null(policy: str) -> None:
    found = decide(table(STEPS, policy=policy), n=0)

    assert found.outputs is None
    assert found.matched_rules == ()


@pytest.mark.parametrize(("policy", "expected"), [("UNIQUE", "none"), ("COLLECT", ["none"])])
def test_no_match_gives_the_default_where_there_is_one(policy: str, expected: Any) -> None:
    found = decide(table(STEPS, policy=policy, default='"none"'), n=0)

    assert to_json(found.outputs) == expected


def test_several_output_columns_give_a_context() -> None:
    rules = (("-", '"A"', "n + 1"),)

    found = decide(table(rules, outputs=("grade", "score")), n=1)

    assert to_json(found.outputs) == {"grade": "A", "score": 2}


def test_priority_looks_at_columns_from_left_to_right() -> None:
    rules = (("-", '"b"', '"a"'), ("-", '"a"', '"b"'), ("-", '"a"', '"a"'))

    found = decide(table(rules, policy="PRIORITY", outputs=("x", "y"), values='"a", "b"'), n=1)

    assert to_json(found.outputs) == {"x": "a", "y": "a"}


def test_a_rule_applies_only_if_all_its_cells_hold() -> None:
    rules = (("> 1", '"a"', "1"), ("> 1", "-", "2"))

    found = decide(table(rules, policy="FIRST", inputs=("n", "s")), n=2, s="b")

    assert to_json(found.outputs) == 2


def test_a_cell_that_cannot_be_judged_does_not_match() -> None:
    assert decide(table(STEPS, policy="FIRST"), n="text").outputs is None


def test_the_evidence_holds_inputs_rules_and_outcome() -> None:
    found = decide(table(STEPS, policy="RULE ORDER"), n=3, unused="secret")

    assert found.to_json() == {
        "decision": "grade",
        "outputs": ["low", "high"],
        "matched_rules": ["r1", "r2"],
        "inputs": {"n": 3},
        "table": "table",
    }
