from __future__ import annotations

from dataclasses import replace

import pytest

from app.foundation.errors import Problem
from app.workflow.validation import check_layout
from tests.workflow.diagrams import boundary, bpmn, chain, drawn, end, flow, start, task, timer
from tests.workflow.validation.gates import CONTEXT, found, problems_of

DUTIES = replace(CONTEXT, required_duties=("verify",))
DONE = end(outcome="closed_effective")
CHOICE = '<exclusiveGateway id="which" name="Which?" default="which_to_verify"/>'


def by_duty(*body: str) -> list[Problem]:
    problems = problems_of(start(), *body, DONE, context=DUTIES)
    return [problem for problem in problems if problem.rule.startswith("duty")]


def test_a_duty_on_every_way_is_proven() -> None:
    assert by_duty(task("verify", duty="verify"), chain("begun", "verify", "closed")) == []


def test_a_way_round_a_duty_is_shown() -> None:
    ways = chain("begun", "which") + flow("which", "verify", name="no") + chain("verify", "closed")
    way_round = flow("which", "a", when="record.again", name="yes") + chain("a", "closed")

    problems = by_duty(CHOICE, task("verify", duty="verify"), task("a"), ways, way_round)

    assert found(problems) == {("duty.dominates", "closed")}
    assert "begun → Which? → a → closed" in problems[0].sentence


def test_leaving_a_task_by_its_timer_does_not_do_its_duty() -> None:
    late = boundary("late", "verify", timer("Duration", "P1D"))

    problems = by_duty(
        task("verify", duty="verify"), late, chain("begun", "verify", "closed") + chain("late", "closed")
    )

    assert found(problems) == {("duty.dominates", "closed")}
    assert "begun → late → closed" in problems[0].sentence


def test_a_duty_inside_a_part_counts_when_every_way_through_it_has_it() -> None:
    inner = f"{start('in')}{task('verify', duty='verify')}{end('out')}{chain('in', 'verify', 'out')}"

    assert by_duty(f'<subProcess id="part">{inner}</subProcess>', chain("begun", "part", "closed")) == []


def test_a_duty_inside_a_part_can_be_gone_round() -> None:
    ways = chain("in", "which") + flow("which", "verify", name="no") + chain("verify", "out")
    way_round = flow("which", "out", when="record.again", name="yes")
    inner = f"{start('in')}{CHOICE}{task('verify', duty='verify')}{end('out')}{ways}{way_round}"

    problems = by_duty(f'<subProcess id="part">{inner}</subProcess>', chain("begun", "part", "closed"))

    assert found(problems) == {("duty.dominates", "closed")}


def test_a_call_may_carry_a_duty() -> None:
    call = '<callActivity id="ask" calledElement="approval" qms:duty="verify"/>'

    assert by_duty(call, chain("begun", "ask", "closed")) == []


def test_a_lifecycle_with_duties_needs_its_proven_end() -> None:
    problems = problems_of(start(), task("a"), end(), chain("begun", "a", "closed"), context=DUTIES)

    assert ("duty.outcome", "sample") in found(problems)


def test_separated_duties_must_be_carried() -> None:
    context = replace(CONTEXT, separations=(("verify", "implement"),))

    problems = problems_of(
        start(), task("a", duty="verify"), end(), chain("begun", "a", "closed"), context=context
    )

    assert [problem.rule for problem in problems] == ["duty.separated"]
    assert "implement" in problems[0].sentence


def gateways(split: str, join: str) -> list[Problem]:
    default = ' default="split_to_b"' if split != "parallelGateway" else ""
    condition = "record.again" if split != "parallelGateway" else ""
    ways = chain("begun", "split", "b", "join", "closed") + flow("split", "c", when=condition, name="c")
    named = ways.replace('id="split_to_b"', 'id="split_to_b" name="b"')
    body = (f'<{split} id="split"{default}/>', task("b"), task("c"), f'<{join} id="join"/>', end())
    return problems_of(start(), *body, named + chain("c", "join"))


@pytest.mark.parametrize("kind", ["parallelGateway", "exclusiveGateway", "inclusiveGateway"])
def test_a_split_joined_by_its_own_kind_is_sound(kind: str) -> None:
    assert gateways(kind, kind) == []


def test_a_choice_joined_in_parallel_gets_stuck() -> None:
    assert found(gateways("exclusiveGateway", "parallelGateway")) == {("sound.deadlock", "join")}


def test_a_parallel_split_joined_by_a_choice_runs_on_twice() -> None:
    problems = gateways("parallelGateway", "exclusiveGateway")

    assert ("sound.doubled", "closed") in found(problems)


def test_a_reminder_beside_a_task_is_sound() -> None:
    remind = boundary("remind", "a", timer("Cycle", "R/P1D"), interrupting=False)
    ways = chain("begun", "a", "closed") + chain("remind", "told")

    assert problems_of(start(), task("a"), remind, end(), end("told"), ways) == []


def test_too_many_parallel_ways_are_not_called_sound() -> None:
    tasks = [f"t{number}" for number in range(16)]
    ways = "".join(chain("split", name, f"{name}_b", "join") for name in tasks) + chain("begun", "split")
    body = "".join(task(name) + task(f"{name}_b") for name in tasks)
    forms = {name: frozenset[str]() for one in tasks for name in (one, f"{one}_b")}
    gateways_ = '<parallelGateway id="split"/><parallelGateway id="join"/>'

    problems = problems_of(
        start(), gateways_, body, end(), ways + chain("join", "closed"), context=replace(CONTEXT, forms=forms)
    )

    assert [problem.rule for problem in problems] == ["sound.bound"]


def placed(document: bytes, element_id: str, x: int, y: int) -> bytes:
    old = drawn(document).split(f'bpmnElement="{element_id}"><dc:Bounds'.encode())
    tail = old[1].split(b"/>", 1)[1]
    bounds = f'bpmnElement="{element_id}"><dc:Bounds x="{x}" y="{y}" width="100" height="80"/>'
    return old[0] + bounds.encode() + tail


LINE = bpmn(start(), task("a"), task("b"), end(), chain("begun", "a", "b", "closed"))


def test_a_row_from_left_to_right_is_readable() -> None:
    assert check_layout(drawn(LINE)) == []


@pytest.mark.parametrize(
    ("element_id", "x", "y", "rule"),
    [
        ("b", 180, 120, "layout.overlap"),
        ("b", 0, 400, "layout.leftward"),
        ("closed", 150, 400, "layout.leftward"),
    ],
)
def test_a_drawing_that_misleads_is_refused(element_id: str, x: int, y: int, rule: str) -> None:
    rules = {problem.rule for problem in check_layout(placed(LINE, element_id, x, y))}

    assert rule in rules


def test_a_flow_through_a_foreign_shape_is_refused() -> None:
    document = bpmn(start(), task("a"), task("b"), end(), chain("begun", "b", "closed"), chain("a", "closed"))

    assert ("layout.crossing", "begun_to_b") in found(check_layout(drawn(document)))
