"""The register of actions, and that of requests for more time: columns, filters and what their pages add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import Person as PersonRow
from app.actions.models import Action, ActionStatus, ActionType, Extension, ExtensionStatus
from app.foundation.dates import written_day
from app.foundation.i18n import gettext as _
from app.records.register import Option, Register, RegisterFilter, Section, Stage
from app.records.usual import person_part, usual_columns, usual_filters, usual_sorts
from app.web.parts import Chip, Fact


def action_statuses() -> Mapping[str, str]:
    """Return the words of an action's stages."""
    return {
        ActionStatus.OPEN.value: _("To do"),
        ActionStatus.DONE.value: _("Done, to be verified"),
        ActionStatus.VERIFIED.value: _("Verified"),
        ActionStatus.CANCELLED.value: _("Cancelled"),
    }


def action_types() -> Mapping[str, str]:
    """Return the words of what an action is for."""
    return {
        ActionType.CONTAINMENT.value: _("Containment"),
        ActionType.CORRECTION.value: _("Correction"),
        ActionType.CORRECTIVE.value: _("Corrective action"),
        ActionType.PREVENTIVE.value: _("Preventive action"),
        ActionType.IMPROVEMENT.value: _("Improvement"),
    }


def extension_statuses() -> Mapping[str, str]:
    """Return the words of the stages of a request for more time."""
    return {
        ExtensionStatus.REQUESTED.value: _("Asked for"),
        ExtensionStatus.GRANTED.value: _("Granted"),
        ExtensionStatus.REFUSED.value: _("Refused"),
        ExtensionStatus.CANCELLED.value: _("Cancelled"),
    }


def _status_word(status: str) -> str:
    return action_statuses().get(status, status)


def _extension_word(status: str) -> str:
    return extension_statuses().get(status, status)


def _type_options(_session: Session, _actor: Any) -> Sequence[Option]:
    return [Option(key, word) for key, word in action_types().items()]


def _action_chips(_session: Session, action: Action) -> Sequence[Chip]:
    return (Chip(action_types()[action.action_type], "line"),)


def _action_facts(session: Session, action: Action) -> Sequence[Fact]:
    verifier = session.get(PersonRow, action.verifier_id) if action.verifier_id else None
    facts = [Fact(_("Checked by"), verifier.name, person=person_part(verifier.name))] if verifier else []
    if action.done_on is not None:
        facts.append(Fact(_("Done on"), written_day(action.done_on)))
    return facts


def _action_sections(_session: Session, action: Action) -> Sequence[Section]:
    parts = (
        (_("What is to be done"), action.description),
        (_("Against this cause"), action.linked_cause),
        (_("What was done"), action.done_text),
        (_("What the check found"), action.verification_note),
    )
    return [Section(title, text) for title, text in parts if text]


def _extension_sections(_session: Session, extension: Extension) -> Sequence[Section]:
    parts = ((_("Why more time"), extension.reason), (_("What was decided"), extension.decision_note))
    return [Section(title, text) for title, text in parts if text]


def _extension_facts(_session: Session, extension: Extension) -> Sequence[Fact]:
    if extension.new_due_on is None:
        return ()
    return (
        Fact(_("New day"), written_day(extension.new_due_on)),
        Fact(_("Moved before"), str(extension.earlier_count)),
    )


ACTIONS = Register(
    kind="action",
    model=Action,
    path="/actions",
    title=lambda: _("Actions"),
    singular=lambda: _("Action"),
    icon="checklist",
    columns=usual_columns(_status_word),
    filters=(
        *usual_filters(action_statuses),
        RegisterFilter(
            "type",
            lambda: _("Kind is"),
            _type_options,
            lambda values, _now: Action.action_type.in_(values),
        ),
    ),
    sorts=usual_sorts(),
    group=lambda: _("Improve"),
    statuses=action_statuses,
    start_key="action",
    start_label=lambda: _("Plan an action"),
    stages=(
        Stage(lambda: _("Do it"), ("action_planned", "work_begins", "carry_out", "record_done")),
        Stage(lambda: _("Verify it"), ("verify_action", "is_done_as_planned", "record_verified")),
    ),
    chips=_action_chips,
    facts=_action_facts,
    sections=_action_sections,
)

EXTENSIONS = Register(
    kind="extension",
    model=Extension,
    path="/extensions",
    title=lambda: _("More time"),
    singular=lambda: _("Request for more time"),
    icon="calendar-time",
    columns=usual_columns(_extension_word),
    filters=usual_filters(extension_statuses),
    sorts=usual_sorts(),
    group=lambda: _("Improve"),
    statuses=extension_statuses,
    start_key="extension",
    start_label=lambda: _("Ask for more time"),
    facts=_extension_facts,
    sections=_extension_sections,
)
