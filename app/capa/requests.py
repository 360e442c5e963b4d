"""The messages of the domain: a CAPA is requested and joined, actions and reassessments are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from app.actions.operations import ALL_VERIFIED, CLOSED
from app.actions.service import ACTION_REQUESTED, actions_of
from app.capa.ledger import risk_ids
from app.capa.models import Capa, Nonconformity
from app.foundation.unit_of_work import UnitOfWork
from app.records.links import LinkKind, link_records
from app.records.models import TITLE_LENGTH
from app.trail import Subject, record
from app.workflow import messages
from app.workflow.lifecycle import MessageRule

CAPA_REQUESTED = "capa.requested"
REASSESSMENT_REQUESTED = "risk.reassessment_requested"
DOCUMENT_CHANGE_REQUESTED = "document.change_requested"
TRAINING_NEEDED = "training.needed"
DOCUMENT, TRAINING = "doc_change", "training"
CLEAN_UNITS_REACHED = "capa.clean_units_reached"

# What a request may say about the CAPA it asks for; everything else of a payload is ignored.
_FACTS = (
    "title",
    "problem",
    "site_id",
    "process_id",
    "product_family_id",
    "failure_mode_id",
    "requirement_ref",
    "severity",
    "occurrence",
    "source",
    "audit_grade",
    "recurrence_key",
    "systemic_key",
    "capa_owner_id",
    "risks",
    "parent_id",
    "cycle",
    "requested_by_id",
)


def request_capa(uow: UnitOfWork, row: Nonconformity, *, source: str) -> None:
    """Ask for a CAPA about a nonconformity; an open one of the same signature is joined instead.

    Effects: one stored message, once for the same `source`.
    """
    key = row.recurrence_key or f"{row.kind}:{row.id}"
    messages.send(uow, CAPA_REQUESTED, key, source=source, payload=_payload(uow, row, key))


def request_reassessments(
    uow: UnitOfWork, row: Nonconformity | Capa, *, reason: str, source: str, raised_by: int = 0
) -> None:
    """Ask the owners of the linked risks to assess them again.

    Units: `raised_by` is how many steps the likelihood should rise.
    Effects: one stored message for each risk, once for the same `source`; notes the moment on the record.
    """
    trigger = {"kind": row.kind, "id": row.id, "number": row.number, "title": row.title}
    for risk_id in risk_ids(row.risks):
        messages.send(
            uow,
            REASSESSMENT_REQUESTED,
            f"risk:{risk_id}",
            source=source,
            payload={
                "risk_id": risk_id,
                "trigger": trigger,
                "reason": reason,
                "severity": row.severity,
                "raise_likelihood": raised_by,
            },
        )
    if risk_ids(row.risks):
        row.reassessment_requested_at = uow.now


def request_actions(uow: UnitOfWork, capa: Capa, rows: Sequence[Mapping[str, Any]], *, batch: str) -> None:
    """Ask for what each row of a plan wants: an action, a change of a document, or that people learn it.

    Shape: `batch` parts the rows of one cycle from those of another; a row asked for before is not asked for
        again.
    Effects: one stored message for each row; when no action is left to do, the one that says so.
    """
    known = {one.row_key: one.status for one in actions_of(uow.session, capa.kind, capa.id)}
    for row in rows:
        if row.get("deliverable") == DOCUMENT:
            _request_document_change(uow, capa, _row_key(batch, row), row)
        elif row.get("deliverable") == TRAINING:
            _request_training(uow, capa, _row_key(batch, row), row)
    plain = [row for row in rows if row.get("deliverable") not in {DOCUMENT, TRAINING}]
    keys = [_row_key(batch, row) for row in plain]
    for key, row in zip(keys, plain, strict=True):
        messages.send(
            uow,
            ACTION_REQUESTED,
            f"{capa.kind}:{capa.id}:{key}",
            source=f"{capa.kind}:{capa.id}",
            payload=_action(capa, key, row),
        )
    if known.keys() >= set(keys) and all(status in CLOSED for status in known.values()):
        # Nobody will verify anything again, so nobody else would say that all is verified.
        messages.send(
            uow,
            ALL_VERIFIED,
            capa.number,
            source=f"{capa.kind}:{capa.id}:{uow.now.isoformat()}",
            payload={"source_id": capa.id},
        )


def find_open_capa(uow: UnitOfWork, key: str, payload: Mapping[str, Any] | None = None) -> int | None:
    """Return the open CAPA of a recurrence key, the oldest when there are several.

    Effects: on PostgreSQL nobody else finds or opens one of that key until the act ends; SQLite has one
        writer anyway.
    """
    del payload
    if uow.session.get_bind().dialect.name == "postgresql":
        uow.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(key))))
    return uow.session.scalar(
        select(Capa.id).where(Capa.recurrence_key == key, Capa.closed_at.is_(None)).order_by(Capa.id).limit(1)
    )


def join_capa(uow: UnitOfWork, capa_id: int, payload: Mapping[str, Any]) -> None:
    """Let a nonconformity join a CAPA: it is linked, and the CAPA is as severe as the worst of them.

    Effects: the record rows; a trail entry at the CAPA. Safe to call again.
    """
    capa = uow.session.get_one(Capa, capa_id)
    before = capa.severity
    capa.severity = max(capa.severity or 1, int(payload.get("severity") or 1))
    known = {(one["kind"], one["id"]) for one in capa.risks or ()}
    capa.risks = [
        *(capa.risks or ()),
        *(one for one in payload.get("risks") or () if (one["kind"], one["id"]) not in known),
    ]
    link_requester(uow, capa, payload.get("requested_by_id"))
    record(
        uow,
        verb="capa.joined",
        subject=Subject(kind=capa.kind, id=capa.id, label=capa.number),
        before={"severity": before},
        after={"severity": capa.severity, "by": payload.get("requested_by")},
    )


def link_requester(uow: UnitOfWork, capa: Capa, requester_id: object) -> None:
    """Tie the nonconformity that asked to the CAPA. Safe to call again; other records are linked only."""
    if not isinstance(requester_id, int):
        return
    link_records(uow, requester_id, capa.id, LinkKind.LEADS_TO)
    requester = uow.session.get(Nonconformity, requester_id)
    if requester is not None:
        requester.capa_id = capa.id


def first_facts(_uow: UnitOfWork, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of a CAPA that a request opens."""
    return {name: payload[name] for name in _FACTS if payload.get(name) is not None}


