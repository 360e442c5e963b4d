from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.audits.auditors import QualificationOrder, auditors_on, qualify, withdraw
from app.audits.checklist import AnswerOrder, LineOrder, add_line, answer_line, lines_of
from app.audits.models import Audit, AuditStatus
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.workflow.completion import GuardRefused
from app.workflow.holds import cancel
from app.workflow.separation import SeparationBroken
from tests.factories.accounts import a_person, actor_for
from tests.scenarios import audit_steps as steps
from tests.scenarios import finding_steps
from tests.scenarios import steps as capa_steps
from tests.scenarios.dsl import Scenario


@pytest.fixture(autouse=True)
def _auditors(scenario: Scenario) -> None:
    steps.auditors(scenario)


def refusal(scenario: Scenario, element_id: str, answers: dict[str, object]) -> list[str]:
    with pytest.raises(GuardRefused) as refused:
        scenario.complete(element_id, answers)
    return [problem.rule for problem in refused.value.problems]


def test_an_audit_runs_from_plan_to_close_and_tells_where_it_stands(scenario: Scenario) -> None:
    steps.plan(steps.start_audit(scenario))
    statuses = [scenario.record.status]

    scenario.after(days=16)
    assert scenario.steps == ["acknowledge_notice"], "the notice comes fourteen days before"
    steps.acknowledge(scenario)
    statuses.append(scenario.record.status)
    steps.write_line(scenario)
    statuses.append(steps.prepare(scenario).record.status)
    steps.carry_out(steps.answer_all(scenario))
    statuses.append(scenario.record.status)
    steps.sign(steps.write_report(scenario))
    statuses.append(scenario.record.status)
    steps.close(scenario)

    assert statuses == ["confirmed", "preparing", "in_progress", "reporting", "report_approved"]
    assert (scenario.outcome, scenario.record.status) == ("closed", AuditStatus.CLOSED)
    assert scenario.record.conformity == 100


def test_an_audit_that_asks_about_no_risk_closes_with_the_reason_only(scenario: Scenario) -> None:
    steps.carry_out(steps.answer_all(steps.in_progress(scenario)))
    steps.sign(steps.write_report(scenario))

    assert refusal(scenario.as_("lead"), "close_audit", {}) == ["audit.risks"]
    steps.close(scenario, "No update needed, because the controls were seen to work.")

    assert scenario.record.status == AuditStatus.CLOSED
    assert scenario.record.risk_justification == "No update needed, because the controls were seen to work."


def test_the_notice_waits_until_fourteen_days_before(scenario: Scenario) -> None:
    steps.plan(steps.start_audit(scenario)).after(days=15)

    assert scenario.steps == []
    assert scenario.record.notice_at.date() == scenario.record.starts_on - timedelta(days=14)


def test_who_owns_or_works_in_the_process_cannot_audit_it(scenario: Scenario) -> None:
    company = scenario.company
    with unit_of_work() as uow:
        roles = [("auditor", company.site), ("action_owner", company.site, company.process)]
        worker = a_person(uow, "lapper", roles=roles, site_id=company.site)
        span = date(2025, 1, 1), date(2027, 1, 1)
        qualify(uow, QualificationOrder(worker.id, False, "Course", *span))
    steps.start_audit(scenario)

    with pytest.raises(GuardRefused) as refused:
        steps.plan(scenario, team=[{"person_id": str(worker.id)}])

    (problem,) = refused.value.problems
    assert problem.rule == "audit.independence"
    assert problem.sentence.startswith("Lapper cannot audit this process")


def test_a_qualification_that_ends_before_the_audit_refuses_the_plan(scenario: Scenario) -> None:
    steps.start_audit(scenario)
    late = clock.now().date() + timedelta(days=800)

    with pytest.raises(GuardRefused) as refused:
        steps.plan(scenario, starts_on=late.isoformat(), ends_on=late.isoformat())

    assert {problem.rule for problem in refused.value.problems} == {"audit.qualification"}
    assert len(refused.value.problems) == 2, "the lead auditor and the other one"


