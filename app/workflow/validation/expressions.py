"""Every expression of a diagram compiles and asks only for what exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.decisions.feel import Expression, FeelSyntaxError, compile_expression
from app.foundation.errors import Problem, QmsError
from app.foundation.i18n import gettext as _
from app.workflow.compile.bpmn import CALL, SERVICE_TASK, USER_TASK
from app.workflow.compile.diagram import Diagram, Node, child_text
from app.workflow.compile.engine_xml import loop_of, parameters_of, timer_expression
from app.workflow.engine.durations import is_literal
from app.workflow.engine.ports import SCOPE_NAMES
from app.workflow.validation.context import GateContext

_COMPARED = re.compile(r'\bdecision\.([a-z][a-z0-9_]*)\.outcome\s*!?=\s*"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Place:
    """One expression and where it stands."""

    element_id: str
    label: str
    what: str
    text: str
    is_condition: bool = False


def places(diagram: Diagram) -> Iterator[Place]:
    """Yield every expression of a diagram, ISO 8601 literals left out."""
    for flow in diagram.flows.values():
        if flow.condition:
            label = flow.name or diagram.label(flow.source)
            yield Place(flow.id, label, _("condition"), flow.condition, is_condition=True)
    for node in diagram.nodes.values():
        for what, text in _texts(node):
            if text and not is_literal(text):
                yield Place(node.id, node.name or node.id, what, text)


def check_expressions(diagram: Diagram, context: GateContext) -> Iterator[Problem]:
    """Refuse expressions that cannot be read or that ask for unknown names."""
    for place in places(diagram):
        try:
            expression = compile_expression(place.text)
        except FeelSyntaxError as error:
            sentence = _(
                "The %(what)s of “%(label)s” cannot be read: %(why)s",
                what=place.what,
                label=place.label,
                why=error.sentence,
            )
            yield Problem(place.element_id, "expression.syntax", sentence, _("Write it in FEEL."))
        else:
            yield from _names(diagram, context, place, expression)
            yield from _outcomes(diagram, context, place)
            yield from _truth(place)


def constant_of(text: str) -> tuple[bool, object]:
    """Return whether an expression needs no names, and its value then."""
    try:
        expression = compile_expression(text)
        if expression.names or expression.possible_names:
            return False, None
        return True, expression.evaluate({})
    except QmsError:
        return False, None


def _truth(place: Place) -> Iterator[Problem]:
    """Refuse a constant condition that is no truth value; the engine would stop there."""
    is_constant, value = constant_of(place.text) if place.is_condition else (False, None)
    if is_constant and not isinstance(value, bool):
        sentence = _("The condition of “%(label)s” is neither true nor false.", label=place.label)
        yield Problem(place.element_id, "expression.truth", sentence, _("Write a comparison."))


def _texts(node: Node) -> Iterator[tuple[str, str]]:
    if node.event == "timer":
        yield _("timer"), timer_expression(node)[1]
    if node.kind == USER_TASK:
        yield _("person"), node.qms("person")
        yield _("due date"), node.qms("due")
        yield _("rule for a refusal"), node.qms("declined")
        yield _("reason of a signature"), node.qms("reason")
    if node.kind in {SERVICE_TASK, CALL}:
        for name, value in parameters_of(node).items():
            yield _("parameter %(name)s", name=name), value
    yield _("correlation"), node.qms("correlation")
    loop = loop_of(node)
    if loop is not None:
        yield _("number of instances"), child_text(loop, "loopCardinality")
        yield _("completion condition"), child_text(loop, "completionCondition")


def _names(diagram: Diagram, context: GateContext, place: Place, expression: Expression) -> Iterator[Problem]:
    for name in sorted(expression.names - SCOPE_NAMES):
        sentence = _(
            "The %(what)s of “%(label)s” asks for “%(name)s”, which does not exist.",
            what=place.what,
            label=place.label,
            name=name,
        )
        mend = _("Use record, task, decision or settings.")
        yield Problem(place.element_id, "expression.name", sentence, mend)
    for path in sorted(expression.paths):
        if not _is_known(diagram, context, path):
            dotted = ".".join(path)
            sentence = _(
                "The %(what)s of “%(label)s” asks for “%(name)s”, which does not exist.",
                what=place.what,
                label=place.label,
                name=dotted,
            )
            yield Problem(
                place.element_id, "expression.path", sentence, _("Check the spelling, or add the field.")
            )


def _outcomes(diagram: Diagram, context: GateContext, place: Place) -> Iterator[Problem]:
    """Refuse a comparison with an outcome that no end of the called part has: it could never hold."""
    for call_id, word in _COMPARED.findall(place.text):
        node = diagram.nodes.get(call_id)
        called = node.xml.get("calledElement", "") if node is not None and node.kind == CALL else ""
        known = context.outcomes.get(called)
        if known is not None and word not in known:
            sentence = _(
                "The %(what)s of “%(label)s” waits for “%(word)s”, but “%(call)s” never ends so.",
                what=place.what,
                label=place.label,
                word=word,
                call=diagram.label(call_id),
            )
            mend = _("It ends as: %(outcomes)s.", outcomes=", ".join(sorted(known)))
            yield Problem(place.element_id, "call.outcome", sentence, mend)


def _is_known(diagram: Diagram, context: GateContext, path: tuple[str, ...]) -> bool:
    root, *rest = path
    if not rest or root not in SCOPE_NAMES:
        return True  # the bare name, or an unknown one that is reported as such
    if root == "record":
        return context.record_fields is None or rest[0] in context.record_fields
    if root == "settings":
        return rest[0] in context.settings
    known = _decisions(diagram, context) if root == "decision" else _answers(diagram, context)
    fields = known.get(rest[0])
    return fields is not None and (len(rest) == 1 or not fields or rest[1] in fields)


def _decisions(diagram: Diagram, context: GateContext) -> dict[str, frozenset[str]]:
    """Return the outputs of each decision; a call is one whose only output is its outcome."""
    calls = {node.id: frozenset({"outcome"}) for node in diagram.nodes.values() if node.kind == CALL}
    return {**context.decisions, **calls}


def _answers(diagram: Diagram, context: GateContext) -> dict[str, frozenset[str]]:
    """Return the keys each task's submission may hold; service tasks report their results under their id."""
    start = {node.id for node in diagram.starts(diagram.key)}
    tasks = {node.id for node in diagram.nodes.values() if node.kind in {USER_TASK, SERVICE_TASK}}
    return {task: context.forms.get(task, frozenset()) for task in tasks | start}
