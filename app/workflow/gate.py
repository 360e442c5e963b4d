"""The publish gate of a whole bundle: diagram, tables and forms, all problems at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.accounts.roles import Role
from app.decisions.dmn import DecisionModel, read_model
from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.workflow.bundles import Bundle
from app.workflow.compile import CompiledDiagram, compile_diagram
from app.workflow.decision_outputs import output_names
from app.workflow.forms import FormDefinition, FormGate, lint_form, read_form
from app.workflow.lifecycle import Lifecycle
from app.workflow.policies import DEFAULT
from app.workflow.rehearsals import dry_run
from app.workflow.validation import GateContext, OperationSignature, check_diagram

# What every record has, beside its own columns and the extra answers of its forms.
RECORD_NAMES = frozenset(
    {"id", "number", "title", "site_id", "process_id", "owner_id", "severity", "opened_at", "status"}
)


def check(
    bundle: Bundle, lifecycle: Lifecycle, *, policies: frozenset[str] = frozenset({DEFAULT})
) -> list[Problem]:
    """Return every problem of a bundle, none when it may be published.

    Shape: `where` is an element id, or `file: place` for tables and forms; `policies` are the keys of the
    task policies there are.
    """
    problems: list[Problem] = []
    forms = _read_forms(bundle, problems)
    tables = _read_tables(bundle, problems)
    problems += check_diagram(
        bundle.diagram, replace(context_for(lifecycle, forms, tables), policies=policies)
    )
    problems += _form_problems(forms, tables, lifecycle)
    if not problems:
        problems += _unused_forms(forms, compile_diagram(bundle.diagram))
        problems += dry_run(bundle, lifecycle, forms, tables)
    return problems


def context_for(
    lifecycle: Lifecycle, forms: Mapping[str, FormDefinition], tables: Mapping[str, DecisionModel]
) -> GateContext:
    """Return the names that a diagram of this lifecycle may use."""
    answers = {key: frozenset(field.key for field in form.fields) for key, form in forms.items()}
    extra = frozenset().union(*answers.values()) if answers else frozenset()
    return GateContext(
        roles=frozenset(role.value for role in Role),
        forms=answers,
        operations={
            one.name: OperationSignature(
                {name: kind.value for name, kind in one.parameters.items()}, frozenset(one.required)
            )
            for one in lifecycle.operations
        },
        decisions={key: frozenset(output_names(table, key)) for key, table in tables.items()},
        record_fields=RECORD_NAMES | extra | frozenset(lifecycle.ports.columns()),
        settings=frozenset(setting.key.rpartition(".")[2] for setting in lifecycle.settings),
        required_duties=lifecycle.required_duties,
        proven_outcome=lifecycle.proven_outcome,
        separations=tuple((one.duty, one.differs_from) for one in lifecycle.separations),
    )


def _form_problems(
    forms: Mapping[str, FormDefinition], tables: Mapping[str, DecisionModel], lifecycle: Lifecycle
) -> list[Problem]:
    context = context_for(lifecycle, forms, tables)
    form_gate = FormGate(
        record_columns=lifecycle.ports.columns(),
        names={
            "record": context.record_fields or (),
            "task": tuple(forms),
            "decision": tuple(tables),
            "settings": tuple(context.settings),
        },
        roles=context.roles,
    )
    return [
        Problem(f"{key}.json: {one.where}", one.rule, one.sentence, one.mend)
        for key, form in forms.items()
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


def _at_file(name: str, error: Invalid) -> list[Problem]:
    found = error.problems or (Problem("", "unreadable", error.sentence),)
    return [Problem(f"{name}: {one.where}".rstrip(": "), one.rule, one.sentence, one.mend) for one in found]


def _unused_forms(forms: Mapping[str, FormDefinition], compiled: CompiledDiagram) -> list[Problem]:
    asked = {*compiled.user_tasks, compiled.start_id}
    return [
        Problem(
            f"{key}.json",
            "form-unused",
            _("No task of the diagram has the id “%(key)s”.", key=key),
            _("Remove the form or rename it to the id of its task."),
        )
        for key in sorted(forms.keys() - asked)
    ]
