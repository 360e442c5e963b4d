"""What the service tasks of the CAPA do. Each runs inside its act and is safe to run again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.capa import ledger, requests, verdicts
from app.capa.models import Capa, Nonconformity
from app.capa.ports import CAPA, capa, close
from app.capa.recurrences import alert_systemic
from app.capa.requesters import tell_cause, tell_requesters
from app.capa.rules import (
    NEAR_MISS_PERCENT,
    Measured,
    Operator,
    extension_days,
    half_wait_at,
    sample_size,
    wait_until,
    weigh,
)
from app.capa.stages import CapaStatus
from app.organisation.models import CauseCategory
from app.quality_events.service import recurrence_of
from app.records.facts import json_safe
from app.trail import Subject, record
from app.workflow.lifecycle import Operation, OperationCall, ParameterType

TARGET = timedelta(days=120)
PEOPLE = "people"

# What belongs to one cycle; the submissions keep what it was.
_OF_A_CYCLE: Mapping[str, Any] = {
    "method": None,
    "why_chain": None,
    "fishbone": None,
    "root_cause": None,
    "cause_categories": None,
    "condition_behind": None,
    "has_condition": False,
    "is_cause_validated": False,
    "is_human_error_only": False,
    "is_cause_returned": False,
    "cause_examined_at": None,
    "planned_actions": None,
    "criteria": None,
    "min_clean_units": None,
    "plan_verdict": None,
    "actions_requested_at": None,
    "completeness": None,
    "implemented_at": None,
    "wait_days": None,
    "half_wait_at": None,
    "wait_until": None,
    "wait_ended_at": None,
    "is_extended": False,
    "clean_units": 0,
    "recurrences": None,
    "recurrence_count": 0,
    "criteria_results": None,
    "new_problems": None,
    "missed_count": None,
    "near_miss_count": None,
    "near_miss_wish": None,
    "risk_update": None,
    "reassessment_requested_at": None,
}


def open_cycle(call: OperationCall) -> None:
    """Count the cycle, put aside what belonged to the last one, and tie the first one to who asked for it."""
    row = capa(call.uow, call.record_id)
    if row.cycle_started_at is None:
        if row.due_at is None:
            row.due_at = row.original_due_at = row.opened_at + TARGET
        requests.link_requester(call.uow, row, row.extra.get("requested_by_id"))
    for name, value in _OF_A_CYCLE.items():
        setattr(row, name, value)
    row.cycle += 1
    row.cycle_started_at = call.uow.now
    row.owner_id = row.capa_owner_id
    CAPA.restage(row)


def examine_cause(call: OperationCall) -> None:
    """Compare the cause with what is known: human error alone, new in the process, seen at other sites.

    Effects: the ledger learns the cause of the nonconformities that asked for this CAPA.
    Source: lifecycles G-cause, G-risk and 5.2, key2.
    """
    row = capa(call.uow, call.record_id)
    # Without a named owner, who found the cause answers for it from here on.
    row.capa_owner_id = row.owner_id = row.capa_owner_id or call.uow.actor_id
    categories = _categories(call, row)
    row.has_condition = bool((row.condition_behind or "").strip())
    row.is_human_error_only = bool(categories) and all(one.branch == PEOPLE for one in categories)
    row.cause_examined_at = call.uow.now
    if categories:
        _spread_cause(call, row, categories[0].id)
        tell_cause(call.uow, row, categories[0].id)
    CAPA.restage(row)


def return_cause(call: OperationCall) -> None:
    """Note that the cause went back, which happens once in a cycle."""
    row = capa(call.uow, call.record_id)
    row.is_cause_returned = True
    row.cause_examined_at = None
    CAPA.restage(row)
    _note(call, row, "capa.cause_returned", reason=str(call.parameters.get("reason") or ""))


def request_actions(call: OperationCall) -> None:
    """Ask the register for the planned actions; a plan approved again asks only for what it adds."""
    CAPA.write_facts(call.uow, call.record_id, {"plan_verdict": "approve", "plan_comment": None})
    row = capa(call.uow, call.record_id)
    requests.request_actions(call.uow, row, row.planned_actions or (), batch=str(row.cycle))
    row.actions_requested_at = call.uow.now
    CAPA.restage(row)


def start_waiting(call: OperationCall) -> None:
    """Note when the actions were in place and until when to wait. Units: calendar days."""
    row = capa(call.uow, call.record_id)
    days = int(call.parameters["days"])
    row.implemented_at = call.uow.now
    row.wait_days = days
    row.half_wait_at = half_wait_at(call.uow.now, days)
    row.wait_until = wait_until(call.uow.now, days)
    CAPA.restage(row)


def collect_evidence(call: OperationCall) -> None:
    """Lay out the check: recurrences since implementation, the plan's criteria, the sample's size."""
    row = capa(call.uow, call.record_id)
    row.wait_ended_at = call.uow.now
    row.recurrences = ledger.recurrences_of(call.uow.session, row)
    row.recurrence_count = len(row.recurrences)
    row.criteria_results = [{**one, "actual": None, "evidence": None} for one in row.criteria or ()]
    row.sample_size = sample_size(row.population or 0)
    CAPA.restage(row)


def weigh_results(call: OperationCall) -> None:
    """Count recurrences up to this moment, criteria missed, and near misses among them."""
    row = capa(call.uow, call.record_id)
    row.recurrences = ledger.recurrences_of(call.uow.session, row)
    row.recurrence_count = len(row.recurrences)
    weighing = weigh([_measured(one, row) for one in row.criteria_results or ()])
    row.missed_count, row.near_miss_count = weighing.missed, weighing.near_misses


def extend_waiting(call: OperationCall) -> None:
    """Wait once more, for half of the waiting period at most."""
    row = capa(call.uow, call.record_id)
    row.is_extended = True
    row.wait_until = wait_until(call.uow.now, extension_days(row.wait_days or 0))
    row.wait_ended_at = row.new_problems = None
    CAPA.restage(row)
    _note(call, row, "capa.wait_extended", after={"until": row.wait_until.isoformat()})


def record_failure(call: OperationCall) -> None:
    """Note an ineffective cycle: ledger, trail, and a reassessment of the risks with a raised likelihood.

    Source: lifecycles G-eff.
    """
    row = capa(call.uow, call.record_id)
    reason = str(call.parameters.get("reason") or "")
    row.result = "ineffective"
    verdicts.note_failure(call.uow, row)
    requests.request_reassessments(call.uow, row, reason=reason, source=_source(call, row), raised_by=1)
    _note(call, row, "capa.ineffective", after={"cycle": row.cycle}, reason=reason)


def request_reassessment(call: OperationCall) -> None:
    """Ask the owners of the linked risks to assess them again."""
    row = capa(call.uow, call.record_id)
    reason = str(call.parameters.get("reason") or "")
    requests.request_reassessments(call.uow, row, reason=reason, source=_source(call, row))


def close_effective(call: OperationCall) -> None:
    """Close the CAPA as proven effective."""
    row = capa(call.uow, call.record_id)
    row.result = "effective"
    verdicts.note_success(call.uow, row)
    _close(call, row, CapaStatus.CLOSED_EFFECTIVE)


def close_with_conditions(call: OperationCall) -> None:
    """Close the CAPA with conditions, each of them an action of the register."""
    row = capa(call.uow, call.record_id)
    conditions = json_safe(call.parameters.get("conditions") or ())
    requests.request_actions(call.uow, row, conditions, batch=f"{row.cycle}.condition")
    row.result = "conditions"
    _close(call, row, CapaStatus.CLOSED_WITH_CONDITIONS)


def _close(call: OperationCall, row: Capa, status: CapaStatus) -> None:
    close(call.uow, row, status.value)
    _note(call, row, "capa.closed", after={"status": status.value, "cycle": row.cycle})
    tell_requesters(call.uow, row)


def _requesters(call: OperationCall, row: Capa) -> list[Nonconformity]:
    statement = select(Nonconformity).where(Nonconformity.capa_id == row.id).order_by(Nonconformity.id)
    return list(call.uow.session.scalars(statement))


def _categories(call: OperationCall, row: Capa) -> list[CauseCategory]:
    ids = [int(one["id"]) for one in row.cause_categories or ()]
    found = {
        one.id: one
        for one in call.uow.session.scalars(select(CauseCategory).where(CauseCategory.id.in_(ids)))
    }
    return [found[one] for one in ids if one in found]


def _spread_cause(call: OperationCall, row: Capa, category_id: int) -> None:
    """Tell the cause to the ledger. It is new when no other event of the process had it."""
    requesters = _requesters(call, row)
    own = {one.id for one in requesters}
    is_new = True
    for one in requesters:
        one.cause_category_id = category_id
        order = ledger.order_of(one)
        row.systemic_key = one.systemic_key = order.cause_key
        found = recurrence_of(call.uow.session, order)
        is_new = is_new and all(event.subject_id in own for event in found.same_cause)
        if found.is_systemic and not one.is_systemic:
            alert_systemic(call.uow, one, [event.site_id for event in found.same_cause])
        one.is_systemic = found.is_systemic
        ledger.name_cause(call.uow, one, category_id)
    row.is_new_cause = bool(requesters) and is_new


def _measured(one: Mapping[str, Any], row: Capa) -> Measured:
    planned: Iterable[Mapping[str, Any]] = row.criteria or ()
    margin = next((each.get("margin") for each in planned if each.get("metric") == one.get("metric")), None)
    return Measured(
        operator=Operator(one["op"]),
        target=Decimal(str(one["target"])),
        actual=Decimal(str(one["actual"])),
        margin=NEAR_MISS_PERCENT if margin in {None, ""} else Decimal(str(margin)),
    )


def _note(
    call: OperationCall,
    row: Capa,
    verb: str,
    *,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    subject = Subject(kind=row.kind, id=row.id, label=row.number)
    record(call.uow, verb=verb, subject=subject, after=after, reason=reason or None)


def _source(call: OperationCall, row: Capa) -> str:
    return f"{row.kind}:{row.id}:{call.element_id}:{row.cycle}"


_REASON = {"reason": ParameterType.TEXT}
OPERATIONS = (
    Operation("capa.open_cycle", open_cycle),
    Operation("capa.examine_cause", examine_cause),
    Operation("capa.return_cause", return_cause, parameters=_REASON),
    Operation("capa.request_actions", request_actions),
    Operation(
        "capa.start_waiting", start_waiting, parameters={"days": ParameterType.NUMBER}, required=("days",)
    ),
    Operation("capa.collect_evidence", collect_evidence),
    Operation("capa.weigh_results", weigh_results),
    Operation("capa.extend_waiting", extend_waiting),
    Operation("capa.record_failure", record_failure, parameters=_REASON),
    Operation("capa.request_reassessment", request_reassessment, parameters=_REASON),
    Operation("capa.close_effective", close_effective),
    Operation(
        "capa.close_with_conditions", close_with_conditions, parameters={"conditions": ParameterType.LIST}
    ),
)
