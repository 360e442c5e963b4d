from __future__ import annotations

from dataclasses import replace

import pytest

from app.workflow.engine import (
    BadExpression,
    EngineFault,
    EnginePorts,
    Program,
    Runtime,
    StepBudgetExceeded,
    UncaughtError,
    budget,
)
from tests.workflow.diagrams import bpmn, chain, end, flow, program_of, service, start, user
from tests.workflow.hosts import Host, open_ids

XOR = '<exclusiveGateway id="which" default="which_to_low"/>'
JOIN = '<parallelGateway id="join"/>'
SPLIT = '<parallelGateway id="split"/>'


def parallel() -> Program:
    ways = chain("begun", "split", "a", "join", "c", "closed") + chain("split", "b", "join")
    return program_of(bpmn(start(), SPLIT, user("a"), user("b"), JOIN, user("c"), end(), ways))


def test_tasks_follow_one_another(host: Host) -> None:
    program = program_of(bpmn(start(), user("a"), user("b"), end(), chain("begun", "a", "b", "closed")))

    runtime = host.finish(program, ["a", "b"])

    assert runtime.is_over
    assert runtime.outcome.ends == ("closed",)


@pytest.mark.parametrize(("severity", "reached"), [(5, "high"), (2, "low"), (None, "low")])
def test_an_exclusive_gateway_takes_one_way(host: Host, severity: int | None, reached: str) -> None:
    ways = chain("begun", "which", "low", "closed") + flow("which", "high", when="record.severity > 3")
    program = program_of(bpmn(start(), XOR, user("low"), user("high"), end(), ways, chain("high", "closed")))
    host.record["severity"] = severity

    runtime = host.start(program)

    assert open_ids(runtime) == [reached]


def test_a_gateway_tells_what_it_judged(host: Host) -> None:
    ways = chain("begun", "which", "low", "closed") + flow("which", "high", when="record.severity > 3")
    program = program_of(bpmn(start(), XOR, user("low"), user("high"), end(), ways, chain("high", "closed")))
    host.record["severity"] = 5

    host.start(program)

    judged = host.evaluations[0]
    assert (judged.element_id, judged.flow_id) == ("which", "which_to_high")
    assert judged.inputs == {"record.severity": 5}
    assert judged.result is True


def test_a_condition_that_is_no_truth_value_is_a_fault(host: Host) -> None:
    ways = chain("begun", "which", "low", "closed") + flow("which", "high", when="record.severity")
    program = program_of(bpmn(start(), XOR, user("low"), user("high"), end(), ways, chain("high", "closed")))
    host.record["severity"] = 5

    with pytest.raises(EngineFault, match="neither true nor false") as fault:
        host.start(program)

    assert fault.value.element_id == "which"


@pytest.mark.parametrize("order", [["a", "b", "c"], ["b", "a", "c"]])
def test_a_parallel_join_waits_for_all_ways(host: Host, order: list[str]) -> None:
    runtime = host.finish(parallel(), order)

    assert runtime.is_over


def test_a_parallel_join_does_not_wait_twice(host: Host) -> None:
    runtime = host.finish(parallel(), ["a", "b"])

    assert open_ids(runtime) == ["c"]


def test_a_join_never_changes_what_expressions_see(host: Host) -> None:
    check = '<exclusiveGateway id="which" default="which_to_low"/>'
    ways = chain("begun", "split", "a", "join", "which", "low", "closed") + chain("split", "b", "join")
    high = flow("which", "high", when="count(record.lots) = 3") + chain("high", "closed")
    body = (SPLIT, user("a"), user("b"), JOIN, check, user("low"), user("high"), end(), ways, high)
    host.record["lots"] = ["1", "2", "3"]

    runtime = host.finish(program_of(bpmn(start(), *body)), ["a", "b"], {"lots": ["9"]})

    assert open_ids(runtime) == ["high"]


def test_an_inclusive_gateway_joins_the_ways_that_were_taken(host: Host) -> None:
    gateway = '<inclusiveGateway id="some" default="some_to_c"/>'
    conditions = flow("some", "a", when="record.a") + flow("some", "b", when="record.b")
    ways = chain("begun", "some", "c", "all", "last", "closed") + chain("a", "all") + chain("b", "all")
    body = (gateway, user("a"), user("b"), user("c"), '<inclusiveGateway id="all"/>', user("last"), end())
    host.record.update(a=True, b=True)

    runtime = host.finish(program_of(bpmn(start(), *body, conditions, ways)), ["b", "a"])

    assert open_ids(runtime) == ["last"]


def test_a_terminate_end_stops_the_other_ways(host: Host) -> None:
    stop = '<endEvent id="stopped"><terminateEventDefinition/></endEvent>'
    ways = chain("begun", "split", "a", "stopped") + chain("split", "b", "closed")
    program = program_of(bpmn(start(), SPLIT, user("a"), user("b"), stop, end(), ways))

    runtime = host.finish(program, ["a"])

    assert runtime.is_over
    assert runtime.outcome.ends == ("stopped",)
    assert runtime.live_tasks() == ()


def test_a_sub_process_ends_before_its_successor_begins(host: Host) -> None:
    inner = (
        f'<subProcess id="part">{start("in")}{user("x")}{end("out")}{chain("in", "x", "out")}</subProcess>'
    )
    program = program_of(bpmn(start(), inner, user("y"), end(), chain("begun", "part", "y", "closed")))

    runtime = host.finish(program, ["x"])

    assert open_ids(runtime) == ["y"]
    assert runtime.element_states()["x"].done == 1


