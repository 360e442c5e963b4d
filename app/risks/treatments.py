"""The treatment of a risk: opened by request, carried out as actions, ended by a look at its effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from app.actions.operations import ALL_VERIFIED, CLOSED
from app.actions.service import ACTION_REQUESTED, actions_of
from app.approvals.refusals import refusal_words
from app.foundation.durations import Duration
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.working_time import add_working_time
from app.organisation.calendars import calendar_of
from app.records.facts import RecordPorts
from app.records.links import LinkKind, link_records
from app.records.models import TITLE_LENGTH
from app.risks import requests
from app.risks.learning import TRAINING, ask_learners
from app.risks.models import Risk, RiskStatus, Treatment, TreatmentStatus
from app.risks.rules import Band, plan_days
from app.risks.service import lock_risk
from app.workflow import messages
from app.workflow.lifecycle import MessageRule, Operation, OperationCall, RecordView, registry

APPROVING = "approve_treatment"  # the call in which a plan is approved


class TreatmentPorts(RecordPorts):
    """Ports of treatments: named, owned and placed after the risk they answer."""

    def open_record(self, uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
        """Open a treatment of the risk that `facts` name.

        Errors: UnknownRisk; FactsInvalid. Effects: locks the risk, so that two requests cannot open two.
        """
        record_id = super().open_record(uow, facts)
        row = uow.session.get_one(Treatment, record_id)
        risk = lock_risk(uow, row.risk_id)
        row.title, row.risk_kind = risk.title, risk.risk_kind
        row.site_id, row.process_id = risk.site_id, risk.process_id
        row.risk_owner_id = row.owner_id = risk.risk_owner_id
        _state_again(uow, row, risk)
        link_records(uow, risk.id, row.id, LinkKind.LEADS_TO)
        return record_id

    def cancel_record(self, uow: UnitOfWork, record_id: int) -> None:
        """Close it as cancelled and let the risk be looked at again: it is without an answer.

        Errors: RecordMissing. Safe to call again.
        """
        super().cancel_record(uow, record_id)
        row = uow.session.get_one(Treatment, record_id)
        requests.reopen(uow, lock_risk(uow, row.risk_id), source=f"{row.kind}:{row.id}:cancelled")


TREATMENT_PORTS = TreatmentPorts(Treatment, "RTR", TreatmentStatus.PLANNED.value)
DOCUMENT_CHANGE_REQUESTED, DOCUMENT_CHANGE = "document.change_requested", "document_change"
_OPEN = (TreatmentStatus.PLANNED.value, TreatmentStatus.TREATING.value)


def find_open_treatment(uow: UnitOfWork, correlation_key: str, payload: Mapping[str, Any]) -> int | None:
    """Return the open treatment of the risk, the risk's row locked; None when one may be opened.

    Errors: UnknownRisk.
    """
    del correlation_key
    risk = lock_risk(uow, payload.get("risk_id"))
    return uow.session.scalar(
        select(Treatment.id).where(Treatment.risk_id == risk.id, Treatment.status.in_(_OPEN)).limit(1)
    )


def join_treatment(uow: UnitOfWork, record_id: int, payload: Mapping[str, Any]) -> None:
    """Tell an open treatment that its risk is assessed differently. Safe to call again."""
    row = uow.session.get_one(Treatment, record_id)
    risk = lock_risk(uow, payload.get("risk_id"))
    _state_again(uow, row, risk)
    if row.status == TreatmentStatus.TREATING.value:
        risk.status = RiskStatus.TREATING.value


def facts_of_request(_uow: UnitOfWork, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of a treatment that a risk asks for."""
    return {"title": "", "risk_id": payload["risk_id"]}


REQUESTED = MessageRule(requests.TREATMENT_REQUESTED, find_open_treatment, join_treatment, facts_of_request)


def request_actions(call: OperationCall) -> Mapping[str, Any] | None:
    """Ask the register of actions for one action for each row of the plan.

    Effects: one message for each row, and the one that all is verified when every row was verified before.
    """
    row = call.uow.session.get_one(Treatment, call.record_id)
    row.plan_verdict, row.plan_comment = "approve", None
    row.status = TreatmentStatus.TREATING.value
    row.due_at = row.due_at or row.plan_due_at
    lock_risk(call.uow, row.risk_id).status = RiskStatus.TREATING.value
    _request_documents(call.uow, row)
    ask_learners(call.uow, row)
    known = {one.row_key: one.status for one in actions_of(call.uow.session, row.kind, row.id)}
    keys = []
    for one in row.planned_actions or ():
        payload = _action(row, one)
        keys.append(payload["row_key"])
        messages.send(
            call.uow,
            ACTION_REQUESTED,
            f"{row.kind}:{row.id}:{payload['row_key']}",
            source=f"{row.kind}:{row.id}",
            payload=payload,
        )
    if known.keys() >= set(keys) and all(status in CLOSED for status in known.values()):
        # Nobody will verify anything again, so nobody else would say that all is verified.
        source = f"{row.kind}:{row.id}:{call.task_guid}"
        messages.send(call.uow, ALL_VERIFIED, row.number, source=source, payload={"source_id": row.id})
    return None


def return_plan(call: OperationCall) -> Mapping[str, Any] | None:
    """Keep what must change in a plan, for whoever plans again."""
    row = call.uow.session.get_one(Treatment, call.record_id)
    row.plan_verdict = "return"
    row.plan_comment = refusal_words(call.uow.session, call.instance_id, APPROVING)
    return None


