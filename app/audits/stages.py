"""Where an audit stands, told from its facts: pure. The engine owns position; this is its name."""

from __future__ import annotations

from collections.abc import Mapping

from app.audits.models import AuditStatus


def audit_status(values: Mapping[str, object]) -> AuditStatus:
    """Return the status that follows from the facts of an audit whose report is not approved yet."""
    if values.get("date_answer") == "other" or values.get("readiness") == "postpone":
        return AuditStatus.POSTPONED
    stages = (
        ("closing_meeting_at", AuditStatus.REPORTING),
        ("readiness", AuditStatus.IN_PROGRESS),
        ("checklist_loaded_at", AuditStatus.PREPARING),
        ("notice_at", AuditStatus.CONFIRMED),
    )
    return next((status for name, status in stages if values.get(name)), AuditStatus.PLANNED)
