"""The ports of audits and programmes: links told as ids, the status told from the facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.audits.finding_models import Finding
from app.audits.models import (
    Audit,
    AuditProgramme,
    AuditStatus,
    ChecklistLine,
    ProgrammeLine,
    ProgrammeStatus,
)
from app.audits.stages import audit_status
from app.foundation.unit_of_work import UnitOfWork
from app.records.columns import ColumnType
from app.records.facts import RecordPorts
from app.records.links import LinkKind, link_records
from app.records.models import Record


@dataclass(frozen=True)
class LinkedPorts(RecordPorts):
    """Ports that take a link of a form for the id a column holds."""

    def write_facts(self, uow: UnitOfWork, record_id: int, facts: Mapping[str, Any]) -> None:
        """Write answers as the generic writer does. Errors: RecordMissing; FactsInvalid."""
        super().write_facts(uow, record_id, self._as_ids(facts))

    def open_record(self, uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
        """Open a record with the next number of its series and return its id. Errors: FactsInvalid."""
        return super().open_record(uow, self._as_ids(facts))

    def _as_ids(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {key: self._as_id(key, value) for key, value in facts.items()}

    def _as_id(self, key: str, value: Any) -> Any:
        column = self.writable.get(key)
        is_link = isinstance(value, Mapping) and value.keys() >= {"kind", "id"}
        return value["id"] if is_link and column and column.type is ColumnType.REFERENCE else value


@dataclass(frozen=True)
class AuditPorts(LinkedPorts):
    """Ports of audits: the lead auditor owns the record, and the status follows from the facts.

    Who signs the report signs what was looked at, what was seen there, and the findings.
    """

    def signed_besides(self, session: Session, row: Record) -> Mapping[str, object]:
        """Return the answered lines of the checklist and the findings, as the report shows them."""
        lines = select(ChecklistLine).where(
            ChecklistLine.audit_id == row.id, ChecklistLine.result.is_not(None)
        )
        findings = select(Finding).where(Finding.audit_id == row.id)
        return {
            f"line {one.id}": [one.question, one.requirement, one.result, one.evidence, one.samples]
            for one in session.scalars(lines.order_by(ChecklistLine.id))
        } | {
            f"finding {one.id}": [
                one.number,
                one.requirement,
                one.evidence,
                one.statement,
                one.grade or one.proposed_grade,
            ]
            for one in session.scalars(findings.order_by(Finding.id))
        }

    def open_record(self, uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
        """Open an audit, tied to the programme or the audit that asked for it. Errors: FactsInvalid."""
        record_id = super().open_record(uow, facts)
        row = audit(uow, record_id)
        restage(row)
        line = uow.session.get(ProgrammeLine, row.programme_line_id) if row.programme_line_id else None
        for asked_by in (row.parent_id, line and line.programme_id):
            if asked_by:
                link_records(uow, asked_by, row.id, LinkKind.LEADS_TO)
        return record_id

    def write_facts(self, uow: UnitOfWork, record_id: int, facts: Mapping[str, Any]) -> None:
        """Write answers and restate the status. Errors: RecordMissing; FactsInvalid."""
        super().write_facts(uow, record_id, facts)
        restage(audit(uow, record_id))


@dataclass(frozen=True)
class ProgrammePorts(LinkedPorts):
    """Ports of programmes: who signs one signs its plan, line by line."""

    def signed_besides(self, session: Session, row: Record) -> Mapping[str, object]:
        """Return the lines of the plan: which process, where, for which clauses, in which months."""
        query = select(ProgrammeLine).where(ProgrammeLine.programme_id == row.id).order_by(ProgrammeLine.id)
        return {
            f"line {one.id}": [one.process_id, one.site_id, one.clauses, list(one.months)]
            for one in session.scalars(query)
        }


AUDIT = AuditPorts(Audit, "AUD", AuditStatus.PLANNED.value)
PROGRAMME = ProgrammePorts(AuditProgramme, "AUP", ProgrammeStatus.DRAFT.value)


def audit(uow: UnitOfWork, record_id: int) -> Audit:
    """Return the audit an operation works on; the act has locked its row. Errors: RecordMissing."""
    return cast("Audit", AUDIT.get(uow.session, record_id))


def programme(uow: UnitOfWork, record_id: int) -> AuditProgramme:
    """Return the programme an operation works on; the act has locked its row. Errors: RecordMissing."""
    return cast("AuditProgramme", PROGRAMME.get(uow.session, record_id))


def restage(row: Audit) -> None:
    """Set owner and status as they follow from the facts, until the report is approved."""
    row.owner_id = row.lead_auditor_id
    if row.closed_at is None and row.report_approved_at is None:
        values = {one.key: getattr(row, one.key) for one in inspect(type(row)).column_attrs}
        row.status = audit_status(values).value
