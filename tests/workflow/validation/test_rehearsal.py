from __future__ import annotations

from dataclasses import replace

import pytest

from app.workflow.compile import compile_diagram
from app.workflow.engine import Runtime
from app.workflow.validation import rehearse
from tests.workflow.diagrams import REWORK, bpmn, chain, end, program_of, start, task, timer, user
from tests.workflow.validation.gates import CONTEXT, found, problems_of


def test_a_diagram_that_ends_passes_its_rehearsal() -> None:
    message = (
        '<intermediateCatchEvent id="m"><messageEventDefinition messageRef="M"/></intermediateCatchEvent>'
    )
    wait = f'<intermediateCatchEvent id="w">{timer("Duration", "P60D")}</intermediateCatchEvent>'
    ways = chain("begun", "a", "m", "w", "closed")
    program = program_of(
        bpmn(start(), user("a"), message, wait, end(), ways, head='<message id="M" name="m"/>')
    )

    assert rehearse(program, {}) == []


def test_rework_without_end_goes_round_once(monkeypatch: pytest.MonkeyPatch) -> None:
    complete, completed = Runtime.complete, []

    def noted(runtime: Runtime, guid: str) -> None:
        completed.append(guid)
        complete(runtime, guid)

    monkeypatch.setattr(Runtime, "complete", noted)

    assert rehearse(program_of(REWORK), {"record": {"again": True}}) == []
    assert len(completed) == 2  # the first time and once more, then nothing is new


@pytest.mark.parametrize("is_sequential", ["true", "false"])
def test_what_comes_after_the_last_of_many_is_played(is_sequential: str) -> None:
    many = (
        f'<userTask id="each"><multiInstanceLoopCharacteristics isSequential="{is_sequential}">'
        "<loopCardinality>4</loopCardinality></multiInstanceLoopCharacteristics></userTask>"
    )
    wait = f'<intermediateCatchEvent id="w">{timer("Duration", "record.wait")}</intermediateCatchEvent>'
    program = program_of(bpmn(start(), many, wait, end(), chain("begun", "each", "w", "closed")))

    assert found(rehearse(program, {"record": {"wait": "soon"}})) == {("rehearsal", "w")}


def test_a_fault_names_its_element() -> None:
    wait = f'<intermediateCatchEvent id="w">{timer("Duration", "record.wait")}</intermediateCatchEvent>'
    program = program_of(bpmn(start(), wait, end(), chain("begun", "w", "closed")))

    problems = rehearse(program, {"record": {"wait": "soon"}})

    assert found(problems) == {("rehearsal", "w")}
    assert rehearse(program, {"record": {"wait": "P1D"}}) == []


def test_definitions_that_call_each_other_are_refused() -> None:
    call = '<callActivity id="x" calledElement="{0}"/>'
    ways = chain("begun", "x", "closed")
    other = compile_diagram(bpmn(start(), call.format("sample"), end(), ways, key="other")).engine_xml
    context = replace(CONTEXT, called={"other": other})

    problems = problems_of(start(), task("a"), call.format("other"), end(), ways, context=context)

    assert ("call.cycle", "x") in found(problems)
