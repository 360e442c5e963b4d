"""What the service tasks of an improvement do. Each runs inside its act and is safe to run again."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from app.actions.operations import ALL_VERIFIED, CLOSED
from app.actions.service import ACTION_REQUESTED, actions_of
from app.improvements.models import Improvement, ImprovementStatus
from app.records.models import TITLE_LENGTH
from app.trail import Subject, record
from app.workflow import messages
from app.workflow.lifecycle import Operation, OperationCall

_ENDS = {
    "yes": ImprovementStatus.IMPROVED,
    "partly": ImprovementStatus.PARTLY,
    "no": ImprovementStatus.NO_BENEFIT,
}


def decline(call: OperationCall) -> None:
    """Close an idea that is not taken up, with the reason."""
    _close(call, ImprovementStatus.DECLINED)


def request_actions(call: OperationCall) -> None:
    """Ask the register for one action for each row of the plan.

    Effects: one message for each row, and the one that all is verified when every row was verified before.
    """
    row = _row(call)
    row.status = ImprovementStatus.UNDER_WAY.value
    known = {one.row_key: one.status for one in actions_of(call.uow.session, row.kind, row.id)}
    planned = [_action(row, one) for one in row.planned_actions or ()]
    for payload in planned:
        key = f"{row.kind}:{row.id}:{payload['row_key']}"
        messages.send(call.uow, ACTION_REQUESTED, key, source=f"{row.kind}:{row.id}", payload=payload)
    is_known = known.keys() >= {payload["row_key"] for payload in planned}
    if is_known and all(status in CLOSED for status in known.values()):
        # Nobody will verify anything again, so nobody else would say that all is verified.
        source = f"{row.kind}:{row.id}:{call.task_guid}"
        messages.send(call.uow, ALL_VERIFIED, row.number, source=source, payload={"source_id": row.id})


def open_round(call: OperationCall) -> None:
    """Put the plan aside that did not bring what was promised; the submissions keep it."""
    row = _row(call)
    row.round += 1
    row.planned_actions = row.benefit_reached = row.next_step = None
    row.status = ImprovementStatus.PLANNING.value


def close(call: OperationCall) -> None:
    """Close an improvement with what it brought."""
    _close(call, _ENDS[_row(call).benefit_reached or "no"])


def _row(call: OperationCall) -> Improvement:
    return call.uow.session.get_one(Improvement, call.record_id)


def _close(call: OperationCall, status: ImprovementStatus) -> None:
    row = _row(call)
    row.status = status.value
    row.closed_at = row.closed_at or call.uow.now
    row.row_version += 1
    record(
        call.uow,
        verb="improvement.closed",
        subject=Subject(kind=row.kind, id=row.id, label=row.number),
        after={"status": status.value},
        reason=row.decision_reason or row.benefit_note,
    )


def _action(row: Improvement, planned: Mapping[str, Any]) -> dict[str, Any]:
    words = " ".join(str(planned.get("text") or "").split())
    return {
        "owner_kind": row.kind,
        "owner_id": row.id,
        "owner_number": row.number,
        "row_key": f"r{row.round}.{sha256(words.encode()).hexdigest()[:12]}",
        "title": words[:TITLE_LENGTH],
        "text": planned.get("text"),
        "type": "improvement",
        "deliverable": "other",
        "action_owner_id": planned.get("owner_id"),
        "due_on": planned.get("due_on"),
        "site_id": row.site_id,
        "process_id": row.process_id,
    }


OPERATIONS = (
    Operation("improvements.decline", decline, description="Close an idea that is not taken up."),
    Operation("improvements.request_actions", request_actions, description="Put the plan into the actions."),
    Operation("improvements.open_round", open_round, description="Begin another plan."),
    Operation("improvements.close", close, description="Close it with what it brought."),
)
