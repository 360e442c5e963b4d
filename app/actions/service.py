"""How actions come about and what they mean for the record that planned them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.models import Action, ActionStatus, ActionType, Extension, ExtensionStatus
from app.actions.operations import CLOSED, end_of_working_day
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.records.facts import RecordPorts
from app.records.links import LinkKind, link_records
from app.workflow.lifecycle import MessageRule, OpenPoint

ACTION_REQUESTED = "action.requested"


class ActionPorts(RecordPorts):
    """Ports of actions: the day of the form is the moment on which the record is due."""

    def open_record(self, uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
        """Open an action, due at the end of its day at its site.

        Errors: FactsInvalid.
        """
        record_id = super().open_record(uow, facts)
        action = uow.session.get_one(Action, record_id)
        action.owner_id = action.action_owner_id
        if action.due_on is not None:
            action.due_at = end_of_working_day(uow.session, action.site_id, action.due_on)
            action.original_due_at = action.due_at
        if action.source_id is not None:
            link_records(uow, action.source_id, action.id, LinkKind.LEADS_TO)
        return record_id


ACTION_PORTS = ActionPorts(Action, "ACT", ActionStatus.OPEN.value)
EXTENSION_PORTS = RecordPorts(Extension, "EXT", ExtensionStatus.REQUESTED.value)


def find_requested(uow: UnitOfWork, correlation_key: str, payload: Mapping[str, Any]) -> int | None:
    """Return the action that an earlier delivery of the same request opened."""
    del correlation_key
    return uow.session.scalar(
        select(Action.id).where(Action.source_id == payload["owner_id"], Action.row_key == payload["row_key"])
    )


def join_action(_uow: UnitOfWork, _record_id: int, _payload: Mapping[str, Any]) -> None:
    """Do nothing: a request that arrives twice opened its action the first time."""


def facts_of_request(_uow: UnitOfWork, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of an action that another record asks for.

    Shape: `owner_kind`, `owner_id` and `row_key` name the row of the plan; a deliverable that is a document,
    a training or a supplier request is a plain action.
    """
    known = {kind.value for kind in ActionType}
    return {
        "title": payload["title"],
        "description": payload.get("text") or payload["title"],
        "action_type": payload["type"] if payload.get("type") in known else ActionType.CORRECTIVE.value,
        "deliverable": payload.get("deliverable"),
        "linked_cause": payload.get("linked_cause"),
        "action_owner_id": payload.get("action_owner_id"),
        "verifier_id": payload.get("verifier_id"),
        "due_on": payload.get("due_on"),
        "site_id": payload.get("site_id"),
        "process_id": payload.get("process_id"),
        "severity": payload.get("severity"),
        "source_kind": payload["owner_kind"],
        "source_id": payload["owner_id"],
        "row_key": payload["row_key"],
    }


REQUESTED = MessageRule(ACTION_REQUESTED, find_requested, join_action, facts_of_request)


def actions_of(session: Session, record_kind: str, record_id: int) -> list[Action]:
    """Return the actions a record planned, the first due first."""
    query = (
        select(Action)
        .where(Action.source_kind == record_kind, Action.source_id == record_id)
        .order_by(Action.due_at, Action.id)
    )
    return list(session.scalars(query))


def open_points(session: Session, record_kind: str, record_id: int) -> Sequence[OpenPoint]:
    """Return one point for each action of a record, met when it is verified; cancelled ones say nothing."""
    return [
        OpenPoint(
            key=f"action:{action.id}",
            sentence=_point_sentence(action),
            is_met=action.status in CLOSED,
            link_kind=action.kind,
            link_id=action.id,
        )
        for action in actions_of(session, record_kind, record_id)
        if action.status != ActionStatus.CANCELLED.value
    ]


def _point_sentence(action: Action) -> str:
    words = {
        ActionStatus.OPEN.value: _("%(number)s “%(title)s” is not done yet."),
        ActionStatus.DONE.value: _("%(number)s “%(title)s” is done but not verified."),
        ActionStatus.VERIFIED.value: _("%(number)s “%(title)s” is verified."),
    }
    return words[action.status] % {"number": action.number, "title": action.title}
