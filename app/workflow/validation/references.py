"""What a diagram refers to exists: roles, forms, operations, decisions, definitions; timers can be set."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.foundation.xml import safe_parse
from app.workflow.compile.bpmn import BOUNDARY, CALL, RULE_TASK, SERVICE_TASK, USER_TASK
from app.workflow.compile.compiler import call, user_task
from app.workflow.compile.diagram import Diagram, Node, child_text, read_diagram
from app.workflow.compile.engine_xml import loop_of, parameters_of, timer_expression
from app.workflow.compile.specs import UserTaskSpec
from app.workflow.engine.durations import (
    MINUTE,
    BadTimer,
    is_literal,
    parse_duration,
    parse_moment,
    parse_repetition,
)
from app.workflow.engine.ports import SCOPE_NAMES
from app.workflow.engine.tasks import MAX_INSTANCES
from app.workflow.validation.context import SIGNATURES, GateContext, OperationSignature
from app.workflow.validation.expressions import constant_of

WARN_INSTANCES = 20
_PARSERS = {"duration": parse_duration, "date": parse_moment, "cycle": parse_repetition}
_TYPES: dict[str, type | tuple[type, ...]] = {
    "text": str,
    "number": Decimal,
    "boolean": bool,
    "list": (list, tuple),
}


def check_user_tasks(diagram: Diagram, context: GateContext) -> Iterator[Problem]:
    """Ask of each user task who does it, its form, its clause and known words."""
    for node in diagram.nodes.values():
        if node.kind != USER_TASK:
            continue
        task = user_task(node)
        yield from _assignment(task, context)
        if task.element_id not in context.forms:
            sentence = _("“%(label)s” has no form.", label=task.name)
            yield Problem(node.id, "form.exists", sentence, _("Draw the form “%(key)s”.", key=task.form_key))
        if not task.documentation or not (task.clause or context.is_part):  # else the caller's counts
            sentence = _("“%(label)s” lacks its documentation or its clause.", label=task.name)
            yield Problem(node.id, "documentation", sentence, _say_what())
        yield from _words(task, context)
        yield from _signing(task, context)


def check_signed_forms(diagram: Diagram, context: GateContext) -> Iterator[Problem]:
    """Refuse a signature field where nothing can be signed: at a start, or in the form given to a call."""
    tasks = {node.id for node in diagram.nodes.values() if node.kind == USER_TASK}
    for element_id in sorted(context.form_signatures.keys() - tasks):
        sentence = _("Only the form of a step can ask for a signature: before it starts there is no record.")
        mend = _("Take the field out of this form, and sign a step.")
        yield Problem(element_id, "signature.place", sentence, mend)


def check_service_tasks(diagram: Diagram, context: GateContext) -> Iterator[Problem]:
    """Ask of each service task a known operation with the parameters it takes."""
    for node in diagram.nodes.values():
        if node.kind != SERVICE_TASK:
            continue
        name = node.qms("operation")
        signature = context.operations.get(name)
        if signature is None:
            sentence = _(
                "“%(label)s” names no known operation: “%(name)s”.", label=node.name or node.id, name=name
            )
            yield Problem(node.id, "operation.known", sentence, _("Choose one from the catalogue."))
        else:
            yield from _parameters(node, name, signature)


def check_calls(diagram: Diagram, context: GateContext) -> Iterator[Problem]:
    """Ask of decisions and calls that what they name exists; a definition does not call itself."""
    for node in diagram.nodes.values():
        label = node.name or node.id
        if node.kind == RULE_TASK and node.qms("decision") not in context.decisions:
            sentence = _(
                "“%(label)s” asks no known decision: “%(key)s”.", label=label, key=node.qms("decision")
            )
            yield Problem(node.id, "decision.known", sentence, _("Choose one, or draw it."))
        if node.kind == CALL:
            yield from _call(diagram, node, context)


def check_parts(diagram: Diagram, context: GateContext) -> Iterator[Problem]:
    """Ask of a part that each of its ends has an outcome, and that it calls no other part."""
    if not context.is_part:
        return
    for node in diagram.nodes.values():
        if node.kind == CALL:
            sentence = _("“%(label)s” is a call inside a part.", label=node.name or node.id)
            yield Problem(node.id, "call.nested", sentence, _("Only lifecycles call parts: draw it there."))
    for end in diagram.ends(diagram.key):
        if not end.qms("outcome"):
            sentence = _("The end “%(label)s” of a part has no outcome.", label=end.name or end.id)
            mend = _("Give it one: the caller asks for decision.<call>.outcome.")
            yield Problem(end.id, "part.outcome", sentence, mend)


def _call(diagram: Diagram, node: Node, context: GateContext) -> Iterator[Problem]:
    spec = call(node)
    if spec.called == diagram.key or diagram.key in _called_by(spec.called, context):
        sentence = _("“%(label)s” leads back to its own definition.", label=spec.name)
        mend = _("Draw a loop, or request a new instance by message.")
        yield Problem(node.id, "call.cycle", sentence, mend)
    elif spec.called not in context.called:
        sentence = _("“%(label)s” calls no known part: “%(key)s”.", label=spec.name, key=spec.called)
        yield Problem(node.id, "call.known", sentence, _("Choose a part of the catalogue."))
    if loop_of(node) is not None:
        sentence = _("“%(label)s” calls a part several times at once.", label=spec.name)
        mend = _("Draw one call; a part offers its tasks to several people by itself.")
        yield Problem(node.id, "call.instances", sentence, mend)
    if not spec.documentation or not spec.clause:
        sentence = _("“%(label)s” lacks its documentation or its clause.", label=spec.name)
        yield Problem(node.id, "documentation", sentence, _say_what())
    if spec.duty and spec.duty not in context.duties:
        yield _unknown_word(node.id, spec.name, "duty", spec.duty)
    if node.id in context.decisions:
        sentence = _("“%(id)s” is the name of a decision and of a call.", id=node.id)
        yield Problem(node.id, "call.name", sentence, _("Rename one of them: both answer under this name."))
    for scope in diagram.scopes():
        if scope == spec.called:
            sentence = _("“%(id)s” is the name of a sub-process and of a part.", id=scope)
            yield Problem(scope, "call.name", sentence, _("Rename the sub-process."))


def check_timers(diagram: Diagram, _context: GateContext) -> Iterator[Problem]:
    """Refuse timers that cannot be set, run below a minute, or repeat where nothing repeats."""
    for node in diagram.nodes.values():
        if node.event != "timer":
            continue
        kind, text = timer_expression(node)
        label = node.name or node.id
        if not text:
            yield Problem(
                node.id, "timer.missing", _("The timer “%(label)s” has no time.", label=label), _("Say when.")
            )
            continue
        if kind == "cycle" and (node.kind != BOUNDARY or node.is_interrupting):
            sentence = _("The timer “%(label)s” repeats, but nothing repeats there.", label=label)
            mend = _("Put it on a task as a boundary event that does not interrupt, or use a duration.")
            yield Problem(node.id, "timer.cycle", sentence, mend)
        if is_literal(text):
            yield from _literal(node, kind, text)


def check_instances(diagram: Diagram, _context: GateContext) -> Iterator[Problem]:
    """Refuse multi-instance tasks that the engine would fail on, or that ask for too many."""
    for node in diagram.nodes.values():
        loop = loop_of(node)
        if loop is None:
            continue
        label = node.name or node.id
        collection = child_text(loop, "loopDataInputRef")
        output = child_text(loop, "loopDataOutputRef")
        if bool(collection) == bool(child_text(loop, "loopCardinality")):
            sentence = _("“%(label)s” must name either a list or a number of instances.", label=label)
            yield Problem(node.id, "instances.source", sentence, _("Give exactly one of them."))
        if loop.get("isSequential") == "true" and collection and not output:
            sentence = _("“%(label)s” goes through a list one by one and keeps no result.", label=label)
            yield Problem(
                node.id, "instances.output", sentence, _("Name a list for the results and its item.")
            )
        if {collection, output} & SCOPE_NAMES:
            sentence = _("“%(label)s” uses a reserved name for its list.", label=label)
            yield Problem(node.id, "instances.name", sentence, _("Choose another name."))
        if (count := instance_count(node)) is not None and count > MAX_INSTANCES:
            sentence = _("“%(label)s” asks for %(count)s instances.", label=label, count=count)
            mend = _("At most %(limit)s; many people are slots of one task.", limit=MAX_INSTANCES)
            yield Problem(node.id, "instances.limit", sentence, mend)


def warn_instances(diagram: Diagram, _context: GateContext) -> Iterator[Problem]:
    """Warn of multi-instance tasks for more than a handful."""
    for node in diagram.nodes.values():
        count = instance_count(node)
        if count is not None and WARN_INSTANCES < count <= MAX_INSTANCES:
            sentence = _("“%(label)s” runs %(count)s instances.", label=node.name or node.id, count=count)
            yield Problem(node.id, "instances.many", sentence, _("Consider one task with an audience."))


def instance_count(node: Node) -> int | None:
    """Return the number of instances where it is a constant, None elsewhere."""
    loop = loop_of(node)
    is_constant, value = constant_of(child_text(loop, "loopCardinality") if loop is not None else "")
    return int(value) if is_constant and isinstance(value, Decimal) else None


def _called_by(key: str, context: GateContext) -> set[str]:
    """Return every definition reached by calls from `key`."""
    seen: set[str] = set()
    queue = [key]
    for one in queue:
        if one in seen or one not in context.called:
            continue
        seen.add(one)
        inner = read_diagram(safe_parse(context.called[one]))
        queue.extend(node.xml.get("calledElement", "") for node in inner.nodes.values() if node.kind == CALL)
    return set(queue) - {key}


def _assignment(task: UserTaskSpec, context: GateContext) -> Iterator[Problem]:
    if task.element_id in context.slotted and not task.role:
        return
    if not task.role and not task.person:
        sentence = _("Nobody is named for “%(label)s”.", label=task.name)
        yield Problem(task.element_id, "role.missing", sentence, _("Choose a role, or put it into a lane."))
    elif task.role and task.role not in context.roles:
        sentence = _(
            "“%(label)s” is for the role “%(role)s”, which does not exist.", label=task.name, role=task.role
        )
        yield Problem(
            task.element_id, "role.known", sentence, _("Choose a known role; a lane's id is its role.")
        )


def _words(task: UserTaskSpec, context: GateContext) -> Iterator[Problem]:
    checks = [
        ("duty", task.duty, context.duties),
        ("signature", task.signature, SIGNATURES),
        ("policy", task.policy, context.policies),
    ]
    for what, word, known in checks:
        if word and known is not None and word not in known:
            yield _unknown_word(task.element_id, task.name, what, word)
    if task.due and is_literal(task.due):
        try:
            parse_duration(task.due)
        except BadTimer as error:
            yield Problem(task.element_id, "due.parses", error.sentence, _("Write a duration, or FEEL."))


def _unknown_word(element_id: str, label: str, what: str, word: str) -> Problem:
    sentence = _("“%(label)s” has the unknown %(what)s “%(word)s”.", label=label, what=what, word=word)
    return Problem(element_id, f"{what}.known", sentence, _("Choose one of the list."))


def _say_what() -> str:
    return _("Say what is to be done, and the clause that asks for it.")


def _signing(task: UserTaskSpec, context: GateContext) -> Iterator[Problem]:
    """Ask of a step that may be declined by signature that it is signed, and that a reason comes with it.

    A form with a signature field signs the step; what step and form say it means must be the same.
    """
    announced = context.form_signatures.get(task.element_id, "")
    if announced and announced not in SIGNATURES:
        yield _unknown_word(task.element_id, task.name, "signature", announced)
    elif announced and task.signature and announced != task.signature:
        sentence = _(
            "The form of “%(label)s” asks for a signature that means %(meaning)s, "
            "but the step is signed with another meaning.",
            label=task.name,
            meaning=announced.replace("_", " "),
        )
        mend = _("Give both the same meaning, or take the field out of the form.")
        yield Problem(task.element_id, "signature.form", sentence, mend)
    if (task.declined or task.reason) and not (task.signature or announced):
        sentence = _("“%(label)s” says what a refusal by signature is, but nobody signs it.", label=task.name)
        yield Problem(task.element_id, "signature.missing", sentence, _("Give the signature its meaning."))
    elif task.declined and not task.reason:
        sentence = _("“%(label)s” can be refused by signature, but no reason is asked for.", label=task.name)
        mend = _("Name the answer that holds the reason.")
        yield Problem(task.element_id, "signature.reason", sentence, mend)


def _parameters(node: Node, name: str, signature: OperationSignature) -> Iterator[Problem]:
    given = parameters_of(node)
    for missing in sorted(signature.required - set(given)):
        sentence = _(
            "The operation “%(name)s” needs the parameter “%(parameter)s”.", name=name, parameter=missing
        )
        yield Problem(node.id, "operation.parameter", sentence, _("Add it."))
    for parameter, text in given.items():
        kind = signature.parameters.get(parameter)
        if kind is None:
            sentence = _(
                "The operation “%(name)s” takes no parameter “%(parameter)s”.", name=name, parameter=parameter
            )
            yield Problem(node.id, "operation.parameter", sentence, _("Remove it, or correct its name."))
            continue
        is_constant, value = constant_of(text)
        if is_constant and value is not None and kind in _TYPES and not isinstance(value, _TYPES[kind]):
            sentence = _("The parameter “%(parameter)s” must be a %(kind)s.", parameter=parameter, kind=kind)
            yield Problem(
                node.id, "operation.type", sentence, _("Texts stand in quotation marks, numbers do not.")
            )


def _literal(node: Node, kind: str, text: str) -> Iterator[Problem]:
    try:
        parsed = _PARSERS[kind](text)
    except BadTimer as error:
        yield Problem(node.id, "timer.parses", error.sentence, _("Correct the time."))
        return
    shortest = getattr(parsed, "shortest", MINUTE)
    if shortest < MINUTE:
        sentence = _("The timer “%(label)s” is shorter than a minute.", label=node.name or node.id)
        yield Problem(node.id, "timer.minimum", sentence, _("Wait at least PT1M."))
