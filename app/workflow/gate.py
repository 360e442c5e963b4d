"""The publish gate of a whole bundle: diagram, tables and forms, all problems at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.accounts.roles import Role
from app.decisions.dmn import DecisionModel, read_model
from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.workflow.bundles import Bundle
from app.workflow.compile import compile_diagram
from app.workflow.decision_outputs import output_names
from app.workflow.forms import FormDefinition, FormGate, lint_form, read_form
from app.workflow.lifecycle import Lifecycle, Part
from app.workflow.pieces import Piece, form_in_call
from app.workflow.policies import DEFAULT
from app.workflow.rehearsals import dry_run
from app.workflow.validation import GateContext, OperationSignature, check_diagram

# What every record has, beside its own columns and the extra answers of its forms.
RECORD_NAMES = frozenset(
    {"id", "number", "title", "site_id", "process_id", "owner_id", "severity", "opened_at", "status"}
)


@dataclass(frozen=True, slots=True)
class _Read:
    """What of a bundle could be read: its forms and tables, and the parts it calls."""

    forms: Mapping[str, FormDefinition]
    tables: Mapping[str, DecisionModel]
    parts: Mapping[str, Piece]


def check(
    bundle: Bundle, owner: Lifecycle | Part, *, policies: frozenset[str] = frozenset({DEFAULT})
) -> list[Problem]:
    """Return every problem of a bundle, none when it may be published.

    Shape: `where` is an element id, or `file: place` for tables and forms; `policies` are the keys of the
    task policies there are. A part is checked on its own: it may only name what every record has.
    """
    problems: list[Problem] = []
    read = _Read(
        forms=_read_forms(bundle, problems),
        tables=_read_tables(bundle, problems),
        parts=_read_parts(bundle, problems),
    )
    context = replace(_context(owner, read), policies=policies)
    problems += check_diagram(bundle.diagram, context)
    problems += _form_problems(owner, read, context)
    if problems:
        return problems
    own = Piece(bundle=bundle, compiled=compile_diagram(bundle.diagram), forms=read.forms, tables=read.tables)
    problems += _unused_forms(own)
    problems += _forms_in_calls(own, owner, read.parts, context)
    return problems or dry_run(own, owner, read.parts)


def context_for(
    owner: Lifecycle | Part, forms: Mapping[str, FormDefinition], tables: Mapping[str, DecisionModel]
) -> GateContext:
    """Return the names that a diagram of this lifecycle or part may use, without what it calls."""
    return _context(owner, _Read(forms, tables, {}))


def _context(owner: Lifecycle | Part, read: _Read) -> GateContext:
    answers = {key: frozenset(field.key for field in form.fields) for key, form in read.forms.items()}
    asked = [form for piece in read.parts.values() for form in piece.forms.values()]
    extra = {field.key for form in (*read.forms.values(), *asked) for field in form.fields}
    context = GateContext(
        roles=frozenset(role.value for role in Role),
        forms=answers,
        form_signatures={key: form.signature for key, form in read.forms.items() if form.signature},
        operations={
            one.name: OperationSignature(
                {name: kind.value for name, kind in one.parameters.items()}, frozenset(one.required)
            )
            for one in owner.operations
        },
        decisions={key: frozenset(output_names(table, key)) for key, table in read.tables.items()},
        record_fields=RECORD_NAMES | extra | frozenset(_columns(owner)),
        called={key: piece.compiled.engine_xml for key, piece in read.parts.items()},
        outcomes={
            key: frozenset(end.outcome for end in piece.compiled.ends.values() if end.outcome)
            for key, piece in read.parts.items()
        },
    )
    if isinstance(owner, Part):
        return replace(context, slotted=frozenset(owner.slots), is_part=True)
    return replace(
        context,
        settings=frozenset(setting.key.rpartition(".")[2] for setting in owner.settings),
        required_duties=owner.required_duties,
        proven_outcome=owner.proven_outcome,
        separations=tuple((one.duty, one.differs_from) for one in owner.separations),
    )


def _columns(owner: Lifecycle | Part) -> Mapping[str, str]:
    return owner.ports.columns() if isinstance(owner, Lifecycle) else {}


def _form_problems(owner: Lifecycle | Part, read: _Read, context: GateContext) -> list[Problem]:
    form_gate = FormGate(
        record_columns=_columns(owner),
        names={
            "record": context.record_fields or (),
            "task": tuple(read.forms),
            "decision": tuple(read.tables),
            "settings": tuple(context.settings),
        },
        roles=context.roles,
    )
    return [problem for key, form in read.forms.items() for problem in _lint(form, form_gate, f"{key}.json")]


def _forms_in_calls(
    own: Piece, owner: Lifecycle | Part, parts: Mapping[str, Piece], context: GateContext
) -> list[Problem]:
    """Judge each form of a part as people get it inside a call: the caller's part of it comes first."""
    problems: list[Problem] = []
    for call_id, call in own.compiled.calls.items():
        part = parts[call.called]
        form_gate = FormGate(
            record_columns=_columns(owner),
            names={
                "record": context.record_fields or (),
                "task": (*own.forms, *part.forms),
                "decision": (*own.tables, *own.compiled.calls, *part.tables),
                "settings": tuple(context.settings),
            },
            roles=context.roles,
        )
        for element_id, text in part.bundle.forms.items():
            name = f"{call_id}.json with {part.bundle.key}/{element_id}.json"
            try:
                merged = form_in_call(text, own.bundle.forms.get(call_id), key=call_id)
                problems += _lint(read_form(merged, key=element_id), form_gate, name)
            except Invalid as error:
                problems += _at_file(name, error)
    return problems


