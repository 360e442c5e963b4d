"""The dry run of a bundle before it is published: played once on made-up facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from app.decisions.dmn import DecisionModel
from app.foundation.errors import Problem
from app.workflow.bundles import Bundle
from app.workflow.compile import compile_diagram
from app.workflow.decision_outputs import output_names
from app.workflow.engine import Bundle as EngineBundle
from app.workflow.engine import build_program
from app.workflow.forms import FormDefinition
from app.workflow.lifecycle import Lifecycle
from app.workflow.validation import rehearse

_MOMENT = datetime(2026, 3, 17, 9, tzinfo=UTC)
_SAMPLES: Mapping[str, Any] = {
    "number": 1,
    "boolean": False,
    "date": date(2026, 3, 17),
    "datetime": _MOMENT,
    "person": 1,
    "reference": 1,
    "list": [],
}
_EVERY_RECORD: Mapping[str, Any] = {
    "id": 1,
    "number": "NO-1",
    "title": "",
    "site_id": 1,
    "process_id": 1,
    "owner_id": 1,
    "severity": 1,
    "opened_at": _MOMENT,
    "due_at": _MOMENT,
    "status": "",
}


def dry_run(
    bundle: Bundle,
    lifecycle: Lifecycle,
    forms: Mapping[str, FormDefinition],
    tables: Mapping[str, DecisionModel],
) -> list[Problem]:
    """Return what goes wrong when the diagram is played once, nothing when it ends or waits properly.

    Shape: facts are made up by the type of their column; answers are empty, tables answer nothing.
    """
    compiled = compile_diagram(bundle.diagram)
    program = build_program(EngineBundle(bundle.sha256, bundle.key, {bundle.key: compiled.engine_xml}))
    return rehearse(program, sample_of(lifecycle, forms, tables))


def sample_of(
    lifecycle: Lifecycle, forms: Mapping[str, FormDefinition], tables: Mapping[str, DecisionModel]
) -> Mapping[str, Any]:
    """Return made-up values for the four names an expression sees."""
    columns = {name: _SAMPLES.get(kind, "") for name, kind in lifecycle.ports.columns().items()}
    return {
        "record": {**_EVERY_RECORD, **columns},
        "task": {key: {field.key: None for field in form.fields} for key, form in forms.items()},
        "decision": {key: dict.fromkeys(output_names(model, key)) for key, model in tables.items()},
        "settings": {one.key.rpartition(".")[2]: _plain(one.default) for one in lifecycle.settings},
    }


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int | str) else str(value)
