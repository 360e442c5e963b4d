"""States stored by an earlier release load and finish; a format that changes needs its old files here."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from app.workflow.engine import Bundle, Program, Runtime, build_program
from tests.workflow.diagrams import boundary, bpmn, chain, end, flow, service, start, timer, user
from tests.workflow.hosts import Host

CORPUS = Path(__file__).resolve().parents[2] / "data" / "diagrams"
LOOP = "multiInstanceLoopCharacteristics"
MESSAGE = '<messageEventDefinition messageRef="M"/>'
ANSWERED = (
    f'<intermediateCatchEvent id="m" qms:correlation="record.number">{MESSAGE}</intermediateCatchEvent>'
)
PART = f'<subProcess id="part">{start("in")}{user("x")}{end("out")}{chain("in", "x", "out")}</subProcess>'

# Engine documents as they were stored, each with the tasks completed before the state was taken.
STORED: dict[str, tuple[bytes, list[str]]] = {
    "rework": (
        bpmn(
            start(),
            user("a"),
            '<exclusiveGateway id="good" default="good_to_closed"/>',
            end(),
            chain("begun", "a", "good", "closed") + flow("good", "a", when="record.again"),
        ),
        ["a", "a", "a"],
    ),
    "parallel": (
        bpmn(
            start(),
            '<parallelGateway id="split"/>',
            user("a"),
            user("b"),
            '<parallelGateway id="join"/>',
            end(),
            chain("begun", "split", "a", "join", "closed") + chain("split", "b", "join"),
        ),
        ["a"],
    ),
    "instances": (
        bpmn(
            start(),
            user("a", f"<{LOOP}><loopCardinality>3</loopCardinality></{LOOP}>"),
            end(),
            chain("begun", "a", "closed"),
        ),
        ["a"],
    ),
    "part": (bpmn(start(), PART, service("y"), end(), chain("begun", "part", "y", "closed")), []),
    "timers": (
        bpmn(
            start(),
            user("a"),
            boundary("remind", "a", timer("Cycle", "R/P1D"), interrupting=False),
            end("told"),
            boundary("late", "a", timer("Duration", "P30D")),
            end(),
            chain("begun", "a", "closed") + chain("remind", "told") + chain("late", "closed"),
        ),
        [],
    ),
    "events": (
        bpmn(
            start(),
            '<eventBasedGateway id="which"/>',
            ANSWERED,
            f'<intermediateCatchEvent id="w">{timer("Duration", "P60D")}</intermediateCatchEvent>',
            end(),
            chain("begun", "which", "m", "closed") + chain("which", "w", "closed"),
            head='<message id="M" name="answered"/>',
        ),
        [],
    ),
}


@pytest.fixture
def host() -> Host:
    host = Host()
    host.record.update(again=True, number="NC-7")
    return host


def program_for(name: str) -> Program:
    return build_program(Bundle("stored", "sample", {"sample": STORED[name][0]}))


def take(host: Host, name: str) -> bytes:
    """Return the state of today's release."""
    runtime = host.finish(program_for(name), STORED[name][1])
    return runtime.snapshot()


@pytest.mark.parametrize("name", sorted(STORED))
def test_a_stored_state_loads_and_finishes(host: Host, name: str) -> None:
    path = CORPUS / f"{name}.state"
    if os.environ.get("KEEL_WRITE_STATES"):
        path.write_bytes(take(host, name))
    program = program_for(name)

    runtime = Runtime.restore(program, path.read_bytes(), host.ports)
    host.record["again"] = False
    for _step in range(5):
        for open_task in runtime.live_tasks():
            runtime.complete(open_task.guid)
        host.moment += timedelta(days=61)
        if not runtime.is_over:
            runtime = host.reload(program, runtime)
            runtime.refresh_timers()

    assert runtime.is_over
    assert runtime.outcome.ends[-1] == "closed"


@pytest.mark.parametrize("name", sorted(STORED))
def test_a_stored_state_says_the_same_as_one_of_today(host: Host, name: str) -> None:
    program = program_for(name)

    stored = Runtime.restore(program, (CORPUS / f"{name}.state").read_bytes(), host.ports)
    present = Runtime.restore(program, take(host, name), host.ports)

    assert stored.element_states() == present.element_states()
    assert [one.due for one in stored.timers()] == [one.due for one in present.timers()]
    assert [one.correlation for one in stored.catches()] == [one.correlation for one in present.catches()]
