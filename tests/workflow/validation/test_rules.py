from __future__ import annotations

from dataclasses import replace

import pytest

from tests.workflow.diagrams import boundary, chain, end, flow, service, start, task, timer
from tests.workflow.validation.gates import CONTEXT, GOOD_GATEWAY, found, line, problems_of

MESSAGE = '<messageEventDefinition messageRef="M"/>'
HEAD = '<message id="M" name="answered"/>'
ERROR = '<errorEventDefinition errorRef="E"/>'
LOOP = "multiInstanceLoopCharacteristics"
SUB = f"{start('in')}{task('inner')}{end('out')}{chain('in', 'inner', 'out')}"


def throw(definition: str) -> str:
    return f'<intermediateThrowEvent id="x">{definition}</intermediateThrowEvent>'


REFUSED_ELEMENTS = {
    "task": '<task id="x"/>',
    "manualTask": '<manualTask id="x"/>',
    "scriptTask": '<scriptTask id="x"><script>1</script></scriptTask>',
    "sendTask": '<sendTask id="x"/>',
    "complexGateway": '<complexGateway id="x"/>',
    "transaction": f'<transaction id="x">{SUB}</transaction>',
    "adHocSubProcess": f'<adHocSubProcess id="x">{task("inner")}</adHocSubProcess>',
    "eventSubProcess": f'<subProcess id="x" triggeredByEvent="true">{SUB}</subProcess>',
    "linkEventDefinition": throw('<linkEventDefinition name="l"/>'),
    "compensateEventDefinition": throw("<compensateEventDefinition/>"),
    "signalEventDefinition": throw("<signalEventDefinition/>"),
    "conditionalEventDefinition": (
        '<intermediateCatchEvent id="x"><conditionalEventDefinition><condition>true</condition>'
        "</conditionalEventDefinition></intermediateCatchEvent>"
    ),
    "standardLoopCharacteristics": task("x", "<standardLoopCharacteristics loopMaximum='3'/>"),
    "ioSpecification": task("x", "<ioSpecification><inputSet/><outputSet/></ioSpecification>"),
    "dataObject": '<dataObject id="d"/>' + task("x"),
}


@pytest.mark.parametrize("name", sorted(REFUSED_ELEMENTS))
def test_an_element_that_is_not_executed_is_refused_by_name(name: str) -> None:
    problems = line(REFUSED_ELEMENTS[name])

    refusals = [problem for problem in problems if problem.rule == f"element.{name}"]
    assert len(refusals) == 1
    assert refusals[0].where in {"x", "d"}
    assert refusals[0].mend


