from __future__ import annotations

import pytest

from app.actions.models import Action
from app.audits.finding_models import Finding
from app.audits.finding_service import LineHasFinding, open_for, write_from_line
from app.capa.models import Capa
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.improvements.models import Improvement
from app.risks.models import Reassessment
from app.workflow import messages
from app.workflow.briefings import Topic
from app.workflow.completion import GuardRefused
from app.workflow.delivery import deliver_due
from app.workflow.holds import cancel
from app.workflow.lifecycle import registry
from app.workflow.separation import SeparationBroken
from tests.factories.accounts import actor_for
from tests.scenarios import audit_steps
from tests.scenarios import finding_steps as steps
from tests.scenarios import steps as capa_steps
from tests.scenarios.dsl import Scenario


@pytest.fixture(autouse=True)
def _auditors(scenario: Scenario) -> None:
    audit_steps.auditors(scenario)


@pytest.fixture
def risk(scenario: Scenario) -> list[str]:
    return [scenario.company.link("risk", capa_steps.a_risk(scenario))]


def minor(scenario: Scenario, risk: list[str]) -> Scenario:
    """A minor finding of our own, issued with a risk."""
    return steps.issue(steps.note(scenario, source="internal", risks=risk))


def test_a_minor_one_is_corrected_verified_and_closed_with_a_reason(
    scenario: Scenario, risk: list[str]
) -> None:
    steps.close(steps.answered(minor(scenario, risk)))

    assert not [key for key in scenario.record.extra if key.startswith("shown_")]
    assert (scenario.outcome, scenario.record.status) == ("closed", "closed")
    assert scenario.record.risk_justification == "A single lapse."
    assert (scenario.records(Capa), scenario.records(Reassessment)) == ([], [])
    assert steps.events_of(scenario.record_id) == [("minor_finding", 1)]


def test_the_status_follows_the_facts(scenario: Scenario, risk: list[str]) -> None:
    statuses = [steps.note(scenario, source="internal", risks=risk).record.status]
    statuses.append(steps.issue(scenario).record.status)
    statuses.append(steps.respond(scenario, **steps.planned(scenario)).record.status)
    statuses.append(steps.accept(scenario).record.status)
    capa_steps.do_actions(scenario)
    statuses.append(steps.verify(scenario).record.status)

    assert statuses == ["draft", "issued", "responded", "action", "verified"]


def test_the_checklist_types_the_finding(scenario: Scenario) -> None:
    line_id = steps.seen(scenario)
    audit_id = scenario.record_id

    steps.write_line(scenario, line_id)

    row = scenario.record
    assert (row.audit_id, row.line_id, row.requirement, row.proposed_grade) == (
        audit_id,
        line_id,
        steps.CLAUSE,
        "minor",
    )
    assert row.evidence == "Orders 17 to 19: no evaluation"
    assert (row.process_owner_id, row.lead_auditor_id) == (
        scenario.company.people["auditee"],
        scenario.company.people["lead"],
    )
    assert scenario.steps == ["write_finding"]


def test_a_line_has_one_finding(scenario: Scenario) -> None:
    line_id = steps.seen(scenario)
    steps.write_line(scenario, line_id)
    actor = actor_for(scenario.company.people["lead"])

    with pytest.raises(LineHasFinding), unit_of_work(actor.id) as uow:
        write_from_line(uow, actor, line_id)


def test_the_lead_auditor_sends_a_draft_back(scenario: Scenario, risk: list[str]) -> None:
    steps.issue(steps.note(scenario, source="internal", risks=risk), "return")
    returned = scenario.steps
    steps.write(scenario, evidence="Orders 17, 18 and 19 of March.")

    assert (returned, scenario.steps) == (["write_finding"], ["issue_finding"])
    assert scenario.record.extra["issue_comment"] == "Which orders?"


