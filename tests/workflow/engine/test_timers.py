from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.workflow.engine import EngineFault, Program
from tests.workflow.diagrams import boundary, bpmn, chain, end, flow, program_of, service, start, timer, user
from tests.workflow.hosts import MORNING, Host, live, open_ids

GATEWAY = '<eventBasedGateway id="which"/>'
REPLY = '<message id="M" name="reply"/>'


def waiting(kind: str, text: str) -> Program:
    event = f'<intermediateCatchEvent id="waited">{timer(kind, text)}</intermediateCatchEvent>'
    return program_of(bpmn(start(), event, user("a"), end(), chain("begun", "waited", "a", "closed")))


def reminding(text: str) -> Program:
    remind = boundary("remind", "a", timer("Cycle", text), interrupting=False)
    ways = chain("begun", "a", "closed") + chain("remind", "note", "told")
    return program_of(bpmn(start(), user("a"), remind, service("note"), end(), end("told"), ways))


@pytest.mark.parametrize(
    ("kind", "text", "due"),
    [
        ("Duration", "PT1H", MORNING + timedelta(hours=1)),
        ("Duration", "P1M", datetime(2026, 2, 28, 9, tzinfo=UTC)),
        ("Date", "2026-03-01T08:00:00+02:00", datetime(2026, 3, 1, 6, tzinfo=UTC)),
    ],
)
def test_literals_are_taken_as_they_stand(host: Host, kind: str, text: str, due: datetime) -> None:
    runtime = host.start(waiting(kind, text))

    assert runtime.next_due == due
    assert runtime.timers()[0].element_id == "waited"


def test_a_timer_reads_settings_and_record(host: Host) -> None:
    host.record["wait_days"] = 60

    runtime = host.start(waiting("Duration", 'duration("P" + string(record.wait_days) + "D")'))

    assert runtime.next_due == MORNING + timedelta(days=60)


def test_a_moment_of_the_record_is_a_timer(host: Host) -> None:
    host.record["opened_at"] = MORNING

    runtime = host.start(waiting("Date", 'record.opened_at + duration("P30D")'))

    assert runtime.next_due == MORNING + timedelta(days=30)


def test_a_timer_fires_at_its_moment_and_not_before(host: Host) -> None:
    program = waiting("Duration", "PT1H")
    runtime = host.start(program)
    host.wait(minutes=59, seconds=59, microseconds=999_999)
    runtime = host.reload(program, runtime)
    runtime.refresh_timers()
    assert open_ids(runtime) == []

    host.wait(microseconds=1)
    runtime = host.reload(program, runtime)
    runtime.refresh_timers()

    assert open_ids(runtime) == ["a"]
    assert runtime.next_due is None


def test_what_follows_a_timer_runs_in_the_same_act(host: Host) -> None:
    event = f'<intermediateCatchEvent id="waited">{timer("Duration", "PT1H")}</intermediateCatchEvent>'
    ways = chain("begun", "waited", "x", "closed")
    program = program_of(bpmn(start(), event, service("x"), end(), ways))
    runtime = host.start(program)
    host.wait(hours=1)

    runtime.refresh_timers()

    assert runtime.is_over
    assert len(host.calls) == 1


def test_an_interrupting_timer_takes_the_task_away(host: Host) -> None:
    late = boundary("late", "a", timer("Duration", "P1D"))
    ways = chain("begun", "a", "closed") + chain("late", "b", "closed")
    program = program_of(bpmn(start(), user("a"), late, user("b"), end(), ways))
    runtime = host.start(program)
    host.wait(days=1)

    runtime = host.reload(program, runtime)
    runtime.refresh_timers()

    assert open_ids(runtime) == ["b"]


def test_completing_the_task_disarms_its_timer(host: Host) -> None:
    late = boundary("late", "a", timer("Duration", "P1D"))
    ways = chain("begun", "a", "c", "closed") + chain("late", "b", "closed")
    program = program_of(bpmn(start(), user("a"), late, user("b"), user("c"), end(), ways))

    runtime = host.finish(program, ["a"])
    host.wait(days=2)
    runtime.refresh_timers()

    assert open_ids(runtime) == ["c"]
    assert runtime.timers() == ()


