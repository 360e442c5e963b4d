"""When an audit is followed by another one: what it found decides, as it is graded, not as it was noted."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.audits.checklist import lines_of
from app.audits.finding_rules import FindingStatus
from app.audits.finding_service import findings_of
from app.audits.models import Audit
from app.audits.requests import FOLLOW_UP, request_audit
from app.audits.rules import follow_up_needed
from app.foundation.unit_of_work import UnitOfWork

_GONE = frozenset({FindingStatus.WITHDRAWN, FindingStatus.CANCELLED})


def ask_for_follow_up(uow: UnitOfWork, row: Audit | None) -> None:
    """Ask for a follow-up audit once the report stands and what was found wants one. Safe to call again.

    Effects: one stored message `audit.requested` for the audit, whenever a finding is graded so gravely.
    Source: lifecycles 4.2: follow-up with a major, or three minors in one process.
    """
    if row is None or row.report_approved_at is None:
        return
    uow.session.flush()  # what this act graded counts as well
    if follow_up_needed(grades_of(uow.session, row.id)):
        request_audit(uow, FOLLOW_UP, row, row.id)


def grades_of(session: Session, audit_id: int) -> Sequence[str]:
    """Return the grades of what an audit found: of its findings, and of lines nobody wrote one from yet."""
    findings = findings_of(session, audit_id)
    written = {one.id for one in findings}
    return [
        *(one.grade or one.proposed_grade or "" for one in findings if one.status not in _GONE),
        *(line.result or "" for line in lines_of(session, audit_id) if line.finding_id not in written),
    ]
