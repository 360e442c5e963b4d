"""Small forms and the context they are filled in against."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.foundation.errors import Problem
from app.workflow.forms import (
    Answers,
    AnswersInvalid,
    Choice,
    EmptyDirectory,
    FormContext,
    FormDefinition,
    FormInvalid,
    StoredFile,
    read_form,
    validate,
)

PHOTO = StoredFile(
    id="f1", name="Plate.JPG", media_type="image/jpeg", size=2_000, sha256="a" * 64, url="/f/1"
)
SCAN = StoredFile(id="f2", name="scan.pdf", media_type="application/pdf", size=9_000_000, sha256="b" * 64)


@dataclass(frozen=True)
class SmallDirectory(EmptyDirectory):
    """Two people, two records, two files."""

    def people(self, role: str) -> Sequence[Choice]:
        return [Choice("1", "Marta")] if role else [Choice("1", "Marta"), Choice("2", "Piotr")]

    def records(self, kinds: Sequence[str]) -> Sequence[Choice]:
        return [Choice(f"{kind}:31", f"{kind} 31") for kind in kinds]

    def find_person(self, person_id: int, role: str) -> Choice | None:
        return next((who for who in self.people(role) if who.value == str(person_id)), None)

    def find_record(self, kind: str, record_id: int) -> Choice | None:
        return Choice(f"{kind}:31", f"{kind} 31") if record_id == 31 else None

    def find_file(self, file_id: str) -> StoredFile | None:
        return {"f1": PHOTO, "f2": SCAN}.get(file_id)


CONTEXT = FormContext(
    now=datetime(2026, 3, 17, 9, 0, tzinfo=UTC),
    zone=ZoneInfo("Europe/Warsaw"),
    record={"severity": 4, "number": "CAPA-2026-0057"},
    settings={"limit": 10},
    directory=SmallDirectory(),
)


def document(*components: Mapping[str, Any], **more: Any) -> bytes:
    return json.dumps({"schemaVersion": 19, "type": "default", "components": components, **more}).encode()


def form_of(*components: Mapping[str, Any]) -> FormDefinition:
    return read_form(document(*components), key="analyse_cause")


def field(kind: str, key: str = "answer", **more: Any) -> dict[str, Any]:
    return {"type": kind, "id": f"field_{key}", "key": key, "label": key.capitalize(), **more}


def accept(form: FormDefinition, raw: Mapping[str, Any], **context: Any) -> Answers:
    return validate(form, raw, replace(CONTEXT, **context))


def refuse(form: FormDefinition, raw: Mapping[str, Any], **context: Any) -> list[tuple[str, str]]:
    """Return place and rule of each problem, empty when the answers are accepted."""
    try:
        validate(form, raw, replace(CONTEXT, **context))
    except AnswersInvalid as invalid:
        return [(problem.where, problem.rule) for problem in invalid.problems]
    return []


def problems_of(source: bytes) -> list[Problem]:
    try:
        read_form(source, key="analyse_cause")
    except FormInvalid as invalid:
        return list(invalid.problems)
    return []


def rules_of(source: bytes) -> list[str]:
    return [problem.rule for problem in problems_of(source)]
