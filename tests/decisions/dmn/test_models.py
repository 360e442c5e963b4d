from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.decisions.dmn import DecisionNotFound, read_model
from app.decisions.dmn.table import DecisionTable
from app.decisions.feel import Budget, BudgetExceeded, NotAFeelValue, to_json
from tests.decisions.models import decision, input_data, literal, model_xml, table

FUNCTION = (
    '<businessKnowledgeModel id="double" name="double"><variable name="double"/><encapsulatedLogic>'
    '<formalParameter name="x" typeRef="number"/><literalExpression><text>x * 2</text></literalExpression>'
    "</encapsulatedLogic></businessKnowledgeModel>"
)
SERVICE = (
    '<decisionService id="serve" name="serve"><variable name="serve"/><outputDecision href="#twice"/>'
    '<inputData href="#n"/></decisionService>'
)
ARROW = '<informationRequirement><requiredDecision href="{}"/></informationRequirement>'
TWICE = decision("twice", literal("double(n)"), requires=("requiredInput#n", "requiredKnowledge#double"))


def evaluated(key: str, *parts: str, **inputs: object) -> object:
    return to_json(read_model(model_xml(*parts), name="test").evaluate(key, inputs).outputs)


def test_a_decision_evaluates_what_it_requires_first() -> None:
    final = decision("final", literal("twice + 1"), requires=("requiredDecision#twice",))

    assert evaluated("final", input_data("n", "number"), FUNCTION, TWICE, final, n=4) == 9


def test_what_is_not_required_is_not_seen() -> None:
    assert evaluated("peek", input_data("n"), decision("peek", literal("n")), n=4) is None


def test_variables_the_model_does_not_declare_are_seen_without_arrows() -> None:
    assert evaluated("grade", decision("grade", literal("record.severity")), record={"severity": 4}) == 4


def test_a_decision_service_is_a_function_of_its_inputs() -> None:
    call = decision("call", literal("serve(5)"), requires=("requiredKnowledge#serve",))

    assert evaluated("call", input_data("n"), FUNCTION, TWICE, SERVICE, call) == 10


def test_an_invocation_binds_by_name() -> None:
    invocation = (
        "<invocation><literalExpression><text>double</text></literalExpression><binding>"
        '<parameter name="x"/><literalExpression><text>21</text></literalExpression></binding></invocation>'
    )

    assert (
        evaluated("call", FUNCTION, decision("call", invocation, requires=("requiredKnowledge#double",)))
        == 42
    )


def entry(name: str, text: str) -> str:
    variable = f'<variable name="{name}"/>' if name else ""
    return f"<contextEntry>{variable}{literal(text)}</contextEntry>"


def rounds(kind: str, source: str, result: str, body: str) -> str:
    inside = f"<in>{literal(source)}</in><{result}>{literal(body)}</{result}>"
    return f'<{kind} iteratorVariable="i">{inside}</{kind}>'


CHOICE = f"<if>{literal('null')}</if><then>{literal('1')}</then><else>{literal('2')}</else>"


@pytest.mark.parametrize(
    ("logic", "expected"),
    [
        (f"<context>{entry('a', '2')}{entry('', 'a * 3')}</context>", 6),
        (f"<context>{entry('a', '2')}{entry('b', 'a * 3')}</context>", {"a": 2, "b": 6}),
        (f"<list>{literal('1')}</list>", [1]),
        (f'<relation><column name="a"/><row>{literal("1")}</row></relation>', [{"a": 1}]),
        (f"<conditional>{CHOICE}</conditional>", 2),
        (f"<filter><in>{literal('[1, 2, 3]')}</in><match>{literal('item > 1')}</match></filter>", [2, 3]),
        (rounds("for", "[1..3]", "return", "i * 2"), [2, 4, 6]),
        (rounds("every", "[1, 2]", "satisfies", "i > 1"), False),
        (rounds("some", "[1, 2]", "satisfies", "i > 1"), True),
        (rounds("some", "null", "satisfies", "i > 1"), None),
    ],
)
def test_boxed_expressions(logic: str, expected: object) -> None:
    assert evaluated("it", decision("it", logic)) == expected


@pytest.mark.parametrize(("value", "expected"), [(5, 5), ("five", None), (11, None), ([5], 5)])
def test_inputs_are_held_to_their_type(value: object, expected: object) -> None:
    allowed = "<allowedValues><text>[0..10]</text></allowedValues>"
    small = f'<itemDefinition name="tSmall"><typeRef>number</typeRef>{allowed}</itemDefinition>'
    same = decision("same", literal("n"), requires=("requiredInput#n",))

    assert evaluated("same", small, input_data("n", "tSmall"), same, n=value) == expected


def test_results_are_held_to_their_type() -> None:
    assert evaluated("it", decision("it", literal('"text"'), type_ref="number")) is None


def test_an_imported_model_is_reached_by_its_prefix() -> None:
    far = read_model(model_xml(FUNCTION, namespace="urn:far"), name="far")
    arrow = '<knowledgeRequirement><requiredKnowledge href="urn:far#double"/></knowledgeRequirement>'
    near = model_xml(
        '<import namespace="urn:far" name="lib" importType="DMN"/>',
        decision("it", arrow + literal("lib.double(4)")),
    )

    assert to_json(read_model(near, name="near", imported=(far,)).evaluate("it", {}).outputs) == 8