STRUCTURES = {
    "start.single": (start() + start("again") + task("a") + end() + chain("begun", "a", "closed"), "sample"),
    "end.missing": (start() + task("a") + chain("begun", "a"), "sample"),
    "node.reached": (start() + task("a") + task("b") + end() + chain("begun", "a", "closed"), "b"),
    "end.reached": (
        start()
        + GOOD_GATEWAY
        + task("a")
        + task("b")
        + end()
        + chain("begun", "is_good", "closed")
        + flow("is_good", "a", when="record.again", name="no")
        + chain("a", "b", "a"),
        "a",
    ),
    "flow.resolves": (
        start() + task("a") + end() + chain("begun", "a", "closed") + flow("a", "nowhere"),
        "a_to_nowhere",
    ),
    "flow.condition": (
        start() + task("a") + end() + chain("begun", "a") + flow("a", "closed", when="record.again"),
        "a_to_closed",
    ),
    "flow.direction": (start() + task("a") + end() + chain("begun", "a", "closed", "a"), "closed"),
    "split.implicit": (
        start() + task("a") + end() + end("other") + chain("begun", "a", "closed") + flow("a", "other"),
        "a",
    ),
    "gateway.default": (
        start()
        + '<exclusiveGateway id="which"/>'
        + task("a")
        + end()
        + flow("begun", "which")
        + flow("which", "a", when="record.again", name="yes")
        + flow("which", "closed", when="record.again", name="no")
        + chain("a", "closed"),
        "which",
    ),
    "gateway.names": (
        start()
        + GOOD_GATEWAY
        + task("a")
        + end()
        + chain("begun", "is_good")
        + flow("is_good", "closed")
        + flow("is_good", "a", when="record.again", name="no")
        + chain("a", "closed"),
        "is_good_to_closed",
    ),
    "gateway.condition": (
        start()
        + GOOD_GATEWAY
        + task("a")
        + end()
        + chain("begun", "is_good")
        + flow("is_good", "closed", name="yes")
        + flow("is_good", "a", name="no")
        + chain("a", "closed"),
        "is_good_to_a",
    ),
    "gateway.one_timer": (
        start()
        + '<eventBasedGateway id="which"/>'
        + f'<intermediateCatchEvent id="one">{timer("Duration", "P1D")}</intermediateCatchEvent>'
        + f'<intermediateCatchEvent id="two">{timer("Duration", "P2D")}</intermediateCatchEvent>'
        + end()
        + chain("begun", "which", "one", "closed")
        + chain("which", "two", "closed"),
        "which",
    ),
    "loop.waits": (
        start()
        + GOOD_GATEWAY
        + service("x")
        + end()
        + chain("begun", "x", "is_good")
        + flow("is_good", "closed", name="yes")
        + flow("is_good", "x", when="record.again", name="no"),
        "is_good",
    ),
    "loop.parallel": (
        start()
        + task("a")
        + '<parallelGateway id="split"/>'
        + task("b")
        + task("c")
        + '<parallelGateway id="join"/>'
        + GOOD_GATEWAY
        + end()
        + chain("begun", "a", "split", "b", "join", "is_good")
        + chain("split", "c", "join")
        + flow("is_good", "closed", name="yes")
        + flow("is_good", "a", when="record.again", name="no"),
        "split",
    ),
    "error.caught_once": (
        start()
        + f'<subProcess id="one">{SUB}</subProcess>'
        + service("two")
        + boundary("one_failed", "one", ERROR)
        + boundary("two_failed", "two", ERROR)
        + end()
        + chain("begun", "one", "two", "closed")
        + chain("one_failed", "closed")
        + chain("two_failed", "closed"),
        "two_failed",
    ),
    "boundary.host": (
        start()
        + task("a")
        + boundary("late", "nobody", timer("Duration", "P1D"))
        + end()
        + chain("begun", "a", "closed")
        + chain("late", "closed"),
        "late",
    ),
    "gateway.idle": (
        start()
        + task("a")
        + '<exclusiveGateway id="which"/>'
        + end()
        + chain("begun", "a", "which", "closed"),
        "which",
    ),
    "gateway.default_condition": (
        start()
        + GOOD_GATEWAY
        + task("a")
        + end()
        + chain("begun", "a", "is_good")
        + flow("is_good", "closed", when="record.again", name="yes")
        + flow("is_good", "a", when="record.again", name="no"),
        "is_good_to_closed",
    ),
    "gateway.events": (
        start()
        + '<eventBasedGateway id="which"/>'
        + task("a")
        + end()
        + chain("begun", "which", "a", "closed")
        + chain("which", "closed"),
        "a",
    ),
    "gateway.both": (
        start()
        + task("a")
        + '<parallelGateway id="both"/>'
        + task("b")
        + task("c")
        + end()
        + end("other")
        + chain("begun", "a", "both", "b", "closed")
        + chain("both", "c", "both")
        + flow("c", "other"),
        "both",
    ),
    "start.inner": (
        start()
        + f'<subProcess id="part"><startEvent id="in">{MESSAGE}</startEvent>{task("inner")}{end("out")}'
        + chain("in", "inner", "out")
        + "</subProcess>"
        + end()
        + chain("begun", "part", "closed"),
        "in",
    ),
    "element.compensation": (
        start()
        + task("a").replace("<userTask", '<userTask isForCompensation="true"')
        + end()
        + chain("begun", "a", "closed"),
        "a",
    ),
    "event.multiple": (
        start()
        + f'<intermediateCatchEvent id="m">{MESSAGE}{timer("Duration", "P1D")}</intermediateCatchEvent>'
        + end()
        + chain("begun", "m", "closed"),
        "m",
    ),
    "error.caught": (
        start() + f'<endEvent id="closed">{ERROR}</endEvent>' + chain("begun", "closed"),
        "closed",
    ),
    "message.once": (
        start()
        + task("a")
        + boundary("heard", "a", MESSAGE, interrupting=False)
        + end()
        + chain("begun", "a", "closed")
        + chain("heard", "closed"),
        "heard",
    ),
    "call.cycle": (
        start() + '<callActivity id="x" calledElement="sample"/>' + end() + chain("begun", "x", "closed"),
        "x",
    ),
    "call.known": (
        start() + '<callActivity id="x" calledElement="none"/>' + end() + chain("begun", "x", "closed"),
        "x",
    ),
}


