"""Why an element is refused, and what to draw instead."""

from __future__ import annotations

from collections.abc import Callable

from app.foundation.i18n import gettext as _

Sentence = Callable[[], tuple[str, str]]


def _script() -> tuple[str, str]:
    return _("Scripts do not exist here."), _("Use a service task that names an operation.")


def _plain_task() -> tuple[str, str]:
    return _("It says neither who does it nor what."), _("Make it a user task or a service task.")


def _manual() -> tuple[str, str]:
    return _("Work that nobody confirms leaves no evidence."), _("Make it a user task.")


def _send() -> tuple[str, str]:
    return _("Keel sends through operations."), _("Use a service task with an operation that sends.")


def _link() -> tuple[str, str]:
    return _("The engine loses what follows it."), _("Draw the flow.")


def _compensation() -> tuple[str, str]:
    return _("The engine does nothing for it."), _("Draw the way back as tasks behind a gateway.")


def _signal() -> tuple[str, str]:
    return _("Broadcasts are stored messages here."), _("Use a message.")


def _conditional() -> tuple[str, str]:
    return _("Nobody looks at the condition while time passes."), _("Use a timer or a message.")


def _complex() -> tuple[str, str]:
    return _("The engine has no such gateway."), _("Use exclusive, inclusive or parallel gateways.")


def _ad_hoc() -> tuple[str, str]:
    return _("Its order and end are not defined."), _("Draw the tasks with gateways.")


def _transaction() -> tuple[str, str]:
    return _("Its roll-back is not executed."), _("Use a sub-process with error events.")


def _event_subprocess() -> tuple[str, str]:
    return (
        _("An event sub-process starts, stops or blocks the instance at the wrong moment."),
        _("Use boundary events on a sub-process."),
    )


def _data() -> tuple[str, str]:
    return _("Data lives on the record, not in the diagram."), _(
        "Remove it, or write it as a text annotation."
    )


def _loop() -> tuple[str, str]:
    return _("Rework must be visible."), _("Draw a gateway with a flow back.")


def _message_flow() -> tuple[str, str]:
    return _("Only one process runs."), _("Remove it, or write it as a text annotation.")


def _unknown() -> tuple[str, str]:
    return _("Keel does not execute it."), _("See the list of supported elements.")


REFUSALS: dict[str, Sentence] = {
    "scriptTask": _script,
    "script": _script,
    "task": _plain_task,
    "manualTask": _manual,
    "sendTask": _send,
    "messageEvent": _send,
    "linkEventDefinition": _link,
    "linkEvent": _link,
    "compensateEventDefinition": _compensation,
    "compensateEvent": _compensation,
    "signalEventDefinition": _signal,
    "signalEvent": _signal,
    "signal": _signal,
    "conditionalEventDefinition": _conditional,
    "conditionalEvent": _conditional,
    "complexGateway": _complex,
    "adHocSubProcess": _ad_hoc,
    "transaction": _transaction,
    "cancelEventDefinition": _transaction,
    "cancelEvent": _transaction,
    "eventSubProcess": _event_subprocess,
    "dataObject": _data,
    "dataObjectReference": _data,
    "dataStore": _data,
    "dataStoreReference": _data,
    "ioSpecification": _data,
    "dataInputAssociation": _data,
    "dataOutputAssociation": _data,
    "property": _data,
    "standardLoopCharacteristics": _loop,
    "messageFlow": _message_flow,
    "correlationKey": _message_flow,
    "correlationProperty": _message_flow,
}


def refusal_of(name: str) -> tuple[str, str]:
    """Return why an element is refused and how to mend it."""
    return REFUSALS.get(name, _unknown)()
