"""The dry run of a bundle before it is published: played once on made-up facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from app.foundation.errors import Problem
from app.workflow.decision_outputs import output_names
from app.workflow.engine import Bundle as EngineBundle
from app.workflow.engine import build_program
from app.workflow.lifecycle import Lifecycle, Part
from app.workflow.pieces import Piece
from app.workflow.validation import ENDLESS, rehearse

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


def dry_run(own: Piece, owner: Lifecycle | Part, parts: Mapping[str, Piece]) -> list[Problem]:
    """Return what goes wrong when the diagram is played, nothing when it ends or waits properly.

    Shape: facts are made up by the type of their column; answers are empty, tables answer nothing. A diagram
    that calls parts is played through them, once for each outcome they may have.
    """
    sources = {key: piece.compiled.engine_xml for key, piece in parts.items()}
    sources[own.bundle.key] = own.compiled.engine_xml
    program = build_program(EngineBundle(own.bundle.sha256, own.bundle.key, sources))
    sample = sample_of(own, owner)
    inside = {
        call_id: {**_inner(parts[call.called]), "record": sample["record"]}
        for call_id, call in own.compiled.calls.items()
    }
    for outcome in _outcomes(own, parts):
        answers = {call_id: {"outcome": outcome} for call_id in own.compiled.calls}
        played = {**sample, "decision": {**sample["decision"], **answers}}
        problems = rehearse(program, played, inside)
        if outcome is not None:
            # Made-up moments stand still: whoever waits for a day again and again never waits here.
            problems = [one for one in problems if one.rule != ENDLESS]
        if problems:
            return problems
    return []


def sample_of(own: Piece, owner: Lifecycle | Part) -> Mapping[str, Any]:
    """Return made-up values for the four names an expression sees."""
    names = {**_inner(own), "record": dict(_EVERY_RECORD)}
    if isinstance(owner, Lifecycle):
        names["record"] |= {name: _SAMPLES.get(kind, "") for name, kind in owner.ports.columns().items()}
        names["settings"] = {one.key.rpartition(".")[2]: _plain(one.default) for one in owner.settings}
    return names


def _inner(piece: Piece) -> dict[str, Any]:
    return {
        "task": {key: {field.key: None for field in form.fields} for key, form in piece.forms.items()},
        "decision": {key: dict.fromkeys(output_names(model, key)) for key, model in piece.tables.items()},
        "settings": {},
    }


def _outcomes(own: Piece, parts: Mapping[str, Piece]) -> list[str | None]:
    called = {call.called for call in own.compiled.calls.values()}
    found = {end.outcome for key in called for end in parts[key].compiled.ends.values() if end.outcome}
    return [None, *sorted(found)]


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int | str) else str(value)
