from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.workflow.compile import compile_diagram
from app.workflow.validation import check_diagram, check_layout, warn_diagram
from tests.workflow.diagrams import bpmn, chain, drawn, end, flow, service, start, task, timer
from tests.workflow.sinks import canary, own_sinks, sinks
from tests.workflow.validation.gates import CONTEXT, GOOD, GOOD_GATEWAY, found, line, problems_of

LOOP = "multiInstanceLoopCharacteristics"


def test_a_good_diagram_passes() -> None:
    assert problems_of(*GOOD) == []


def test_all_problems_come_at_once() -> None:
    problems = line('<scriptTask id="x"/>', task("Bad-Id"), '<userTask id="a"/>')

    rules = {problem.rule for problem in problems}
    assert {"element.scriptTask", "id.snake_case", "node.reached", "role.missing", "documentation"} <= rules


@pytest.mark.parametrize("name", sorted(sinks("")))
def test_a_canary_in_any_sink_is_refused_at_publish(tmp_path: Path, name: str) -> None:
    document = sinks(canary(tmp_path / "canary"))[name]

    problems = check_diagram(drawn(document), CONTEXT)

    assert {problem.rule.split(".")[0] for problem in problems} & {"element", "expression", "extension"}
    assert not (tmp_path / "canary").exists()


@pytest.mark.parametrize("name", sorted(own_sinks("")))
def test_a_canary_in_our_own_marks_is_refused_at_publish(tmp_path: Path, name: str) -> None:
    document = own_sinks(canary(tmp_path / "canary"))[name]

    assert any(problem.rule.startswith("expression") for problem in check_diagram(drawn(document), CONTEXT))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("record.severity >", "expression.syntax"),
        ("1 + 1", "expression.truth"),
        ("severity > 3", "expression.name"),
        ("record.sevrity > 3", "expression.path"),
        ("task.nobody.answer = 1", "expression.path"),
        ("task.a.answr = 1", "expression.path"),
        ("decision.g_cap.outcome = 1", "expression.path"),
        ("decision.g_capa.outcom = 1", "expression.path"),
        ("settings.wiat = 1", "expression.path"),
    ],
)
def test_an_expression_that_asks_for_nothing_known_is_refused(text: str, rule: str) -> None:
    flows = (chain("begun", "a", "is_good"), flow("is_good", "closed", name="yes"))
    back = flow("is_good", "a", when=text.replace(">", "&gt;"), name="no")

    problems = problems_of(start(), task("a"), GOOD_GATEWAY, end(), *flows, back)

    assert (rule, "is_good_to_a") in found(problems)


@pytest.mark.parametrize(
    "text",
    ["record.severity > 3 and task.a.amount = 2", 'decision.g_capa.outcome = "capa"', "settings.wait = 1"],
)
def test_an_expression_over_known_names_passes(text: str) -> None:
    flows = (chain("begun", "a", "is_good"), flow("is_good", "closed", name="yes"))
    back = flow("is_good", "a", when=text.replace(">", "&gt;"), name="no")

    assert problems_of(start(), task("a"), GOOD_GATEWAY, end(), *flows, back) == []


@pytest.mark.parametrize("text", ["2026-03-01", "2026-03-01T08:00:00"])
def test_a_moment_without_its_offset_is_refused(text: str) -> None:
    event = f'<intermediateCatchEvent id="x">{timer("Date", text)}</intermediateCatchEvent>'

    rules = {problem.rule for problem in line(event)}

    assert "timer.parses" in rules


def test_an_operation_with_its_parameters_passes() -> None:
    assert line(service("x", "sample.add", amount="2", note="record.number")) == []


def test_many_instances_are_warned_of() -> None:
    many = task("x", f"<{LOOP}><loopCardinality>21</loopCardinality></{LOOP}>")
    document = drawn(bpmn(start(), many, end(), chain("begun", "x", "closed")))

    assert check_diagram(document, CONTEXT) == []
    assert [problem.rule for problem in warn_diagram(document, CONTEXT)] == ["instances.many"]


def test_an_id_used_twice_is_refused() -> None:
    problems = line(task("x"), task("x"))

    assert ("id.unique", "x") in found(problems)


def test_two_processes_in_one_file_are_refused() -> None:
    other = b'</process><process id="other"><startEvent id="s2"/></process>'
    document = drawn(bpmn(*GOOD)).replace(b"</process>", other, 1)

    assert ("process.single", "other") in found(check_diagram(document, CONTEXT))


def test_what_is_not_drawn_is_refused() -> None:
    rules = {problem.rule for problem in check_diagram(bpmn(*GOOD), CONTEXT)}

    assert rules == {"layout.shape", "layout.edge"}


@pytest.mark.parametrize(
    "document",
    [b"", b"no xml", b"<a>", b'<!DOCTYPE x [<!ENTITY e "1">]><x>&e;</x>', b"<x/>", b"\xff\xfe<\x00x\x00"],
)
def test_what_is_no_diagram_is_refused_with_a_sentence(document: bytes) -> None:
    problems = check_diagram(document, CONTEXT)

    assert problems
    assert all(problem.sentence for problem in problems)


def test_the_schema_speaks_with_the_element(shared: Path) -> None:
    document = drawn(bpmn(*GOOD)).replace(b'sourceRef="begun"', b"", 1)

    assert any(problem.rule == "xml.schema" for problem in check_diagram(document, CONTEXT))
    assert shared.is_dir()


def test_hostile_names_do_not_change_what_is_found() -> None:
    hostile = task("x").replace('name="x"', 'name="&lt;script&gt;&apos;]&quot; or 1=1"')

    assert line(hostile) == []


def test_every_engine_document_satisfies_the_schema() -> None:
    engine_xml = compile_diagram(bpmn(*GOOD)).engine_xml

    rules = {problem.rule for problem in check_diagram(engine_xml, CONTEXT)}

    assert "xml.schema" not in rules


def test_the_exchange_diagrams_are_read_and_answered(shared: Path) -> None:
    for path in sorted((shared / "data" / "bpmn-miwg").glob("*.bpmn")):
        problems = check_diagram(path.read_bytes(), CONTEXT)

        assert {problem.rule for problem in problems} & {"element.task"}, path.name
        assert "xml.schema" not in {problem.rule for problem in problems}, path.name
        assert check_layout(path.read_bytes()) is not None


def test_unknown_record_fields_may_be_left_unchecked() -> None:
    context = replace(CONTEXT, record_fields=None)
    flows = (chain("begun", "a", "is_good"), flow("is_good", "closed", name="yes"))
    back = flow("is_good", "a", when="record.anything", name="no")

    assert problems_of(start(), task("a"), GOOD_GATEWAY, end(), *flows, back, context=context) == []
