"""What the service tasks of an alert do. Each runs inside its act and is safe to run again."""

from __future__ import annotations

from app.quality_events.trend_alarms import NONCONFORMITY_REQUESTED
from app.trail import Subject, record
from app.trends.models import AlertStatus, TrendAlert
from app.workflow import messages
from app.workflow.lifecycle import Operation, OperationCall


def close(call: OperationCall) -> None:
    """Close the alert with its explanation."""
    _close(call, AlertStatus.EXPLAINED)


def request_nonconformity(call: OperationCall) -> None:
    """Ask for the nonconformity of the trend, or join the open one of the same series; close the alert.

    Effects: one stored message.
    """
    row = _close(call, AlertStatus.NONCONFORMITY)
    words = f"{row.observation}\n{row.explanation or ''}".strip()
    messages.send(
        call.uow,
        NONCONFORMITY_REQUESTED,
        f"trend:{row.series}",
        source=f"{row.kind}:{row.id}",
        payload={**_without_trends(row), "description": words},
    )


def _without_trends(row: TrendAlert) -> dict[str, object]:
    return {key: value for key, value in row.request.items() if key != "trends"}


def _close(call: OperationCall, status: AlertStatus) -> TrendAlert:
    row = call.uow.session.get_one(TrendAlert, call.record_id)
    row.status = status.value
    row.closed_at = row.closed_at or call.uow.now
    row.row_version += 1
    record(
        call.uow,
        verb="trend_alert.explained",
        subject=Subject(kind=row.kind, id=row.id, label=row.number),
        after={"verdict": row.trend_verdict},
        reason=row.explanation,
    )
    return row


OPERATIONS = (
    Operation("trends.close", close, description="Close it with its explanation."),
    Operation(
        "trends.request_nonconformity",
        request_nonconformity,
        description="Ask for the nonconformity of the trend.",
    ),
)