def _lint(form: FormDefinition, form_gate: FormGate, name: str) -> list[Problem]:
    return [
        Problem(f"{name}: {one.where}", one.rule, one.sentence, one.mend)
        for one in lint_form(form, form_gate)
    ]


def _read_forms(bundle: Bundle, problems: list[Problem]) -> dict[str, FormDefinition]:
    found = {}
    for key, text in bundle.forms.items():
        try:
            found[key] = read_form(text, key=key)
        except Invalid as error:
            problems += _at_file(f"{key}.json", error)
    return found


def _read_tables(bundle: Bundle, problems: list[Problem]) -> dict[str, DecisionModel]:
    found = {}
    for key, text in bundle.tables.items():
        try:
            model = found[key] = read_model(text, name=key)
        except Invalid as error:
            problems += _at_file(f"{key}.dmn", error)
            continue
        if key not in model.decisions:
            problems.append(
                Problem(
                    f"{key}.dmn",
                    "decision-id",
                    _("The file has no decision with the id “%(key)s”.", key=key),
                    _("Give the decision the name of its file as id."),
                )
            )
    return found


def _read_parts(bundle: Bundle, problems: list[Problem]) -> dict[str, Piece]:
    found = {}
    for key, part in bundle.parts.items():
        try:
            found[key] = Piece.of(part)
        except Invalid as error:
            problems += _at_file(f"{key}.bpmn", error)
    return found


def _at_file(name: str, error: Invalid) -> list[Problem]:
    found = error.problems or (Problem("", "unreadable", error.sentence),)
    return [Problem(f"{name}: {one.where}".rstrip(": "), one.rule, one.sentence, one.mend) for one in found]


def _unused_forms(own: Piece) -> list[Problem]:
    asked = {*own.compiled.user_tasks, *own.compiled.calls, own.compiled.start_id}
    return [
        Problem(
            f"{key}.json",
            "form-unused",
            _("No task of the diagram has the id “%(key)s”.", key=key),
            _("Remove the form or rename it to the id of its task."),
        )
        for key in sorted(own.forms.keys() - asked)
    ]
