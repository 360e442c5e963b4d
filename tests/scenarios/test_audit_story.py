"""The whole way: an audit of Purchasing at another site finds again what the last one found."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audits.checklist import AnswerOrder, answer_line, lines_of
from app.audits.models import Audit, AuditProgramme, ProgrammeLine
from app.audits.programme import launch, programme_lines
from app.capa.models import Capa
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.quality_events.exposure import Explanation, explain
from app.risks.models import Reassessment
from app.workflow.acts import perform
from app.workflow.completion import GuardRefused
from app.workflow.models import Task, TaskState
from tests.factories.organisation import a_process
from tests.scenarios import audit_steps
from tests.scenarios import finding_steps as steps
from tests.scenarios import steps as capa_steps
from tests.scenarios.company import ROLES
from tests.scenarios.dsl import Scenario


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    """The same people at the other site, its purchasing, and auditors for it."""
    scenario.company.site = scenario.company.other_site
    with unit_of_work() as uow:
        scenario.company.process = a_process(uow, "PUR")
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
    held(story.turn_to(audit_id)).as_("lead").complete("close_audit", {})
    return finding_id, risk


def proposed_audit(story: Scenario) -> ProgrammeLine:
    """Next year's programme proposes an audit of Purchasing and launches it; the story goes on with it."""
    story.after(days=200)
    company = story.company
    site = company.link("site", company.site)
    year = {"title": "Audit programme 2027", "year": "2027", "site_id": site, "sites": [site]}
    story.as_("quality_manager").start("audit_programme", year)
    texts = {"objectives": "Does it hold?", "methods": "On site", "resources": "Two auditors"}
    story.complete("build_programme", texts)
    story.as_("top_management").complete("approve_programme", {"verdict": "approve"})
    line = next(
        one for one in programme_lines(db.session(), story.record_id) if one.process_id == company.process
    )
    perform(
        company.people["quality_manager"],
        lambda uow: launch(
            uow, uow.session.get_one(AuditProgramme, story.record_id), line.id, line.months[0]
        ),
    )
    story.turn_to(story.records(Audit)[-1].id)
    return line


def found_again(story: Scenario, risk: str) -> Scenario:
    """The line that asks about the earlier finding is minor again, and its finding is issued."""
    first = clock.now().date() + timedelta(days=30)
    audit_steps.plan(story, starts_on=first.isoformat(), ends_on=first.isoformat()).after(days=17)
    audit_steps.prepare(audit_steps.acknowledge(story))
    lead = story.company.people["lead"]
    with unit_of_work(lead) as uow:
        row = uow.session.get_one(Audit, story.record_id)
        for line in lines_of(uow.session, row.id):
            result = "minor" if line.origin == "earlier_finding" else "conform"
            order = AnswerOrder(f"tablet-{line.id}", line.row_version, result, "Order 44: no evaluation")
            answer_line(uow, row, line.id, order)
    db.session.rollback()
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


def test_the_programme_proposes_from_history_and_the_checklist_asks_about_it(story: Scenario) -> None:
    finding_id, _risk = last_years_audit(story)

    line = proposed_audit(story)
    audit_steps.acknowledge(audit_steps.plan(story).after(days=17))

    assert (line.minors, line.majors) == (1, 0)
    assert line.last_audit_on is not None
    asked = {(one.origin, one.origin_id) for one in lines_of(db.session(), story.record_id)}
    assert ("earlier_finding", finding_id) in asked


def test_a_minor_one_found_again_is_major_and_moves_the_risk_at_once(story: Scenario) -> None:
    first_id, risk = last_years_audit(story)
    proposed_audit(story)
    before = exposure(risk)

    found_again(story, risk)

    row, after = story.record, exposure(risk)
    assert (row.proposed_grade, row.grade, row.repeat_of_id) == ("minor", "major", first_id)
    assert row.grade_reason.startswith("It repeats: ")
    assert (before.indicated.score, after.indicated.score) == (8, 12)
    assert after.contributions[0].event.subject_id == row.id
    capa, reassessment = story.records(Capa)[-1], story.records(Reassessment)[-1]
    assert inbox_of(capa.id) == [("analyse_cause", "capa_owner")]
    assert inbox_of(reassessment.id) == [("reassess_risk", "risk_owner")]


def test_the_audit_closes_after_reassessment_and_effective_capa_and_exposure_falls(story: Scenario) -> None:
    _first, risk = last_years_audit(story)
    proposed_audit(story)
    audit_id = story.record_id
    finding_id = found_again(story, risk).record_id
    steps.accept(steps.respond(story))
    held(story.turn_to(audit_id))

    with pytest.raises(GuardRefused) as refused:
        story.as_("lead").complete("close_audit", {})
    before = exposure(risk)
    steps.close(steps.verify(steps.prove_capa(story.turn_to(finding_id))))
    closed = story.turn_to(audit_id).as_("lead").complete("close_audit", {})

    assert [one.where for one in refused.value.problems] == [f"finding:{finding_id}"]
    assert (closed.outcome, closed.record.status) == ("closed", "closed")
    assert exposure(risk).indicated.pressure < before.indicated.pressure / 4
