from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.dmn.parser import BpmnDmnParser
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.util.task import TaskState

from app.foundation.errors import QmsError
from app.workflow.engine import BadExpression, Bundle, build_program
from app.workflow.engine.script import FeelScriptEngine
from tests.workflow.diagrams import boundary, bpmn, chain, end, program_of, service, start, timer, user
from tests.workflow.hosts import Host, live
from tests.workflow.sinks import canary, own_sinks, sinks

DECISION = "http://www.omg.org/spec/DMN/20151101/dmn.xsd"
SINKS = sorted(sinks(""))
CELLS = ["input expression", "input cell", "output cell"]


def run_on_the_library(document: bytes, host: Host) -> None:
    """Run a forged spec made by the library's own parser, scripts and all, on our script engine."""
    parser = SpiffBpmnParser()
    parser.add_bpmn_xml(etree.fromstring(document))
    spec, called = parser.get_spec("sample"), parser.get_subprocess_specs("sample")
    workflow = BpmnWorkflow(spec, called, script_engine=FeelScriptEngine(host.ports))
    for _step in range(10):
        workflow.refresh_timers()
        workflow.do_engine_steps()
        workflow.catch(BpmnEvent(MessageEventDefinition("m"), payload={}))
        for task in workflow.get_tasks(state=TaskState.READY):
            task.run()


@pytest.mark.parametrize("name", SINKS)
def test_a_canary_forced_into_a_spec_is_refused_at_run(host: Host, tmp_path: Path, name: str) -> None:
    document = sinks(canary(tmp_path / "canary"))[name]

    with pytest.raises((QmsError, Exception)) as raised:
        run_on_the_library(document, host)

    assert _is_ours(raised.value)
    assert not (tmp_path / "canary").exists()


@pytest.mark.parametrize("name", SINKS)
def test_a_canary_forced_into_a_bundle_never_runs(host: Host, tmp_path: Path, name: str) -> None:
    document = sinks(canary(tmp_path / "canary"))[name]

    with pytest.raises(QmsError):
        _play(host, document)

    assert not (tmp_path / "canary").exists()


@pytest.mark.parametrize("name", ["parameter", "correlation"])
def test_a_canary_in_our_own_marks_never_runs(host: Host, tmp_path: Path, name: str) -> None:
    document = own_sinks(canary(tmp_path / "canary"))[name]

    with pytest.raises(BadExpression):
        _play(host, document)

    assert not (tmp_path / "canary").exists()


@pytest.mark.parametrize("place", CELLS)
def test_a_canary_in_a_decision_of_the_library_never_runs(host: Host, tmp_path: Path, place: str) -> None:
    python = canary(tmp_path / "canary")
    text = {one: python if one == place else "1" for one in CELLS}
    cell = "<{0} id='{0}'><text>{1}</text></{0}>"
    inputs = cell.format("inputExpression", text["input expression"])
    rows = cell.format("inputEntry", text["input cell"]) + cell.format("outputEntry", text["output cell"])
    table = (
        f'<definitions xmlns="{DECISION}" id="d" name="d" namespace="n"><decision id="choose" name="c">'
        f'<decisionTable id="t"><input id="i" label="i">{inputs}</input><output id="o" name="o"/>'
        f'<rule id="r">{rows}</rule></decisionTable></decision></definitions>'
    )
    rule = (
        '<businessRuleTask id="x"><extensionElements><spiffworkflow:calledDecisionId>choose'
        "</spiffworkflow:calledDecisionId></extensionElements></businessRuleTask>"
    )

    with pytest.raises((QmsError, Exception)) as raised:
        _decide(host, bpmn(start(), rule, end(), chain("begun", "x", "closed")), table.encode())

    assert _is_ours(raised.value)
    assert not (tmp_path / "canary").exists()


def test_a_whole_instance_compiles_and_runs_no_python(host: Host, no_python_is_run: list[str]) -> None:
    late = boundary("late", "a", timer("Duration", 'duration("P1D")'), interrupting=False)
    ways = chain("begun", "x", "a", "closed") + chain("late", "told")
    program = program_of(bpmn(start(), service("x", n="1 + 1"), user("a"), late, end(), end("told"), ways))

    runtime = host.reload(program, host.start(program))
    host.wait(days=1)
    runtime.refresh_timers()
    runtime.complete(live(runtime, "a"))

    assert runtime.is_over
    assert no_python_is_run == []


def test_the_watch_on_python_can_see(no_python_is_run: list[str]) -> None:
    parser: Any = BpmnDmnParser
    source = (
        Path(parser.__init__.__code__.co_filename).parents[2] / "bpmn/script_engine/python_environment.py"
    )
    environment: dict[str, Any] = {}
    exec(compile(source.read_text(), str(source), "exec"), environment)

    environment["TaskDataEnvironment"]().evaluate("1 + 1", {})

    assert any("SpiffWorkflow" in line for line in no_python_is_run)
    no_python_is_run.clear()


def test_task_data_cannot_shadow_what_expressions_see(host: Host) -> None:
    gateway = '<exclusiveGateway id="which" default="which_to_low"/>'
    ways = chain("begun", "first", "which", "low", "closed")
    high = (
        '<sequenceFlow id="f" sourceRef="which" targetRef="high"><conditionExpression>record.severity &gt; 3'
    )
    body = (user("first"), gateway, user("low"), user("high"), end(), ways, chain("high", "closed"))
    program = program_of(bpmn(start(), *body, f"{high}</conditionExpression></sequenceFlow>"))
    host.record["severity"] = 5
    runtime = host.start(program)

    runtime.complete(live(runtime, "first"), {"severity": 1, "count": "x", "not": True})

    assert live(runtime, "high")


def _play(host: Host, document: bytes) -> None:
    runtime = host.start(build_program(Bundle("forged", "sample", {"sample": document})))
    for task in runtime.live_tasks():
        runtime.complete(task.guid)


def _decide(host: Host, document: bytes, table: bytes) -> None:
    parser = SpiffBpmnParser()
    parser.add_dmn_xml(etree.fromstring(table))
    parser.add_bpmn_xml(etree.fromstring(document))
    workflow = BpmnWorkflow(parser.get_spec("sample"), script_engine=FeelScriptEngine(host.ports))
    workflow.do_engine_steps()


def _is_ours(error: BaseException | None) -> bool:
    """Tell whether the error, or what caused it, is a refusal of ours."""
    while error is not None:
        if isinstance(error, QmsError) or "cannot be read" in str(error) or "does not exist" in str(error):
            return True
        error = error.__cause__ or getattr(error, "exception", None) or error.__context__
    return False
