"""Open records that name a person, in whatever column of whatever kind, and naming somebody else instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts.models import Person
from app.foundation.unit_of_work import UnitOfWork
from app.records.models import Record
from app.trail import Subject, record

HISTORY = frozenset({"opened_by_id"})  # who did something stays who did it


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """An open record and the columns in which it names the person, as `owner_id` or `verifier_id`."""

    record: Any
    columns: tuple[str, ...]


def records_naming(session: Session, person_id: int, *, is_locking: bool = False) -> list[NamedRecord]:
    """Return the open records that name the person, by number.

    Shape: the columns are found from the mapped kinds, so a kind added later is found as well.
    """
    columns: dict[int, list[str]] = {}
    rows: dict[int, Record] = {}
    for model, attributes in person_columns():
        statement = select(model).where(
            or_(*(one == person_id for one in attributes)), Record.closed_at.is_(None)
        )
        for row in session.scalars(statement.with_for_update() if is_locking else statement):
            rows[row.id] = row
            columns.setdefault(row.id, []).extend(
                one.key for one in attributes if getattr(row, one.key) == person_id
            )
    ordered = sorted(rows.values(), key=lambda row: row.number)
    return [NamedRecord(row, tuple(columns[row.id])) for row in ordered]


def rename_on_records(uow: UnitOfWork, from_id: int, to_id: int, reason: str) -> int:
    """Let open records name somebody else wherever they name the person, and return how many changed.

    Effects: the records, locked, and a trail entry for each. Safe to call again.
    """
    found = records_naming(uow.session, from_id, is_locking=True)
    for one in found:
        for key in one.columns:
            setattr(one.record, key, to_id)
        one.record.row_version += 1
        record(
            uow,
            verb="record.handed_over",
            subject=Subject(kind=one.record.kind, id=one.record.id, label=one.record.number),
            before={"person": from_id, "columns": list(one.columns)},
            after={"person": to_id},
            reason=reason,
        )
    uow.session.flush()  # tasks are routed by what the records say
    return len(found)


def people_named(session: Session) -> set[int]:
    """Return the disabled people whom an open record names."""
    found: set[int] = set()
    for _model, attributes in person_columns():
        for one in attributes:
            statement = (
                select(one)
                .distinct()
                .join(Person, Person.id == one)
                .where(Record.closed_at.is_(None), ~Person.is_active)
            )
            found |= set(session.scalars(statement))
    return found


def person_columns() -> Iterator[tuple[type[Record], Sequence[InstrumentedAttribute[Any]]]]:
    """Yield each kind of record with its own columns that name a person by a foreign key."""
    for mapper in Record.__mapper__.self_and_descendants:
        if mapper.local_table is not Record.__table__ or mapper.class_ is Record:
            attributes = [
                getattr(mapper.class_, column.key)
                for column in mapper.local_table.columns
                if column.key not in HISTORY
                and any(key.column.table is Person.__table__ for key in column.foreign_keys)
            ]
            if attributes:
                yield mapper.class_, attributes
