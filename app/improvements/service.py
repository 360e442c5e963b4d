"""How improvements come about: suggested by a person, or asked for by another record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.foundation.unit_of_work import UnitOfWork
from app.improvements.models import Improvement, ImprovementStatus
from app.organisation.models import BusinessProcess
from app.records.facts import RecordPorts
from app.records.links import LinkKind, link_records
from app.workflow.lifecycle import MessageRule

IMPROVEMENT_REQUESTED = "improvement.requested"
TAKE_UP = "take_up"
_FACTS = (
    "title",
    "idea",
    "source",
    "expected_benefit",
    "idea_verdict",
    "improvement_owner_id",
    "planned_actions",
    "site_id",
    "process_id",
)
_GIVEN = frozenset({"request_key", "requested_by_id"})


class ImprovementPorts(RecordPorts):
    """Ports of improvements: owned by who carries them, until then by the owner of the process."""

    def open_record(self, uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
        """Open an improvement; one that another record asked for is linked to it.

        Errors: FactsInvalid.
        """
        own = {name: value for name, value in facts.items() if name not in _GIVEN}
        record_id = super().open_record(uow, own)
        row = uow.session.get_one(Improvement, record_id)
        row.request_key = facts.get("request_key")
        if facts.get("requested_by_id"):
            link_records(uow, int(facts["requested_by_id"]), row.id, LinkKind.LEADS_TO)
        _name_owner(uow, row)
        return record_id

    def write_facts(self, uow: UnitOfWork, record_id: int, facts: Mapping[str, Any]) -> None:
        """Write answers as the generic writer does; who carries it owns it.

        Errors: RecordMissing; FactsInvalid.
        """
        super().write_facts(uow, record_id, facts)
        _name_owner(uow, uow.session.get_one(Improvement, record_id))


def _name_owner(uow: UnitOfWork, row: Improvement) -> None:
    """Name the owner; one that was taken up is being planned."""
    process = uow.session.get(BusinessProcess, row.process_id) if row.process_id else None
    row.owner_id = row.improvement_owner_id or (process.owner_id if process else None)
    if row.idea_verdict == TAKE_UP and row.status == ImprovementStatus.SUGGESTED.value:
        row.status = ImprovementStatus.PLANNING.value


IMPROVEMENT = ImprovementPorts(Improvement, "IMP", ImprovementStatus.SUGGESTED.value)


def find_requested(uow: UnitOfWork, correlation_key: str, _payload: Mapping[str, Any]) -> int | None:
    """Return the improvement that an earlier delivery of the same request opened."""
    return uow.session.scalar(
        select(Improvement.id).where(Improvement.request_key == correlation_key).limit(1)
    )


def join_improvement(_uow: UnitOfWork, _record_id: int, _payload: Mapping[str, Any]) -> None:
    """Do nothing: a request that arrives twice opened its improvement the first time."""


def facts_of_request(_uow: UnitOfWork, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of an improvement that another record asks for.

    Shape: `key` tells it apart, the same as the message is correlated by; with `idea_verdict` "take_up" and
        an `improvement_owner_id` it begins with its plan, otherwise somebody considers it first.
    """
    facts = {name: payload[name] for name in _FACTS if payload.get(name) is not None}
    return facts | {"request_key": payload["key"], "requested_by_id": payload.get("requested_by_id")}


RULE = MessageRule(IMPROVEMENT_REQUESTED, find_requested, join_improvement, facts_of_request)
