from __future__ import annotations

import pytest

from app.workflow.engine import BadExpression, EngineFault, Program
from tests.workflow.diagrams import bpmn, chain, end, program_of, service, start, timer, user
from tests.workflow.hosts import Host, live, open_ids

LIST = "<loopDataInputRef>sites</loopDataInputRef>"
RESULTS = "<loopDataOutputRef>answers</loopDataOutputRef>"
ITEM = '<inputDataItem id="site" name="site"/>'
ANSWER = '<outputDataItem id="answer" name="answer"/>'


def loop(inner: str, *, sequential: bool = False) -> str:
    flag = "true" if sequential else "false"
    name = "multiInstanceLoopCharacteristics"
    return f'<{name} isSequential="{flag}">{inner}</{name}>'


def asking(characteristics: str) -> Program:
    ask = user("ask", characteristics)
    return program_of(
        bpmn(start(), service("find"), ask, user("z"), end(), chain("begun", "find", "ask", "z", "closed"))
    )


def answered(host: Host, program: Program, answers: list[int]) -> object:
    runtime = host.start(program)
    for answer in answers:
        runtime = host.reload(program, runtime)
        runtime.complete(live(runtime, "ask"), {"answer": answer})
    return host.reload(program, runtime).live_tasks()[0].data.get("answers")


def test_a_list_asks_everybody_at_once(host: Host) -> None:
    program = asking(loop(LIST + RESULTS + ITEM + ANSWER))
    host.results["sample.do"] = {"sites": ["UME", "GDA"]}

    runtime = host.start(program)

    assert [task.item for task in runtime.live_tasks()] == ["UME", "GDA"]
    assert runtime.element_states()["ask"].here == 2
    assert answered(host, program, [1, 2]) == [1, 2]


def test_a_list_can_be_asked_one_by_one(host: Host) -> None:
    program = asking(loop(LIST + RESULTS + ITEM + ANSWER, sequential=True))
    host.results["sample.do"] = {"sites": ["UME", "GDA"]}

    assert [task.item for task in host.start(program).live_tasks()] == ["UME"]
    assert answered(host, program, [1, 2]) == [1, 2]


def test_results_of_a_number_of_instances_are_collected(host: Host) -> None:
    program = asking(
        loop(f"{RESULTS}{ANSWER}<loopCardinality>record.count</loopCardinality>", sequential=True)
    )
    host.record["count"] = 3
    host.results["sample.do"] = {"answers": ["left over"]}

    assert answered(host, program, [4, 5, 6]) == [4, 5, 6]


def test_a_completion_condition_ends_the_rest(host: Host) -> None:
    condition = "<loopCardinality>3</loopCardinality><completionCondition>record.enough</completionCondition>"
    program = asking(loop(condition))
    runtime = host.start(program)
    host.record["enough"] = True

    runtime.complete(live(runtime, "ask"))

    assert open_ids(host.reload(program, runtime)) == ["z"]


def test_an_empty_list_is_passed_over(host: Host) -> None:
    host.results["sample.do"] = {"sites": []}

    assert open_ids(host.start(asking(loop(LIST + ITEM)))) == ["z"]


def test_a_boundary_timer_takes_all_instances_away(host: Host) -> None:
    late = f'<boundaryEvent id="late" attachedToRef="ask">{timer("Duration", "P1D")}</boundaryEvent>'
    ask = user("ask", loop("<loopCardinality>3</loopCardinality>"))
    ways = chain("begun", "ask", "closed") + chain("late", "z", "closed")
    program = program_of(bpmn(start(), ask, late, user("z"), end(), ways))
    runtime = host.reload(program, host.start(program))
    host.wait(days=1)

    runtime.refresh_timers()

    assert open_ids(host.reload(program, runtime)) == ["z"]


def test_a_multi_instance_part_keeps_the_item_of_each_round(host: Host) -> None:
    part = f"{start('in')}{user('ask')}{end('out')}{chain('in', 'ask', 'out')}"
    body = f'<subProcess id="part">{loop(LIST + RESULTS + ITEM + ANSWER)}{part}</subProcess>'
    ways = chain("begun", "find", "part", "z", "closed")
    program = program_of(bpmn(start(), service("find"), body, user("z"), end(), ways))
    host.results["sample.do"] = {"sites": ["UME", "GDA"]}

    assert [task.item for task in host.start(program).live_tasks()] == ["UME", "GDA"]
    assert answered(host, program, [7, 8]) == [7, 8]


@pytest.mark.parametrize("sequential", [True, False])
def test_more_than_two_hundred_instances_are_a_fault(host: Host, *, sequential: bool) -> None:
    host.record["count"] = 201

    with pytest.raises(EngineFault, match="201"):
        host.start(asking(loop("<loopCardinality>record.count</loopCardinality>", sequential=sequential)))


@pytest.mark.parametrize("count", ["many", 2.5, True, None])
def test_a_number_of_instances_must_be_whole(host: Host, count: object) -> None:
    host.record["count"] = count

    with pytest.raises(BadExpression):
        host.start(asking(loop("<loopCardinality>record.count</loopCardinality>")))


@pytest.mark.slow
def test_two_hundred_in_a_row_come_to_an_end(host: Host) -> None:
    program = asking(loop("<loopCardinality>200</loopCardinality>", sequential=True))
    runtime = host.start(program)

    for _round in range(200):
        runtime.complete(live(runtime, "ask"))

    assert open_ids(host.reload(program, runtime)) == ["z"]
