"""What the service tasks of `approval.bpmn` call: find out who approves, open a stage, say what follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from app.approvals.models import ApprovalState
from app.approvals.resolution import ChainBroken
from app.approvals.rules import StageOutcome
from app.approvals.running import Call, begin, end, ending, last_stage, open_next, running_approval
from app.approvals.versions import UnknownChain
from app.foundation.errors import Broken
from app.foundation.i18n import gettext as _
from app.workflow.faults import StepBroken
from app.workflow.lifecycle import Operation, OperationCall, RecordView, registry

ANOTHER_STAGE = "stage"


def resolve_chain(call: OperationCall) -> Mapping[str, Any] | None:
    """Begin the approval: which rule fires, which stages apply, and that there are people for all of them.

    Errors: StepBroken with what is missing: a fault before anybody is asked.
    """
    key = call.call_parameters.get("policy")
    with _faults_of(call):
        if not isinstance(key, str):
            raise ChainBroken(_("The diagram does not name the approval chain. Give the call a policy."))
        begin(call.uow, Call(call.instance_id, call.call_id, call.task_guid, key), _view(call))
    return None


def open_stage(call: OperationCall) -> Mapping[str, Any] | None:
    """Open the stage the approval has come to, with its people.

    Errors: StepBroken when too few of them are left.
    """
    with _faults_of(call):
        approval = running_approval(call.uow.session, call.instance_id, call.call_id)
        open_next(call.uow, approval, _view(call))
    return None


def close_stage(call: OperationCall) -> Mapping[str, Any]:
    """Say what follows the stage that was decided: `stage`, or how the approval ends.

    Errors: ChainBroken when no stage was opened. Effects: an approval that is over says so.
    """
    approval = running_approval(call.uow.session, call.instance_id, call.call_id)
    stage = last_stage(call.uow.session, approval.id)
    if stage is None:
        raise ChainBroken(_("No stage of this approval was opened."))
    if stage.outcome == StageOutcome.UNDECIDED.value:
        return {"next": ANOTHER_STAGE}
    state = ending(approval, stage)
    if state is None:
        return {"next": ANOTHER_STAGE}
    end(call.uow, approval, state, _view(call).number)
    return {"next": state.value}


@contextmanager
def _faults_of(call: OperationCall) -> Iterator[None]:
    """Let what a chain lacks become a fault an admin sees: nobody who waits for approval could mend it."""
    try:
        yield
    except (Broken, UnknownChain) as error:
        raise StepBroken(call.instance_id, call.element_id, error) from error


def _view(call: OperationCall) -> RecordView:
    return registry.of_kind(call.record_kind).ports.read_record(call.uow.session, call.record_id)


OPERATIONS = (
    Operation("approvals.resolve_chain", resolve_chain, description="Find out who approves."),
    Operation("approvals.open_stage", open_stage, description="Ask the people of the next stage."),
    Operation(
        "approvals.close_stage",
        close_stage,
        description=f"Say what follows: {ANOTHER_STAGE}, "
        f"{ApprovalState.APPROVED}, {ApprovalState.RETURNED} or {ApprovalState.REJECTED}.",
    ),
)
