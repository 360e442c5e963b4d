"""The messages of findings: asked for by a rule, and asking for CAPAs, reassessments and actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.actions.service import ACTION_REQUESTED
from app.audits.finding_ledger import order_of, risk_ids
from app.audits.finding_models import Finding
from app.foundation.unit_of_work import UnitOfWork
from app.records.models import TITLE_LENGTH
from app.workflow import messages
from app.workflow.lifecycle import MessageRule

CAPA_REQUESTED = "capa.requested"
REASSESSMENT_REQUESTED = "risk.reassessment_requested"
FINDING_REQUESTED = "finding.requested"
IMPROVEMENT_REQUESTED = "improvement.requested"
TRAINING_NEEDED = "training.needed"
OVERDUE = "audit-overdue"  # what the key of a request begins with; the audit's id follows
AUDIT = "audit"  # the source in the words of CAPAs
_FACTS = (
    "audit_id",
    "title",
    "statement",
    "requirement",
    "evidence",
    "impact",
    "occurrence",
    "site_id",
    "process_id",
    "risks",
)


def request_capa(uow: UnitOfWork, row: Finding, *, reason: str) -> None:
    """Ask for a CAPA about a finding; an open one of the same signature is joined instead.

    Effects: one stored message for each answer of the finding; the finding waits for the end of the CAPA.
    """
    key = order_of(row).recurrence_key or f"{row.kind}:{row.id}"
    messages.send(
        uow,
        CAPA_REQUESTED,
        key,
        source=f"{row.kind}:{row.id}:{row.answer_round}",
        payload={
            "title": row.title,
            "problem": "\n\n".join(text for text in (row.statement, row.evidence) if text),
            "site_id": row.site_id,
            "process_id": row.process_id,
            "requirement_ref": row.requirement,
            "severity": row.severity,
            "occurrence": row.occurrence,
            "source": AUDIT,
            "audit_grade": row.grade,
            "recurrence_key": key,
            "risks": row.risks or [],
            "requested_by_id": row.id,
            "requested_by": row.number,
        },
    )
    row.route, row.route_reason, row.is_capa_awaited = "capa", reason, True


def request_reassessments(uow: UnitOfWork, row: Finding, *, reason: str) -> None:
    """Ask the owners of the linked risks to assess them again.

    Effects: one stored message for each risk, once for each answer; notes the moment on the finding.
    """
    trigger = {"kind": row.kind, "id": row.id, "number": row.number, "title": row.title}
    for risk_id in risk_ids(row.risks):
        messages.send(
            uow,
            REASSESSMENT_REQUESTED,
            f"risk:{risk_id}",
            source=f"{row.kind}:{row.id}:{row.answer_round}",
            payload={
                "risk_id": risk_id,
                "trigger": trigger,
                "reason": reason,
                "severity": row.severity,
                "raise_likelihood": 0,
            },
        )
        row.reassessment_requested_at = uow.now


def request_action(
    uow: UnitOfWork, row: Finding, *, row_key: str, kind: str, text: str, facts: Mapping[str, Any]
) -> None:
    """Ask the register for one action of a finding; the same `row_key` is asked for once.

    Shape: `kind` is a word of the register's types; `facts` hold `action_owner_id` and `due_on`.
    """
    messages.send(
        uow,
        ACTION_REQUESTED,
        f"{row.kind}:{row.id}:{row_key}",
        source=f"{row.kind}:{row.id}",
        payload={
            "owner_kind": row.kind,
            "owner_id": row.id,
            "owner_number": row.number,
            "row_key": row_key,
            "title": " ".join(text.split())[:TITLE_LENGTH],
            "text": text,
            "type": kind,
            "site_id": row.site_id,
            "process_id": row.process_id,
            "severity": row.severity,
            **facts,
        },
    )


def request_training(uow: UnitOfWork, row: Finding) -> None:
    """Ask that the people of a role learn what the accepted answer says, where it says so.

    Effects: one stored message for each answer of the finding; it does not close before enough have learned.
    """
    facts = row.extra
    if not facts.get("is_training_needed"):
        return
    named = facts.get("training_item_id")
    key = f"{row.kind}:{row.id}:{row.answer_round}.training"
    messages.send(
        uow,
        TRAINING_NEEDED,
        key,
        source=key,
        payload={
            "title": row.title,
            "reason": row.cause or row.statement,
            "source": row.kind,
            "role": facts.get("training_role"),
            "person_id": row.correction_owner_id or row.owner_id,
            "item_id": named["id"] if isinstance(named, Mapping) else None,
            "due_on": row.correction_due_on.isoformat() if row.correction_due_on else None,
            "site_id": row.site_id,
            "process_id": row.process_id,
            "requested_by": {"kind": row.kind, "id": row.id, "number": row.number},
        },
    )


def request_improvement(uow: UnitOfWork, row: Finding) -> None:
    """Ask for the improvement that a finding leads to, taken up already by the owner of the process.

    Effects: one stored message, once; what was said of it becomes the first row of its plan.
    """
    text = str(row.extra.get("improvement_text") or row.title)
    owner_id, due_on = row.extra.get("improvement_owner_id"), row.extra.get("improvement_due_on")
    key = f"{row.kind}:{row.id}"
    messages.send(
        uow,
        IMPROVEMENT_REQUESTED,
        key,
        source=key,
        payload={
            "key": key,
            "title": row.title,
            "idea": "\n\n".join(one for one in (row.statement, row.evidence) if one) or row.title,
            "source": AUDIT,
            "idea_verdict": "take_up",
            "improvement_owner_id": owner_id,
            "planned_actions": [{"text": text, "owner_id": owner_id, "due_on": due_on}],
            "site_id": row.site_id,
            "process_id": row.process_id,
            "requested_by_id": row.id,
        },
    )


def find_requested(uow: UnitOfWork, correlation_key: str, payload: Mapping[str, Any]) -> int | None:
    """Return the finding that an earlier delivery of the same request opened."""
    del payload
    return uow.session.scalar(select(Finding.id).where(Finding.request_key == correlation_key).limit(1))


def join_finding(_uow: UnitOfWork, _record_id: int, _payload: Mapping[str, Any]) -> None:
    """Do nothing: a request that arrives twice opened its finding the first time."""


def facts_of_request(_uow: UnitOfWork, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of a finding that a rule asks for.

    Shape: without impact and occurrence an auditor completes it before it is graded.
    """
    facts = {name: payload[name] for name in _FACTS if payload.get(name) is not None}
    return facts | {
        "proposed_grade": payload.get("grade"),
        "request_key": f"{OVERDUE}:{payload['audit_id']}" if payload.get("audit_id") else None,
    }


RULE = MessageRule(
    name=FINDING_REQUESTED, find_open=find_requested, attach=join_finding, start=facts_of_request
)
