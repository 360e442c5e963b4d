from __future__ import annotations

from dataclasses import replace

import pytest

from tests.workflow.diagrams import chain, end, flow, start, task
from tests.workflow.validation.gates import CONTEXT, found, line, problems_of

DOCUMENTED = "<documentation>Decide.</documentation>"
IN_PART = replace(CONTEXT, is_part=True, called={})


def call(
    inner: str = "", *, called: str = "approval", name: str = "x", marks: str = 'qms:clause="6.3"'
) -> str:
    return f'<callActivity id="{name}" calledElement="{called}" {marks}>{DOCUMENTED}{inner}</callActivity>'


def parameters(**given: str) -> str:
    written = "".join(f'<qms:parameter name="{name}" value="{text}"/>' for name, text in given.items())
    return f"<extensionElements>{written}</extensionElements>"


def asking(condition: str) -> set[tuple[str, str]]:
    gate = '<exclusiveGateway id="is_ok" name="Approved?" default="is_ok_to_a"/>'
    ways = chain("begun", "x", "is_ok") + flow("is_ok", "a", name="no") + chain("a", "closed")
    yes = flow("is_ok", "closed", when=condition, name="yes")
    return found(problems_of(start(), call(), gate, task("a"), end(), ways, yes))


def test_a_call_with_its_parameters_is_accepted() -> None:
    assert line(call(parameters(severity="record.severity", word="&quot;plan&quot;"))) == []


def test_the_outcome_of_a_call_may_be_asked_for() -> None:
    assert asking("decision.x.outcome = &quot;approved&quot;") == set()


@pytest.mark.parametrize("name", ["decision.x.verdict", "decision.y.outcome", "task.x.outcome"])
def test_a_name_that_no_call_gives_is_refused(name: str) -> None:
    assert asking(f"{name} = 1") == {("expression.path", "is_ok_to_closed")}


@pytest.mark.parametrize("operator", ["=", "!="])
def test_an_outcome_that_no_end_of_the_part_has_is_refused(operator: str) -> None:
    assert asking(f"decision.x.outcome {operator} &quot;aproved&quot;") == {
        ("call.outcome", "is_ok_to_closed")
    }


BROKEN = {
    "expression.path": call(parameters(amount="record.weight")),
    "expression.syntax": call(parameters(amount="1 +")),
    "duty.known": call(marks='qms:clause="6.3" qms:duty="dance"'),
    "documentation": call(marks=""),
    "qms.unknown": call(marks='qms:clause="6.3" qms:outcome="done"'),
    "call.name": call(name="g_capa"),
    "call.instances": call(
        "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
        "</multiInstanceLoopCharacteristics>"
    ),
}


@pytest.mark.parametrize("rule", sorted(BROKEN))
def test_a_call_that_could_not_work_is_refused(rule: str) -> None:
    name = "g_capa" if rule == "call.name" else "x"

    assert (rule, name) in found(line(BROKEN[rule], between=name))


def test_a_sub_process_may_not_have_the_name_of_a_part() -> None:
    inner = f"{start('in')}{task('inner')}{end('out')}{chain('in', 'inner', 'out')}"
    sub = f'<subProcess id="approval">{inner}</subProcess>'
    ways = chain("begun", "approval", "x", "closed")

    assert ("call.name", "approval") in found(problems_of(start(), sub, call(), end(), ways))


def test_a_part_calls_no_part() -> None:
    context = replace(IN_PART, called=CONTEXT.called)
    ways = chain("begun", "x", "closed")

    problems = problems_of(start(), call(), end(outcome="approved"), ways, context=context)

    assert found(problems) == {("call.nested", "x")}


def test_each_end_of_a_part_has_an_outcome() -> None:
    ways = chain("begun", "a", "closed")

    assert found(problems_of(start(), task("a"), end(), ways, context=IN_PART)) == {
        ("part.outcome", "closed")
    }
    assert problems_of(start(), task("a"), end(outcome="approved"), ways, context=IN_PART) == []


def test_a_task_with_slots_needs_no_role() -> None:
    ways = chain("begun", "a", "closed")
    body = (start(), task("a", role=""), end(outcome="approved"), ways)

    assert ("role.missing", "a") in found(problems_of(*body, context=IN_PART))
    assert problems_of(*body, context=replace(IN_PART, slotted=frozenset({"a"}))) == []
