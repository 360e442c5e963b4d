"""What happens by itself when a risk is assessed or assessed again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from app.foundation.unit_of_work import UnitOfWork
from app.quality_events.baselines import append_baseline
from app.risks.models import Reassessment, ReassessmentStatus, ReassessmentTrigger, Risk, RiskStatus
from app.risks.rules import band_of, next_review_on, score_of
from app.trail import Subject, record
from app.workflow import messages
from app.workflow.lifecycle import Operation, OperationCall

REASSESSED = "risk.reassessed"


def record_assessment(call: OperationCall) -> Mapping[str, Any] | None:
    """Keep the first assessment of a risk as its baseline and put it into the register."""
    risk = call.uow.session.get_one(Risk, call.record_id)
    assert risk.residual is not None, "the form requires the residual risk"
    _assess(call.uow, risk, risk.residual, source=(risk.kind, risk.id))
    risk.status = RiskStatus.MONITORED.value
    return None


def apply_reassessment(call: OperationCall) -> Mapping[str, Any] | None:
    """Write the answer to the risk and tell every record that asked.

    Effects: locks the risk; one baseline; one message `risk.reassessed` for each trigger, correlated by its
        record's number.
    """
    answer = call.uow.session.get_one(Reassessment, call.record_id)
    risk = call.uow.session.get_one(Risk, answer.risk_id, with_for_update=True)
    assert answer.assessment is not None, "the form requires an assessment"
    risk.residual = answer.assessment
    risk.rationale = answer.rationale
    _assess(call.uow, risk, answer.assessment, source=(answer.kind, answer.id))
    answer.status = ReassessmentStatus.ANSWERED.value
    answer.closed_at = call.uow.now
    for trigger in triggers_of(call.uow, answer.id):
        messages.send(
            call.uow,
            REASSESSED,
            trigger.record_number,
            source=f"reassessment:{answer.id}:{trigger.record_id}",
            payload={"risk_id": risk.id, "score": risk.score},
        )
    return None


def triggers_of(uow: UnitOfWork, reassessment_id: int) -> list[ReassessmentTrigger]:
    """Return what asked for a reassessment, the first first."""
    query = select(ReassessmentTrigger).where(ReassessmentTrigger.reassessment_id == reassessment_id)
    return list(uow.session.scalars(query.order_by(ReassessmentTrigger.id)))


def _assess(uow: UnitOfWork, risk: Risk, assessment: Mapping[str, int], *, source: tuple[str, int]) -> None:
    before = risk.score
    risk.score = score_of(assessment)
    risk.severity = int(assessment["severity"])
    risk.assessed_at = uow.now
    risk.next_review_on = next_review_on(band_of(risk.score), _today(uow))
    append_baseline(
        uow,
        risk.id,
        likelihood=int(assessment["likelihood"]),
        severity=int(assessment["severity"]),
        source=source,
    )
    record(
        uow,
        verb="risk.assessed",
        subject=Subject(kind=risk.kind, id=risk.id, label=risk.number),
        before={"score": before},
        after={"score": risk.score, "band": band_of(risk.score).value},
        reason=risk.rationale,
    )


def _today(uow: UnitOfWork) -> date:
    return uow.now.date()


RISK_OPERATIONS = (
    Operation("risks.record_assessment", record_assessment, description="Keep the assessment as baseline."),
)
REASSESSMENT_OPERATIONS = (
    Operation(
        "risks.apply_reassessment",
        apply_reassessment,
        description="Write the new assessment and tell who asked for it.",
    ),
)
