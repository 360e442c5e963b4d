from __future__ import annotations

import pytest

from app.workflow.engine import BpmnError, CallBegun, CallEnded, EngineFault, OperationCall, Runtime
from tests.workflow.diagrams import (
    boundary,
    bpmn,
    chain,
    end,
    flow,
    program_of,
    service,
    start,
    timer,
    user,
)
from tests.workflow.hosts import Host, live, open_ids

ANSWERED = '<message id="M" name="answered"/>'
CATCH = (
    '<intermediateCatchEvent id="heard" qms:correlation="record.number">'
    '<messageEventDefinition messageRef="M"/></intermediateCatchEvent>'
)


def call(element_id: str = "ask", **parameters: str) -> str:
    given = "".join(f'<qms:parameter name="{name}" value="{text}"/>' for name, text in parameters.items())
    return (
        f'<callActivity id="{element_id}" calledElement="part">'
        f"<extensionElements>{given}</extensionElements></callActivity>"
    )


def caller(*calls: str, order: tuple[str, ...] = ("ask",), more: str = "") -> bytes:
    return bpmn(start(), *calls, more, user("y"), end(), chain("begun", *order, "y", "closed"))


def part(*body: str, ways: str, head: str = "") -> bytes:
    return bpmn(start("in"), *body, ways, key="part", head=head)


VOTE = part(user("vote"), end("out"), ways=chain("in", "vote", "out"))
CHOICE = part(
    user("vote"),
    '<exclusiveGateway id="good" default="good_to_no"/>',
    end("yes"),
    end("no"),
    ways=chain("in", "vote", "good") + flow("good", "yes", when="record.is_good") + flow("good", "no"),
)


def test_parameters_are_evaluated_once_when_the_call_begins(host: Host) -> None:
    program = program_of(caller(call(amount="record.cost * 2", word="&quot;plan&quot;")), VOTE)
    host.record["cost"] = 21
    runtime = host.start(program)
    host.record["cost"] = 0
    runtime = host.reload(program, runtime)
    runtime.complete(live(runtime, "vote"))

    assert host.begun == [CallBegun("ask", "part", {"amount": 42, "word": "plan"})]


def test_the_host_hears_at_which_end_the_part_ended(host: Host) -> None:
    program = program_of(caller(call()), CHOICE)
    host.record["is_good"] = True
    runtime = host.reload(program, host.start(program))
    runtime.complete(live(runtime, "vote"))

    assert host.ended == [CallEnded("ask", "part", ("yes",))]
    assert open_ids(runtime) == ["y"]


def test_a_gateway_behind_the_call_reads_how_it_ended(host: Host) -> None:
    gate = '<exclusiveGateway id="ok" default="ok_to_y"/>' + user("z")
    ways = (
        chain("begun", "ask", "ok")
        + flow("ok", "z", when="decision.ask.outcome = &quot;no&quot;")
        + chain("ok", "y", "closed")
        + chain("z", "closed")
    )
    program = program_of(bpmn(start(), call(), gate, user("y"), end(), ways), CHOICE)
    runtime = host.finish(program, ["vote"])

    assert open_ids(runtime) == ["z"]


def test_what_stands_inside_a_call_sees_the_names_of_the_call(host: Host) -> None:
    program = program_of(caller(call("first"), call("second"), order=("first", "second")), CHOICE)
    host.inside = {"first": {"is_good": True}, "second": {"is_good": False}}
    runtime = host.finish(program, ["vote", "vote"])

    assert [one.ends for one in host.ended] == [("yes",), ("no",)]
    assert [one.call_id for one in host.evaluations] == ["first", "second"]
    assert open_ids(runtime) == ["y"]


def test_tasks_and_operations_say_inside_which_call_they_stand(host: Host) -> None:
    inner = part(service("x"), user("vote"), end("out"), ways=chain("in", "x", "vote", "out"))
    runtime = host.start(program_of(caller(call()), inner))

    (called,) = host.calls
    assert isinstance(called, OperationCall)
    assert (called.call_id, runtime.live_tasks()[0].call_id) == ("ask", "ask")
    runtime.complete(live(runtime, "vote"))
    assert runtime.live_tasks()[0].call_id == ""


def test_a_sub_process_inside_a_part_belongs_to_the_call(host: Host) -> None:
    inside = (
        f'<subProcess id="s">{start("si")}{user("vote")}{end("so")}{chain("si", "vote", "so")}</subProcess>'
    )
    program = program_of(caller(call()), part(inside, end("out"), ways=chain("in", "s", "out")))
    runtime = host.reload(program, host.start(program))

    assert [(one.element_id, one.call_id) for one in runtime.live_tasks()] == [("vote", "ask")]


