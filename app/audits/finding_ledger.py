"""What a finding tells the ledger of quality events, and what ledger and register tell it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audits.finding_models import Finding, JsonList
from app.audits.finding_rules import AUDITS_LOOKED_BACK, EarlierFinding, Grade, repeated_of
from app.audits.models import Audit, AuditStatus
from app.quality_events.rules import EarlierEvent, EventKind
from app.quality_events.service import EventOrder
from app.records.earlier import earlier_row
from app.records.models import Record

NOON = time(12)
_KINDS: Mapping[str, EventKind] = {
    Grade.MAJOR.value: EventKind.MAJOR_FINDING,
    Grade.MINOR.value: EventKind.MINOR_FINDING,
}


def order_of(row: Finding) -> EventOrder:
    """Return a finding as the ledger knows it; before it is graded, as the auditor proposes it."""
    return EventOrder(
        kind=kind_of(row.grade or row.proposed_grade),
        subject_kind=row.kind,
        subject_id=row.id,
        severity=row.severity or row.impact or 1,
        occurred_at=found_at(row),
        site_id=row.site_id,
        process_id=row.process_id,
        requirement=row.requirement or None,
        is_history=row.is_imported,
        risk_ids=tuple(risk_ids(row.risks)),
    )


def nothing(order: EventOrder) -> EventOrder:
    """Return what the ledger says of a withdrawn finding: a row that touches no place, cause or risk."""
    return EventOrder(
        kind=EventKind.IMPROVEMENT_OPPORTUNITY,
        subject_kind=order.subject_kind,
        subject_id=order.subject_id,
        severity=1,
        occurred_at=order.occurred_at,
        is_history=order.is_history,
    )


def kind_of(grade: str | None) -> EventKind:
    """Return the ledger's word for a grade; what misses no requirement is an improvement opportunity."""
    return _KINDS.get(grade or "", EventKind.IMPROVEMENT_OPPORTUNITY)


def found_at(row: Finding) -> datetime:
    """Return when it was found: the noon of the day a body from outside names, else when it was noted."""
    return datetime.combine(row.found_on, NOON, UTC) if row.found_on else row.opened_at


def risk_ids(risks: JsonList | None) -> list[int]:
    """Return the ids of the linked risks, in the order in which they were linked."""
    return [int(one["id"]) for one in risks or () if one.get("kind") == "risk"]


def repeat_of(session: Session, row: Finding) -> EarlierFinding | None:
    """Return the finding that this one repeats: same process, site and clause in its last two audits.

    Source: lifecycles 4.2.
    """
    return repeated_of(row.requirement, _earlier(session, row), _last_audits(session, row))


def rows_of(session: Session, events: Iterable[EarlierEvent]) -> JsonList:
    """Return earlier events as rows people can read, each record once, in the order given."""
    occurred = {event.subject_id: event.occurred_at for event in reversed(list(events))}
    found = {one.id: one for one in session.scalars(select(Record).where(Record.id.in_(occurred)))}
    return [
        earlier_row(found[one], moment.date(), found[one].status)
        for one, moment in reversed(occurred.items())
        if one in found
    ]


def _earlier(session: Session, row: Finding) -> list[EarlierFinding]:
    statement = (
        select(Finding.id, Finding.number, Finding.audit_id, Finding.requirement, Finding.grade)
        .where(
            Finding.process_id == row.process_id,
            Finding.site_id == row.site_id,
            Finding.id != row.id,
            Finding.issued_at.is_not(None),
            Finding.audit_id.is_not(None),
        )
        .order_by(Finding.issued_at.desc(), Finding.id.desc())
    )
    return [EarlierFinding(*one) for one in session.execute(statement)]


def _last_audits(session: Session, row: Finding) -> list[int]:
    """Return the audits of the process there before this finding's own, the newest first."""
    own = session.get(Audit, row.audit_id) if row.audit_id else None
    statement = (
        select(Audit.id)
        .where(
            Audit.process_id == row.process_id,
            Audit.site_id == row.site_id,
            Audit.starts_on.is_not(None),
            Audit.status != AuditStatus.CANCELLED.value,
        )
        .order_by(Audit.starts_on.desc(), Audit.id.desc())
        .limit(AUDITS_LOOKED_BACK)
    )
    if own is not None:
        statement = statement.where(Audit.id != own.id)
        if own.starts_on is not None:
            statement = statement.where(Audit.starts_on <= own.starts_on)
    return list(session.scalars(statement))
