"""What follows when somebody used up the attempts at the questions about a revision: the manager decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.accounts.models import Person
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.records.facts import RecordPorts
from app.training.acknowledgements import tell_when_reached, withdraw
from app.training.confirming import FAILED, close_as_done
from app.training.reading_models import (
    Acknowledgement,
    AcknowledgementRequest,
    FailedReading,
    ReadingState,
    Withdrawal,
)
from app.training.reminders import next_reminder
from app.workflow.lifecycle import MessageRule, Operation, OperationCall

KIND = "failed_reading"
OPEN, CLOSED = "open", "closed"
PERSONNEL = ("quality_manager", "quality_coordinator", "trainer", "site_manager", "top_management")


def restricted(roles: tuple[str, ...] = PERSONNEL) -> str:
    """Return the restriction of a record about one person's learning: those who answer for it."""
    return f",{','.join(sorted(roles))},"


@dataclass(frozen=True)
class FailedReadingPorts(RecordPorts):
    """Ports of failed readings: each concerns one person, at the person's site, and few may see it."""

    def open_record(self, uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
        """Open the record of one person's failed attempts. Errors: FactsInvalid."""
        record_id = super().open_record(uow, facts)
        row = uow.session.get_one(FailedReading, record_id)
        row.restricted_to = restricted()
        return record_id


PORTS = FailedReadingPorts(FailedReading, "RDG", OPEN)


def find_failed(uow: UnitOfWork, _key: str, payload: Mapping[str, Any]) -> int | None:
    """Return the open record about the same acknowledgement, None when there is none."""
    return uow.session.scalar(
        select(FailedReading.id).where(
            FailedReading.acknowledgement_id == payload["acknowledgement_id"],
            FailedReading.closed_at.is_(None),
        )
    )


def join_failed(_uow: UnitOfWork, _record_id: int, _payload: Mapping[str, Any]) -> None:
    """Do nothing: the manager is asked already."""


def facts_of_failure(uow: UnitOfWork, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of the record that a failed last attempt opens."""
    person = uow.session.get_one(Person, payload["person_id"])
    names = {"name": person.name, "number": payload["number"], "title": payload["title"]}
    return {
        "title": _("%(name)s: %(number)s %(title)s is not understood", **names),
        "acknowledgement_id": payload["acknowledgement_id"],
        "person_id": person.id,
        "manager_id": payload.get("manager_id"),
        "owner_id": payload.get("manager_id"),
        "site_id": person.site_id,
    }


def grant_attempts(call: OperationCall) -> None:
    """Ask again, with as many attempts as at first. A reading that is withdrawn meanwhile stays so."""
    uow, row, request = _in_hand(call)
    if row.state == ReadingState.FAILED.value:
        person = uow.session.get_one(Person, row.person_id)
        row.more_attempts = row.attempts
        row.state = ReadingState.OPEN.value
        site_id = request.site_id or person.site_id
        row.nudges, row.nudge_at = next_reminder(uow, row.due_at, site_id, row.nudges)
        row.row_version += 1
    _close(call)


def accept_reading(call: OperationCall) -> None:
    """Count it as understood: the manager explained it and vouches for it."""
    uow, row, request = _in_hand(call)
    if row.state == ReadingState.FAILED.value:
        row.row_version += 1
        close_as_done(uow, row, request)
    _close(call)


def release_reader(call: OperationCall) -> None:
    """Ask no longer: the person need not know it."""
    uow, row, request = _in_hand(call)
    if row.state == ReadingState.FAILED.value:
        withdraw(uow, row, Withdrawal.NOT_NEEDED)
        uow.session.flush()
        tell_when_reached(uow, request)
    _close(call)


def _in_hand(call: OperationCall) -> tuple[UnitOfWork, Acknowledgement, AcknowledgementRequest]:
    session = call.uow.session
    failed = session.get_one(FailedReading, call.record_id)
    row = session.get_one(Acknowledgement, failed.acknowledgement_id, with_for_update=True)
    return call.uow, row, session.get_one(AcknowledgementRequest, row.request_id, with_for_update=True)


def _close(call: OperationCall) -> None:
    failed = call.uow.session.get_one(FailedReading, call.record_id)
    failed.status = CLOSED
    failed.closed_at = failed.closed_at or call.uow.now


RULE = MessageRule(FAILED, find_failed, join_failed, facts_of_failure)
OPERATIONS = (
    Operation("training.grant_attempts", grant_attempts, description="Ask again, with fresh attempts."),
    Operation("training.accept_reading", accept_reading, description="Count it as understood."),
    Operation("training.release_reader", release_reader, description="Ask this person no longer."),
)