def check_reliance(
    uow: UnitOfWork, record: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse to call a treatment effective before what it relies on is in force and read, or learned.

    Source: lifecycles 5.5.
    """
    if answers.get("effect") != "met":
        return ()
    uow.session.flush()  # what this act wrote counts as well
    points = registry.open_points(uow.session, record.kind, record.id)
    return [
        Problem(point.key, "open_point", point.sentence)
        for point in points
        if point.link_kind in {DOCUMENT_CHANGE, TRAINING} and not point.is_met
    ]


def complete_treatment(call: OperationCall) -> Mapping[str, Any] | None:
    """Close a treatment that met its target, and ask its owner to see the risk with it in place.

    Source: rule 5.1: exposure falls only by a human reassessment.
    """
    row = call.uow.session.get_one(Treatment, call.record_id)
    risk = lock_risk(call.uow, row.risk_id)
    _close(call, row, TreatmentStatus.TREATED)
    risk.status = RiskStatus.TREATED.value
    trigger = {"kind": row.kind, "id": row.id, "number": row.number, "title": row.title}
    reason = _("The treatment met its target: %(note)s", note=row.effect_note or "")
    requests.ask_reassessment(call.uow, risk, reason=reason, source=f"{row.kind}:{row.id}", trigger=trigger)
    return None


def request_acceptance(call: OperationCall) -> Mapping[str, Any] | None:
    """Ask for the acceptance of the risk as it is assessed, and close the treatment."""
    row = call.uow.session.get_one(Treatment, call.record_id)
    risk = lock_risk(call.uow, row.risk_id)
    _close(call, row, TreatmentStatus.ACCEPTANCE)
    messages.send(
        call.uow,
        requests.ACCEPTANCE_REQUESTED,
        requests.risk_key(risk.id),
        source=f"{row.kind}:{row.id}",
        payload={"risk_id": risk.id, "justification": row.treatment_note},
    )
    return None


def open_round(call: OperationCall) -> Mapping[str, Any] | None:
    """Put the plan aside that missed its target; the submissions keep it."""
    row = call.uow.session.get_one(Treatment, call.record_id)
    row.round += 1
    row.planned_actions = row.target_on = row.plan_verdict = row.plan_comment = None
    row.status = TreatmentStatus.PLANNED.value
    risk = lock_risk(call.uow, row.risk_id)
    risk.status = RiskStatus.TREATMENT_PLANNED.value
    row.plan_due_at = _plan_due_at(call.uow, row)
    return None


def _state_again(uow: UnitOfWork, row: Treatment, risk: Risk) -> None:
    row.band, row.score, row.severity = risk.band, risk.score, risk.severity
    due_at = _plan_due_at(uow, row)
    row.plan_due_at = min(row.plan_due_at or due_at, due_at)


def _plan_due_at(uow: UnitOfWork, row: Treatment) -> Any:
    span = Duration(days=plan_days(Band(row.band or Band.LOW)))
    if row.site_id is None:
        return uow.now + span.span
    return add_working_time(uow.now, span, calendar_of(uow.session, row.site_id))


def _close(call: OperationCall, row: Treatment, status: TreatmentStatus) -> None:
    row.status = status.value
    row.closed_at = row.closed_at or call.uow.now


def _request_documents(uow: UnitOfWork, row: Treatment) -> None:
    """Ask for a change of each document that the plan relies on; the same words are asked for once."""
    for one in row.extra.get("document_changes") or ():
        words = " ".join(str(one.get("text") or "").split())
        named = one.get("document_id")
        document_id = named["id"] if isinstance(named, Mapping) else None
        key = f"{row.kind}:{row.id}:r{row.round}.{sha256(f'{document_id} {words}'.encode()).hexdigest()[:12]}"
        messages.send(
            uow,
            DOCUMENT_CHANGE_REQUESTED,
            f"document:{document_id}" if document_id else key,
            source=key,
            payload={
                "title": words[:TITLE_LENGTH],
                "reason": one.get("text"),
                "source": "risk",
                "document_id": document_id,
                "site_id": row.site_id,
                "process_id": row.process_id,
                "risks": [{"kind": "risk", "id": row.risk_id}],
                "requested_by": {"kind": row.kind, "id": row.id, "number": row.number},
                "request_key": key,
            },
        )


def _action(row: Treatment, planned: Mapping[str, Any]) -> dict[str, Any]:
    words = " ".join(str(planned.get("text") or "").split())
    return {
        "owner_kind": row.kind,
        "owner_id": row.id,
        "owner_number": row.number,
        "row_key": f"r{row.round}.{sha256(words.encode()).hexdigest()[:12]}",
        "title": words[:TITLE_LENGTH],
        "text": planned.get("text"),
        "type": "preventive",
        "deliverable": "other",
        "action_owner_id": planned.get("owner_id"),
        "due_on": planned.get("due_on"),
        "site_id": row.site_id,
        "process_id": row.process_id,
        "severity": row.severity,
    }


OPERATIONS = (
    Operation("risks.request_actions", request_actions, description="Put the plan into the actions."),
    Operation("risks.return_plan", return_plan, description="Keep what must change."),
    Operation("risks.complete_treatment", complete_treatment, description="Close it and ask to look again."),
    Operation("risks.request_acceptance", request_acceptance, description="Ask for an acceptance instead."),
    Operation("risks.open_round", open_round, description="Begin another plan."),
)
