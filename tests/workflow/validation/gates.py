"""A gate context for tests, and the good diagram that the bad ones differ from."""

from __future__ import annotations

from app.foundation.errors import Problem
from app.workflow.compile import compile_diagram
from app.workflow.validation import GateContext, OperationSignature, check_diagram
from tests.workflow.diagrams import bpmn, chain, drawn, end, flow, start, task

TASKS = ("a", "b", "c", "x", "ask", "contain", "verify", "inner")
APPROVAL = compile_diagram(
    bpmn(start(), task("vote"), end(), chain("begun", "vote", "closed"), key="approval")
)
CONTEXT = GateContext(
    roles=frozenset({"quality_manager", "verifier"}),
    forms={**dict.fromkeys(TASKS, frozenset({"answer", "amount"}))},
    operations={
        "sample.do": OperationSignature(),
        "sample.add": OperationSignature({"amount": "number", "note": "text"}, frozenset({"amount"})),
    },
    decisions={"g_capa": frozenset({"outcome"})},
    record_fields=frozenset({"severity", "again", "number", "opened_at"}),
    settings=frozenset({"wait"}),
    policies=frozenset({"standard"}),
    called={"approval": APPROVAL.engine_xml},
    outcomes={"approval": frozenset({"approved"})},
)
GOOD_GATEWAY = '<exclusiveGateway id="is_good" name="Good?" default="is_good_to_closed"/>'
GOOD = (
    start(),
    task("a"),
    GOOD_GATEWAY,
    end(outcome="closed_effective"),
    chain("begun", "a", "is_good"),
    flow("is_good", "closed", name="yes"),
    flow("is_good", "a", when="record.again", name="no"),
)


def problems_of(
    *body: str, head: str = "", context: GateContext = CONTEXT, key: str = "sample"
) -> list[Problem]:
    """Return the problems of a diagram that is drawn completely."""
    return check_diagram(drawn(bpmn(*body, head=head, key=key)), context)


def found(problems: list[Problem]) -> set[tuple[str, str]]:
    """Return rule and place of each problem."""
    return {(problem.rule, problem.where) for problem in problems}


def line(*elements: str, between: str = "x", head: str = "") -> list[Problem]:
    """Return the problems of one element between a start and an end."""
    return problems_of(start(), *elements, end(), chain("begun", between, "closed"), head=head)
