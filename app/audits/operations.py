"""What the service tasks of an audit do. Each runs inside its act and is safe to run again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from app.approvals.refusals import refusal_words
from app.audits.checklist import lines_of, load_briefing
from app.audits.follow_ups import ask_for_follow_up
from app.audits.models import Audit, AuditStatus
from app.audits.ports import audit, restage
from app.audits.rules import conformity
from app.audits.settings import NOTICE_DAYS, REPORT_DAYS
from app.foundation.durations import Duration
from app.foundation.settings import value_of
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.working_time import add_working_time
from app.organisation.calendars import calendar_of
from app.trail import Subject, record
from app.workflow.lifecycle import OpenPoint, Operation, OperationCall, ParameterType, registry

USUAL_START = time(9)
SIGNING = "sign_report"  # the call in which a report is approved


def confirm_plan(call: OperationCall) -> None:
    """Note when the audit begins and when its auditee hears of it. Units: calendar days before the first.

    Source: lifecycles 4.2: notice 14 days before.
    """
    row = audit(call.uow, call.record_id)
    assert row.starts_on is not None, "the form requires the days"
    row.ends_on = row.ends_on or row.starts_on
    row.starts_at = _first_moment(call.uow, row)
    row.notice_at = row.starts_at - timedelta(days=value_of(call.uow.session, NOTICE_DAYS, row.site_id))
    row.due_at = _last_moment(row)
    row.original_due_at = row.original_due_at or row.due_at
    restage(row)


def note_postponement(call: OperationCall) -> None:
    """Keep from when to when an audit was moved and why, and ask the auditee again."""
    row = audit(call.uow, call.record_id)
    reason = str(call.parameters.get("reason") or "")
    moved = {
        "from": row.starts_at.date().isoformat() if row.starts_at else "",
        "to": row.starts_on.isoformat() if row.starts_on else "",
        "reason": reason,
        "at": call.uow.now.isoformat(),
        "by": call.uow.actor_id,
    }
    row.postponements = [*(row.postponements or ()), moved]
    row.postponement_count += 1
    row.date_answer = row.readiness = None
    row.notice_at = row.acknowledged_at = row.checklist_loaded_at = None
    restage(row)
    _note(call, row, "audit.postponed", after=moved, reason=reason)


def load_checklist(call: OperationCall) -> None:
    """Fill the checklist with what the other domains know of the process."""
    row = audit(call.uow, call.record_id)
    row.acknowledged_at = row.acknowledged_at or call.uow.now
    added = load_briefing(call.uow, row)
    row.checklist_loaded_at = call.uow.now
    restage(row)
    _note(call, row, "audit.checklist_loaded", after={"lines": added})


def total_results(call: OperationCall) -> None:
    """Reckon how much conformed, and when the report is due. Units: working days of the site."""
    row = audit(call.uow, call.record_id)
    row.conformity = conformity(line.result for line in lines_of(call.uow.session, row.id))
    begin = row.closing_meeting_at or call.uow.now
    span = Duration(days=value_of(call.uow.session, REPORT_DAYS, row.site_id))
    if row.site_id is None:
        row.report_due_at = begin + span.span
    else:
        row.report_due_at = add_working_time(begin, span, calendar_of(call.uow.session, row.site_id))
    restage(row)


def release_report(call: OperationCall) -> None:
    """Note that the report stands; ask for another audit where the results want one.

    Effects: one stored message `audit.requested` when the rule asks for a follow-up.
    Source: lifecycles 4.2: follow-up with a major, or three minors in one process.
    """
    row = audit(call.uow, call.record_id)
    row.report_approved_at = call.uow.now
    row.report_verdict, row.report_comment = "approve", None
    is_something_open = any(not point.is_met for point in points_of(call.uow, row))
    row.status = (AuditStatus.FOLLOW_UP if is_something_open else AuditStatus.REPORT_APPROVED).value
    ask_for_follow_up(call.uow, row)
    _note(call, row, "audit.report_approved", after={"conformity": str(row.conformity)})


def return_report(call: OperationCall) -> None:
    """Keep what was missing in the report, for whoever writes again."""
    row = audit(call.uow, call.record_id)
    row.report_verdict = "return"
    row.report_comment = refusal_words(call.uow.session, call.instance_id, SIGNING)


def close_audit(call: OperationCall) -> None:
    """Close the audit; its guard has found nothing open."""
    row = audit(call.uow, call.record_id)
    row.status = AuditStatus.CLOSED.value
    row.closed_at = row.closed_at or call.uow.now
    _note(call, row, "audit.closed", after={"conclusion": row.conclusion})


def points_of(uow: UnitOfWork, row: Audit) -> tuple[OpenPoint, ...]:
    """Return what stands between an audit and its closing, as every domain sees it."""
    uow.session.flush()  # what this act wrote counts as well
    return registry.open_points(uow.session, row.kind, row.id)


def _first_moment(uow: UnitOfWork, row: Audit) -> datetime:
    assert row.starts_on is not None, "the plan names the days"
    if row.site_id is None:
        return datetime.combine(row.starts_on, USUAL_START, UTC)
    calendar = calendar_of(uow.session, row.site_id)
    hours = calendar.hours_of(row.starts_on)
    begin = hours[0].since if hours else USUAL_START
    return datetime.combine(row.starts_on, begin, calendar.zone).astimezone(UTC)


def _last_moment(row: Audit) -> datetime:
    assert row.starts_at is not None, "the first moment is reckoned before"
    assert row.starts_on is not None, "the plan names the days"
    days = ((row.ends_on or row.starts_on) - row.starts_on).days
    return row.starts_at + timedelta(days=days, hours=8)


def _note(
    call: OperationCall, row: Audit, verb: str, *, after: Mapping[str, Any], reason: str | None = None
) -> None:
    subject = Subject(kind=row.kind, id=row.id, label=row.number)
    record(call.uow, verb=verb, subject=subject, after=after, reason=reason or None)


AUDIT_OPERATIONS = (
    Operation("audits.confirm_plan", confirm_plan, description="Reckon when the audit and its notice are."),
    Operation(
        "audits.note_postponement",
        note_postponement,
        parameters={"reason": ParameterType.TEXT},
        description="Keep that the audit was moved, and why.",
    ),
    Operation("audits.load_checklist", load_checklist, description="Fill the checklist from the briefing."),
    Operation("audits.total_results", total_results, description="Reckon conformity and the report's day."),
    Operation(
        "audits.release_report", release_report, description="Let the report stand; ask for a follow-up."
    ),
    Operation("audits.return_report", return_report, description="Keep what was missing."),
    Operation("audits.close_audit", close_audit, description="Close the audit."),
)
