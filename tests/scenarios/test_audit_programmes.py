from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.audits import jobs
from app.audits.finding_models import Finding
from app.audits.models import Audit, AuditProgramme, ProgrammeLine, ProgrammeStatus
from app.audits.programme import (
    LinePlan,
    LinePlanInvalid,
    ProgrammeFixed,
    ProgrammeNotApproved,
    launch,
    plan_line,
    programme_lines,
)
from app.foundation.clock import clock
from app.foundation.db import db
from app.foundation.outbox import OutboxMail
from app.foundation.unit_of_work import unit_of_work
from app.records.manifest import manifest_of
from app.workflow.acts import perform
from app.workflow.completion import GuardRefused
from app.workflow.delivery import deliver_due
from app.workflow.models import Message
from tests.scenarios import audit_steps
from tests.scenarios import steps as capa_steps
from tests.scenarios.dsl import Scenario
from tests.trail.forgery import run_sql

NOVEMBER = datetime(2026, 11, 2, 9, tzinfo=UTC)


def build(scenario: Scenario) -> Scenario:
    texts = {"objectives": "Does it hold?", "methods": "On site", "resources": "Two auditors, six days"}
    return scenario.as_("quality_manager").complete("build_programme", texts)


def approve(scenario: Scenario) -> Scenario:
    return scenario.as_("top_management").approve("approve_programme")


def line_of(scenario: Scenario) -> ProgrammeLine:
    db.session.rollback()
    return programme_lines(db.session(), scenario.record_id)[0]


def launched(scenario: Scenario, month: int) -> None:
    line_id = line_of(scenario).id
    perform(
        scenario.company.people["quality_manager"],
        lambda uow: launch(uow, uow.session.get_one(AuditProgramme, scenario.record_id), line_id, month),
    )
    db.session.rollback()


def test_a_programme_proposes_audits_from_what_happened(scenario: Scenario) -> None:
    for _again in range(3):
        capa_steps.confirmed(scenario.sibling(), source="audit", audit_kind="internal", audit_grade="major")

    line = line_of(audit_steps.begin_programme(scenario))

    assert (line.majors, line.recurrences, line.importance) == (3, 2, 3)
    assert (str(line.score), line.interval_months, line.months) == ("0.3817", 12, [1])


def test_a_programme_runs_through_its_year(scenario: Scenario) -> None:
    statuses = [build(audit_steps.begin_programme(scenario)).record.status]
    statuses.append(approve(scenario).record.status)
    statuses.append(scenario.after(days=291).record.status)
    assert scenario.steps == ["close_programme"]

    scenario.as_("quality_manager").complete(
        "close_programme", {"unfinished_reason": "The line was moved", "lessons": "Begin earlier"}
    )

    assert statuses == ["draft", "approved", "active"]
    assert (scenario.outcome, scenario.record.status) == ("closed", ProgrammeStatus.CLOSED)


def test_a_programme_with_audits_not_held_closes_only_with_a_reason(scenario: Scenario) -> None:
    approve(build(audit_steps.begin_programme(scenario))).after(days=291)

    with pytest.raises(GuardRefused):
        scenario.as_("quality_manager").complete("close_programme", {"lessons": "Begin earlier"})


def test_a_programme_sent_back_is_built_again_and_its_author_does_not_approve(scenario: Scenario) -> None:
    build(audit_steps.begin_programme(scenario))
    scenario.as_("top_management").refuse("approve_programme", "Too few for Leeds")

    assert scenario.steps == ["build_programme"]
    assert scenario.record.verdict_comment == "Top_Management: Too few for Leeds"
    build(scenario)
    assert scenario.task("approve_programme").assignee_id == scenario.company.people["top_management"]


def test_a_programme_without_audits_is_no_programme(scenario: Scenario) -> None:
    audit_steps.begin_programme(scenario)
    change(scenario, LinePlan(1, has_changed=False, is_core=False, clauses="8.5", months=()))

    with pytest.raises(GuardRefused):
        build(scenario)


