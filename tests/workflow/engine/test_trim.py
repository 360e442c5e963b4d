from __future__ import annotations

import pytest
from SpiffWorkflow.util.task import TaskIterator

from app.workflow.engine import Program, Runtime, assert_depth_lifted, history
from app.workflow.engine.depth import DepthLimited, lift_depth_limit
from tests.workflow.diagrams import (
    REWORK,
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

AGAIN = '<exclusiveGateway id="good" default="good_to_closed"/>'


def looped(*body: str, ways: str, head: str = "") -> Program:
    back = flow("good", "a", when="record.again")
    return program_of(bpmn(start(), *body, AGAIN, end(), ways, back, head=head))


def rounds(host: Host, program: Program, count: int, order: list[str]) -> Runtime:
    host.record["again"] = True
    runtime = host.start(program)
    for _round in range(count):
        for element_id in order:
            runtime = host.reload(program, runtime)
            runtime.complete(live(runtime, element_id))
    return runtime


def finished(host: Host, runtime: Runtime, order: list[str]) -> bool:
    host.record["again"] = False
    for element_id in order:
        runtime.complete(live(runtime, element_id))
    return runtime.is_over and runtime.outcome.ends[-1] == "closed"


LOOPS: dict[str, tuple[Program, list[str]]] = {
    "task": (program_of(REWORK), ["repair"]),
    "timer": (
        looped(
            user("a"),
            boundary("late", "a", timer("Duration", "P1D"), interrupting=False),
            end("told"),
            ways=chain("begun", "a", "good", "closed") + chain("late", "told"),
        ),
        ["a"],
    ),
    "part": (
        looped(
            user("a"),
            f'<subProcess id="b">{start("in")}{user("x")}{end("out")}{chain("in", "x", "out")}</subProcess>',
            ways=chain("begun", "a", "b", "good", "closed"),
        ),
        ["a", "x"],
    ),
    "parallel": (
        looped(
            user("a"),
            '<parallelGateway id="split"/>',
            user("b"),
            user("c"),
            '<parallelGateway id="join"/>',
            ways=chain("begun", "a", "split", "b", "join", "good", "closed") + chain("split", "c", "join"),
        ),
        ["a", "b", "c"],
    ),
    "inclusive": (
        looped(
            user("a"),
            '<inclusiveGateway id="some" default="some_to_b"/>',
            user("b"),
            user("c"),
            '<inclusiveGateway id="all"/>',
            ways=chain("begun", "a", "some", "b", "all", "good", "closed")
            + flow("some", "c", when="record.again")
            + chain("c", "all"),
        ),
        ["a", "c"],
    ),
    "instances": (
        looped(
            user("a"),
            user(
                "b",
                "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
                "</multiInstanceLoopCharacteristics>",
            ),
            ways=chain("begun", "a", "b", "good", "closed"),
        ),
        ["a", "b", "b"],
    ),
}


@pytest.mark.parametrize("name", [name for name in LOOPS if name != "inclusive"])
def test_thirty_rounds_cost_what_three_cost(host: Host, name: str) -> None:
    program, order = LOOPS[name]
    early = rounds(host, program, 3, order).tree_size

    runtime = rounds(host, program, 30, order)

    assert runtime.tree_size == early
    assert finished(host, runtime, order)


def test_an_inclusive_loop_ends_on_either_way(host: Host) -> None:
    program, order = LOOPS["inclusive"]
    runtime = rounds(host, program, 10, order)

    assert finished(host, runtime, ["a", "b"])


def test_nothing_is_cut_while_two_ways_are_open(host: Host) -> None:
    program, _order = LOOPS["parallel"]
    runtime = rounds(host, program, 2, ["a", "b", "c"])
    runtime.complete(live(runtime, "a"))
    before = runtime.tree_size

    runtime = host.reload(program, runtime)

    assert runtime.tree_size == before
    assert open_ids(runtime) == ["b", "c"]


def test_nothing_is_cut_while_a_part_is_open(host: Host) -> None:
    program, _order = LOOPS["part"]
    runtime = rounds(host, program, 2, ["a", "x"])
    runtime.complete(live(runtime, "a"))

    runtime = host.reload(program, runtime)

    assert open_ids(runtime) == ["x"]
    assert finished(host, runtime, ["x"])


def test_the_watching_timer_survives_the_cut(host: Host) -> None:
    program, order = LOOPS["timer"]
    runtime = rounds(host, program, 5, order)
    host.wait(days=2)

    runtime = host.reload(program, runtime)
    runtime.refresh_timers()

    assert runtime.element_states()["told"].done == 1
    assert finished(host, runtime, ["a"])


def test_years_of_daily_reminders_do_not_pile_up(host: Host) -> None:
    remind = boundary("remind", "a", timer("Cycle", "R/P1D"), interrupting=False)
    ways = chain("begun", "a", "closed") + chain("remind", "note", "told")
    program = program_of(bpmn(start(), user("a"), remind, service("note"), end(), end("told"), ways))
    runtime = host.start(program)
    sizes = set()

    for _day in range(100):
        host.wait(days=1)
        runtime = host.reload(program, runtime)
        runtime.refresh_timers()
        sizes.add(runtime.tree_size)

    assert len(sizes) == 1
    assert runtime.element_states()["note"].done == 100


@pytest.mark.slow
def test_three_thousand_rounds_stay_as_light_as_ten(host: Host) -> None:
    program, order = LOOPS["task"]
    runtime = rounds(host, program, 10, order)
    early, early_bytes = runtime.tree_size, len(runtime.snapshot())

    runtime = rounds(host, program, 3000, order)

    assert runtime.tree_size == early
    assert len(runtime.snapshot()) < early_bytes + 50
    assert runtime.element_states()["repair"].done == 3000
    assert finished(host, runtime, order)


@pytest.mark.slow
def test_tasks_below_a_thousand_levels_stay_visible(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    program, _order = LOOPS["task"]
    host.record["again"] = True
    monkeypatch.setattr(history, "trim", lambda *_arguments: None)
    runtime = host.start(program)
    for _round in range(510):
        runtime.complete(live(runtime, "repair"))

    deepest = max(task.depth for task in runtime._workflow.tasks.values())

    assert deepest > 1000
    assert not runtime.is_over
    assert open_ids(runtime) == ["repair"]


def test_a_reset_limit_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    lift_depth_limit()
    assert_depth_lifted()
    monkeypatch.setattr(TaskIterator.__init__, "__defaults__", (None, 1000, True, None))

    with pytest.raises(DepthLimited):
        assert_depth_lifted()
