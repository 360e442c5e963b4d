"""The words of audits: stages, kinds, results. Functions, because each reader has a language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from app.audits.models import AuditStatus, AuditType, Mode, ProgrammeStatus
from app.audits.rules import Result
from app.foundation.dates import written_day
from app.foundation.i18n import gettext as _


def audit_statuses() -> Mapping[str, str]:
    """Return the words of an audit's stages."""
    return {
        AuditStatus.PLANNED.value: _("Being planned"),
        AuditStatus.CONFIRMED.value: _("Planned"),
        AuditStatus.POSTPONED.value: _("Postponed"),
        AuditStatus.PREPARING.value: _("Preparing"),
        AuditStatus.IN_PROGRESS.value: _("Under way"),
        AuditStatus.REPORTING.value: _("Reporting"),
        AuditStatus.REPORT_APPROVED.value: _("Report approved"),
        AuditStatus.FOLLOW_UP.value: _("Following up"),
        AuditStatus.CLOSED.value: _("Closed"),
        AuditStatus.CANCELLED.value: _("Cancelled"),
    }


def programme_statuses() -> Mapping[str, str]:
    """Return the words of a programme's stages."""
    return {
        ProgrammeStatus.DRAFT.value: _("Draft"),
        ProgrammeStatus.APPROVED.value: _("Approved"),
        ProgrammeStatus.ACTIVE.value: _("Active"),
        ProgrammeStatus.CLOSED.value: _("Closed"),
        ProgrammeStatus.CANCELLED.value: _("Cancelled"),
    }


def type_words() -> Mapping[str, str]:
    """Return the words for what an audit looks at."""
    return {
        AuditType.SYSTEM.value: _("The system"),
        AuditType.PROCESS.value: _("A process"),
        AuditType.PRODUCT.value: _("A product"),
        AuditType.SUPPLIER.value: _("A supplier"),
        AuditType.FOLLOW_UP.value: _("Follow-up"),
    }


def mode_words() -> Mapping[str, str]:
    """Return the words for where the auditors are."""
    return {
        Mode.ONSITE.value: _("On site"),
        Mode.REMOTE.value: _("Remote"),
        Mode.HYBRID.value: _("Partly remote"),
    }


def conclusion_words() -> Mapping[str, str]:
    """Return the words of a report's conclusion."""
    return {
        "effective": _("Effective"),
        "partly": _("Partly effective"),
        "not_effective": _("Not effective"),
    }


def result_words() -> Mapping[str, str]:
    """Return the words of what was found at a line, in the order in which they are offered."""
    return {
        Result.CONFORM.value: _("Conforms"),
        Result.POSITIVE.value: _("Strength"),
        Result.IMPROVEMENT.value: _("Could be better"),
        Result.MINOR.value: _("Minor"),
        Result.MAJOR.value: _("Major"),
        Result.NOT_SEEN.value: _("Not seen"),
        Result.NOT_APPLICABLE.value: _("Does not apply"),
    }


def result_kinds() -> Mapping[str, str]:
    """Return the kind of chip for each result."""
    return {
        Result.CONFORM.value: "ok",
        Result.POSITIVE.value: "ok",
        Result.IMPROVEMENT.value: "note",
        Result.MINOR.value: "warn",
        Result.MAJOR.value: "bad",
    }


def origin_words(origin: str) -> str:
    """Return why a line is in the checklist."""
    return {
        "own": _("Written for this audit"),
        "open_capa": _("Open CAPA"),
        "effectiveness_due": _("Effectiveness due"),
        "top_risk": _("Top risk"),
        "earlier_finding": _("Earlier finding"),
        "overdue_action": _("Overdue action"),
    }.get(origin, origin.replace("_", " ").capitalize())


def days_in_words(first: date | None, last: date | None) -> str:
    """Return a span of days for reading; one day when it begins and ends on it."""
    if first is None:
        return ""
    if last is None or last == first:
        return written_day(first)
    return _("%(first)s to %(last)s", first=written_day(first), last=written_day(last))
