"""The messages by which a risk, its treatment, its acceptance and its reassessment talk to each other."""

from __future__ import annotations

from typing import Any

from app.foundation.unit_of_work import UnitOfWork
from app.risks.models import Risk, RiskStatus
from app.workflow import messages

REASSESSMENT_REQUESTED = "risk.reassessment_requested"
TREATMENT_REQUESTED = "risk.treatment_requested"
ACCEPTANCE_REQUESTED = "risk.acceptance_requested"
ANSWERED = "risk.answered"
STATE_CHANGED = "risk.state_changed"
REASSESSED = "risk.reassessed"


def risk_key(risk_id: int) -> str:
    """Return the key under which everything about a risk is told."""
    return f"risk:{risk_id}"


def ask_reassessment(
    uow: UnitOfWork, risk: Risk, *, reason: str, source: str, trigger: dict[str, Any] | None = None
) -> None:
    """Ask the owner to assess a risk again; an open reassessment is joined.

    Effects: one stored message, once for the same `source`.
    """
    payload = {"risk_id": risk.id, "reason": reason, "severity": risk.severity, "trigger": trigger}
    messages.send(uow, REASSESSMENT_REQUESTED, risk_key(risk.id), source=source, payload=payload)


def ask_treatment(uow: UnitOfWork, risk: Risk, *, source: str) -> None:
    """Ask the owner for an answer to the risk as it is assessed; an open treatment is joined.

    Effects: the risk counts as answered while that is under way; one message, once for the same `source`.
    """
    note_answered(risk)
    risk.status = RiskStatus.TREATMENT_PLANNED.value
    messages.send(uow, TREATMENT_REQUESTED, risk_key(risk.id), source=source, payload={"risk_id": risk.id})


def note_answered(risk: Risk) -> None:
    """Note that what is assessed has an answer, or that one is under way."""
    risk.answered_state = risk.assessed_state
    risk.is_answered = True


def reopen(uow: UnitOfWork, risk: Risk, *, source: str) -> None:
    """Note that the risk is without an answer again, and let its lifecycle look at it.

    Effects: one message `risk.answered`, once for the same `source`.
    """
    risk.answered_state = None
    risk.is_answered = False
    wake(uow, risk, source=source)


def wake(uow: UnitOfWork, risk: Risk, *, source: str) -> None:
    """Let the lifecycle of a risk look at it again, as it is assessed.

    Effects: one message `risk.answered`, once for the same `source`.
    """
    is_accepted = risk.is_answered and risk.accepted_until is not None
    risk.status = RiskStatus.ACCEPTED.value if is_accepted else RiskStatus.MONITORED.value
    messages.send(uow, ANSWERED, risk.number, source=source, payload={"risk_id": risk.id})