def test_a_called_definition_runs_as_part_of_the_instance(host: Host) -> None:
    call = '<callActivity id="ask" calledElement="approval"/>'
    caller = bpmn(start(), call, user("y"), end(), chain("begun", "ask", "y", "closed"))
    called = bpmn(start("in"), user("vote"), end("out"), chain("in", "vote", "out"), key="approval")
    program = program_of(caller, called)

    runtime = host.start(program)

    assert runtime.live_tasks()[0].process_key == "approval"
    assert runtime.element_states()["ask"].here == 1
    assert runtime.element_states("approval")["vote"].here == 1
    assert open_ids(host.finish(program, ["vote"])) == ["y"]


def test_an_error_end_takes_the_boundary_of_its_sub_process(host: Host) -> None:
    bad = '<endEvent id="bad"><errorEventDefinition errorRef="E"/></endEvent>'
    inner = f'<subProcess id="part">{start("in")}{user("x")}{bad}{chain("in", "x", "bad")}</subProcess>'
    caught = (
        '<boundaryEvent id="caught" attachedToRef="part"><errorEventDefinition errorRef="E"/></boundaryEvent>'
    )
    ways = chain("begun", "part", "y", "closed") + chain("caught", "mend", "closed")
    head = '<error id="E" errorCode="FAILED" name="Failed"/>'
    program = program_of(bpmn(start(), inner, caught, user("y"), user("mend"), end(), ways, head=head))

    runtime = host.finish(program, ["x"])

    assert open_ids(runtime) == ["mend"]


def test_an_endless_diagram_is_stopped(host: Host) -> None:
    ways = chain("begun", "which", "low", "closed") + flow("which", "x", when="true") + chain("x", "which")
    program = program_of(bpmn(start(), XOR, service("x"), user("low"), end(), ways))

    with pytest.raises(StepBudgetExceeded, match="more than 500 steps"):
        host.start(program)


def test_a_diagram_that_computes_for_ever_is_stopped(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "SECONDS_BUDGET", -1.0)
    program = program_of(bpmn(start(), service("x"), end(), chain("begun", "x", "closed")))

    with pytest.raises(StepBudgetExceeded, match="seconds without waiting"):
        host.start(program)


def test_a_stuck_instance_is_a_fault(host: Host) -> None:
    gateway = '<exclusiveGateway id="which" default="which_to_join"/>'
    ways = (
        chain("begun", "which", "join", "closed") + flow("which", "a", when="record.a") + chain("a", "join")
    )
    program = program_of(bpmn(start(), gateway, user("a"), JOIN, end(), ways))

    with pytest.raises(EngineFault, match="stuck"):
        host.start(program)


@pytest.mark.parametrize("text", ["nobody", 'open("/tmp/x")', "eval(1)", "severity = 1", "record.a +", ""])
def test_an_expression_outside_the_scope_is_a_fault(host: Host, text: str) -> None:
    quoted = text.replace("&", "&amp;").replace('"', "&quot;")
    program = program_of(bpmn(start(), service("x", n=quoted), end(), chain("begun", "x", "closed")))

    with pytest.raises(BadExpression):
        host.start(program)


def test_an_error_of_the_facts_comes_out_unchanged(host: Host) -> None:
    def fail(_call_id: str) -> dict[str, object]:
        raise LookupError("no record")

    program = program_of(bpmn(start(), service("x", n="record.a"), end(), chain("begun", "x", "closed")))

    with pytest.raises(LookupError, match="no record"):
        Runtime.start(program, replace(host.ports, scope=fail))


def test_an_engine_without_doors_still_runs() -> None:
    body = (service("x"), '<businessRuleTask id="r" qms:decision="g_capa"/>', user("a"), end())
    program = program_of(bpmn(start(), *body, chain("begun", "x", "r", "a", "closed")))

    runtime = Runtime.start(program, EnginePorts())

    assert open_ids(runtime) == ["a"]


def test_an_error_end_nobody_catches_is_a_fault(host: Host) -> None:
    bad = '<endEvent id="bad"><errorEventDefinition errorRef="E"/></endEvent>'
    head = '<error id="E" errorCode="FAILED" name="Failed"/>'
    program = program_of(bpmn(start(), bad, chain("begun", "bad"), head=head))

    with pytest.raises(UncaughtError, match="FAILED"):
        host.start(program)


def test_an_escalation_informs_and_goes_on(host: Host) -> None:
    escalation = '<escalationEventDefinition escalationRef="S"/>'
    throw = f'<intermediateThrowEvent id="t">{escalation}</intermediateThrowEvent>'
    inner = f"{start('in')}{throw}{user('x')}{end('out')}{chain('in', 't', 'x', 'out')}"
    told = (
        f'<boundaryEvent id="told" attachedToRef="part" cancelActivity="false">{escalation}</boundaryEvent>'
    )
    ways = chain("begun", "part", "closed") + chain("told", "note", "noted")
    body = (f'<subProcess id="part">{inner}</subProcess>', told, user("note"), end(), end("noted"))
    head = '<escalation id="S" escalationCode="LATE" name="Late"/>'

    runtime = host.start(program_of(bpmn(start(), *body, ways, head=head)))

    assert open_ids(runtime) == ["note", "x"]