@pytest.mark.parametrize(
    ("impact", "occurrence", "severity", "grade"),
    [("1", "1", 1, "minor"), ("3", "1", 3, "minor"), ("3", "3", 4, "major"), ("5", "1", 5, "major")],
)
def test_impact_and_occurrence_give_severity_and_grade(
    scenario: Scenario, impact: str, occurrence: str, severity: int, grade: str
) -> None:
    steps.note(scenario, source="internal", impact=impact, occurrence=occurrence)

    assert (scenario.record.severity, scenario.record.grade) == (severity, grade)


def test_the_grade_of_a_body_from_outside_stands_and_leads_to_a_capa(
    scenario: Scenario, risk: list[str]
) -> None:
    steps.issue(steps.note(scenario, impact="5", risks=risk))

    assert scenario.record.grade == "minor"
    assert scenario.decided("finding_route") == {"route": "capa", "reason": "An external audit found it."}
    assert scenario.records(Capa)[0].extra["requested_by_id"] == scenario.record_id


def test_without_a_risk_somebody_is_asked_to_link_one_beside_the_answer(
    scenario: Scenario, risk: list[str]
) -> None:
    steps.issue(steps.note(scenario, source="internal"))
    asked = sorted(scenario.steps)

    scenario.as_("risk_owner").complete("link_risk", {"risks": risk})

    assert (asked, scenario.steps) == (["link_risk", "respond"], ["respond"])
    assert steps.events_of(scenario.record_id) == [("minor_finding", 0), ("minor_finding", 1)]


def test_nobody_closes_a_finding_without_a_risk(scenario: Scenario) -> None:
    steps.answered(steps.issue(steps.note(scenario, source="internal")))

    with pytest.raises(GuardRefused) as refused:
        steps.close(scenario)

    assert [one.where for one in refused.value.problems] == ["risks_linked"]


def test_a_major_one_asks_for_capa_and_reassessment_side_by_side(scenario: Scenario, risk: list[str]) -> None:
    steps.issue(steps.note(scenario, source="internal", proposed_grade="major", risks=risk))

    capa, reassessment = scenario.records(Capa)[0], scenario.records(Reassessment)[0]
    assert (capa.audit_grade, capa.source) == ("major", "audit")
    assert scenario.sibling().turn_to(reassessment.id).steps == ["reassess_risk"]
    assert scenario.steps == ["respond"]
    assert {f"capa:{capa.id}", f"reassessment:{reassessment.id}"} <= set(scenario.unmet)


def test_a_major_one_closes_after_its_capa_is_effective_and_its_reassessment_answered(
    scenario: Scenario, risk: list[str]
) -> None:
    steps.issue(steps.note(scenario, source="internal", proposed_grade="major", risks=risk))
    steps.accept(steps.respond(scenario))
    before = scenario.steps

    steps.close(steps.verify(steps.prove_capa(scenario)))

    assert before == []
    assert scenario.outcome == "closed"
    assert scenario.unmet == []


def test_a_major_one_is_refused_while_capa_and_reassessment_are_open(
    scenario: Scenario, risk: list[str]
) -> None:
    steps.issue(steps.note(scenario, source="internal", proposed_grade="major", risks=risk))
    steps.accept(steps.respond(scenario))
    scenario.hear("capa.closed")  # too early: somebody said so before it was

    with pytest.raises(GuardRefused) as refused:
        steps.close(steps.verify(scenario))

    kinds = {problem.where.partition(":")[0] for problem in refused.value.problems}
    assert kinds == {"capa", "reassessment"}


def test_a_cancelled_capa_is_over_but_proves_nothing(scenario: Scenario, risk: list[str]) -> None:
    steps.issue(steps.note(scenario, source="internal", proposed_grade="major", risks=risk))
    steps.accept(steps.respond(scenario))
    first = scenario.sibling().turn_to(scenario.records(Capa)[0].id)
    with unit_of_work() as uow:
        cancel(uow, first.instance_id, "Opened twice.")
    deliver_due()
    capa_steps.answer_reassessments(scenario)

    unmet = scenario.unmet
    steps.accept(steps.respond(steps.verify(scenario, "not_verified")))

    assert "capa" in unmet
    assert len(scenario.records(Capa)) == 2


