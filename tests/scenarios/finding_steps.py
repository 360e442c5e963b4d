"""The steps of a finding with plausible answers; a scenario names only what matters to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.actions.models import Action
from app.audits.checklist import AnswerOrder, LineOrder, add_line, answer_line, lines_of
from app.audits.finding_models import Finding
from app.audits.finding_service import write_from_line
from app.audits.models import Audit
from app.capa.models import Capa
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.quality_events.models import QualityEvent, QualityEventRisk
from tests.factories.accounts import actor_for
from tests.scenarios import audit_steps
from tests.scenarios import steps as capa_steps
from tests.scenarios.dsl import Scenario

CLAUSE = "8.4.1"


def seen(scenario: Scenario, result: str = "minor", clause: str = CLAUSE) -> int:
    """An audit has begun and one line of its checklist is answered; return the line."""
    acknowledged = audit_steps.acknowledge(audit_steps.plan(audit_steps.start_audit(scenario)).after(days=17))
    with unit_of_work(scenario.company.people["lead"]) as uow:
        row = uow.session.get_one(Audit, scenario.record_id)
        line_id = add_line(uow, row, LineOrder("Are suppliers evaluated before the first order?", clause)).id
    audit_steps.prepare(acknowledged)
    with unit_of_work(scenario.company.people["lead"]) as uow:
        row = uow.session.get_one(Audit, scenario.record_id)
        for line in lines_of(uow.session, row.id):
            word = result if line.id == line_id else "conform"
            order = AnswerOrder(f"device-{line.id}", line.row_version, word, "Orders 17 to 19: no evaluation")
            answer_line(uow, row, line.id, order)
    db.session.rollback()
    return line_id


def write_line(scenario: Scenario, line_id: int) -> Scenario:
    """The lead auditor turns a line into a finding; the story goes on with it."""
    actor = actor_for(scenario.company.people["lead"])
    with unit_of_work(actor.id) as uow:
        record_id = write_from_line(uow, actor, line_id)
    return scenario.turn_to(record_id)


def write(scenario: Scenario, **answers: Any) -> Scenario:
    """The auditor completes what the checklist has brought."""
    record = scenario.record
    given = {
        "site_id": scenario.company.link("site", record.site_id),
        "process_id": scenario.company.link("process", record.process_id),
        "title": "Suppliers without evaluation",
        "requirement": record.requirement,
        "evidence": record.evidence,
        "statement": "Orders are placed before the supplier is evaluated.",
        "proposed_grade": record.proposed_grade or "minor",
        "impact": "3",
        "occurrence": "1",
    }
    return scenario.as_(_auditor(scenario)).complete("write_finding", given | answers)


def note(scenario: Scenario, **answers: Any) -> Scenario:
    """The quality manager notes a finding of the certification body."""
    company = scenario.company
    given = {
        "source": "certification",
        "body": "NordCert",
        "found_on": "2026-03-10",
        "site_id": company.link("site", company.site),
        "process_id": company.link("process", company.process),
        "title": "Suppliers without evaluation",
        "requirement": CLAUSE,
        "evidence": "Orders 17 to 19.",
        "statement": "Orders are placed before the supplier is evaluated.",
        "proposed_grade": "minor",
        "impact": "2",
        "occurrence": "1",
    }
    if answers.get("source") == "internal":
        given = {key: value for key, value in given.items() if key not in {"body", "found_on"}}
    return scenario.as_("quality_manager").start("finding", given | answers)


def issue(scenario: Scenario, verdict: str = "issue", **answers: Any) -> Scenario:
    """The lead auditor issues the finding with the risks it has, or sends it back."""
    comment = {} if verdict == "issue" else {"issue_comment": "Which orders?"}
    risks = {"risks": [f"{one['kind']}:{one['id']}" for one in scenario.record.risks or ()]}
    return scenario.as_("lead").complete("issue_finding", {"verdict": verdict, **comment, **risks, **answers})


def respond(scenario: Scenario, **answers: Any) -> Scenario:
    """The auditee agrees and says what puts it right; cause and plan unless a CAPA carries them."""
    given: dict[str, Any] = {
        "response": "agree",
        "correction": "Evaluate the three suppliers.",
        "correction_state": "done",
    }
    if scenario.record.route != "capa":
        given |= {"cause": "The form is not asked for.", "plan": "The order system asks for it."}
    return scenario.as_(_answerer(scenario)).complete("respond", given | answers)


def planned(scenario: Scenario) -> dict[str, Any]:
    """The part of an answer that leaves the correction to be done."""
    return {
        "correction_state": "planned",
        "correction_owner_id": str(scenario.company.people["action_owner"]),
        "correction_due_on": (clock.now() + timedelta(days=10)).date().isoformat(),
    }


def dispute(scenario: Scenario) -> Scenario:
    """The auditee does not agree."""
    return scenario.as_(_answerer(scenario)).complete(
        "respond", {"response": "dispute", "dispute_reason": "8.4.1 asks for less."}
    )


def arbitrate(scenario: Scenario, decision: str, **answers: str) -> Scenario:
    """The quality manager decides."""
    why = {"arbitration": decision, "arbitration_reason": "Read the clause again."}
    return scenario.as_("quality_manager").complete("arbitrate", {**why, **answers})


def take_up(scenario: Scenario) -> Scenario:
    """The owner of the process takes up what could be better."""
    answers = {
        "improvement": "take_up",
        "improvement_text": "Rate suppliers by delivery",
        "improvement_owner_id": str(scenario.company.people["action_owner"]),
        "improvement_due_on": "2026-06-01",
    }
    return scenario.as_("process_owner").complete("consider_improvement", answers)


def accept(scenario: Scenario, acceptance: str = "accepted", **answers: Any) -> Scenario:
    """The lead auditor accepts the answer, or not yet."""
    why = {} if acceptance == "accepted" else {"acceptance_note": "That is a correction, not a cause."}
    return scenario.as_("lead").complete("accept_response", {"acceptance": acceptance, **why, **answers})


def verify(scenario: Scenario, verification: str = "verified") -> Scenario:
    """The auditor looks at what was done."""
    note = {"verification": verification, "verification_note": "Three evaluations seen."}
    return scenario.as_(_auditor(scenario)).complete("verify_finding", note)


def close(scenario: Scenario) -> Scenario:
    """The lead auditor closes the finding; without a reassessment with a reason."""
    why = {} if scenario.record.reassessment_requested_at else {"risk_justification": "A single lapse."}
    return scenario.as_("lead").complete("close_finding", why)


def answered(scenario: Scenario) -> Scenario:
    """Answered with a correction that is done, accepted and verified."""
    return verify(accept(respond(scenario)))


def prove_capa(scenario: Scenario) -> Scenario:
    """The CAPA of the finding waits for its proof, is checked and closed as effective."""
    capa = capa_checked(scenario)
    capa_steps.answer_reassessments(capa)
    capa_steps.close_capa(capa)
    return scenario


def capa_checked(scenario: Scenario) -> Scenario:
    """The CAPA of the finding has proven its effect and asks for its risks; return its story."""
    capa = scenario.sibling().turn_to(scenario.records(Capa)[-1].id)
    capa_steps.verify(capa_steps.do_actions(capa_steps.approve(capa_steps.plan(capa_steps.analyse(capa)))))
    capa_steps.check(capa.after(days=90))
    risks = [f"{one['kind']}:{one['id']}" for one in capa.record.risks]
    return capa_steps.review_risks(capa, risks=risks)


def actions_of(scenario: Scenario) -> list[Action]:
    """The actions of the record, oldest first."""
    return [one for one in scenario.records(Action) if one.source_id == scenario.record_id]


def events_of(record_id: int) -> list[tuple[str, int]]:
    """What stands in the ledger for a finding, oldest row first: kind and number of linked risks."""
    db.session.rollback()
    rows = db.session.scalars(
        select(QualityEvent).where(QualityEvent.subject_id == record_id).order_by(QualityEvent.id)
    )
    linked = select(QualityEventRisk.event_id)
    with_risk = list(db.session.scalars(linked))
    return [(row.kind, with_risk.count(row.id)) for row in rows]


def finding_of(scenario: Scenario) -> Finding:
    """The latest finding."""
    found: Finding = scenario.records(Finding)[-1]
    return found


def _answerer(scenario: Scenario) -> str:
    return "auditee" if scenario.record.audit_id else "process_owner"


def _auditor(scenario: Scenario) -> str:
    return "lead" if scenario.record.audit_id else "member"
