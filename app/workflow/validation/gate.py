"""The publish gate for diagrams: all problems at once, each with its element, rule, sentence and mending."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.xml import UnsafeXml, safe_parse
from app.workflow.compile import compile_diagram
from app.workflow.compile.bpmn import BPMN
from app.workflow.compile.diagram import Diagram, Element, read_diagram
from app.workflow.engine import Bundle, build_program
from app.workflow.engine.schema import schema_errors
from app.workflow.validation.context import GateContext
from app.workflow.validation.duties import check_duties
from app.workflow.validation.elements import check_elements, where_of
from app.workflow.validation.expressions import check_expressions
from app.workflow.validation.layout import check_drawn, check_readable
from app.workflow.validation.references import (
    check_calls,
    check_instances,
    check_parts,
    check_service_tasks,
    check_signed_forms,
    check_timers,
    check_user_tasks,
    warn_instances,
)
from app.workflow.validation.soundness import check_soundness
from app.workflow.validation.structure import (
    check_degrees,
    check_ends,
    check_events,
    check_exclusive_merge,
    check_flows,
    check_gateways,
    check_identifiers,
    check_loops,
)

Rule = Callable[[Diagram, GateContext], Iterator[Problem]]
RULES: tuple[Rule, ...] = (
    check_elements,
    check_identifiers,
    check_flows,
    check_ends,
    check_degrees,
    check_gateways,
    check_exclusive_merge,
    check_loops,
    check_events,
    check_timers,
    check_instances,
    check_user_tasks,
    check_signed_forms,
    check_service_tasks,
    check_calls,
    check_parts,
    check_expressions,
    check_duties,
    check_drawn,
)


def check_diagram(author_xml: bytes, context: GateContext) -> list[Problem]:
    """Return everything that keeps a diagram from being published, [] when nothing does.

    Shape: in the order of the rules; `where` is an element id, "" for the file as a whole. Soundness and the
    engine's own parse are tried only when nothing else is wrong, since they assume a drawable graph.
    Source: the library's own parser accepts much that fails later, or silently does something else.
    """
    try:
        root = safe_parse(author_xml)
    except UnsafeXml as error:
        return list(error.problems)
    diagram = read_diagram(root)
    if diagram.process is None:
        return [Problem("", "process.missing", _("The file holds no process."), _("Draw one."))]
    problems = [*_schema_problems(root), *(problem for rule in RULES for problem in rule(diagram, context))]
    if not problems:
        problems = list(check_soundness(diagram, context))
    return problems or _engine_problems(author_xml, diagram, context)


def warn_diagram(author_xml: bytes, context: GateContext) -> list[Problem]:
    """Return what may be published but deserves a second look.

    Errors: UnsafeXml.
    """
    return list(warn_instances(read_diagram(safe_parse(author_xml)), context))


def check_layout(author_xml: bytes) -> list[Problem]:
    """Return what makes the drawing hard to read; the shipped diagrams must have none.

    Errors: UnsafeXml.
    """
    diagram = read_diagram(safe_parse(author_xml))
    nothing = GateContext()
    return [*check_drawn(diagram, nothing), *check_readable(diagram, nothing)]


def _schema_problems(root: Element) -> list[Problem]:
    """Return the schema's complaints, each at the element that stands on its line."""
    by_line: dict[object, str] = {}
    for element in root.iter():
        by_line.setdefault(element.sourceline, where_of(element))
    return [
        Problem(
            by_line.get(line, ""),
            "xml.schema",
            _(
                "Line %(line)s is not BPMN 2.0: %(why)s",
                line=line,
                why=why.replace(f"{{{BPMN}}}", ""),
            ),
            _("Open it in the editor and save it again."),
        )
        for line, why in schema_errors(root)
    ]


def _engine_problems(author_xml: bytes, diagram: Diagram, context: GateContext) -> list[Problem]:
    try:
        compiled = compile_diagram(author_xml)
        sources = {compiled.key: compiled.engine_xml, **context.called}
        build_program(Bundle(hash="gate", key=diagram.key, sources=sources))
    except Invalid as error:
        return list(error.problems) or [Problem(diagram.key, "engine.parse", error.sentence)]
    return []