def test_a_qualification_withdrawn_meanwhile_refuses_the_beginning(scenario: Scenario) -> None:
    steps.acknowledge(steps.plan(steps.start_audit(scenario)).after(days=17))
    steps.write_line(scenario)
    with unit_of_work() as uow:
        for line in auditors_on(uow.session, clock.now().date()):
            withdraw(uow, line.id, "Course not renewed")

    assert refusal(scenario.as_("lead"), "prepare_checklist", {"readiness": "ready"}) == [
        "audit.qualification",
        "audit.qualification",
    ]


def test_an_empty_checklist_cannot_begin(scenario: Scenario) -> None:
    steps.acknowledge(steps.plan(steps.start_audit(scenario)).after(days=17))

    assert refusal(scenario.as_("lead"), "prepare_checklist", {"readiness": "ready"}) == ["audit.checklist"]


@pytest.mark.parametrize("when", ["notice", "preparation"])
def test_a_postponed_audit_keeps_its_reason_and_is_announced_again(scenario: Scenario, when: str) -> None:
    steps.plan(steps.start_audit(scenario)).after(days=17)
    former = scenario.record.starts_on
    steps.acknowledge(scenario, "other" if when == "notice" else "possible")
    if when == "preparation":
        steps.prepare(scenario, "postpone")
    assert scenario.record.status == AuditStatus.POSTPONED

    later = (former + timedelta(days=40)).isoformat()
    scenario.as_("lead").complete(
        "postpone_audit",
        {
            "postpone_reason": "Stocktaking",
            "starts_on": later,
            "ends_on": later,
            "lead_auditor_id": str(scenario.company.people["lead"]),
        },
    )

    row = scenario.record
    assert (row.status, row.postponement_count, scenario.steps) == (AuditStatus.CONFIRMED, 1, [])
    kept = row.postponements[0]
    assert (kept["from"], kept["to"], kept["reason"]) == (former.isoformat(), later, "Stocktaking")
    assert scenario.after(days=40).steps == ["acknowledge_notice"]


def test_who_asks_for_other_days_says_why(scenario: Scenario) -> None:
    steps.plan(steps.start_audit(scenario)).after(days=17)

    assert refusal(scenario.as_("auditee"), "acknowledge_notice", {"date_answer": "other"}) == ["required"]


def test_a_cancelled_audit_is_over(scenario: Scenario) -> None:
    steps.plan(steps.start_audit(scenario))
    instance_id = scenario.instance_id

    with unit_of_work(scenario.company.people["quality_manager"]) as uow:
        cancel(uow, instance_id, "The line was sold")

    assert (scenario.record.status, scenario.steps) == (AuditStatus.CANCELLED, [])


def test_an_audit_does_not_end_while_a_line_has_no_answer(scenario: Scenario) -> None:
    steps.in_progress(scenario)
    answers: dict[str, object] = {"closing_meeting_at": clock.now().isoformat(), "participants": "All"}

    assert refusal(scenario.as_("lead"), "carry_out_audit", answers) == ["audit.answers"]


def test_a_line_that_does_not_conform_needs_its_finding_before_the_report(scenario: Scenario) -> None:
    steps.carry_out(steps.answer_all(steps.in_progress(scenario), "minor"))

    assert refusal(
        scenario.as_("lead"), "write_report", {"summary": "One lapse", "conclusion": "partly"}
    ) == ["audit.finding"]
    assert scenario.record.conformity == 0


def test_a_report_sent_back_is_written_again(scenario: Scenario) -> None:
    steps.write_report(steps.carry_out(steps.answer_all(steps.in_progress(scenario))))

    scenario.as_("quality_manager").refuse("sign_report", "Say what the sample was.")

    assert scenario.steps == ["write_report"]
    assert scenario.record.report_comment == "Quality_Manager: Say what the sample was."
    assert steps.sign(steps.write_report(scenario)).steps == ["close_audit"]


def test_the_report_is_due_ten_working_days_after_the_closing_meeting(scenario: Scenario) -> None:
    steps.carry_out(steps.answer_all(steps.in_progress(scenario)))

    held = scenario.record.closing_meeting_at.date()
    assert held == date(2026, 4, 3)
    assert scenario.task("write_report").due_at.date() == date(2026, 4, 20), "Easter Monday is free"


