"""The ports of findings: nothing the checklist knows is typed again, the status follows from the facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import inspect

from app.audits.checklist import note_finding
from app.audits.finding_models import Finding
from app.audits.finding_rules import FindingStatus, status_of
from app.audits.models import Audit, ChecklistLine
from app.audits.ports import LinkedPorts
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.models import BusinessProcess
from app.records.links import LinkKind, link_records
from app.records.models import Attachment

# Given by Keel when the finding is opened, never by a form.
_ORIGIN = ("line_id", "request_key")
# Another answer has been neither accepted nor verified, whatever was said about the one before.
_ANSWER = "response"
_SUPERSEDED: Mapping[str, None] = {"acceptance": None, "verification": None, "arbitration": None}
# What somebody decided at one step is no fact of the record, and what a form only shows is one already.
_OF_THE_STEP = frozenset({"verdict"})
_SHOWN = "shown_"


@dataclass(frozen=True)
class FindingPorts(LinkedPorts):
    """Ports of findings."""

    def open_record(self, uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
        """Open a finding and tie it to its audit, its line and the people who answer for it.

        Errors: FactsInvalid.
        Effects: a link from the audit; the files of the line are attached to the finding as well.
        """
        given = {key: value for key, value in facts.items() if key not in _ORIGIN}
        record_id = super().open_record(uow, given)
        row = finding(uow, record_id)
        for key in _ORIGIN:
            setattr(row, key, facts.get(key))
        audit = uow.session.get(Audit, row.audit_id) if row.audit_id else None
        _name_people(uow, row, audit)
        if audit is not None:
            link_records(uow, audit.id, row.id, LinkKind.LEADS_TO)
        line = uow.session.get(ChecklistLine, row.line_id) if row.line_id else None
        if line is not None:
            note_finding(uow, line.id, row.id)
            _attach(uow, row, line.files)
        restage(row)
        return record_id

    def write_facts(self, uow: UnitOfWork, record_id: int, facts: Mapping[str, Any]) -> None:
        """Write answers as the generic writer does, and restate the status. Errors: FactsInvalid."""
        given = {
            key: value
            for key, value in facts.items()
            if key not in _OF_THE_STEP and not key.startswith(_SHOWN)
        }
        if _ANSWER in given:
            given |= _SUPERSEDED
        super().write_facts(uow, record_id, given)
        restage(finding(uow, record_id))


def finding(uow: UnitOfWork, record_id: int) -> Finding:
    """Return the finding an operation works on; the act has locked its row.

    Errors: RecordMissing.
    """
    return cast("Finding", FINDING.get(uow.session, record_id))


def restage(row: Finding) -> None:
    """Set the status that follows from the facts; a closed finding keeps the one it closed with."""
    if row.closed_at is None:
        columns = inspect(Finding).column_attrs
        row.status = status_of({one.key: getattr(row, one.key) for one in columns}).value


def _name_people(uow: UnitOfWork, row: Finding, audit: Audit | None) -> None:
    """Name who leads, who wrote it and who answers, as far as audit and process say so."""
    process = uow.session.get(BusinessProcess, row.process_id) if row.process_id else None
    row.auditor_id = row.auditor_id or (uow.actor_id if audit is not None else None)
    if audit is not None:
        row.lead_auditor_id = row.lead_auditor_id or audit.lead_auditor_id
        row.process_owner_id = row.process_owner_id or audit.auditee_id
    row.process_owner_id = row.process_owner_id or (process.owner_id if process else None)
    row.owner_id = row.process_owner_id


def _attach(uow: UnitOfWork, row: Finding, file_ids: Sequence[int]) -> None:
    uow.session.add_all(
        Attachment(record_id=row.id, file_id=file_id, added_by_id=uow.actor_id, added_at=uow.now)
        for file_id in dict.fromkeys(file_ids)
    )


FINDING = FindingPorts(Finding, "FND", FindingStatus.DRAFT.value)