def test_a_repeating_timer_fires_as_often_as_it_says(host: Host) -> None:
    program = reminding("R3/PT1H")
    runtime = host.start(program)

    for _hour in range(5):
        host.wait(hours=1)
        runtime = host.reload(program, runtime)
        runtime.refresh_timers()

    assert len(host.calls) == 3
    assert runtime.next_due is None
    runtime.complete(live(runtime, "a"))
    assert runtime.is_over


def test_missed_repetitions_come_as_one(host: Host) -> None:
    program = reminding("R/P1D")
    runtime = host.start(program)

    host.wait(days=10, hours=1)
    runtime = host.reload(program, runtime)
    runtime.refresh_timers()

    assert len(host.calls) == 1
    assert runtime.next_due == MORNING + timedelta(days=11)


def test_a_repetition_may_begin_at_a_moment(host: Host) -> None:
    program = reminding("R2/2026-03-01T08:00:00Z/P1D")
    runtime = host.start(program)
    assert runtime.next_due == datetime(2026, 3, 1, 8, tzinfo=UTC)

    host.moment = runtime.next_due
    runtime = host.reload(program, runtime)
    runtime.refresh_timers()

    assert len(host.calls) == 1
    assert runtime.next_due == datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_a_monthly_timer_stays_at_month_ends(host: Host) -> None:
    program = reminding("R/P1M")
    runtime = host.start(program)
    seen = []

    for _month in range(3):
        assert runtime.next_due is not None
        host.moment = runtime.next_due
        seen.append(host.moment.date().isoformat())
        runtime = host.reload(program, runtime)
        runtime.refresh_timers()

    assert seen == ["2026-02-28", "2026-03-31", "2026-04-30"]


def test_the_timer_of_an_event_based_gateway_is_listed(host: Host) -> None:
    program = gateway_of("PT1H")
    runtime = host.reload(program, host.start(program))

    assert runtime.next_due == MORNING + timedelta(hours=1)
    assert runtime.timers()[0].element_id == "waited"


def test_the_timer_of_an_event_based_gateway_fires(host: Host) -> None:
    program = gateway_of("PT1H")
    runtime = host.start(program)
    host.wait(hours=1)

    runtime = host.reload(program, runtime)
    runtime.refresh_timers()

    assert open_ids(host.reload(program, runtime)) == ["b"]


@pytest.mark.parametrize("text", ['"soon"', '"2026-03-01T08:00:00"', "5", "null", '"R/PT1S"'])
def test_a_time_that_cannot_be_set_is_a_fault(host: Host, text: str) -> None:
    with pytest.raises(EngineFault) as fault:
        host.start(waiting("Duration", text))

    assert fault.value.element_id == "waited"


def gateway_of(text: str) -> Program:
    message = '<messageEventDefinition messageRef="M"/>'
    reply = f'<intermediateCatchEvent id="answered">{message}</intermediateCatchEvent>'
    event = f'<intermediateCatchEvent id="waited">{timer("Duration", text)}</intermediateCatchEvent>'
    ways = chain("begun", "which", "answered", "a", "closed") + chain("which", "waited", "b", "closed")
    return program_of(bpmn(start(), GATEWAY, reply, event, user("a"), user("b"), end(), ways, head=REPLY))


def test_a_timer_in_a_loop_is_set_anew_each_round(host: Host) -> None:
    event = f'<intermediateCatchEvent id="waited">{timer("Duration", "P1D")}</intermediateCatchEvent>'
    gateway = '<exclusiveGateway id="good" default="good_to_closed"/>'
    ways = chain("begun", "waited", "a", "good", "closed") + flow("good", "waited", when="record.again")
    program = program_of(bpmn(start(), event, user("a"), gateway, end(), ways))
    host.record["again"] = True
    runtime = host.start(program)
    host.wait(days=1)
    runtime.refresh_timers()

    runtime.complete(live(runtime, "a"))

    assert host.reload(program, runtime).next_due == MORNING + timedelta(days=2)
