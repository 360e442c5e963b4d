"""What happens by itself when a risk is assessed, watched and assessed again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.quality_events.band_changes import assess
from app.quality_events.baselines import baselines_of
from app.risks import requests
from app.risks.models import (
    Reassessment,
    ReassessmentStatus,
    Risk,
    RiskKind,
    RiskStatus,
)
from app.risks.rules import band_of, next_review_on, red_reviews_after, score_of, state_mark
from app.risks.service import tell_triggers
from app.trail import Subject, record
from app.workflow import messages
from app.workflow.lifecycle import Operation, OperationCall, ParameterType

GONE = "gone"
MORNING = time(5)


def record_assessment(call: OperationCall) -> Mapping[str, Any] | None:
    """Keep the first assessment of a risk as its baseline and put it into the register."""
    risk = call.uow.session.get_one(Risk, call.record_id)
    assert risk.residual is not None, "the form requires the residual risk"
    _assess(call.uow, risk, risk.residual, source=(risk.kind, risk.id))
    risk.status = RiskStatus.MONITORED.value
    return None


def plan_review(call: OperationCall) -> Mapping[str, Any] | None:
    """Set the day of the next review, so many months after the assessment as the band asks for."""
    risk = call.uow.session.get_one(Risk, call.record_id)
    assessed_on = (risk.assessed_at or call.uow.now).date()
    risk.next_review_on = next_review_on(int(call.parameters["months"]), assessed_on)
    risk.next_review_at = datetime.combine(_not_past(call.uow, risk.next_review_on), MORNING, UTC)
    return None


def request_review(call: OperationCall) -> Mapping[str, Any] | None:
    """Ask the owner to assess the risk again because its day has come; an open reassessment is joined."""
    risk = call.uow.session.get_one(Risk, call.record_id)
    requests.ask_reassessment(
        call.uow,
        risk,
        reason=_("The day of the regular review has come."),
        source=f"risk:{risk.id}:review:{risk.next_review_on}:{call.task_guid}",
    )
    return None


def request_treatment(call: OperationCall) -> Mapping[str, Any] | None:
    """Ask the owner for an answer to the risk as it is assessed."""
    risk = call.uow.session.get_one(Risk, call.record_id)
    requests.ask_treatment(call.uow, risk, source=f"risk:{risk.id}:{call.task_guid}")
    return None


def note_top_view(call: OperationCall) -> Mapping[str, Any] | None:
    """Keep what top management decided on a risk that stays red, and count its reviews anew."""
    risk = call.uow.session.get_one(Risk, call.record_id)
    record(
        call.uow,
        verb="risk.decided_by_top_management",
        subject=Subject(kind=risk.kind, id=risk.id, label=risk.number),
        before={"red_reviews": risk.red_reviews},
        after={"decision": risk.top_decision},
        reason=risk.top_view,
    )
    risk.red_reviews = 0
    return None


def close_risk(call: OperationCall) -> Mapping[str, Any] | None:
    """Take a risk that does not exist any more out of the register. Safe to call again."""
    risk = call.uow.session.get_one(Risk, call.record_id)
    risk.status = RiskStatus.CLOSED.value
    risk.closed_at = risk.closed_at or call.uow.now
    return None


def apply_reassessment(call: OperationCall) -> Mapping[str, Any] | None:
    """Write the answer to the risk and tell the risk itself and every record that asked.

    Effects: locks the risk; one baseline; `risk.answered` and `risk.state_changed` for the risk, and one
        message `risk.reassessed` for each trigger, correlated by its record's number.
    """
    answer = call.uow.session.get_one(Reassessment, call.record_id)
    risk = call.uow.session.get_one(Risk, answer.risk_id, with_for_update=True)
    assert answer.assessment is not None, "the form requires an assessment"
    before = risk.score or 0
    risk.residual = answer.assessment
    risk.rationale = answer.rationale
    risk.is_gone = answer.answer == GONE
    _assess(call.uow, risk, answer.assessment, source=(answer.kind, answer.id))
    risk.red_reviews = red_reviews_after(
        risk.red_reviews,
        is_unwelcome=risk.risk_kind == RiskKind.RISK.value,
        before=before,
        after=risk.score or 0,
    )
    risk.status = RiskStatus.MONITORED.value
    answer.status = ReassessmentStatus.ANSWERED.value
    answer.closed_at = call.uow.now
    _tell(call.uow, risk, answer)
    return None


def _tell(uow: UnitOfWork, risk: Risk, answer: Reassessment) -> None:
    source = f"reassessment:{answer.id}"
    payload = {"risk_id": risk.id, "score": risk.score}
    messages.send(uow, requests.STATE_CHANGED, requests.risk_key(risk.id), source=source, payload=payload)
    messages.send(uow, requests.ANSWERED, risk.number, source=source, payload=payload)
    tell_triggers(uow, answer, source=source, score=risk.score)
    if answer.is_treatment_needed and not risk.is_gone:
        requests.ask_treatment(uow, risk, source=source)


def _assess(uow: UnitOfWork, risk: Risk, assessment: Mapping[str, int], *, source: tuple[str, int]) -> None:
    before = risk.score
    risk.score = score_of(assessment)
    risk.band = band_of(risk.score).value
    risk.severity = int(assessment["severity"])
    risk.assessed_at = uow.now
    assess(
        uow,
        risk.id,
        likelihood=int(assessment["likelihood"]),
        severity=int(assessment["severity"]),
        source=source,
    )
    baseline_id = baselines_of(uow.session, risk.id)[0].id
    risk.assessed_state = state_mark(assessment, risk.controls or (), baseline_id)
    risk.is_answered = False
    record(
        uow,
        verb="risk.assessed",
        subject=Subject(kind=risk.kind, id=risk.id, label=risk.number),
        before={"score": before},
        after={"score": risk.score, "band": risk.band},
        reason=risk.rationale,
    )


def _not_past(uow: UnitOfWork, day: date) -> date:
    """Keep a risk whose acceptance ended long after its assessment from being due twice on one day."""
    return max(day, uow.now.date())


RISK_OPERATIONS = (
    Operation("risks.record_assessment", record_assessment, description="Keep the assessment as baseline."),
    Operation(
        "risks.plan_review",
        plan_review,
        parameters={"months": ParameterType.NUMBER},
        required=("months",),
        description="Set the day of the next review.",
    ),
    Operation("risks.request_review", request_review, description="Ask for a reassessment on its day."),
    Operation("risks.request_treatment", request_treatment, description="Ask the owner for an answer."),
    Operation("risks.note_top_view", note_top_view, description="Keep what top management decided."),
    Operation("risks.close_risk", close_risk, description="Take the risk out of the register."),
)
REASSESSMENT_OPERATIONS = (
    Operation(
        "risks.apply_reassessment",
        apply_reassessment,
        description="Write the new assessment and tell who asked for it.",
    ),
)
