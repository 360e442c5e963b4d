"""What a checked row becomes: a closed nonconformity of history, or a live one at its first step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from app.capa.models import Nonconformity
from app.capa.ports import NONCONFORMITY
from app.capa.service import land_history
from app.foundation.unit_of_work import UnitOfWork
from app.imports.acting import actor_for
from app.imports.checking import KEY
from app.imports.models import ImportRow, ImportRun
from app.imports.rules import LandsAs
from app.records.facts import Birth
from app.trail import Subject, record
from app.workflow.starting import start_with_form


@dataclass(frozen=True, slots=True)
class Landed:
    """The record a row became, and whether the ledger knew its like."""

    record_id: int
    row_version: int
    is_recurrent: bool


def land(uow: UnitOfWork, run: ImportRun, row: ImportRow, answers: Mapping[str, Any]) -> Landed:
    """Make the record of one row. `answers` hold real ids.

    Errors: FactsInvalid; AnswersInvalid, StepBroken for live ones.
    Effects: a trail entry that names run and row.
    """
    is_history = run.lands_as == LandsAs.HISTORY.value
    found = _history(uow, row, answers) if is_history else _open(uow, run, row, answers)
    record(
        uow,
        verb="nonconformity.imported",
        subject=Subject(found.kind, found.id, found.number),
        after={"import": run.id, "row": row.number, "lands_as": run.lands_as},
    )
    uow.session.flush()
    return Landed(found.id, found.row_version, found.is_recurrent)


def _history(uow: UnitOfWork, row: ImportRow, answers: Mapping[str, Any]) -> Nonconformity:
    """Make a closed record with its confirmed event.

    It is closed on the day it came in: how long it was open is not known, and no figure may claim to know.
    """
    came_in = _came_in(row.occurred_at, answers.get("detected_at"))
    return _get(uow, land_history(uow, answers, Birth(opened_at=came_in, closed_at=came_in)))


def _open(uow: UnitOfWork, run: ImportRun, row: ImportRow, answers: Mapping[str, Any]) -> Nonconformity:
    actor = actor_for(uow.session, run.actor_id, uow.now)
    token = f"import:{run.id}:{row.number}"
    return _get(uow, start_with_form(uow, KEY, actor, answers, form_token=token).record_id)


def _get(uow: UnitOfWork, record_id: int) -> Nonconformity:
    return cast("Nonconformity", NONCONFORMITY.get(uow.session, record_id))


def _came_in(occurred_at: datetime, detected: object) -> datetime:
    if not isinstance(detected, str) or not detected:
        return occurred_at
    return max(occurred_at, datetime.fromisoformat(detected).astimezone(UTC))
