"""A finding of Purchasing that was put right, and that the programme brings up again half a year later."""

from __future__ import annotations

from app.audits.checklist import LineOrder, add_line, lines_of
from app.audits.models import Audit
from app.demo.agenda import Story
from app.demo.audit_steps import AuditSteps, Report
from app.demo.finding_steps import LEAD, FindingSteps, Found, PutRight, answer_one
from app.demo.nonconformity_steps import QUALITY_MANAGER
from app.demo.stage import Stage
from app.foundation.db import db
from app.foundation.unit_of_work import UnitOfWork
from app.workflow.acts import perform

SITE = "UME"
QUESTION = LineOrder(
    "Are suppliers evaluated before the first order?", "8.4.1", sampling="5 orders of the last quarter"
)
SEEN = "One of five first orders went out eleven days before the supplier was evaluated."
TITLE = "Orders before the supplier is evaluated"
EARLY = Found(TITLE, "Suppliers may be used before anybody has looked at them.", ("castings",))
AGAIN_SEEN = "Two of five orders went out before the supplier was approved."
AGAIN = Found(TITLE, "Orders go out without an approved supplier, once more.", ("castings",))
PUT_RIGHT = PutRight(
    "The supplier was evaluated and approved.",
    "The order form does not ask for the approval.",
    "Purchasing checks the list before each first order.",
    "Four first orders seen, all approved.",
    "One order, no bad part came of it.",
)


def found_and_put_right(steps: AuditSteps) -> Story:
    """Tell of an audit besides the programme: a minor finding that was corrected and closed."""
    stage, findings = steps.stage, FindingSteps(steps.stage)
    yield 174
    audit_id = stage.start(
        LEAD,
        "audit",
        {
            "title": "Purchasing, after the delivery of soft castings",
            **stage.place(SITE, "PUR"),
            "audit_type": "process",
            "lead_auditor_id": stage.person(LEAD),
        },
    )
    steps.plan(audit_id, SITE, 17)
    yield from steps.acknowledged(audit_id, SITE, 168)
    yield 156
    lines = _under_way(stage, audit_id)
    for line_id in lines:
        result, seen = ("minor", SEEN) if line_id == lines[-1] else ("conform", "Seen and heard; in place.")
        answer_one(stage, audit_id, line_id, result, seen)
    steps.met(audit_id, "Lars Ek, two buyers, the team")
    finding_id = findings.write(lines[-1], EARLY)
    yield 152
    steps.reported(audit_id, Report("One order too early.", "Quick answers", "partly"))
    yield 150
    stage.approve(QUALITY_MANAGER, audit_id, "sign_report")
    yield 145
    findings.respond(finding_id, PUT_RIGHT)
    yield 143
    findings.accept(finding_id)
    yield 130
    findings.close(finding_id, PUT_RIGHT)
    steps.close(audit_id)


def found_again(stage: Stage, audit_id: int) -> None:
    """Answer the line about the earlier finding: it is there again, so it is major."""
    db.session.rollback()
    asked = [one.id for one in lines_of(db.session(), audit_id) if one.origin == "earlier_finding"]
    for line_id in asked[:1]:
        answer_one(stage, audit_id, line_id, "minor", AGAIN_SEEN)
        FindingSteps(stage).write(line_id, AGAIN)


def _under_way(stage: Stage, audit_id: int) -> list[int]:
    """Begin the audit with the question of the story as its last one; return the ids of its lines."""
    perform(int(stage.person(LEAD)), lambda uow: _add(uow, audit_id))
    stage.complete(LEAD, audit_id, "prepare_checklist", {"readiness": "ready"})
    db.session.rollback()
    return [line.id for line in lines_of(db.session(), audit_id)]


def _add(uow: UnitOfWork, audit_id: int) -> None:
    add_line(uow, uow.session.get_one(Audit, audit_id), QUESTION)
