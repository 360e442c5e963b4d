"""Plans that need approval: a lifecycle for tests which calls the shipped approval, and people who vote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.approvals.chain import Chain
from app.approvals.models import Approval, ApprovalSeat, ApprovalStage, ApprovalVote, ChainVersion
from app.approvals.part import APPROVAL
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.workflow import instances
from app.workflow.acts import perform
from app.workflow.bundles import read_bundle
from app.workflow.completion import Completion
from app.workflow.lifecycle import Separation
from app.workflow.models import ProcessInstance, Task
from tests.factories.accounts import Somebody, a_person, actor_for
from tests.factories.chains import in_force
from tests.factories.organisation import a_site
from tests.workflow.council import call, gateway
from tests.workflow.diagrams import bpmn, chain, end, flow, start, task
from tests.workflow.lifecycle_of_samples import Desk, form, lifecycle_with, open_tasks, publish, text

DIAGRAM = bpmn(
    start(),
    task("write_plan", duty="plan_actions"),
    call("approve_plan", "approval", policy="&quot;plan&quot;"),
    gateway("is_approved", "is_refused"),
    gateway("is_refused", "write_plan"),
    end("carried_out", "closed_effective"),
    end("dropped", "dropped"),
    chain("begun", "write_plan", "approve_plan", "is_approved"),
    flow("is_approved", "carried_out", when='decision.approve_plan.outcome = "approved"', name="yes"),
    flow("is_approved", "is_refused", name="no"),
    flow("is_refused", "dropped", when='decision.approve_plan.outcome = "rejected"', name="for good"),
    flow("is_refused", "write_plan", name="back"),
)
FORMS = {"write_plan": form(text("plan"))}
YES, NO = {"verdict": "approve"}, {"verdict": "refuse", "comment": "Say who does it."}


@dataclass
class Plans:
    """One site with people by name, and the plan in hand."""

    site: int
    people: dict[str, Somebody] = field(default_factory=dict)
    record_id: int = 0

    def hire(self, *names: str, roles: Sequence[str] = ()) -> None:
        """Take people on, with roles at the site."""
        with unit_of_work() as uow:
            for name in names:
                given = [(role, self.site) for role in roles]
                self.people[name] = a_person(uow, name, roles=given, site_id=self.site)

    def __getitem__(self, name: str) -> int:
        return self.people[name].id

    def member(self, name: str) -> str:
        """A person as chains name them."""
        return f"person:{self[name]}"

    def put_in_force(self, content: Chain, key: str = "plan") -> ChainVersion:
        with unit_of_work() as uow:
            return in_force(uow, key, content, kind="sample")

    def begin(self, author: str, **facts: Any) -> None:
        """Open a plan and let its author hand it in."""
        given = {"title": "Weld it", "site_id": self.site, "author_id": self[author], **facts}
        with unit_of_work(self[author]) as uow:
            self.record_id = instances.start(uow, "sample", given).record_id
        self.hand_in(author)

    def hand_in(self, author: str) -> None:
        """Let somebody write the plan, whoever was offered the step."""
        found = next(one for one in open_tasks() if one.element_id == "write_plan")
        with unit_of_work() as uow:
            uow.session.get_one(Task, found.id).assignee_id = self[author]
        self.desk(author).attempt(found.id, found.row_version, plan="Weld it")

    def desk(self, name: str) -> Desk:
        return Desk(actor_for(self.people[name]))

    def vote(self, name: str, answers: dict[str, str], *, of: str = "") -> Completion:
        """Let a person vote, on their own slot or on that of somebody they stand in for."""
        wanted = self[of or name]
        found = next(one for one in self.asked_tasks() if one.assignee_id == wanted)
        return self.desk(name).attempt(found.id, found.row_version, **answers)

    def asked_tasks(self) -> list[Task]:
        return [one for one in open_tasks() if one.element_id == "decide"]

    @property
    def asked(self) -> list[str]:
        """The names of who is asked, in the order asked."""
        names = {one.id: name for name, one in self.people.items()}
        return [names[one.assignee_id or 0] for one in self.asked_tasks()]

    @property
    def steps(self) -> list[str]:
        return sorted({one.element_id for one in open_tasks()})

    @property
    def instance(self) -> ProcessInstance:
        db.session.rollback()
        return db.session.scalars(select(ProcessInstance).order_by(ProcessInstance.id.desc())).first()  # type: ignore[return-value]

    @property
    def approval(self) -> Approval:
        """The approval begun last."""
        db.session.rollback()
        return db.session.scalars(select(Approval).order_by(Approval.id.desc()).limit(1)).one()

    @property
    def stages(self) -> list[tuple[str, str]]:
        """The stages opened so far with their outcomes."""
        db.session.rollback()
        rows = db.session.scalars(select(ApprovalStage).order_by(ApprovalStage.id))
        return [(one.name, one.outcome) for one in rows]

    def votes(self) -> list[ApprovalVote]:
        db.session.rollback()
        return list(db.session.scalars(select(ApprovalVote).order_by(ApprovalVote.id)))

    def seat(self, name: str) -> ApprovalSeat:
        """The seat of a person in the stage opened last."""
        db.session.rollback()
        statement = select(ApprovalSeat).where(ApprovalSeat.person_id == self[name])
        return db.session.scalars(statement.order_by(ApprovalSeat.id.desc()).limit(1)).one()

    def do(self, who: str, work: Callable[[Any], Any]) -> Any:
        """Do something as a person, in one act."""
        return perform(self[who], work)


def some_plans() -> Plans:
    """A site, and the lifecycle of plans published with the shipped approval."""
    with unit_of_work() as uow:
        site = a_site(uow)
    lifecycle_with(parts=[APPROVAL], separations=(Separation("approve_plan", "plan_actions"),))
    publish(DIAGRAM, FORMS, parts=[read_bundle("approvals", "approval")])
    return Plans(site)