def test_decisions_are_found_by_id_and_by_name() -> None:
    xml = model_xml(f'<decision id="d1" name="The answer">{literal("42")}</decision>')
    model = read_model(xml, name="test")

    assert model.evaluate("d1", {}).outputs == model.evaluate("The answer", {}).outputs
    with pytest.raises(DecisionNotFound, match="no decision “other”"):
        model.evaluate("other", {})


def test_the_model_names_its_inputs_and_paths_for_the_publish_check() -> None:
    rules = (("> record.limit", "settings.grade"),)
    model = read_model(model_xml(input_data("age"), decision("it", table(rules))), name="test")

    assert model.input_names == {"age", "n", "record", "settings"}
    assert ("record", "limit") in model.paths


def test_time_comes_from_the_caller() -> None:
    model = read_model(model_xml(decision("it", literal("today()"))), name="test")

    found = model.evaluate("it", {}, now=datetime(2026, 3, 17, tzinfo=UTC))

    assert to_json(found.outputs) == "2026-03-17"


def test_one_budget_holds_for_the_whole_graph() -> None:
    slow = "count(for i in 1..900 return i)"
    parts = [decision(f"d{index}", literal(slow)) for index in range(40)]
    total = decision("all", literal("1"), requires=tuple(f"requiredDecision#d{index}" for index in range(40)))
    model = read_model(model_xml(*parts, total), name="test")

    with pytest.raises(BudgetExceeded):
        model.evaluate("all", {})
    assert model.evaluate("all", {}, budget=Budget(steps=200_000)).outputs == 1


def test_a_long_chain_of_decisions_is_stopped_and_does_not_crash() -> None:
    chain = [
        decision(f"d{index}", literal("1"), requires=(f"requiredDecision#d{index - 1}",) if index else ())
        for index in range(2000)
    ]

    with pytest.raises(BudgetExceeded):
        read_model(model_xml(*chain), name="test").evaluate("d1999", {})


def test_inputs_of_unknown_kinds_are_refused() -> None:
    model = read_model(model_xml(decision("it", literal("a"))), name="test")

    with pytest.raises(NotAFeelValue):
        model.evaluate("it", {"a": object()})


def test_an_imported_model_sees_its_own_names_and_inputs_come_by_the_path_of_imports() -> None:
    greeting = decision("greeting", literal('"Hello " + who'), requires=("requiredInput#who",))
    base = read_model(model_xml(input_data("who"), greeting, namespace="urn:base"), name="base")
    pass_on = decision("loud", ARROW.format("urn:base#greeting") + literal("upper case(base.greeting)"))
    import_base = '<import namespace="urn:base" name="base" importType="DMN"/>'
    middle = read_model(model_xml(import_base, pass_on, namespace="urn:mid"), name="mid", imported=(base,))
    import_middle = '<import namespace="urn:mid" name="mid" importType="DMN"/>'
    top_decision = decision("top", ARROW.format("urn:mid#loud") + literal('mid.loud + "!"'))
    top = read_model(model_xml(import_middle, top_decision), name="top", imported=(middle,))

    assert top.evaluate("top", {"mid": {"base": {"who": "Ann"}}}).outputs == "HELLO ANN!"


def test_evidence_keeps_only_what_the_model_reads() -> None:
    rules = (("> settings.limit.major", '"escalate"'),)
    model = read_model(model_xml(decision("it", table(rules, inputs=("record.severity",)))), name="test")
    record = {"severity": 5, "reporter": "Ann"}
    settings = {"limit": {"major": 3, "minor": 1}, "mail": "x"}

    found = model.evaluate("it", {"record": record, "settings": settings})

    assert found.to_json()["inputs"] == {"record": {"severity": 5}, "settings": {"limit": {"major": 3}}}


def test_evidence_keeps_all_of_a_value_that_is_used_whole() -> None:
    model = read_model(model_xml(decision("it", literal("count(rows) + rows.size[1]"))), name="test")

    found = model.evaluate("it", {"rows": [{"size": 1, "name": "x"}]})

    assert found.to_json()["inputs"] == {"rows": [{"size": 1, "name": "x"}]}


def test_a_function_that_calls_itself_without_end_is_stopped_and_does_not_crash() -> None:
    body = literal("f(f, n + 1)")
    for _level in range(20):
        body = f"<conditional><if>{literal('true')}</if><then>{body}</then><else/></conditional>"
    parameters = '<formalParameter name="f"/><formalParameter name="n"/>'
    logic = f"<encapsulatedLogic>{parameters}{body}</encapsulatedLogic>"
    function = f'<businessKnowledgeModel id="f" name="f"><variable name="f"/>{logic}</businessKnowledgeModel>'
    start = decision("it", literal("f(f, 1)"), requires=("requiredKnowledge#f",))

    with pytest.raises(BudgetExceeded, match="levels of nesting"):
        evaluated("it", function, start)


def test_the_table_of_a_typed_decision_shows_its_columns() -> None:
    typed = table((("-", '"a"'),)).replace("<decisionTable", '<decisionTable typeRef="string"')
    logic = read_model(model_xml(decision("it", typed, type_ref="string")), name="test").decisions["it"].logic

    assert isinstance(logic, DecisionTable)
    assert [column.name for column in logic.outputs] == ["result"]
