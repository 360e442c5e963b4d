"""What the service tasks of a finding do. Each runs inside its act and is safe to run again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.audits import finding_ledger as ledger
from app.audits import finding_requests as requests
from app.audits.finding_models import Finding
from app.audits.finding_ports import finding, restage
from app.audits.finding_rules import (
    FindingStatus,
    Grade,
    Spans,
    implementation_due_at,
    next_audit_at,
    response_due_at,
)
from app.audits.finding_service import living_capas
from app.audits.finding_settings import SETTINGS
from app.audits.follow_ups import ask_for_follow_up
from app.audits.models import Audit
from app.foundation.i18n import gettext as _
from app.foundation.settings import values_of
from app.foundation.unit_of_work import UnitOfWork
from app.quality_events.service import correct_event, record_event, recurrence_of, restate_event
from app.records.links import LinkKind, link_records
from app.records.models import Record
from app.trail import Subject, record
from app.workflow.lifecycle import Operation, OperationCall, ParameterType


def compare_finding(call: OperationCall) -> None:
    """Look for the finding it repeats and for earlier events; occurrence is raised, never lowered.

    Source: lifecycles 4.2 and 5.2.
    """
    row = finding(call.uow, call.record_id)
    order = ledger.order_of(row)
    found = recurrence_of(call.uow.session, order)
    row.recurrence_key = order.recurrence_key
    row.similar = ledger.rows_of(call.uow.session, found.same_key)
    row.occurrence = max(row.occurrence or 1, found.occurrence)
    if row.repeat_of_id in {None, row.id}:
        earlier = ledger.repeat_of(call.uow.session, row)
        row.repeat_of_id = earlier.id if earlier else None
    row.is_repeat = row.repeat_of_id is not None
    if row.repeat_of_id is not None:
        link_records(call.uow, row.id, row.repeat_of_id, LinkKind.REPEATS)


def keep_grade(call: OperationCall) -> None:
    """Write severity and grade of the tables to the finding, and the sentence why."""
    row = finding(call.uow, call.record_id)
    row.severity = int(call.parameters["severity"])
    row.grade = str(call.parameters["grade"])
    reason = str(call.parameters["reason"])
    earlier = call.uow.session.get(Finding, row.repeat_of_id) if row.repeat_of_id else None
    row.grade_reason = (
        reason
        if earlier is None
        else _("%(reason)s Earlier: %(number)s.", reason=reason, number=earlier.number)
    )


def issue_finding(call: OperationCall) -> None:
    """Issue the finding: the ledger counts it, and the answer has its day.

    Effects: quality event with its risks, links to them, a trail entry.
    """
    row = finding(call.uow, call.record_id)
    row.issued_at = row.issued_at or call.uow.now
    _set_days(call.uow.session, row)
    record_event(call.uow, ledger.order_of(row))
    _touch_risks(call, row)
    restage(row)
    _follow_up(call.uow, row)
    _note(
        call,
        row,
        "finding.issued",
        after={"grade": row.grade, "severity": row.severity},
        reason=row.grade_reason,
    )


def link_risks(call: OperationCall) -> None:
    """Tell the ledger which risks the finding touches, once somebody has linked them."""
    row = finding(call.uow, call.record_id)
    correct_event(call.uow, ledger.order_of(row))
    _touch_risks(call, row)


def request_reassessment(call: OperationCall) -> None:
    """Ask the owners of the linked risks to assess them again."""
    row = finding(call.uow, call.record_id)
    requests.request_reassessments(call.uow, row, reason=str(call.parameters.get("reason") or ""))


def request_finding_capa(call: OperationCall) -> None:
    """Ask for a CAPA, unless one of an earlier round is open or has proven itself."""
    row = finding(call.uow, call.record_id)
    _request_capa(call, row, str(call.parameters.get("reason") or ""))


def settle_dispute(call: OperationCall) -> None:
    """Carry out what the quality manager decided: uphold, grade again, or withdraw.

    Effects: a grade changed or withdrawn is a correction in the ledger; a major one asks for a reassessment.
    """
    row = finding(call.uow, call.record_id)
    decision, reason = row.arbitration, row.arbitration_reason
    if decision == "withdraw":
        order = ledger.order_of(row)
        restate_event(call.uow, order.kind, ledger.nothing(order))
        _close(call, row, FindingStatus.WITHDRAWN, reason=reason)
        return
    if decision == "regrade":
        _grade_again(call, row, str(row.extra.get("arbitrated_grade")))
    row.response = None
    row.answer_round += 1
    restage(row)
    _note(
        call, row, "finding.dispute_settled", after={"decision": decision, "grade": row.grade}, reason=reason
    )


def request_correction(call: OperationCall) -> None:
    """Ask the register for the agreed correction, and for a CAPA where one was decided or was cancelled."""
    row = finding(call.uow, call.record_id)
    if row.correction_state == "planned":
        facts = {
            "action_owner_id": row.correction_owner_id,
            "due_on": row.correction_due_on.isoformat() if row.correction_due_on else None,
            "linked_cause": row.cause,
        }
        text = "\n\n".join(one for one in (row.correction, row.plan) if one)
        key = f"{row.answer_round}.correction"
        requests.request_action(call.uow, row, row_key=key, kind="correction", text=text, facts=facts)
    requests.request_training(call.uow, row)
    if row.extra.get("is_capa_wanted"):
        _request_capa(call, row, _("The lead auditor asked for it with the answer."))
    elif row.route == "capa":
        _request_capa(call, row, row.route_reason or "")
    row.acted_at = call.uow.now
    restage(row)


def note_capa_closed(call: OperationCall) -> None:
    """Note that nobody waits for the CAPA any more."""
    finding(call.uow, call.record_id).is_capa_awaited = False


def defer_verification(call: OperationCall) -> None:
    """Leave the verification to the next audit, whose checklist brings the finding up."""
    row = finding(call.uow, call.record_id)
    row.is_for_next_audit = True
    row.verification = None
    row.due_at = row.verify_due_at = next_audit_at(call.uow.now)
    restage(row)
    _note(call, row, "finding.deferred", reason=row.verification_note)


def reopen_answer(call: OperationCall) -> None:
    """Open the answer again: what was done did not put it right."""
    row = finding(call.uow, call.record_id)
    row.answer_round += 1
    row.response = row.acceptance = row.acted_at = None
    row.extra = {**row.extra, "is_capa_wanted": False}
    row.is_for_next_audit = False
    restage(row)
    _note(call, row, "finding.not_verified", reason=row.verification_note)


def request_improvement(call: OperationCall) -> None:
    """Ask for an improvement that the process owner has taken up."""
    row = finding(call.uow, call.record_id)
    requests.request_improvement(call.uow, row)
    row.route = "improvement"


def close_finding(call: OperationCall) -> None:
    """Close the finding."""
    row = finding(call.uow, call.record_id)
    _close(call, row, FindingStatus.CLOSED, reason=row.risk_justification)


def _request_capa(call: OperationCall, row: Finding, reason: str) -> None:
    living = [call.uow.session.get_one(Record, one) for one in living_capas(call.uow.session, row.id)]
    if not row.is_capa_awaited and not living:
        requests.request_capa(call.uow, row, reason=reason)
    elif living:
        row.route, row.route_reason = "capa", reason
        row.is_capa_awaited = any(one.closed_at is None for one in living)


def _grade_again(call: OperationCall, row: Finding, grade: str) -> None:
    former = ledger.order_of(row)
    row.grade, row.grade_reason = grade, row.arbitration_reason
    row.route, row.is_capa_awaited = None, False  # the table looks at the other grade next
    restate_event(call.uow, former.kind, ledger.order_of(row))
    _set_days(call.uow.session, row)
    _follow_up(call.uow, row)
    if row.grade == Grade.MAJOR.value and row.reassessment_requested_at is None:
        requests.request_reassessments(call.uow, row, reason=row.arbitration_reason or "")


def _follow_up(uow: UnitOfWork, row: Finding) -> None:
    """Let an audit whose report stands be followed up, where the grade of this finding asks for it."""
    ask_for_follow_up(uow, uow.session.get(Audit, row.audit_id) if row.audit_id else None)


def _set_days(session: Session, row: Finding) -> None:
    values = values_of(session, SETTINGS, row.site_id)
    spans = Spans(
        response=values["audits.finding_response_days"],
        major=values["audits.finding_major_days"],
        minor=values["audits.finding_minor_days"],
    )
    assert row.issued_at is not None, "only an issued finding has days"
    row.response_due_at = response_due_at(row.issued_at, spans)
    due_at = implementation_due_at(row.issued_at, Grade(row.grade or Grade.MINOR), spans)
    row.due_at = row.verify_due_at = due_at
    row.original_due_at = row.original_due_at or due_at


def _touch_risks(call: OperationCall, row: Finding) -> None:
    for risk_id in ledger.risk_ids(row.risks):
        link_records(call.uow, row.id, risk_id, LinkKind.TOUCHES)


def _close(call: OperationCall, row: Finding, status: FindingStatus, *, reason: str | None) -> None:
    row.status = status.value
    row.closed_at = row.closed_at or call.uow.now
    row.row_version += 1
    _note(call, row, "finding.closed", after={"status": status.value}, reason=reason)


def _note(
    call: OperationCall,
    row: Finding,
    verb: str,
    *,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    subject = Subject(kind=row.kind, id=row.id, label=row.number)
    record(call.uow, verb=verb, subject=subject, after=after, reason=reason or None)


_REASON = {"reason": ParameterType.TEXT}
_GRADE = {
    "severity": ParameterType.NUMBER,
    "grade": ParameterType.TEXT,
    "reason": ParameterType.TEXT,
}
OPERATIONS = (
    Operation("audits.compare_finding", compare_finding),
    Operation("audits.keep_grade", keep_grade, parameters=_GRADE, required=tuple(_GRADE)),
    Operation("audits.issue_finding", issue_finding),
    Operation("audits.link_risks", link_risks),
    Operation("audits.request_finding_reassessment", request_reassessment, parameters=_REASON),
    Operation("audits.request_finding_capa", request_finding_capa, parameters=_REASON),
    Operation("audits.settle_dispute", settle_dispute),
    Operation("audits.request_correction", request_correction),
    Operation("audits.note_capa_closed", note_capa_closed),
    Operation("audits.defer_verification", defer_verification),
    Operation("audits.reopen_answer", reopen_answer),
    Operation("audits.request_improvement", request_improvement),
    Operation("audits.close_finding", close_finding),
)
