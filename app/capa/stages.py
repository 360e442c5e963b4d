"""Where a record stands, told from its facts: pure functions. The engine owns position; this is its name."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class NonconformityStatus(StrEnum):
    """Where a nonconformity stands, in the words of the register."""

    REPORTED = "reported"
    CONTAINED = "contained"
    TRIAGED = "triaged"
    DISPOSED = "disposition_done"
    CORRECTED = "closed"
    CLOSED_CAPA_OPEN = "closed_capa_open"
    DUPLICATE = "rejected_duplicate"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class CapaStatus(StrEnum):
    """Where a CAPA stands, in the words of the register."""

    DRAFT = "draft"
    INVESTIGATION = "investigation"
    PLANNING = "planning"
    PLAN_APPROVAL = "plan_approval"
    IMPLEMENTING = "implementing"
    VERIFIED = "implementation_verified"
    WAITING = "effectiveness_wait"
    CHECKING = "effectiveness_check"
    CLOSED_EFFECTIVE = "closed_effective"
    CLOSED_WITH_CONDITIONS = "closed_with_conditions"
    CANCELLED = "cancelled"


def nonconformity_status(values: Mapping[str, object]) -> NonconformityStatus:
    """Return the status that follows from the facts of an open nonconformity."""
    if values.get("reverify_result") == "pass":
        return NonconformityStatus.DISPOSED
    if values.get("triage_verdict") is not None:
        return NonconformityStatus.TRIAGED
    if values.get("containment_choice") is not None:
        return NonconformityStatus.CONTAINED
    return NonconformityStatus.REPORTED


def capa_status(values: Mapping[str, object]) -> CapaStatus:
    """Return the status that follows from the facts of an open CAPA, the furthest stage of its cycle."""
    stages = (
        ("wait_ended_at", CapaStatus.CHECKING),
        ("wait_until", CapaStatus.WAITING),
        ("completeness", CapaStatus.VERIFIED),
        ("actions_requested_at", CapaStatus.IMPLEMENTING),
        ("planned_actions", CapaStatus.PLAN_APPROVAL),
        ("cause_examined_at", CapaStatus.PLANNING),
        ("cycle_started_at", CapaStatus.INVESTIGATION),
    )
    if values.get("plan_verdict") == "return" or values.get("completeness") == "incomplete":
        return CapaStatus.PLANNING
    return next((status for name, status in stages if values.get(name)), CapaStatus.DRAFT)
