from __future__ import annotations

import pytest

from app.workflow.compile import CannotCompile, compile_diagram
from app.workflow.compile.graph import back_edges, cycles, path_between
from tests.workflow.diagrams import boundary, bpmn, chain, end, flow, service, start, task, timer, user

MESSAGE = '<messageEventDefinition messageRef="M"/>'
HEAD = '<message id="M" name="answered"/>'
INNER_LANE = '<lane id="verifier" name="Verifier"><flowNodeRef>b</flowNodeRef></lane>'
LANES = (
    '<laneSet id="s"><lane id="quality_manager" name="Quality"><flowNodeRef>a</flowNodeRef>'
    f'<childLaneSet id="k">{INNER_LANE}</childLaneSet></lane></laneSet>'
)


def test_a_user_task_carries_its_marks() -> None:
    marked = task(
        "a", due="P5D", duty="verify", signature="approval", policy="standard", person="record.owner"
    )

    spec = compile_diagram(bpmn(start(), marked, end(), chain("begun", "a", "closed"))).user_tasks["a"]

    assert (spec.due, spec.duty, spec.signature, spec.policy) == ("P5D", "verify", "approval", "standard")
    assert (spec.person, spec.clause, spec.documentation) == ("record.owner", "10.2.1", "Do it.")
    assert spec.form_key == "a"


def test_a_task_without_a_role_has_its_innermost_lane() -> None:
    body = (LANES, start(), '<userTask id="a"/>', '<userTask id="b"/>', user("c", role="auditor"), end())

    tasks = compile_diagram(bpmn(*body, chain("begun", "a", "b", "c", "closed"))).user_tasks

    assert [tasks[name].role for name in "abc"] == ["quality_manager", "verifier", "auditor"]


def test_a_task_inside_a_part_has_the_lane_of_the_part() -> None:
    inner = f'{start("in")}<userTask id="x"/>{end("out")}{chain("in", "x", "out")}'
    part = f'<subProcess id="b">{inner}</subProcess>'

    compiled = compile_diagram(
        bpmn(LANES, start(), user("a"), part, end(), chain("begun", "a", "b", "closed"))
    )

    assert compiled.user_tasks["x"].role == "verifier"


def test_services_timers_messages_and_ends_are_listed() -> None:
    late = boundary("late", "a", timer("Duration", "P1D"), interrupting=False)
    wait = (
        f'<intermediateCatchEvent id="w" qms:correlation="record.number">{MESSAGE}</intermediateCatchEvent>'
    )
    ways = chain("begun", "x", "a", "w", "closed") + chain("late", "told")
    body = (
        service("x", "sample.add", amount="1"),
        task("a"),
        late,
        wait,
        end(outcome="closed_effective"),
        end("told"),
    )

    compiled = compile_diagram(bpmn(start(), *body, ways, head=HEAD))

    assert compiled.service_tasks["x"].parameters == {"amount": "1"}
    assert (compiled.timers["late"].kind, compiled.timers["late"].host) == ("duration", "a")
    assert not compiled.timers["late"].is_interrupting
    assert (compiled.catches["w"].message, compiled.catches["w"].correlation) == ("answered", "record.number")
    assert compiled.ends["closed"].outcome == "closed_effective"


def test_a_message_start_is_named_and_becomes_a_plain_one() -> None:
    begun = f'<startEvent id="begun">{MESSAGE}</startEvent>'

    compiled = compile_diagram(bpmn(begun, task("a"), end(), chain("begun", "a", "closed"), head=HEAD))

    assert compiled.start_message == "answered"
    assert b"messageEventDefinition" not in compiled.engine_xml


def test_gateways_keep_their_branches_in_order() -> None:
    gateway = '<exclusiveGateway id="which" name="Which?" default="which_to_b"/>'
    ways = (
        flow("begun", "which")
        + flow("which", "a", when="record.again", name="yes")
        + flow("which", "b", name="no")
    )
    ends = chain("a", "closed") + chain("b", "closed")

    branches = (
        compile_diagram(bpmn(start(), gateway, task("a"), task("b"), end(), ways, ends))
        .gateways["which"]
        .branches
    )

    assert [(branch.name, branch.condition, branch.is_default) for branch in branches] == [
        ("yes", "record.again", False),
        ("no", "", True),
    ]


def test_the_engine_reads_nothing_of_the_authors_extras() -> None:
    extras = (
        "<documentation>text</documentation><extensionElements><spiffworkflow:preScript>boom</spiffworkflow:preScript>"
        "</extensionElements>"
    )

    engine_xml = compile_diagram(
        bpmn(start(), user("a", extras), end(), chain("begun", "a", "closed"))
    ).engine_xml.decode()

    assert "boom" not in engine_xml
    assert "qms:role" not in engine_xml


def test_the_happy_path_goes_to_the_effective_end_without_rework() -> None:
    gateway = '<exclusiveGateway id="which" default="which_to_b"/>'
    ways = chain("begun", "a", "which", "b", "closed") + flow("which", "a", when="record.again")
    early = flow("which", "stopped", when="record.again")
    body = (task("a"), gateway, task("b"), end("stopped"), end(outcome="closed_effective"))

    compiled = compile_diagram(bpmn(start(), *body, ways, early))

    assert compiled.happy_path_ids == ("begun", "a", "which", "b", "closed")


@pytest.mark.parametrize("body", [(end(),), ('<task id="x"/>', start())])
def test_a_hopeless_diagram_is_refused_with_problems(body: tuple[str, ...]) -> None:
    with pytest.raises(CannotCompile) as refused:
        compile_diagram(bpmn(*body))

    assert refused.value.problems


def test_walks_over_graphs() -> None:
    graph = {"a": ["b"], "b": ["c", "d"], "c": ["b"], "d": []}

    assert cycles(graph) == [{"b", "c"}]
    assert back_edges(graph, "a") == {("c", "b")}
    assert path_between(graph, "a", "d") == ["a", "b", "d"]
    assert path_between(graph, "a", "d", frozenset({"b"})) == []