RULE = MessageRule(name=CAPA_REQUESTED, find_open=find_open_capa, attach=join_capa, start=first_facts)


def _row_key(batch: str, row: Mapping[str, Any]) -> str:
    """Return the key of a planned action: the same words are the same action, changed words another one."""
    words = " ".join(str(row.get("text") or "").split())
    return f"{batch}.{sha256(words.encode()).hexdigest()[:12]}"


def _action(capa: Capa, key: str, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "owner_kind": capa.kind,
        "owner_id": capa.id,
        "owner_number": capa.number,
        "row_key": key,
        "title": " ".join(str(row.get("text") or "").split())[:TITLE_LENGTH],
        "text": row.get("text"),
        "type": row.get("type", "corrective"),
        "deliverable": row.get("deliverable", "other"),
        "linked_cause": row.get("linked_cause"),
        "action_owner_id": row.get("owner_id"),
        "due_on": row.get("due_on"),
        "site_id": capa.site_id,
        "process_id": capa.process_id,
        "severity": capa.severity,
    }


def _request_document_change(uow: UnitOfWork, capa: Capa, key: str, row: Mapping[str, Any]) -> None:
    """Ask for a change of the document that a row names, or of one that document control finds.

    Source: lifecycles G-doc: the CAPA does not pass step 9 before that revision is in force.
    """
    named = row.get("document_id")
    document_id = named["id"] if isinstance(named, Mapping) else None
    request_key = f"{capa.kind}:{capa.id}:{key}"
    messages.send(
        uow,
        DOCUMENT_CHANGE_REQUESTED,
        f"document:{document_id}" if document_id else request_key,
        source=request_key,
        payload={
            "title": " ".join(str(row.get("text") or "").split())[:TITLE_LENGTH],
            "reason": row.get("text"),
            "source": capa.kind,
            "document_id": document_id,
            "author_id": row.get("owner_id"),
            "due_on": row.get("due_on"),
            "site_id": capa.site_id,
            "process_id": capa.process_id,
            "risks": capa.risks or [],
            "requested_by": {"kind": capa.kind, "id": capa.id, "number": capa.number},
            "request_key": request_key,
        },
    )


def _request_training(uow: UnitOfWork, capa: Capa, key: str, row: Mapping[str, Any]) -> None:
    """Ask that the people of a role, or the owner of the row, learn something.

    Source: lifecycles 4.9: the CAPA does not pass step 9 before enough of them have.
    """
    named = row.get("training_item_id")
    request_key = f"{capa.kind}:{capa.id}:{key}"
    messages.send(
        uow,
        TRAINING_NEEDED,
        request_key,
        source=request_key,
        payload={
            "title": " ".join(str(row.get("text") or "").split())[:TITLE_LENGTH],
            "reason": row.get("text"),
            "source": capa.kind,
            "role": row.get("training_role"),
            "person_id": row.get("owner_id"),
            "item_id": named["id"] if isinstance(named, Mapping) else None,
            "due_on": row.get("due_on"),
            "site_id": capa.site_id,
            "process_id": capa.process_id,
            "requested_by": {"kind": capa.kind, "id": capa.id, "number": capa.number},
        },
    )


def _payload(uow: UnitOfWork, row: Nonconformity, key: str) -> dict[str, Any]:
    parent = uow.session.get(Capa, row.failed_capa_id) if row.failed_capa_id else None
    return {
        "title": row.title,
        "problem": row.description,
        "site_id": row.site_id,
        "process_id": row.process_id,
        "product_family_id": row.product_family_id,
        "failure_mode_id": row.failure_mode_id,
        "requirement_ref": row.requirement_ref,
        "severity": row.severity,
        "occurrence": row.occurrence,
        "source": row.source,
        "audit_grade": row.audit_grade,
        "recurrence_key": key,
        "systemic_key": row.systemic_key,
        "capa_owner_id": row.capa_owner_id,
        "risks": row.risks or [],
        "parent_id": parent.id if parent else None,
        "cycle": parent.cycle if parent else None,
        "requested_by_id": row.id,
        "requested_by": row.number,
    }
