"""What the service tasks of the nonconformity do. Each runs inside its act and is safe to run again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select

from app.capa import ledger, requests
from app.capa.likeness import confirm_likeness, likeness_words, look_alikes
from app.capa.models import Capa, CostLine, Lot, Nonconformity
from app.capa.ports import close, nonconformity
from app.capa.recurrences import alert_systemic, mark_recurred
from app.capa.reported import link_reporter
from app.capa.rules import counts_against
from app.capa.stages import NonconformityStatus
from app.capa.trends import is_trend
from app.organisation.models import BusinessProcess
from app.records.earlier import earlier_row
from app.records.links import LinkKind, link_records
from app.trail import Subject, record
from app.workflow.lifecycle import Operation, OperationCall, ParameterType

TARGET = timedelta(days=30)


def record_nonconformity(call: OperationCall) -> None:
    """Take the report up: severity as first seen, due date, and what the ledger knows about its like."""
    row = nonconformity(call.uow, call.record_id)
    row.severity = row.severity or row.severity_initial
    row.occurred_at = row.occurred_at or row.opened_at
    row.detected_at = row.detected_at or row.occurred_at
    if row.due_at is None:
        row.due_at = row.original_due_at = row.opened_at + TARGET
    process = call.uow.session.get(BusinessProcess, row.process_id) if row.process_id else None
    row.owner_id = row.owner_id or (process.owner_id if process else None)
    ledger.note_recurrence(call.uow.session, row)
    row.similar = [*(row.similar or ()), *_look_alikes(call, row)]
    link_reporter(call.uow, row)
    if is_trend(row):
        ledger.confirm(call.uow, row)


def mark_duplicate(call: OperationCall) -> None:
    """Close the record as a duplicate and link it to the one reported before; the ledger counts one."""
    row = nonconformity(call.uow, call.record_id)
    if row.duplicate_of_id is not None:
        link_records(call.uow, row.id, row.duplicate_of_id, LinkKind.REPEATS)
    _end(call, row, NonconformityStatus.DUPLICATE)


def withdraw_report(call: OperationCall) -> None:
    """Close the record: no requirement was missed."""
    _end(call, nonconformity(call.uow, call.record_id), NonconformityStatus.REJECTED)


def classify_nonconformity(call: OperationCall) -> None:
    """Confirm it to the ledger, count again with the facts of triage, and join an open CAPA of its signature.

    Effects: a CAPA that should have prevented it is marked as recurred; joining is a stored message.
    Source: lifecycles 5.2 and G-CAPA: an open CAPA is joined before another one is considered.
    """
    row = nonconformity(call.uow, call.record_id)
    occurrence = row.occurrence
    confirm_likeness(call.uow, row)
    found = ledger.note_recurrence(call.uow.session, row)
    row.occurrence = max(occurrence or 1, row.occurrence or 1)  # triage may know better than the ledger
    ledger.confirm(call.uow, row)
    if row.is_systemic:
        alert_systemic(call.uow, row, [one.site_id for one in found.same_cause])
    failed = _capa_that_should_have_prevented(call, row)
    if failed is not None:
        row.is_after_capa, row.failed_capa_id = True, failed.id
        mark_recurred(call.uow, row, row.occurred_at, failed)
    if row.recurrence_key is not None:
        row.capa_id = requests.find_open_capa(call.uow, row.recurrence_key)
    if row.capa_id is not None:
        row.route = "capa"
        requests.request_capa(call.uow, row, source=_source(call))


def request_capa(call: OperationCall) -> None:
    """Ask for a CAPA; the answer comes by message and links both records."""
    row = nonconformity(call.uow, call.record_id)
    row.route = "capa"
    requests.request_capa(call.uow, row, source=_source(call))


def request_reassessment(call: OperationCall) -> None:
    """Ask the owners of the linked risks to assess them again."""
    row = nonconformity(call.uow, call.record_id)
    reason = str(call.parameters.get("reason") or "")
    requests.request_reassessments(call.uow, row, reason=reason, source=f"{_source(call)}:{call.task_guid}")


def record_disposition(call: OperationCall) -> None:
    """Book lots and cost lines as decided; what was booked before is replaced.

    Source: ISO 9001:2015, 8.7.2.
    """
    session, record_id = call.uow.session, call.record_id
    session.execute(delete(Lot).where(Lot.record_id == record_id))
    session.execute(delete(CostLine).where(CostLine.record_id == record_id))
    session.add_all(_lot(record_id, one) for one in _rows(call.parameters.get("lots")))
    session.add_all(_cost_line(record_id, one) for one in _rows(call.parameters.get("costs")))


def close_nonconformity(call: OperationCall) -> None:
    """Close the record; while its CAPA is open the register says so."""
    row = nonconformity(call.uow, call.record_id)
    row.route = row.route or "correction_only"
    capa = call.uow.session.get(Capa, row.capa_id) if row.capa_id else None
    is_open = capa is not None and capa.closed_at is None
    _end(call, row, NonconformityStatus.CLOSED_CAPA_OPEN if is_open else NonconformityStatus.CORRECTED)


def _look_alikes(call: OperationCall, row: Nonconformity) -> list[dict[str, Any]]:
    known = {one["number"] for one in row.similar or ()}
    return [
        earlier_row(
            one.report, (one.report.occurred_at or one.report.opened_at).date(), likeness_words(one.likeness)
        )
        for one in look_alikes(call.uow.session, row)
        if one.report.number not in known
    ]


def _capa_that_should_have_prevented(call: OperationCall, row: Nonconformity) -> Capa | None:
    """Return the latest CAPA of the signature whose actions were in place when it happened."""
    if row.recurrence_key is None or row.is_imported or row.occurred_at is None:
        return None
    capas = call.uow.session.scalars(
        select(Capa)
        .where(Capa.recurrence_key == row.recurrence_key, Capa.implemented_at.is_not(None))
        .order_by(Capa.implemented_at.desc())
    )
    return next((one for one in capas if counts_against(row.occurred_at, one.implemented_at)), None)


def _end(call: OperationCall, row: Nonconformity, status: NonconformityStatus) -> None:
    close(call.uow, row, status.value)
    record(
        call.uow,
        verb="nonconformity.closed",
        subject=Subject(kind=row.kind, id=row.id, label=row.number),
        after={"status": status.value, "capa": row.capa_id},
    )


def _source(call: OperationCall) -> str:
    return f"{call.record_kind}:{call.record_id}"


def _rows(value: object) -> Iterable[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []


def _lot(record_id: int, one: Mapping[str, Any]) -> Lot:
    return Lot(
        record_id=record_id,
        lot=str(one["lot"]),
        quantity=Decimal(str(one["quantity"])),
        unit=one.get("unit") or None,
        place=one.get("place") or None,
        disposition=str(one["disposition"]),
    )


def _cost_line(record_id: int, one: Mapping[str, Any]) -> CostLine:
    return CostLine(
        record_id=record_id,
        kind=str(one["kind"]),
        amount=Decimal(str(one["amount"])),
        currency=str(one["currency"]).upper(),
        note=one.get("note") or None,
    )


OPERATIONS = (
    Operation("capa.record_nonconformity", record_nonconformity),
    Operation("capa.mark_duplicate", mark_duplicate),
    Operation("capa.withdraw_report", withdraw_report),
    Operation("capa.classify_nonconformity", classify_nonconformity),
    Operation("capa.request_capa", request_capa),
    Operation("capa.request_reassessment", request_reassessment, parameters={"reason": ParameterType.TEXT}),
    Operation(
        "capa.record_disposition",
        record_disposition,
        parameters={"lots": ParameterType.LIST, "costs": ParameterType.LIST},
    ),
    Operation("capa.close_nonconformity", close_nonconformity),
)