def test_a_minor_one_may_be_given_a_capa_by_decision(scenario: Scenario, risk: list[str]) -> None:
    steps.accept(steps.respond(minor(scenario, risk)), is_capa_wanted=True)

    assert (len(scenario.records(Capa)), scenario.record.route, scenario.steps) == (1, "capa", [])


def test_the_correction_is_an_action_of_the_register(scenario: Scenario, risk: list[str]) -> None:
    steps.accept(steps.respond(minor(scenario, risk), **steps.planned(scenario)))
    waiting, actions = scenario.steps, steps.actions_of(scenario)

    capa_steps.do_actions(scenario)

    assert (waiting, scenario.steps) == ([], ["verify_finding"])
    assert [(one.action_type, one.title) for one in actions] == [
        ("correction", "Evaluate the three suppliers. The order system asks for it.")
    ]


def test_an_answer_that_is_not_accepted_is_given_again(scenario: Scenario, risk: list[str]) -> None:
    steps.accept(steps.respond(minor(scenario, risk)), "rejected")
    again = (scenario.steps, scenario.record.status)

    steps.respond(scenario)

    assert again == (["respond"], "issued")
    assert (scenario.steps, scenario.record.status) == (["accept_response"], "responded")


def test_what_was_not_put_right_is_answered_and_done_again(scenario: Scenario, risk: list[str]) -> None:
    steps.accept(steps.respond(minor(scenario, risk), **steps.planned(scenario)))
    steps.verify(capa_steps.do_actions(scenario), "not_verified")
    again = scenario.steps

    steps.accept(steps.respond(scenario, **steps.planned(scenario)))
    steps.close(steps.verify(capa_steps.do_actions(scenario)))

    assert (again, scenario.outcome, len(scenario.records(Action))) == (["respond"], "closed", 2)


def test_who_answers_cannot_verify(scenario: Scenario, risk: list[str]) -> None:
    steps.accept(steps.respond(minor(scenario, risk)))
    capa_steps.hand_to(scenario, "verify_finding", "process_owner")

    with pytest.raises(SeparationBroken):
        scenario.as_("process_owner").complete(
            "verify_finding", {"verification": "verified", "verification_note": "Mine."}
        )


def test_a_minor_one_may_wait_for_the_next_audit_which_hears_of_it(scenario: Scenario) -> None:
    risk = [scenario.company.link("risk", capa_steps.a_risk(scenario))]
    steps.write(steps.write_line(scenario, steps.seen(scenario)), risks=risk)
    steps.verify(steps.accept(steps.respond(steps.issue(scenario))), "next_audit")
    row = scenario.record

    items = registry.briefing(db.session(), row.site_id, row.process_id, row.opened_at)

    assert open_for(db.session(), row.audit_id) == []
    assert [(one.number, one.sentence) for one in items if one.topic is Topic.EARLIER_FINDING] == [
        (row.number, "Its verification was left to this audit.")
    ]
    assert steps.close(steps.verify(scenario)).outcome == "closed"


def test_a_major_one_does_not_wait_for_the_next_audit(scenario: Scenario, risk: list[str]) -> None:
    steps.issue(steps.note(scenario, source="internal", proposed_grade="major", risks=risk))
    steps.accept(steps.respond(scenario))
    steps.prove_capa(scenario)

    with pytest.raises(GuardRefused):
        steps.verify(scenario, "next_audit")


def test_an_upheld_finding_is_answered(scenario: Scenario, risk: list[str]) -> None:
    disputed = steps.dispute(minor(scenario, risk)).record.status

    steps.arbitrate(scenario, "uphold")

    assert (disputed, scenario.record.status, scenario.steps) == ("disputed", "issued", ["respond"])


