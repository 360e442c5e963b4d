from __future__ import annotations

import pytest

from app.workflow.engine import NobodyWaits, Program
from tests.workflow.diagrams import boundary, bpmn, chain, end, program_of, start, user
from tests.workflow.hosts import Host, open_ids

MESSAGE = '<messageEventDefinition messageRef="M"/>'
HEAD = '<message id="M" name="reassessed"/>'


def waiting(correlation: str = "") -> Program:
    mark = f' qms:correlation="{correlation}"' if correlation else ""
    event = f'<intermediateCatchEvent id="answered"{mark}>{MESSAGE}</intermediateCatchEvent>'
    return program_of(
        bpmn(start(), event, user("a"), end(), chain("begun", "answered", "a", "closed"), head=HEAD)
    )


def test_a_waiting_place_says_for_what_it_waits(host: Host) -> None:
    program = waiting("record.number")
    host.record["number"] = "NC-7"

    catch = host.reload(program, host.start(program)).catches()[0]

    assert (catch.element_id, catch.message, catch.correlation) == ("answered", "reassessed", "NC-7")


def test_a_message_moves_the_instance_on(host: Host) -> None:
    program = waiting()
    runtime = host.reload(program, host.start(program))

    taken = runtime.receive("reassessed", payload={"risk_id": 4})

    assert taken == 1
    assert runtime.live_tasks()[0].data == {"risk_id": 4}


def test_a_message_for_another_record_is_not_taken(host: Host) -> None:
    program = waiting("record.number")
    host.record["number"] = "NC-7"
    runtime = host.start(program)

    with pytest.raises(NobodyWaits):
        runtime.receive("reassessed", correlation="NC-8")

    assert runtime.receive("reassessed", correlation="NC-7") == 1


def test_a_correlation_is_fixed_when_the_place_is_reached(host: Host) -> None:
    program = waiting("record.number")
    host.record["number"] = "NC-7"
    runtime = host.start(program)

    host.record["number"] = "NC-9"
    runtime = host.reload(program, runtime)

    assert runtime.catches()[0].correlation == "NC-7"


def test_a_message_nobody_waits_for_is_refused_and_harmless(host: Host) -> None:
    program = waiting()
    runtime = host.start(program)

    with pytest.raises(NobodyWaits):
        runtime.receive("unknown")

    assert runtime.receive("reassessed") == 1


def test_a_second_message_finds_nobody(host: Host) -> None:
    runtime = host.start(waiting())
    runtime.receive("reassessed")

    with pytest.raises(NobodyWaits):
        runtime.receive("reassessed")


def test_a_message_can_take_a_task_away(host: Host) -> None:
    stop = boundary("withdrawn", "a", MESSAGE)
    ways = chain("begun", "a", "closed") + chain("withdrawn", "b", "closed")
    program = program_of(bpmn(start(), user("a"), stop, user("b"), end(), ways, head=HEAD))
    runtime = host.reload(program, host.start(program))

    runtime.receive("reassessed")

    assert open_ids(host.reload(program, runtime)) == ["b"]


def test_a_receive_task_waits_for_its_message(host: Host) -> None:
    receive = '<receiveTask id="get" messageRef="M" qms:correlation="record.number"/>'
    program = program_of(
        bpmn(start(), receive, user("a"), end(), chain("begun", "get", "a", "closed"), head=HEAD)
    )
    host.record["number"] = "NC-7"
    runtime = host.reload(program, host.start(program))

    assert runtime.receive("reassessed", correlation="NC-7") == 1

    assert open_ids(runtime) == ["a"]


def test_an_event_based_gateway_takes_the_message_that_came(host: Host) -> None:
    gateway = '<eventBasedGateway id="which"/>'
    one = f'<intermediateCatchEvent id="yes">{MESSAGE}</intermediateCatchEvent>'
    other = one.replace('"yes"', '"no"').replace('"M"', '"N"')
    ways = chain("begun", "which", "yes", "a", "closed") + chain("which", "no", "b", "closed")
    head = f'{HEAD}<message id="N" name="declined"/>'
    program = program_of(bpmn(start(), gateway, one, other, user("a"), user("b"), end(), ways, head=head))
    runtime = host.reload(program, host.start(program))

    runtime.receive("declined")

    assert open_ids(host.reload(program, runtime)) == ["b"]
