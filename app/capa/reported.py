"""A nonconformity that another record reports, such as a training that nobody passed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.capa.models import Nonconformity
from app.foundation.unit_of_work import UnitOfWork
from app.records.links import LinkKind, link_records
from app.records.models import RecordLink
from app.trail import Subject, record
from app.workflow.lifecycle import MessageRule

REPORTED = "nonconformity.reported"
ASKED_BY = "reported_by_id"
_FACTS = (
    "title",
    "description",
    "site_id",
    "process_id",
    "product_family_id",
    "source",
    "requirement_ref",
    "severity_initial",
)


def find_open_report(uow: UnitOfWork, _key: str, payload: Mapping[str, Any]) -> int | None:
    """Return the open nonconformity that the same record reported before, None when there is none."""
    return uow.session.scalar(
        select(Nonconformity.id)
        .join(RecordLink, RecordLink.to_id == Nonconformity.id)
        .where(RecordLink.from_id == payload["requested_by_id"], Nonconformity.closed_at.is_(None))
        .order_by(Nonconformity.id)
        .limit(1)
    )


def join_report(uow: UnitOfWork, record_id: int, payload: Mapping[str, Any]) -> None:
    """Add what the record says to the report it made before. Safe to call again. Effects: a trail entry."""
    row = uow.session.get_one(Nonconformity, record_id)
    if str(payload["description"]) in row.description:
        return
    row.description = f"{row.description}\n{payload['description']}"
    row.row_version += 1
    record(uow, verb="nonconformity.reported_again", subject=Subject(row.kind, row.id, row.number))


def facts_of_report(_uow: UnitOfWork, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of a nonconformity that another record reports."""
    facts = {name: payload[name] for name in _FACTS if payload.get(name) is not None}
    occurred_at = datetime.fromisoformat(str(payload["occurred_at"]))
    return {**facts, "occurred_at": occurred_at, ASKED_BY: payload["requested_by_id"]}


def link_reporter(uow: UnitOfWork, row: Nonconformity) -> None:
    """Tie the record that reported a nonconformity to it. Safe to call again."""
    reporter_id = (row.extra or {}).get(ASKED_BY)
    if isinstance(reporter_id, int):
        link_records(uow, reporter_id, row.id, LinkKind.LEADS_TO)


RULE = MessageRule(REPORTED, find_open_report, join_report, facts_of_report)