def test_a_finding_graded_again_corrects_the_ledger_and_asks_for_capa_and_reassessment(
    scenario: Scenario, risk: list[str]
) -> None:
    steps.arbitrate(steps.dispute(minor(scenario, risk)), "regrade", arbitrated_grade="major")

    assert steps.events_of(scenario.record_id) == [("minor_finding", 1), ("major_finding", 1)]
    assert (len(scenario.records(Capa)), len(scenario.records(Reassessment))) == (1, 1)
    assert scenario.steps == ["respond"]


def test_a_finding_graded_down_needs_no_capa_once_that_is_cancelled(
    scenario: Scenario, risk: list[str]
) -> None:
    steps.dispute(steps.issue(steps.note(scenario, source="internal", proposed_grade="major", risks=risk)))
    steps.arbitrate(scenario, "regrade", arbitrated_grade="minor")
    steps.answered(scenario)
    capa_steps.answer_reassessments(scenario)
    before = [key.partition(":")[0] for key in scenario.unmet]

    capa = scenario.sibling().turn_to(scenario.records(Capa)[0].id)
    with unit_of_work() as uow:
        cancel(uow, capa.instance_id, "The finding is minor.")
    steps.close(scenario)

    assert before == ["capa"]
    assert scenario.outcome == "closed"
    assert steps.events_of(scenario.record_id) == [("major_finding", 1), ("minor_finding", 1)]


def test_a_finding_graded_up_again_joins_its_own_capa(scenario: Scenario, risk: list[str]) -> None:
    steps.dispute(steps.issue(steps.note(scenario, source="internal", proposed_grade="major", risks=risk)))
    steps.dispute(steps.arbitrate(scenario, "regrade", arbitrated_grade="minor"))

    steps.accept(steps.respond(steps.arbitrate(scenario, "regrade", arbitrated_grade="major")))

    assert (len(scenario.records(Capa)), scenario.steps) == (1, [])
    assert steps.verify(steps.prove_capa(scenario)).steps == ["close_finding"]


def test_a_withdrawn_finding_ends_and_counts_nowhere(scenario: Scenario) -> None:
    steps.dispute(steps.issue(steps.note(scenario, source="internal")))

    steps.arbitrate(scenario, "withdraw")

    assert (scenario.outcome, scenario.record.status, scenario.steps) == ("withdrawn", "withdrawn", [])
    assert steps.events_of(scenario.record_id)[-1] == ("improvement_opportunity", 0)


@pytest.mark.parametrize("grade", ["ofi", "observation"])
def test_an_opportunity_becomes_an_improvement(scenario: Scenario, grade: str) -> None:
    steps.issue(steps.note(scenario, source="internal", proposed_grade=grade))

    steps.take_up(scenario)

    assert scenario.outcome == "considered"
    assert [one.idea for one in scenario.records(Improvement)] == [
        "Orders are placed before the supplier is evaluated.\n\nOrders 17 to 19."
    ]


def test_an_opportunity_may_be_left_with_a_reason(scenario: Scenario) -> None:
    steps.issue(steps.note(scenario, source="internal", proposed_grade="ofi"))

    scenario.as_("process_owner").complete(
        "consider_improvement", {"improvement": "decline", "decline_reason": "Too few suppliers."}
    )

    assert (scenario.outcome, scenario.records(Improvement)) == ("considered", [])


def test_a_rule_may_ask_for_a_finding_once(scenario: Scenario) -> None:
    steps.seen(scenario)
    audit_id = scenario.record_id
    payload = {
        "audit_id": audit_id,
        "title": "Audit not held",
        "statement": "It is 90 days late.",
        "requirement": "9.2.2",
        "grade": "minor",
        "site_id": scenario.company.site,
        "process_id": scenario.company.process,
    }

    for source in ("job:1", "job:2"):
        with unit_of_work() as uow:
            messages.send(
                uow, "finding.requested", f"audit-overdue:{audit_id}", source=source, payload=payload
            )
        deliver_due()

    found = scenario.records(Finding)
    assert [(one.title, one.proposed_grade) for one in found] == [("Audit not held", "minor")]
    assert scenario.turn_to(found[0].id).steps == ["write_finding"]
