"""What indicators count of audits and findings. Source: lifecycles 5.9."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Float, cast, func, select
from sqlalchemy.orm import Session, aliased

from app.audits.finding_models import Finding
from app.audits.finding_rules import Grade
from app.audits.models import Audit
from app.records.measures import (
    by_first_day,
    counted,
    counted_by_spine,
    due_first,
    late_at_end,
    open_at_end,
)
from app.records.models import Record
from app.workflow.figures import FigureScope, Measure, Rows


def held_as_planned(_session: Session, scope: FigureScope) -> Rows:
    """Count audits first planned to end in the period; a hit had its closing meeting by that day."""
    return counted(Audit, scope, due_first(scope), hit=by_first_day(Audit.closing_meeting_at, scope))


def majors(_session: Session, scope: FigureScope) -> Rows:
    """Count audits reported in the period. Units: the amount is how many major findings they have."""
    finding = aliased(Finding, flat=True)
    found = (
        select(func.count(finding.id))
        .where(
            finding.audit_id == Audit.id,
            finding.opened_at < scope.until,
            scope.stood(finding.grade) == Grade.MAJOR.value,
        )
        .correlate(Audit)
        .scalar_subquery()
    )
    return counted(
        Audit,
        scope,
        scope.happened(Audit.report_approved_at),
        hit=found > 0,
        amount=cast(found, Float),
    )


def closed_on_time(_session: Session, scope: FigureScope) -> Rows:
    """Count findings first due in the period; a hit was closed by that first day."""
    return counted_by_spine(Finding, scope, due_first(scope), hit=by_first_day(Record.closed_at, scope))


def findings_overdue(_session: Session, scope: FigureScope) -> Rows:
    """Count findings open at the end of the period; a hit was late then."""
    return counted_by_spine(Finding, scope, open_at_end(scope), hit=late_at_end(scope))


def repeats(_session: Session, scope: FigureScope) -> Rows:
    """Count findings issued in the period; a hit repeats an earlier one."""
    return counted(
        Finding,
        scope,
        scope.happened(Finding.issued_at),
        hit=scope.stood(Finding.is_repeat),
    )


def improvements(_session: Session, scope: FigureScope) -> Rows:
    """Count findings issued in the period that name an opportunity for improvement."""
    return counted(
        Finding,
        scope,
        scope.happened(Finding.issued_at),
        scope.stood(Finding.grade) == Grade.IMPROVEMENT.value,
    )


MEASURES: Mapping[str, Measure] = {
    "audit.held_as_planned": held_as_planned,
    "audit.majors": majors,
    "finding.closed_on_time": closed_on_time,
    "finding.overdue": findings_overdue,
    "finding.repeats": repeats,
    "finding.improvements": improvements,
}
WORDS: Mapping[str, str] = {
    "audit.held_as_planned": "Audits first planned to end, and whether they were held by that day",
    "audit.majors": "Audits reported, with their major findings",
    "finding.closed_on_time": "Findings first due, and whether they were closed by that day",
    "finding.overdue": "Open findings, and whether they are late",
    "finding.repeats": "Findings issued, and whether they repeat an earlier one",
    "finding.improvements": "Findings that name an opportunity for improvement",
}
