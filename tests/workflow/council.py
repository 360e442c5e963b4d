"""A part for tests: a council of several people decides, by counting votes; and a lifecycle that calls it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.foundation.errors import Broken
from app.foundation.unit_of_work import UnitOfWork
from app.workflow.bundles import Bundle
from app.workflow.lifecycle import Operation, OperationCall, ParameterType, Part, RecordView
from app.workflow.models import Submission, Task
from app.workflow.slot_rules import Place, Slot, SlotRule
from tests.workflow.diagrams import bpmn, chain, end, flow, start, task
from tests.workflow.lifecycle_of_samples import checkbox, form, text

AGREED, REFUSED = "approved", "rejected"


def call(element_id: str, called: str = "council", inner: str = "", **parameters: str) -> str:
    """A call activity the gate accepts."""
    given = "".join(f'<qms:parameter name="{name}" value="{value}"/>' for name, value in parameters.items())
    return (
        f'<callActivity id="{element_id}" name="Decide on {element_id}" calledElement="{called}" '
        f'qms:duty="approve_plan" qms:clause="6.3"><documentation>Decide.</documentation>'
        f"<extensionElements>{given}</extensionElements>{inner}</callActivity>"
    )


def service(element_id: str, operation: str) -> str:
    return (
        f'<serviceTask id="{element_id}" name="{element_id}" qms:operation="{operation}">'
        f"<documentation>Automatic.</documentation></serviceTask>"
    )


def gateway(element_id: str, default: str) -> str:
    return f'<exclusiveGateway id="{element_id}" name="{element_id}?" default="{element_id}_to_{default}"/>'


COUNCIL = bpmn(
    start(),
    task("vote", role="approver", clause=""),
    service("judge", "council.judge"),
    gateway("is_agreed", "refused"),
    end("agreed", AGREED),
    end("refused", REFUSED),
    chain("begun", "vote", "judge", "is_agreed"),
    flow("is_agreed", "agreed", when='task.judge.outcome = "agreed"', name="yes"),
    flow("is_agreed", "refused", name="no"),
    key="council",
)
COUNCIL_FORMS = {"vote": form(checkbox("yes"), text("remark"))}
COUNCIL_FILES = Bundle("council", COUNCIL, {}, COUNCIL_FORMS)

CALLER = bpmn(
    start(),
    task("draft_plan"),
    call("approve_plan", quorum="record.quorum", topic="&quot;plan&quot;"),
    gateway("is_approved", "draft_plan"),
    task("carry_out"),
    end("closed", "closed_effective"),
    chain("begun", "draft_plan", "approve_plan", "is_approved"),
    flow("is_approved", "carry_out", when='decision.approve_plan.outcome = "approved"', name="yes"),
    flow("is_approved", "draft_plan", name="no"),
    chain("carry_out", "closed"),
)
CALLER_FORMS = {
    "draft_plan": form(text("plan")),
    "carry_out": form(text("done")),
    "approve_plan": form(text("budget")),
}


def votes(uow: UnitOfWork, place: Place) -> list[bool]:
    """What was answered so far in this task."""
    given = (
        select(Submission.answers).join(Task, Task.id == Submission.task_id).where(Task.guid == place.guid)
    )
    return [bool(answers.get("yes")) for answers in uow.session.scalars(given)]


def offer(_uow: UnitOfWork, record: RecordView, place: Place) -> Sequence[Slot]:
    """One slot for each member the record names."""
    if record.values.get("is_broken"):
        raise Broken("The council does not meet.")
    assert place.parameters["topic"] == "plan"
    return [Slot(f"member-{one}", "chosen", person_id=one) for one in record.values["members"]]


def cast(
    uow: UnitOfWork,
    record: RecordView,
    place: Place,
    _slot_key: str,
    _answers: Mapping[str, Any],
    _actor_id: int,
    _on_behalf_of_id: int | None,
) -> bool:
    return review(uow, record, place)


def review(uow: UnitOfWork, _record: RecordView, place: Place) -> bool:
    """Decided at the quorum of yes, at the first no, or when the yes can only be all there are."""
    given = votes(uow, place)
    still_open = select(Task.id).where(Task.guid == place.guid, Task.state == "open").limit(1)
    is_full = uow.session.scalar(still_open) is None
    return not all(given) or sum(given) >= place.parameters["quorum"] or is_full


def judge(call: OperationCall) -> Mapping[str, Any]:
    """Say what the votes come to; the last vote of the call counts."""
    last = (
        select(Submission.answers)
        .where(Submission.instance_id == call.instance_id, Submission.call_id == call.call_id)
        .order_by(Submission.id.desc())
        .limit(1)
    )
    answers = call.uow.session.scalars(last).one()
    assert call.call_parameters["topic"] == "plan"
    return {"outcome": "agreed" if answers["yes"] else "refused"}


PART = Part(
    key="council",
    package="sample",
    title="Council",
    operations=(Operation("council.judge", judge, {"weight": ParameterType.NUMBER}),),
    slots={"vote": SlotRule(offer, cast, review)},
)
