"""The steps of nonconformity and CAPA with plausible answers; a scenario names only what matters to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.accounts.grants import GrantOrder, give
from app.accounts.roles import Role
from app.actions.models import Action
from app.capa.models import Capa
from app.foundation import clock
from app.foundation.unit_of_work import unit_of_work
from app.risks.models import Reassessment
from app.workflow.tasks import reassign
from tests.scenarios.dsl import Scenario


def grant(scenario: Scenario, who: str, role: str) -> None:
    """Give somebody of the company one more role at the site."""
    with unit_of_work() as uow:
        give(uow, scenario.company.people[who], GrantOrder(Role(role), scenario.company.site))


def hand_to(scenario: Scenario, element_id: str, who: str) -> None:
    """Give an open step of the record to somebody."""
    task_id = scenario.task(element_id).id
    with unit_of_work() as uow:
        reassign(uow, task_id, scenario.company.people[who], "for the test")


def report(scenario: Scenario, **answers: Any) -> Scenario:
    """Somebody reports a deviation at the site."""
    company = scenario.company
    given = {
        "title": "Seal face out of flatness",
        "description": "Six of forty faces are above 0.6 µm.",
        "occurred_at": (clock.now() - timedelta(hours=1)).isoformat(),
        "site_id": company.link("site", company.site),
        "process_id": company.link("process", company.process),
        "product_family_id": company.link("product_family", company.family),
        "failure_mode_id": company.link("failure_mode", company.failure_mode),
        "source": "internal",
        "severity_initial": "2",
    }
    return scenario.as_("reporter").start("nonconformity", given | answers)


def contain(scenario: Scenario) -> Scenario:
    """The process owner stops the consequences."""
    return scenario.as_("process_owner").complete(
        "contain",
        {
            "containment_choice": "done",
            "containment": "Lot blocked and sorted.",
            "contained_at": clock.now().isoformat(),
            "is_stock_blocked": True,
        },
    )


def triage(scenario: Scenario, **answers: Any) -> Scenario:
    """The quality coordinator confirms, with severity 2 seen once unless told otherwise."""
    given = {"triage_verdict": "confirmed", "severity": "2", "occurrence": "1", "route_wish": "rule"}
    if not answers.get("risks"):
        given["no_risk_reason"] = "No risk of the register speaks of it."
    given["failure_mode_id"] = scenario.company.link("failure_mode", scenario.company.failure_mode)
    return scenario.as_("quality_coordinator").complete("triage", given | answers)


def confirmed(scenario: Scenario, **answers: Any) -> Scenario:
    """Report, contain and confirm."""
    given = {"has_people_harm", "source", "audit_kind", "audit_grade", "occurred_at"} & answers.keys()
    first = {name: answers.pop(name) for name in given}
    return triage(contain(report(scenario, **first)), **answers)


def close_nonconformity(scenario: Scenario) -> Scenario:
    """The quality coordinator closes the nonconformity."""
    answers = (
        {} if scenario.record.reassessment_requested_at else {"risk_justification": "Seen once, no risk."}
    )
    return scenario.as_("quality_coordinator").complete("close_nonconformity", answers)


def dispose(scenario: Scenario, **answers: Any) -> Scenario:
    """The process owner decides what happens to the product."""
    lot = {"lot": "2602-114", "quantity": "40", "unit": "pcs", "place": "Cage 2", "disposition": "rework"}
    given = {
        "lots": [lot],
        "disposition": "rework",
        "disposition_note": "Lap again and measure every face.",
        "authority_id": str(scenario.company.people["authority"]),
        "cost_lines": [{"kind": "labour", "amount": "320.50", "currency": "eur"}],
    }
    return scenario.as_("process_owner").complete("decide_disposition", given | answers)


def authorise(scenario: Scenario, verdict: str = "approve") -> Scenario:
    """The authority accepts the disposition, or sends it back."""
    comment = {} if verdict == "approve" else {"authority_comment": "Scrap the deep ones."}
    return scenario.as_("authority").complete("authorise_disposition", {"verdict": verdict, **comment})


def reverify(scenario: Scenario, result: str = "pass") -> Scenario:
    """The verifier checks the outcome of the disposition."""
    return scenario.as_("verifier").complete(
        "verify_disposition", {"reverify_result": result, "reverify_note": "40 of 40 measured."}
    )


def open_capa(scenario: Scenario, **answers: Any) -> Scenario:
    """A nonconformity of severity 3, seen twice, leads to a CAPA; the story goes on with it."""
    confirmed(scenario, **({"severity": "3", "occurrence": "2"} | answers))
    return scenario.turn_to(scenario.records(Capa)[-1].id)


def analyse(scenario: Scenario, **answers: Any) -> Scenario:
    """The owner finds a cause in the arrangement of work."""
    company = scenario.company
    given = {
        "method": "five_why",
        "why_chain": [{"answer": "The plate was hollow."}, {"answer": "No limit for wear exists."}],
        "root_cause": "The maintenance plan has no limit for plate wear.",
        "cause_categories": [company.link("cause_category", company.method_cause)],
        "is_cause_validated": True,
        "cause_evidence": scenario.as_("capa_owner").upload(),
        "read_across": "Looked at L-11 in Leeds: same plan.",
        "no_similar_reason": "Leeds has a limit.",
    }
    return scenario.as_("capa_owner").complete("analyse_cause", given | answers)


def plan(scenario: Scenario, **answers: Any) -> Scenario:
    """The owner plans one action and one criterion."""
    action = {
        "type": "corrective",
        "text": "Write a limit for plate wear into the plan.",
        "owner_id": str(scenario.company.people["action_owner"]),
        "due_on": (clock.now() + timedelta(days=20)).date().isoformat(),
        "deliverable": "process",
    }
    criterion = {
        "metric": "Faces above limit, %",
        "baseline": "15",
        "op": "at_most",
        "target": "2",
        "margin": "10",
    }
    given = {
        "planned_actions": [action],
        "criteria": [criterion],
        "effectiveness_method": "trend",
        "population": 200,
        "window_days": 180,
        "adverse_effects": "Shorter life of plates, looked at.",
    }
    return scenario.as_("capa_owner").complete("plan_actions", given | answers)


def approve(scenario: Scenario) -> Scenario:
    """The quality manager accepts the plan."""
    return scenario.as_("quality_manager").approve("approve_plan")


def do_actions(scenario: Scenario) -> Scenario:
    """The owners of all open actions of the CAPA do them, and the verifier verifies each."""
    capa_id = scenario.record_id
    for action in [
        one for one in scenario.records(Action) if one.source_id == capa_id and one.status == "open"
    ]:
        scenario.turn_to(action.id).as_("action_owner").complete(
            "carry_out", {"done_text": "Limit written.", "done_on": clock.now().date().isoformat()}
        )
        scenario.as_("verifier").complete(
            "verify_action", {"verification": "accepted", "verification_note": "Seen in revision 4."}
        )
    return scenario.turn_to(capa_id)


def verify(scenario: Scenario, completeness: str = "complete") -> Scenario:
    """The verifier judges the plan as a whole."""
    given = {
        "completeness": completeness,
        "implementation_note": "Revision 4 is in force at both machines.",
        "adverse_effects_seen": "None seen.",
    }
    if completeness == "incomplete":
        given["missing_actions"] = "Leeds has no limit yet."
    return scenario.as_("verifier").complete("verify_implementation", given)


def waiting(scenario: Scenario, **answers: Any) -> Scenario:
    """A CAPA that waits for its proof."""
    return verify(do_actions(approve(plan(analyse(open_capa(scenario)), **answers))))


def check(scenario: Scenario, actual: str = "1", **answers: Any) -> Scenario:
    """The verifier measures the criterion."""
    record = scenario.record
    results = [{**one, "actual": actual, "evidence": "Chart of March"} for one in record.criteria_results]
    rows = [{key: value for key, value in one.items() if key != "margin"} for one in results]
    given = {
        "criteria_results": rows,
        "samples_checked": 20,
        "new_problems": "no",
        "near_miss_wish": "extend",
        "effectiveness_note": "The figure stays below its limit.",
        "effectiveness_evidence": scenario.as_("verifier").upload(),
    }
    return scenario.as_("verifier").complete("check_effectiveness", given | answers)


def review_risks(scenario: Scenario, **answers: Any) -> Scenario:
    """The risk owner says that nothing changes, and why."""
    given = {
        "risks": scenario.record.risks,
        "risk_update": "no_change",
        "risk_justification": "The control stands as assessed.",
    }
    return scenario.as_("risk_owner").complete("review_risks", given | answers)


def close_capa(scenario: Scenario, who: str = "quality_manager") -> Scenario:
    """Somebody who is asked closes the CAPA as effective."""
    return scenario.as_(who).approve("close_capa", lessons="Wear needs a number.")


def a_risk(scenario: Scenario) -> int:
    """A risk of 2 by 4 in the register, assessed by its owner."""
    company = scenario.company
    story = (
        scenario.sibling()
        .as_("quality_manager")
        .start(
            "risk",
            {
                "risk_kind": "risk",
                "title": "Seals leak",
                "cause": "Lapping plates wear",
                "event": "A face is out of flatness",
                "consequence": "Pumps leak at the customer",
                "site_id": company.link("site", company.site),
                "process_id": company.link("process", company.process),
                "category": "quality",
                "risk_owner_id": company.people["risk_owner"],
            },
        )
    )
    story.as_("risk_owner").complete(
        "assess_risk", {"inherent": "4-4", "controls": [], "residual": "2-4", "rationale": "Checked monthly"}
    )
    return story.record_id


def answer_reassessments(scenario: Scenario) -> None:
    """The risk owner answers every open reassessment."""
    for one in [row for row in scenario.records(Reassessment) if row.closed_at is None]:
        scenario.sibling().turn_to(one.id).as_("risk_owner").complete(
            "reassess_risk",
            {
                "assessment": "4-4",
                "answer": "changed",
                "agree_with_indicated": "yes",
                "rationale": "It happened twice",
            },
        )


def severe(scenario: Scenario, severity: str) -> Scenario:
    """A CAPA of a severe nonconformity that touches a risk, planned and approved by top management too."""
    risk = [scenario.company.link("risk", a_risk(scenario))]
    analyse(open_capa(scenario, severity=severity, risks=risk))
    approve(plan(scenario))
    return scenario.as_("top_management").approve("approve_plan")
