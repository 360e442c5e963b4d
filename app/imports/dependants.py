"""What has come to lean on rows since they were imported: the reasons why an import cannot be taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import Column, Select, Table, select
from sqlalchemy.orm import Session

from app.capa.models import Nonconformity
from app.foundation.db import Base
from app.imports.models import ImportRow
from app.quality_events.models import QualityEvent
from app.quality_events.rules import WINDOW
from app.records.models import Record
from app.workflow.models import ProcessInstance, Task

KIND = "nonconformity"
OWN_TABLES = frozenset({ImportRow.__tablename__})


def leaned_on(session: Session, run_id: int, record_ids: Collection[int]) -> set[int]:
    """Return those of the records that something was built on since they landed.

    Shape: a changed record, a link, comment, file or any other row that names it, a task or instance, a
        corrected event, or a report of elsewhere that counts it as its like.
    """
    found = referred_to(session, Record.__tablename__, record_ids)
    found |= referred_to(session, Nonconformity.__tablename__, record_ids)
    for query in (changed_since(record_ids), *_worked_on(record_ids), _corrected(record_ids)):
        found |= set(session.scalars(query))
    return found | set(_counted(session, run_id, record_ids))


def referred_to(
    session: Session, table: str, ids: Collection[int], *, but: frozenset[str] = OWN_TABLES
) -> set[int]:
    """Return those ids of a table that rows of other tables, `but` some, name by a foreign key."""
    found: set[int] = set()
    for column in _referring(table, but):
        found |= set(session.scalars(select(column).where(column.in_(ids)).distinct()))
    return found


def _referring(table: str, but: frozenset[str]) -> Iterator[Column[int]]:
    """Yield every column that refers to the table, but those that make one record of two rows."""
    for other in Base.metadata.tables.values():
        for key in other.foreign_keys:
            if key.column.table.name == table and other.name not in but and not _is_same(key.parent, other):
                yield key.parent


def _is_same(column: Column[int], table: Table) -> bool:
    return column.primary_key and len(table.primary_key.columns) == 1


def changed_since(ids: Collection[int]) -> Select[int]:
    """Return the query for those records that were changed since they landed."""
    return (
        select(Record.id)
        .join(ImportRow, ImportRow.record_id == Record.id)
        .where(Record.id.in_(ids), Record.row_version != ImportRow.landed_version)
    )


def _worked_on(ids: Collection[int]) -> tuple[Select[int], ...]:
    return tuple(
        select(table.record_id).where(table.record_kind == KIND, table.record_id.in_(ids)).distinct()
        for table in (ProcessInstance, Task)
    )


def _corrected(ids: Collection[int]) -> Select[int]:
    return select(QualityEvent.subject_id).where(
        QualityEvent.subject_kind == KIND,
        QualityEvent.subject_id.in_(ids),
        QualityEvent.corrects_id.is_not(None),
    )


def _counted(session: Session, run_id: int, ids: Collection[int]) -> Iterator[int]:
    """Yield records that a nonconformity of elsewhere found as its like: its triage relied on them."""
    ours = select(ImportRow.record_id).where(ImportRow.run_id == run_id, ImportRow.record_id.is_not(None))
    pairs = session.execute(
        select(QualityEvent.subject_id, QualityEvent.occurred_at, Nonconformity.occurred_at.label("later"))
        .join(Nonconformity, Nonconformity.recurrence_key == QualityEvent.recurrence_key)
        .where(
            QualityEvent.subject_kind == KIND,
            QualityEvent.subject_id.in_(ids),
            Nonconformity.id.not_in(ours),
            Nonconformity.occurred_at >= QualityEvent.occurred_at,
        )
    )
    return (pair.subject_id for pair in pairs if pair.later - pair.occurred_at <= WINDOW)
