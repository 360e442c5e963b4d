"""A part for tests: a council of several people decides, by counting votes; and a lifecycle that calls it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.accounts.groups import group_for
from app.accounts.roles import Role
from app.foundation.errors import Broken
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.workflow import instances
from app.workflow.bundles import Bundle
from app.workflow.completion import Completion
from app.workflow.lifecycle import Operation, OperationCall, ParameterType, Part, RecordView
from app.workflow.models import Submission, Task
from app.workflow.slot_rules import Place, Slot, SlotRule
from tests.factories.accounts import a_person, actor_for
from tests.factories.organisation import a_site
from tests.workflow.diagrams import bpmn, chain, end, flow, start, task
from tests.workflow.lifecycle_of_samples import (
    Desk,
    checkbox,
    form,
    lifecycle_with,
    open_tasks,
    publish,
    text,
)

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


def offer(uow: UnitOfWork, record: RecordView, place: Place) -> Sequence[Slot]:
    """One slot for each member the record names, and seats for whoever of the managers comes first."""
    if record.values.get("is_broken"):
        raise Broken("The council does not meet.")
    assert place.parameters["topic"] == "plan"
    named = [Slot(f"member-{one}", "chosen", person_id=one) for one in record.values["members"]]
    group = group_for(uow, Role.QUALITY_MANAGER, record.site_id, None)
    seats = [Slot(f"seat-{one}", "role", group_id=group) for one in range(record.values.get("seats", 0))]
    return [*named, *seats]


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


def review(uow: UnitOfWork, record: RecordView, place: Place) -> bool:
    """Decided at the quorum of yes, at the first no, or when the yes can only be all there are."""
    if record.values.get("hangs"):
        return False
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
    answers = call.uow.session.scalars(last).first() or {}
    assert call.call_parameters["topic"] == "plan"
    return {"outcome": "agreed" if answers.get("yes") else "refused"}


PART = Part(
    key="council",
    package="sample",
    title="Council",
    operations=(Operation("council.judge", judge, {"weight": ParameterType.NUMBER}),),
    slots={"vote": SlotRule(offer, cast, review)},
)


@dataclass
class Meeting:
    """Managers of a site: the first drafts plans, the others are the council."""

    people: list[int]
    site_id: int

    def desk(self, number: int) -> Desk:
        return Desk(actor_for(self.people[number]))

    def begin(self, members: Sequence[int] = (1, 2, 3), **facts: Any) -> int:
        """Start an instance and put its plan before the council."""
        named = [self.people[one] for one in members]
        given = {"title": "Plan", "site_id": self.site_id, "quorum": 2, "members": named, **facts}
        with unit_of_work() as uow:
            return instances.start(uow, "sample", given).id

    def propose(self) -> None:
        self.desk(0).complete("draft_plan", plan="Weld it")

    def seat_of(self, number: int) -> Task:
        """The open row of a member."""
        return next(one for one in open_tasks() if one.assignee_id == self.people[number])

    def vote(self, number: int, *, yes: bool, **answers: Any) -> Completion:
        task = self.seat_of(number)
        return self.desk(number).attempt(task.id, task.row_version, yes=yes, **answers)


def a_meeting(people: int = 4) -> Meeting:
    """Make the people, and wire and publish the lifecycle and its part."""
    with unit_of_work() as uow:
        site = a_site(uow)
        managers = [a_person(uow, roles=[("quality_manager", site)], site_id=site) for _one in range(people)]
    lifecycle_with(parts=[PART])
    publish(CALLER, CALLER_FORMS, parts=[COUNCIL_FILES])
    return Meeting([one.id for one in managers], site)
