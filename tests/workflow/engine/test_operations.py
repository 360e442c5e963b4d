from __future__ import annotations

from decimal import Decimal

import pytest

from app.foundation.errors import Refused
from app.workflow.engine import BpmnError, DecisionCall, OperationCall, Program, UncaughtError, UnsafeData
from tests.workflow.diagrams import boundary, bpmn, chain, end, program_of, service, start, user
from tests.workflow.hosts import Host, live, open_ids

CAUGHT = '<errorEventDefinition errorRef="E"/>'
HEAD = '<error id="E" errorCode="NO_STOCK" name="No stock"/>'
MANY = (
    "<multiInstanceLoopCharacteristics><loopDataInputRef>sites</loopDataInputRef>"
    '<inputDataItem id="site" name="site"/></multiInstanceLoopCharacteristics>'
)


def calling(**parameters: str) -> Program:
    return program_of(
        bpmn(start(), service("x", **parameters), user("a"), end(), chain("begun", "x", "a", "closed"))
    )


def guarded() -> Program:
    ways = chain("begun", "x", "a", "closed") + chain("failed", "mend", "closed")
    body = (start(), service("x"), boundary("failed", "x", CAUGHT), user("a"), user("mend"), end(), ways)
    return program_of(bpmn(*body, head=HEAD))


def test_an_operation_gets_evaluated_parameters(host: Host) -> None:
    host.record.update(cost=Decimal("12.50"), lots=["a", "b"])

    host.start(calling(cost="record.cost", lots="record.lots", text="&quot;hello&quot;"))

    call = host.calls[0]
    assert isinstance(call, OperationCall)
    assert call.parameters == {"cost": Decimal("12.50"), "lots": ["a", "b"], "text": "hello"}
    assert (call.element_id, call.operation) == ("x", "sample.do")


def test_what_an_operation_returns_becomes_task_data(host: Host) -> None:
    host.results["sample.do"] = {"finding_id": 3}

    runtime = host.start(calling())

    assert runtime.live_tasks()[0].data == {"finding_id": 3}


def test_an_operation_cannot_return_the_names_of_the_scope(host: Host) -> None:
    host.results["sample.do"] = {"record": {"severity": 1}}

    with pytest.raises(UnsafeData):
        host.start(calling())


def test_a_rule_task_asks_the_decision_port(host: Host) -> None:
    rule = '<businessRuleTask id="choose" qms:decision="g_capa"/>'
    host.start(program_of(bpmn(start(), rule, user("a"), end(), chain("begun", "choose", "a", "closed"))))

    call = host.calls[0]

    assert isinstance(call, DecisionCall)
    assert (call.element_id, call.decision) == ("choose", "g_capa")


def test_a_business_error_takes_the_boundary(host: Host) -> None:
    program = guarded()
    host.results["sample.do"] = BpmnError("NO_STOCK")

    runtime = host.finish(program, ["mend"])

    assert runtime.is_over


def test_a_business_error_nobody_catches_is_a_fault(host: Host) -> None:
    host.results["sample.do"] = BpmnError("OTHER")

    with pytest.raises(UncaughtError) as fault:
        host.start(guarded())

    assert fault.value.element_id == "x"


def test_an_error_reaches_only_its_own_task(host: Host) -> None:
    split = '<parallelGateway id="split"/>'
    ways = chain("begun", "split", "x", "a", "closed") + chain("split", "b", "closed")
    ways += chain("x_failed", "mend", "closed") + chain("b_failed", "c", "closed")
    inner = chain("in", "inner", "out")
    part = f'<subProcess id="b">{start("in")}{user("inner")}{end("out")}{inner}</subProcess>'
    body = (split, service("x"), boundary("x_failed", "x", CAUGHT), part, boundary("b_failed", "b", CAUGHT))
    users = (user("a"), user("mend"), user("c"), end())
    program = program_of(bpmn(start(), *body, *users, ways, head=HEAD))
    host.results["sample.do"] = BpmnError("NO_STOCK")

    runtime = host.start(program)

    assert open_ids(runtime) == ["inner", "mend"]


def test_an_error_inside_a_sub_process_reaches_its_boundary(host: Host) -> None:
    part = f'<subProcess id="b">{start("in")}{service("x")}{end("out")}{chain("in", "x", "out")}</subProcess>'
    ways = chain("begun", "b", "a", "closed") + chain("failed", "mend", "closed")
    body = (start(), part, boundary("failed", "b", CAUGHT), user("a"), user("mend"), end(), ways)
    host.results["sample.do"] = BpmnError("NO_STOCK")

    runtime = host.start(program_of(bpmn(*body, head=HEAD)))

    assert open_ids(runtime) == ["mend"]


@pytest.mark.parametrize("error", [Refused("Not yet."), ValueError("broken")])
def test_an_error_of_an_operation_comes_out_unchanged(host: Host, error: Exception) -> None:
    host.results["sample.do"] = error

    with pytest.raises(type(error)) as raised:
        host.start(calling())

    assert raised.value is error


def test_each_item_of_a_list_gets_its_call(host: Host) -> None:
    find, tell = service("find", "sample.find"), service("tell", "sample.tell", MANY)
    program = program_of(bpmn(start(), find, tell, end(), chain("begun", "find", "tell", "closed")))
    host.results["sample.find"] = {"sites": ["UME", "GDA", "LEE"]}

    runtime = host.start(program)

    items = [call.item for call in host.calls if isinstance(call, OperationCall)]
    assert items == [None, "UME", "GDA", "LEE"]
    assert runtime.is_over


def test_a_failing_operation_spoils_the_instance(host: Host) -> None:
    program = program_of(bpmn(start(), user("a"), service("x"), end(), chain("begun", "a", "x", "closed")))
    runtime = host.start(program)
    stored = runtime.snapshot()
    host.results["sample.do"] = ValueError("broken")
    with pytest.raises(ValueError, match="broken"):
        runtime.complete(live(runtime, "a"))

    host.results.clear()
    fresh = type(runtime).restore(program, stored, host.ports)
    fresh.complete(live(fresh, "a"))

    assert fresh.is_over
