"""The pieces of the story of a finding that comes back; scenarios and the browser tell it with them."""

from __future__ import annotations

from sqlalchemy import select

from app.audits.checklist import AnswerOrder, answer_line, lines_of
from app.audits.models import Audit, AuditProgramme, ProgrammeLine
from app.audits.programme import launch, programme_lines
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.quality_events.exposure import Explanation, explain
from app.quality_events.models import QualityEvent
from app.workflow.acts import perform
from app.workflow.models import Task, TaskState
from tests.factories.organisation import a_process
from tests.scenarios import audit_steps
from tests.scenarios import finding_steps as steps
from tests.scenarios import steps as capa_steps
from tests.scenarios.company import ROLES
from tests.scenarios.dsl import Scenario


def at_site_b(scenario: Scenario) -> Scenario:
    """The same people at the other site, its purchasing, and auditors for it."""
    scenario.company.site = scenario.company.other_site
    with unit_of_work() as uow:
        scenario.company.process = a_process(uow, "PUR", name="Purchasing")
    for role in ROLES:
        capa_steps.grant(scenario, role, role)
    audit_steps.auditors(scenario)
    return scenario


def held(story: Scenario) -> Scenario:
    """The closing meeting is over, the report written and signed; the audit follows up."""
    audit_steps.write_report(audit_steps.carry_out(story))
    return audit_steps.sign(story)


def last_years_audit(story: Scenario) -> tuple[int, str]:
    """An audit with a minor finding that was put right; return the finding and its risk."""
    risk = story.company.link("risk", capa_steps.a_risk(story))
    line_id = steps.seen(story)
    audit_id = story.record_id
    steps.write(steps.write_line(story, line_id), risks=[risk])
    finding_id = story.record_id
    steps.close(steps.answered(steps.issue(story)))
    audit_steps.close(held(story.turn_to(audit_id)))
    return finding_id, risk


def drafted_programme(story: Scenario) -> int:
    """Next year's programme for site B lies before the quality manager; return its id."""
    story.after(days=200)
    company = story.company
    site = company.link("site", company.site)
    year = {"title": "Audit programme 2027", "year": "2027", "site_id": site, "sites": [site]}
    return story.as_("quality_manager").start("audit_programme", year).record_id


def approved_programme(story: Scenario) -> Scenario:
    """The quality manager takes the months that the rule proposes, and top management approves them."""
    texts = {"objectives": "Does it hold?", "methods": "On site", "resources": "Two auditors"}
    story.as_("quality_manager").complete("build_programme", texts)
    return story.as_("top_management").approve("approve_programme")


def purchasing(story: Scenario) -> ProgrammeLine:
    """The line of the programme that is about Purchasing."""
    lines = programme_lines(db.session(), story.record_id)
    return next(one for one in lines if one.process_id == story.company.process)


def proposed_audit(story: Scenario) -> ProgrammeLine:
    """Next year's programme proposes an audit of Purchasing and launches it; the story goes on with it."""
    drafted_programme(story)
    line = purchasing(approved_programme(story))
    perform(
        story.company.people["quality_manager"],
        lambda uow: launch(
            uow, uow.session.get_one(AuditProgramme, story.record_id), line.id, line.months[0]
        ),
    )
    story.turn_to(story.records(Audit)[-1].id)
    return line


def begun(story: Scenario) -> Scenario:
    """The audit is planned, announced, prepared and under way."""
    audit_steps.plan(story).after(days=17)
    return audit_steps.prepare(audit_steps.acknowledge(story))


def answer_the_rest(story: Scenario) -> None:
    """What has no answer yet conforms, but what the last audit found is there again."""
    lead = story.company.people["lead"]
    with unit_of_work(lead) as uow:
        row = uow.session.get_one(Audit, story.record_id)
        for line in [one for one in lines_of(uow.session, row.id) if one.result is None]:
            result = "minor" if line.origin == "earlier_finding" else "conform"
            order = AnswerOrder(f"tablet-{line.id}", line.row_version, result, "Order 44: no evaluation")
            answer_line(uow, row, line.id, order)
    db.session.rollback()


def found_again(story: Scenario, risk: str) -> Scenario:
    """The line that asks about the earlier finding is minor again, and its finding is issued."""
    answer_the_rest(story)
    (again,) = [one.id for one in lines_of(db.session(), story.record_id) if one.result == "minor"]
    return steps.issue(steps.write(steps.write_line(story, again), risks=[risk]))


def inbox_of(record_id: int) -> list[tuple[str, str]]:
    """What is open for a record: the step and its role."""
    db.session.rollback()
    tasks = select(Task).where(Task.record_id == record_id, Task.state == TaskState.OPEN.value)
    return [(task.element_id, task.role) for task in db.session.scalars(tasks)]


def exposure(risk: str) -> Explanation:
    """Where the risk stands at this moment, and why."""
    db.session.rollback()
    return explain(db.session(), int(risk.partition(":")[2]), at=clock.now())


def faded(finding_id: int) -> float:
    """What time has left of the weight of a finding: half of it after 180 days."""
    happened = select(QualityEvent.occurred_at).where(
        QualityEvent.subject_kind == "finding", QualityEvent.subject_id == finding_id
    )
    occurred_at = db.session.scalars(happened.order_by(QualityEvent.id).limit(1)).one()
    return 0.5 ** ((clock.now().date() - occurred_at.date()).days / 180)
