"""A finding of Purchasing that was put right, before the programme of the year brings it up again."""

from __future__ import annotations

from app.audits.checklist import LineOrder, add_line, lines_of
from app.audits.models import Audit
from app.demo.agenda import Story
from app.demo.audit_stories import AuditSteps, acknowledged
from app.demo.finding_steps import LEAD, SITE, FindingSteps, answer_one
from app.demo.nonconformity_steps import QUALITY_MANAGER
from app.demo.stage import Stage
from app.foundation.db import db
from app.foundation.unit_of_work import UnitOfWork
from app.workflow.acts import perform

QUESTION = LineOrder(
    "Are suppliers evaluated before the first order?", "8.4.1", sampling="5 orders of the last quarter"
)
FOUND = "One of five first orders went out eleven days before the supplier was evaluated."


def found_and_put_right(steps: AuditSteps) -> Story:
    """Tell of the audit before the programme: a minor finding that was corrected and closed."""
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
    yield from acknowledged(stage, audit_id, SITE, 168)
    yield 156
    lines = _under_way(stage, audit_id)
    for line_id in lines:
        result, seen = ("minor", FOUND) if line_id == lines[-1] else ("conform", "Seen and heard; in place.")
        answer_one(stage, audit_id, line_id, result, seen)
    meeting = {"closing_meeting_at": stage.moment(), "participants": "Lars Ek, two buyers, the team"}
    stage.complete(LEAD, audit_id, "carry_out_audit", meeting)
    finding_id = findings.write(lines[-1], "Suppliers may be used before anybody has looked at them.")
    yield 152
    report = {"summary": "One order too early.", "conclusion": "partly", "strengths": "Quick answers"}
    stage.complete(LEAD, audit_id, "write_report", report)
    yield 150
    stage.approve(QUALITY_MANAGER, audit_id, "sign_report")
    yield 145
    findings.respond(finding_id)
    yield 143
    findings.accept(finding_id)
    yield 130
    findings.close(finding_id)
    why = {"risk_justification": "The finding was a single lapse, and no bad part came of it."}
    stage.complete(LEAD, audit_id, "close_audit", why)


def _under_way(stage: Stage, audit_id: int) -> list[int]:
    """Begin the audit with the question of the story as its last one; return the ids of its lines."""
    perform(int(stage.person(LEAD)), lambda uow: _add(uow, audit_id))
    stage.complete(LEAD, audit_id, "prepare_checklist", {"readiness": "ready"})
    db.session.rollback()
    return [line.id for line in lines_of(db.session(), audit_id)]


def _add(uow: UnitOfWork, audit_id: int) -> None:
    add_line(uow, uow.session.get_one(Audit, audit_id), QUESTION)