@pytest.mark.parametrize("rule", sorted(STRUCTURES))
def test_a_broken_structure_is_refused(rule: str) -> None:
    body, where = STRUCTURES[rule]

    problems = problems_of(body, head=f'{HEAD}<error id="E" errorCode="E" name="e"/>')

    assert (rule, where) in found(problems)


MARKS = {
    "role.missing": '<userTask id="x"/>',
    "role.known": task("x", role="nobody"),
    "form.exists": task("other"),
    "documentation": '<userTask id="x" qms:role="verifier"/>',
    "duty.known": task("x", duty="sleep"),
    "signature.known": task("x", signature="scribble"),
    "signature.missing": task("x", declined="task.x.again"),
    "signature.reason": task("x", signature="approval", declined="task.x.again"),
    "policy.known": task("x", policy="never"),
    "due.parses": task("x", due="P1M2W"),
    "qms.unknown": task("x", rolle="verifier"),
    "operation.known": service("x", "sample.none"),
    "operation.parameter": service("x", "sample.add"),
    "operation.type": service("x", "sample.add", amount="&quot;much&quot;"),
    "decision.known": '<businessRuleTask id="x" qms:decision="none"/>',
    "extension.foreign": '<userTask id="x" xmlns:c="http://camunda.org/schema/1.0/bpmn" c:assignee="me"/>',
    "timer.missing": f'<intermediateCatchEvent id="x">{timer("Duration", "")}</intermediateCatchEvent>',
    "timer.parses": f'<intermediateCatchEvent id="x">{timer("Duration", "P1M2W")}</intermediateCatchEvent>',
    "timer.minimum": f'<intermediateCatchEvent id="x">{timer("Duration", "PT59S")}</intermediateCatchEvent>',
    "timer.cycle": f'<intermediateCatchEvent id="x">{timer("Cycle", "R/P1D")}</intermediateCatchEvent>',
    "event.named": '<intermediateCatchEvent id="x"><messageEventDefinition/></intermediateCatchEvent>',
    "event.intermediateThrowEvent": f'<intermediateThrowEvent id="x">{MESSAGE}</intermediateThrowEvent>',
    "instances.source": task("x", f"<{LOOP}/>"),
    "instances.limit": task("x", f"<{LOOP}><loopCardinality>201</loopCardinality></{LOOP}>"),
    "instances.output": task(
        "x", f'<{LOOP} isSequential="true"><loopDataInputRef>sites</loopDataInputRef></{LOOP}>'
    ),
    "instances.name": task("x", f"<{LOOP}><loopDataInputRef>record</loopDataInputRef></{LOOP}>"),
}


@pytest.mark.parametrize("rule", sorted(MARKS))
def test_a_wrong_mark_is_refused(rule: str) -> None:
    between = "other" if rule == "form.exists" else "x"

    problems = line(MARKS[rule], between=between, head=HEAD)

    assert (rule, between) in found(problems)


def of_signed_form(meaning: str, at: str = "x", **step: str) -> set[tuple[str, str]]:
    """The problems of a step where a form asks for a signature."""
    context = replace(CONTEXT, form_signatures={at: meaning})
    drawn = (start(), task("x", **step), end(), chain("begun", "x", "closed"))
    return found(problems_of(*drawn, context=context))


def test_a_form_asks_for_no_other_signature_than_its_step() -> None:
    assert ("signature.form", "x") in of_signed_form("verification", signature="approval")
    assert ("signature.form", "x") not in of_signed_form("verification", signature="verification")


def test_a_form_signs_its_step_by_itself() -> None:
    step = {"declined": "task.x.again", "reason": "task.x.why"}

    assert not {rule for rule, _at in of_signed_form("verification", **step) if "signature" in rule}


def test_a_form_asks_for_a_known_signature_at_a_step_and_nowhere_else() -> None:
    assert ("signature.known", "x") in of_signed_form("scribble")
    assert ("signature.place", "begun") in of_signed_form("approval", at="begun")
