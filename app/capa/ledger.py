"""What a nonconformity tells the ledger of quality events, and what the ledger tells it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.capa.models import Capa, JsonList, Nonconformity
from app.capa.rules import Source
from app.foundation.unit_of_work import UnitOfWork
from app.quality_events.rules import EarlierEvent, EventKind, Recurrence
from app.quality_events.service import (
    EventOrder,
    correct_event,
    events_after,
    order_for,
    record_event,
    recurrence_of,
)
from app.records.earlier import earlier_row
from app.records.models import Record

REQUIREMENT_LENGTH = 120
SHARED = "same/"  # what a key begins with that a report without process or failure got from a person
_KINDS = {
    Source.COMPLAINT: EventKind.COMPLAINT,
    Source.KPI: EventKind.INDICATOR_BREACH,
}


def order_of(row: Nonconformity) -> EventOrder:
    """Return a nonconformity as the ledger knows it. Imported ones are history and never mark a CAPA."""
    return EventOrder(
        kind=_kind_of(row),
        subject_kind=row.kind,
        subject_id=row.id,
        severity=row.severity or row.severity_initial or 1,
        occurred_at=row.occurred_at or row.opened_at,
        site_id=row.site_id,
        process_id=row.process_id,
        product_family_id=row.product_family_id,
        failure_mode_id=row.failure_mode_id,
        cause_category_id=row.cause_category_id,
        requirement=(row.requirement_ref or "")[:REQUIREMENT_LENGTH] or None,
        is_date_estimated=row.is_date_estimated,
        is_history=row.is_imported,
        risk_ids=tuple(risk_ids(row.risks)),
        shared_key=row.recurrence_key if _is_shared(row) else None,
    )


def _is_shared(row: Nonconformity) -> bool:
    """Tell whether a person said that it is the same thing as another report, here or there."""
    return row.same_as_id is not None or (row.recurrence_key or "").startswith(SHARED)


def note_recurrence(session: Session, row: Nonconformity) -> Recurrence:
    """Note on a nonconformity what happened before with its signature or its cause, and return it."""
    order = order_of(row)
    found = recurrence_of(session, order)
    row.recurrence_key, row.systemic_key = order.recurrence_key, order.cause_key
    row.similar = history_rows(session, found.same_key)
    row.similar_count = len(found.same_key) + 1
    row.occurrence = found.occurrence
    row.is_recurrent, row.is_systemic = found.is_recurrent, found.is_systemic
    return found


def confirm(uow: UnitOfWork, row: Nonconformity) -> None:
    """Put a confirmed nonconformity into the ledger; one that stands is put right. Safe to call again."""
    order = order_of(row)
    standing = order_for(uow.session, row.kind, row.id, order.kind)
    if standing is None:
        record_event(uow, order)
    else:
        correct_event(uow, order)


def name_cause(uow: UnitOfWork, row: Nonconformity, cause_category_id: int) -> None:
    """Tell the ledger the cause of a nonconformity that was confirmed before."""
    row.cause_category_id = cause_category_id
    standing = order_for(uow.session, row.kind, row.id, _kind_of(row))
    if standing is not None:
        correct_event(uow, replace(standing, cause_category_id=cause_category_id))


def recurrences_of(session: Session, capa: Capa) -> JsonList:
    """Return what happened again within the window of a CAPA, as rows for the effectiveness check."""
    if capa.recurrence_key is None or capa.implemented_at is None:
        return []
    until = capa.implemented_at + timedelta(days=capa.window_days)
    return history_rows(session, events_after(session, capa.recurrence_key, capa.implemented_at, until))


def history_rows(session: Session, events: Iterable[EarlierEvent]) -> JsonList:
    """Return earlier events as rows people can read: number, title, day and what became of them.

    Shape: in the order given, each record once; events whose record has gone are left out.
    """
    ids = list(dict.fromkeys(event.subject_id for event in events))
    records = {row.id: row for row in session.scalars(select(Record).where(Record.id.in_(ids)))}
    occurred = {event.subject_id: event.occurred_at for event in events}
    return [
        earlier_row(records[one], occurred[one].date(), records[one].status) for one in ids if one in records
    ]


def risk_ids(risks: JsonList | None) -> list[int]:
    """Return the ids of the linked risks, in the order in which they were linked."""
    return [int(one["id"]) for one in risks or () if one.get("kind") == "risk"]


def _kind_of(row: Nonconformity) -> EventKind:
    source = Source(row.source)
    if source is Source.AUDIT:
        return EventKind.MAJOR_FINDING if row.audit_grade == "major" else EventKind.MINOR_FINDING
    if source is Source.INCIDENT:
        return EventKind.INCIDENT if row.has_people_harm else EventKind.NEAR_MISS
    return _KINDS.get(source, EventKind.NONCONFORMITY)
