from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.workflow.engine import (
    Bundle,
    EngineFault,
    ProgramCache,
    ProgramRefused,
    Runtime,
    SpoiltRuntime,
    TaskNotLive,
    UnsafeData,
    build_program,
)
from tests.workflow.diagrams import REWORK, bpmn, chain, end, program_of, service, start, user
from tests.workflow.hosts import Host, live, open_ids

TWO = bpmn(start(), user("a"), user("b"), end(), chain("begun", "a", "b", "closed"))


def test_a_done_task_cannot_be_completed_again(host: Host) -> None:
    runtime = host.start(program_of(TWO))
    guid = live(runtime, "a")
    runtime.complete(guid)

    with pytest.raises(TaskNotLive):
        runtime.complete(guid)

    assert open_ids(runtime) == ["b"]


@pytest.mark.parametrize("guid", ["", "no-guid", "00000000-0000-4000-8000-000000000000"])
def test_a_crafted_task_id_is_refused(host: Host, guid: str) -> None:
    runtime = host.start(program_of(TWO))

    with pytest.raises(TaskNotLive):
        runtime.complete(guid)


def test_no_task_of_a_predicted_step_can_be_completed(host: Host) -> None:
    runtime = host.start(program_of(TWO))
    ahead = next(task for task in runtime._workflow.tasks.values() if task.task_spec.name == "b")

    with pytest.raises(TaskNotLive):
        runtime.complete(str(ahead.id))


def test_refused_data_changes_nothing(host: Host) -> None:
    runtime = host.start(program_of(TWO))

    with pytest.raises(UnsafeData):
        runtime.complete(live(runtime, "a"), {"typename": "x"})

    runtime.complete(live(runtime, "a"))
    assert open_ids(runtime) == ["b"]


def test_a_spoilt_instance_takes_no_further_step(host: Host) -> None:
    program = program_of(bpmn(start(), user("a"), service("x"), end(), chain("begun", "a", "x", "closed")))
    runtime = host.start(program)
    host.results["sample.do"] = RuntimeError("broken")
    with pytest.raises(RuntimeError):
        runtime.complete(live(runtime, "a"))

    with pytest.raises(SpoiltRuntime):
        runtime.refresh_timers()
    with pytest.raises(SpoiltRuntime):
        runtime.snapshot()


def test_the_place_of_a_failure_is_known(host: Host) -> None:
    program = program_of(bpmn(start(), user("a"), service("x"), end(), chain("begun", "a", "x", "closed")))
    runtime = host.start(program)
    host.results["sample.do"] = RuntimeError("broken")

    with pytest.raises(RuntimeError):
        runtime.complete(live(runtime, "a"))

    assert runtime.stands_at == "x"


def test_a_cancelled_instance_is_over(host: Host) -> None:
    program = program_of(TWO)
    runtime = host.start(program)

    runtime.cancel()
    runtime = host.reload(program, runtime)

    assert runtime.is_over
    assert runtime.outcome.is_cancelled
    assert runtime.live_tasks() == ()


def test_a_completed_flag_with_open_tasks_is_a_fault(host: Host) -> None:
    runtime = host.start(program_of(TWO))
    runtime._workflow.completed = True

    with pytest.raises(EngineFault, match="open"):
        runtime.refresh_timers()


def test_counts_survive_rework(host: Host) -> None:
    host.record["again"] = True
    runtime = host.finish(program_of(REWORK), ["repair"] * 3)

    states = runtime.element_states()

    assert states["repair"].done == 3
    assert states["repair"].here == 1


def test_no_type_of_the_library_leaves_the_facade(host: Host) -> None:
    runtime = host.start(program_of(TWO))

    things = [*runtime.live_tasks(), *runtime.timers(), *runtime.catches(), runtime.outcome]

    assert isinstance(runtime, Runtime)
    assert all(type(thing).__module__ == "app.workflow.engine.ports" for thing in things)


def test_definitions_that_call_each_other_are_stopped(host: Host) -> None:
    one, other = (
        bpmn(
            start(),
            f'<callActivity id="x" calledElement="{called}"/>',
            end(),
            chain("begun", "x", "closed"),
            key=key,
        )
        for key, called in (("sample", "other"), ("other", "sample"))
    )

    with pytest.raises(EngineFault, match="call each other more than 20 levels"):
        host.start(program_of(one, other))


def test_threads_share_a_program() -> None:
    program = program_of(REWORK)

    def play(_number: int) -> bool:
        own = Host()
        own.record["again"] = True
        runtime = own.finish(program, ["repair"] * 5)
        own.record["again"] = False
        runtime.complete(live(runtime, "repair"))
        return runtime.is_over

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(play, range(16)))


def test_the_programs_least_used_are_forgotten() -> None:
    cache = ProgramCache(size=2)
    bundles = [Bundle(str(number), "sample", {"sample": TWO}) for number in range(3)]
    first = cache.get(bundles[0])

    assert cache.get(bundles[0]) is first
    cache.get(bundles[1])
    cache.get(bundles[2])

    assert cache.get(bundles[0]) is not first


@pytest.mark.parametrize("document", [b"<x/>", b"no xml", TWO.replace(b"userTask", b"manualTask")])
def test_what_the_engine_does_not_run_is_refused(document: bytes) -> None:
    with pytest.raises(ProgramRefused):
        build_program(Bundle("x", "sample", {"sample": document}))
