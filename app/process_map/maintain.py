"""Maintains the parts of map and context: keep and end. Each deed stands in the trail, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.foundation.errors import Conflict, Invalid, NotFound, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.models import BusinessProcess, Site
from app.process_map.models import (
    ContextIssue,
    InterestedParty,
    Maintained,
    ProcessFlow,
    ProcessMeasure,
    RequiredRole,
)
from app.process_map.parts import Input, Part, PartColumn, Values
from app.trail import Subject, record

PROCESS = "process"  # the subject under which the organisation keeps the deeds of a process


class PartUnknown(NotFound):
    """There is no such row."""


class PartInvalid(Invalid):
    """The row cannot be kept as it is; all problems are listed."""


class PartChangedMeanwhile(Conflict):
    """Somebody else changed the row after the page was shown."""


@dataclass(frozen=True, slots=True)
class _Deed:
    """What the trail says of a row: `added`, `changed` or `ended`, with what was and what is."""

    verb: str
    before: Values | None = None
    after: Values | None = None
    reason: str | None = None


def part_row(session: Session, part: Part, id_: int, *, is_locking: bool = False) -> Maintained:
    """Return a row of a part. Errors: PartUnknown."""
    row = session.get(part.model, id_, with_for_update=is_locking or None)
    if row is None:
        raise PartUnknown(_("There is no such entry."))
    return row


def values_of(part: Part, row: Maintained) -> dict[str, Any]:
    """Return what a row says, by column."""
    return {column.key: getattr(row, column.key) for column in part.columns}


def add_part(uow: UnitOfWork, part: Part, values: Values, *, process_id: int | None = None) -> int:
    """Keep a fresh row and return its id; a measure hangs on its process.

    Errors: PartInvalid with all problems. Effects: a trail entry for each process or thing it is about.
    """
    tidy = _checked(uow.session, part, values)
    model: Any = part.model
    row: Maintained = model(created_at=uow.now, **tidy)
    if isinstance(row, ProcessMeasure):
        row.process_id = uow.session.get_one(BusinessProcess, process_id).id
    uow.session.add(row)
    uow.session.flush()  # the trail entry and the caller need the id
    _tell(uow, part, row, _Deed("added", after=tidy))
    return row.id


def change_part(uow: UnitOfWork, part: Part, id_: int, values: Values, *, row_version: int) -> bool:
    """Change a row; return whether anything was different.

    Errors: PartUnknown; PartInvalid; PartChangedMeanwhile when the version shown is stale.
    """
    row = part_row(uow.session, part, id_, is_locking=True)
    _refuse_stale(row, row_version)
    before, after = values_of(part, row), _checked(uow.session, part, values)
    changed = [key for key in after if before[key] != after[key]]
    if not changed:
        return False
    formerly = processes_of(row)
    for key, value in after.items():
        setattr(row, key, value)
    row.row_version += 1
    deed = _Deed("changed", {key: before[key] for key in changed}, {key: after[key] for key in changed})
    _tell(uow, part, row, deed, formerly)
    return True


def end_part(uow: UnitOfWork, part: Part, id_: int, *, reason: str = "") -> None:
    """Take a row out of use. Safe to call again.

    Errors: PartUnknown; PartInvalid when a reason is needed and missing.
    """
    row = part_row(uow.session, part, id_, is_locking=True)
    if not row.is_active:
        return
    if part.needs_reason_to_end and not reason.strip():
        problem = Problem("reason", "required", _("Say why it is gone."))
        raise PartInvalid(_("Nothing was changed."), [problem])
    row.is_active = False
    row.row_version += 1
    if isinstance(row, ContextIssue | InterestedParty):
        row.gone_reason = reason
    _tell(uow, part, row, _Deed("ended", before=values_of(part, row), reason=reason or None))


def processes_of(row: Maintained) -> tuple[int, ...]:
    """Return the processes a row is about; none for what is about the whole organisation."""
    if isinstance(row, ProcessMeasure):
        return (row.process_id,)
    if isinstance(row, ProcessFlow):
        return tuple(one for one in (row.from_process_id, row.to_process_id) if one is not None)
    return ()


def subject_of(part: Part, row: Maintained) -> Subject:
    """Return what the trail calls a row that is about no process."""
    label = row.role if isinstance(row, RequiredRole) else str(getattr(row, part.columns[0].key))
    return Subject(f"context_{part.key.value}", row.id, label)


def _refuse_stale(row: Maintained, row_version: int) -> None:
    if row.row_version != row_version:
        raise PartChangedMeanwhile(
            _("Somebody changed this meanwhile. What you typed is kept below; look, then keep it again.")
        )


def _checked(session: Session, part: Part, values: Values) -> dict[str, Any]:
    tidy = {column.key: _tidy(column, values.get(column.key)) for column in part.columns}
    problems = [
        problem for column in part.columns for problem in _column_problems(session, column, tidy[column.key])
    ]
    problems += part.check(tidy)
    if problems:
        raise PartInvalid(_("This is not complete. Nothing was changed."), problems)
    return tidy


def _tidy(column: PartColumn, value: Any) -> Any:
    if column.input in {Input.PROCESS, Input.SITE, Input.YES_NO}:
        return value
    return str(value or "").strip()


def _column_problems(session: Session, column: PartColumn, value: Any) -> list[Problem]:
    if value in (None, ""):
        return [Problem(column.key, "required", _("This is needed."))] if column.is_required else []
    if column.input is Input.CHOICE and value not in column.choices():
        return [Problem(column.key, "choice", _("There is no such choice."))]
    if column.input is Input.LINE and len(value) > column.most:
        return [Problem(column.key, "long", _("Write at most %(most)s letters.", most=column.most))]
    models: Mapping[Input, type[BusinessProcess | Site]]
    models = {Input.PROCESS: BusinessProcess, Input.SITE: Site}
    if column.input in models and session.get(models[column.input], value) is None:
        return [Problem(column.key, "unknown", _("There is no such entry."))]
    return []


def _tell(uow: UnitOfWork, part: Part, row: Maintained, deed: _Deed, formerly: tuple[int, ...] = ()) -> None:
    words: Any = {"before": deed.before, "after": deed.after, "reason": deed.reason}
    process_ids = dict.fromkeys((*processes_of(row), *formerly))
    if not process_ids:
        subject = subject_of(part, row)
        record(uow, verb=f"{subject.kind}.{deed.verb}", subject=subject, **words)
    for process_id in process_ids:
        process = uow.session.get_one(BusinessProcess, process_id)
        subject = Subject(PROCESS, process.id, process.code)
        record(uow, verb=f"{PROCESS}.{part.key.value}_{deed.verb}", subject=subject, **words)
