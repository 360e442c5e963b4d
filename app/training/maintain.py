"""Maintains skills, requirements and training items: keep and end. Each deed stands in the trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.foundation.db import Base
from app.foundation.errors import Conflict, Invalid, NotFound, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.models import BusinessProcess, Site
from app.trail import Subject, record
from app.training.entries import LINE_MOST, TEXT_MOST, EntryColumn, EntryKey, EntryList, Input, Values
from app.training.models import CompetenceRequirement, Maintained, Skill
from app.training.requirements import forget_requirements

_REFERENCES: Mapping[Input, type[Base]] = {
    Input.SKILL: Skill,
    Input.SITE: Site,
    Input.PROCESS: BusinessProcess,
    Input.PERSON: Person,
}


class EntryUnknown(NotFound):
    """There is no such row."""


class EntryInvalid(Invalid):
    """The row cannot be kept as it is; all problems are listed."""


class EntryChangedMeanwhile(Conflict):
    """Somebody else changed the row after the page was shown."""


def entry_row(session: Session, list_: EntryList, id_: int, *, is_locking: bool = False) -> Maintained:
    """Return a row of a list. Errors: EntryUnknown."""
    row = session.get(list_.model, id_, with_for_update=is_locking or None)
    if row is None:
        raise EntryUnknown(_("There is no such entry."))
    return row


def values_of(list_: EntryList, row: Maintained) -> dict[str, Any]:
    """Return what a row says, by column."""
    return {column.key: getattr(row, column.key) for column in list_.columns}


def add_entry(uow: UnitOfWork, list_: EntryList, values: Values) -> int:
    """Keep a fresh row and return its id. Errors: EntryInvalid with all problems. Effects: a trail entry."""
    tidy = _checked(uow.session, list_, values)
    model: Any = list_.model
    row: Maintained = model(created_at=uow.now, **tidy)
    uow.session.add(row)
    uow.session.flush()  # the trail entry and the caller need the id
    _tell(uow, list_, row, "added", after=tidy)
    return row.id


def change_entry(uow: UnitOfWork, list_: EntryList, id_: int, values: Values, *, row_version: int) -> bool:
    """Change a row; return whether anything was different.

    Errors: EntryUnknown; EntryInvalid; EntryChangedMeanwhile when the version shown is stale.
    """
    row = entry_row(uow.session, list_, id_, is_locking=True)
    if row.row_version != row_version:
        raise EntryChangedMeanwhile(
            _("Somebody changed this meanwhile. What you typed is kept below; look, then keep it again.")
        )
    before, after = values_of(list_, row), _checked(uow.session, list_, values)
    changed = [key for key in after if before[key] != after[key]]
    if not changed:
        return False
    for key, value in after.items():
        setattr(row, key, value)
    row.row_version += 1
    former, fresh = {key: before[key] for key in changed}, {key: after[key] for key in changed}
    _tell(uow, list_, row, "changed", before=former, after=fresh)
    return True


def end_entry(uow: UnitOfWork, list_: EntryList, id_: int) -> None:
    """Take a row out of use; what was built on it stays. Safe to call again. Errors: EntryUnknown."""
    row = entry_row(uow.session, list_, id_, is_locking=True)
    if row.is_active:
        row.is_active = False
        row.row_version += 1
        _tell(uow, list_, row, "ended", before=values_of(list_, row))


def subject_of(list_: EntryList, row: Maintained) -> Subject:
    """Return what the trail calls a row."""
    label = row.role if isinstance(row, CompetenceRequirement) else str(getattr(row, list_.columns[0].key))
    return Subject(f"training_{list_.key.value}", row.id, label)


def _tell(uow: UnitOfWork, list_: EntryList, row: Maintained, deed: str, **words: Values) -> None:
    subject = subject_of(list_, row)
    said: Any = words
    record(uow, verb=f"{subject.kind}.{deed}", subject=subject, **said)
    if list_.key is not EntryKey.ITEM:
        forget_requirements(uow)


def _checked(session: Session, list_: EntryList, values: Values) -> dict[str, Any]:
    tidy = {column.key: _tidy(column, values.get(column.key)) for column in list_.columns}
    problems = [
        problem for column in list_.columns for problem in _problems(session, column, tidy[column.key])
    ]
    problems += list_.check(tidy)
    if problems:
        raise EntryInvalid(_("This is not complete. Nothing was changed."), problems)
    return tidy


def _tidy(column: EntryColumn, value: Any) -> Any:
    if column.input in {Input.LINE, Input.TEXT, Input.CHOICE}:
        return str(value if value is not None else "").strip()
    return value


def _problems(session: Session, column: EntryColumn, value: Any) -> list[Problem]:
    if value in (None, ""):
        return [Problem(column.key, "required", _("This is needed."))] if column.is_required else []
    if column.input in {Input.CHOICE, Input.LEVEL} and str(value) not in column.choices():
        return [Problem(column.key, "choice", _("There is no such choice."))]
    most = {Input.LINE: LINE_MOST, Input.TEXT: TEXT_MOST}.get(column.input, 0)
    if most and len(value) > most:
        return [Problem(column.key, "long", _("Write at most %(most)s letters.", most=most))]
    if column.input is Input.NUMBER and not column.least <= value <= column.most:
        limits = {"least": column.least, "most": column.most}
        return [Problem(column.key, "range", _("From %(least)s to %(most)s.", **limits))]
    if column.input in _REFERENCES and not _is_usable(session.get(_REFERENCES[column.input], value)):
        return [Problem(column.key, "unknown", _("There is no such entry."))]
    return []


def _is_usable(row: object) -> bool:
    return bool(getattr(row, "is_active", False))