def change(scenario: Scenario, plan: LinePlan) -> None:
    line_id = line_of(scenario).id
    with unit_of_work(scenario.company.people["quality_manager"]) as uow:
        plan_line(uow, uow.session.get_one(AuditProgramme, scenario.record_id), line_id, plan)


def test_importance_and_changes_bring_audits_closer(scenario: Scenario) -> None:
    before = line_of(audit_steps.begin_programme(scenario)).score

    change(scenario, LinePlan(5, has_changed=True, is_core=True, clauses="8.5"))

    line = line_of(scenario)
    assert (str(line.score - before), line.interval_months) == ("0.1600", 12)


def test_an_approved_plan_stands(scenario: Scenario) -> None:
    approve(build(audit_steps.begin_programme(scenario)))

    with pytest.raises(ProgrammeFixed):
        change(scenario, LinePlan(5, has_changed=False, is_core=False, clauses="8.5"))


def test_who_signs_a_programme_signs_its_lines(scenario: Scenario) -> None:
    approve(build(audit_steps.begin_programme(scenario)))
    line = line_of(scenario)
    before = manifest_of(db.session(), "audit_programme", scenario.record_id)

    run_sql(f"UPDATE audit_programme_line SET months = '[12]' WHERE id = {line.id}")

    db.session.rollback()
    after = manifest_of(db.session(), "audit_programme", scenario.record_id)
    assert ([one.is_valid for one in before], [one.is_valid for one in after]) == ([True], [False])


def test_an_audit_launched_twice_is_one_audit(scenario: Scenario) -> None:
    audit_steps.begin_programme(scenario)
    month = line_of(scenario).months[0]
    with pytest.raises(ProgrammeNotApproved):
        launched(scenario, month)
    approve(build(scenario))

    launched(scenario, month)
    launched(scenario, month)

    (audit,) = scenario.records(Audit)
    assert (audit.planned_month, audit.site_id, audit.programme_line_id) == (
        month,
        scenario.company.site,
        line_of(scenario).id,
    )
    with pytest.raises(LinePlanInvalid):
        launched(scenario, month + 1)


def test_the_calendar_begins_next_years_programme_once(scenario: Scenario) -> None:
    jobs.run_due("https://keel.example")
    assert scenario.records(AuditProgramme) == []

    clock.advance(NOVEMBER - clock.now())
    for _again in range(2):
        jobs.run_due("https://keel.example")
        deliver_due()

    (programme,) = scenario.records(AuditProgramme)
    assert (programme.year, programme.site_id) == (2027, scenario.company.site)
    assert scenario.turn_to(programme.id).steps == ["build_programme"]


def test_team_and_auditee_are_reminded_once_a_span(scenario: Scenario) -> None:
    audit_steps.auditors(scenario)
    audit_steps.plan(audit_steps.start_audit(scenario)).after(days=16)

    for _again in range(2):
        jobs.run_due("https://keel.example")

    db.session.rollback()
    mails = db.session.scalars(select(OutboxMail).where(OutboxMail.subject.startswith("Audit on"))).all()
    assert sorted(mail.recipient for mail in mails) == [
        "auditee@example.org",
        "lead@example.org",
        "member@example.org",
    ]
    scenario.after(days=7)
    jobs.run_due("https://keel.example")
    assert len(db.session.scalars(select(OutboxMail.id)).all()) >= 6


def test_an_audit_not_held_after_ninety_days_asks_for_a_finding_once(scenario: Scenario) -> None:
    audit_steps.auditors(scenario)
    audit_steps.plan(audit_steps.start_audit(scenario)).after(days=121)
    jobs.run_due("https://keel.example")
    assert scenario.sent("finding.requested") == []

    scenario.after(days=2)
    for _again in range(2):
        jobs.run_due("https://keel.example")

    message: Message
    (message,) = scenario.sent("finding.requested")
    assert message.correlation_key == f"audit-overdue:{scenario.record_id}"
    assert (message.payload["requirement"], message.payload["audit_id"]) == ("9.2.2", scenario.record_id)
    (finding,) = scenario.records(Finding)
    assert (finding.audit_id, finding.requirement) == (scenario.record_id, "9.2.2")
    assert f"finding:{finding.id}" in scenario.unmet, "the audit closes only after it"