def test_who_wrote_the_report_cannot_sign_it(scenario: Scenario) -> None:
    capa_steps.grant(scenario, "lead", "quality_manager")
    steps.write_report(steps.carry_out(steps.answer_all(steps.in_progress(scenario))))
    capa_steps.hand_to(scenario, "sign_report", "lead")

    with pytest.raises(SeparationBroken):
        scenario.as_("lead").approve("sign_report")


def test_the_checklist_comes_loaded_with_what_the_system_knows(scenario: Scenario) -> None:
    capa = capa_steps.open_capa(scenario.sibling())
    steps.acknowledge(steps.plan(steps.start_audit(scenario)).after(days=17))

    (line,) = lines_of(db.session(), scenario.record_id)

    assert (line.origin, line.origin_kind, line.origin_id) == ("open_capa", "capa", capa.record_id)
    assert line.question


def test_a_major_asks_for_one_follow_up_audit(scenario: Scenario) -> None:
    steps.answer_all(steps.in_progress(scenario), "major")
    _write_findings(scenario)

    steps.sign(steps.write_report(steps.carry_out(scenario)))

    first, follow_up = scenario.records(Audit)
    assert (follow_up.parent_id, follow_up.audit_type) == (first.id, "follow_up")
    assert scenario.turn_to(follow_up.id).steps == ["plan_audit"]


def test_a_minor_line_whose_finding_is_graded_major_asks_for_a_follow_up(scenario: Scenario) -> None:
    audit_id = _graver_than_noted(scenario)

    steps.sign(steps.write_report(steps.carry_out(scenario.turn_to(audit_id))))

    assert [one.parent_id for one in scenario.records(Audit)] == [None, audit_id]


def test_a_finding_graded_major_after_the_report_asks_for_a_follow_up_once(scenario: Scenario) -> None:
    line_id = finding_steps.seen(scenario)
    audit_id = scenario.record_id
    finding_steps.write(finding_steps.write_line(scenario, line_id))
    finding_id = scenario.record_id
    steps.sign(steps.write_report(steps.carry_out(scenario.turn_to(audit_id))))
    assert len(scenario.records(Audit)) == 1

    finding_steps.issue(scenario.turn_to(finding_id))
    assert len(scenario.records(Audit)) == 1
    finding_steps.arbitrate(finding_steps.dispute(scenario), "regrade", arbitrated_grade="major")

    assert [one.parent_id for one in scenario.records(Audit)] == [None, audit_id]


@pytest.mark.parametrize(("minors", "audits"), [(2, 1), (3, 2)])
def test_three_minors_ask_for_a_follow_up_and_two_do_not(
    scenario: Scenario, minors: int, audits: int
) -> None:
    steps.answer_all(steps.in_progress(scenario))
    with unit_of_work(scenario.company.people["lead"]) as uow:
        row = uow.session.get_one(Audit, scenario.record_id)
        for number in range(minors):
            line = add_line(uow, row, LineOrder(f"Question {number}?", "8.4.1"))
            answer_line(uow, row, line.id, AnswerOrder(f"minor-{number}", 1, "minor", "Seen it."))
    _write_findings(scenario)

    steps.sign(steps.write_report(steps.carry_out(scenario)))

    assert len(scenario.records(Audit)) == audits


def _graver_than_noted(scenario: Scenario) -> int:
    """A minor line becomes a finding whose impact makes it major; return the audit."""
    line_id = finding_steps.seen(scenario)
    audit_id = scenario.record_id
    finding_steps.issue(finding_steps.write(finding_steps.write_line(scenario, line_id), impact="5"))
    assert scenario.record.grade == "major"
    return audit_id


def _write_findings(scenario: Scenario) -> None:
    """Point the lines at a record, as a finding does when it is written."""
    with unit_of_work() as uow:
        for line in lines_of(uow.session, scenario.record_id):
            line.finding_id = scenario.record_id


def test_the_actor_of_an_audit_sees_it(scenario: Scenario) -> None:
    steps.start_audit(scenario)

    assert actor_for(scenario.company.people["lead"]).id == scenario.record.owner_id