def test_a_timer_inside_a_part_fires(host: Host) -> None:
    late = boundary("late", "vote", timer("Duration", "P2D"))
    inner = part(
        user("vote"), late, end("out"), end("over"), ways=chain("in", "vote", "out") + chain("late", "over")
    )
    program = program_of(caller(call()), inner)
    runtime = host.reload(program, host.start(program))
    host.wait(days=2)
    runtime.refresh_timers()

    assert host.ended == [CallEnded("ask", "part", ("over",))]
    assert open_ids(host.reload(program, runtime)) == ["y"]


def test_a_message_reaches_a_part(host: Host) -> None:
    inner = part(CATCH, end("out"), ways=chain("in", "heard", "out"), head=ANSWERED)
    program = program_of(caller(call()), inner)
    host.record["number"] = "N-1"
    runtime = host.reload(program, host.start(program))
    runtime.receive("answered", correlation="N-1")

    assert open_ids(host.reload(program, runtime)) == ["y"]


def test_a_timer_on_the_call_takes_the_whole_part_away(host: Host) -> None:
    late = boundary("late", "ask", timer("Duration", "P2D"))
    more = late + user("z") + chain("late", "z", "closed")
    program = program_of(caller(call(), more=more), VOTE)
    runtime = host.reload(program, host.start(program))
    host.wait(days=2)
    runtime.refresh_timers()

    assert open_ids(host.reload(program, runtime)) == ["z"]
    assert host.ended == []


def test_an_error_of_an_operation_inside_takes_the_boundary_of_the_call(host: Host) -> None:
    wrong = '<error id="E" errorCode="gone"/>'
    error = boundary("lost", "ask", '<errorEventDefinition errorRef="E"/>')
    ways = chain("begun", "ask", "y", "closed") + chain("lost", "z", "closed")
    outer = bpmn(start(), call(), error, user("y"), user("z"), end(), ways, head=wrong)
    host.results["sample.do"] = BpmnError("gone")
    runtime = host.start(program_of(outer, part(service("x"), end("out"), ways=chain("in", "x", "out"))))

    assert open_ids(runtime) == ["z"]


def test_a_terminating_end_ends_the_part_and_not_the_instance(host: Host) -> None:
    stop = '<endEvent id="stopped"><terminateEventDefinition/></endEvent>'
    fork = '<parallelGateway id="both"/>'
    ways = chain("in", "both", "vote", "stopped") + chain("both", "other", "out")
    inner = part(fork, user("vote"), user("other"), stop, end("out"), ways=ways)
    program = program_of(caller(call()), inner)
    runtime = host.reload(program, host.start(program))
    runtime.complete(live(runtime, "vote"))

    assert open_ids(host.reload(program, runtime)) == ["y"]
    assert host.ended == [CallEnded("ask", "part", ("stopped",))]


def test_a_door_that_fails_at_the_begin_of_a_call_comes_out_unchanged(host: Host) -> None:
    program = program_of(caller(call(amount="record.cost + &quot;x&quot;")), VOTE)
    ports = host.ports

    def fail(_call: CallBegun) -> None:
        raise LookupError("nobody there")

    with pytest.raises(LookupError, match="nobody there"):
        Runtime.start(program, type(ports)(begin_call=fail))


def test_a_parameter_that_asks_for_a_foreign_name_is_a_fault(host: Host) -> None:
    with pytest.raises(EngineFault, match="does not exist"):
        host.start(program_of(caller(call(amount="secret")), VOTE))


def test_a_hundred_rounds_through_a_call_keep_the_tree_small(host: Host) -> None:
    again = '<exclusiveGateway id="good" default="good_to_closed"/>'
    ways = chain("begun", "y", "ask", "good", "closed") + flow("good", "y", when="record.again")
    program = program_of(bpmn(start(), call(), again, user("y"), end(), ways), VOTE)
    host.record["again"] = True
    runtime = host.start(program)
    sizes = []
    for element_id in ["y", "vote"] * 100:
        runtime = host.reload(program, runtime)
        runtime.complete(live(runtime, element_id))
        sizes.append(runtime.tree_size)

    assert len(host.ended) == 100
    assert max(sizes[10:]) <= max(sizes[:10])
    assert runtime.element_states()["ask"].done == 100
