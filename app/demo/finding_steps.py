"""The steps of findings at Purchasing in Umeå, as the people of the company do them."""

from __future__ import annotations

from dataclasses import dataclass

from app.accounts.sessions import actor_of
from app.audits.checklist import AnswerOrder, answer_line, lines_of
from app.audits.finding_service import write_from_line
from app.audits.models import Audit
from app.demo.nonconformity_steps import OWNERS
from app.demo.stage import Stage
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import UnitOfWork
from app.workflow.acts import perform

LEAD = "sofia.lind"
SITE = "UME"
AGAIN = "Two of five orders went out before the supplier was approved."


@dataclass(frozen=True, slots=True)
class FindingSteps:
    """The steps of findings at one site as the people of the company do them."""

    stage: Stage

    def write(self, line_id: int, statement: str) -> int:
        """Let the lead auditor write a finding from a line and issue it; return its id."""
        db.session.rollback()
        lead = actor_of(db.session(), int(self.stage.person(LEAD)), clock.now())
        assert lead is not None, "the lead auditor is in the company"
        finding_id = perform(lead.id, lambda uow: write_from_line(uow, lead, line_id))
        row = self.stage.record(finding_id)
        answers = {
            "site_id": f"site:{row.site_id}",
            "process_id": f"process:{row.process_id}",
            "title": "Orders before the supplier is evaluated",
            "requirement": row.requirement,
            "evidence": row.evidence,
            "statement": statement,
            "proposed_grade": "minor",
            "impact": "3",
            "occurrence": "1",
            "risks": [f"risk:{self.stage.known['castings']}"],
        }
        if row.repeat_of_id:
            answers["repeat_of_id"] = f"finding:{row.repeat_of_id}"
        self.stage.complete(LEAD, finding_id, "write_finding", answers)
        risks = {"risks": answers["risks"]}
        self.stage.complete(LEAD, finding_id, "issue_finding", {"verdict": "issue", **risks})
        return finding_id

    def respond(self, finding_id: int) -> None:
        """Let the process owner answer with what was put right."""
        answers = {
            "response": "agree",
            "correction": "The supplier was evaluated and approved.",
            "correction_state": "done",
            "cause": "The order form does not ask for the approval.",
            "plan": "Purchasing checks the list before each first order.",
        }
        self.stage.complete(OWNERS[SITE], finding_id, "respond", answers)

    def accept(self, finding_id: int) -> None:
        """Let the lead auditor accept the answer."""
        self.stage.complete(LEAD, finding_id, "accept_response", {"acceptance": "accepted"})

    def close(self, finding_id: int) -> None:
        """Let the auditor verify and the lead auditor close."""
        seen = {
            "verification": "verified",
            "verification_note": "Four first orders seen, all approved.",
        }
        self.stage.complete(LEAD, finding_id, "verify_finding", seen)
        why = {"risk_justification": "One order, no bad part came of it."}
        self.stage.complete(LEAD, finding_id, "close_finding", why)


def found_again(stage: Stage, audit_id: int) -> None:
    """Answer the line about the earlier finding: it is there again, so it is major."""
    db.session.rollback()
    asked = [one.id for one in lines_of(db.session(), audit_id) if one.origin == "earlier_finding"]
    for line_id in asked[:1]:
        answer_one(stage, audit_id, line_id, "minor", AGAIN)
        FindingSteps(stage).write(line_id, "Orders go out without an approved supplier, once more.")


def answer_one(stage: Stage, audit_id: int, line_id: int, result: str, seen: str) -> None:
    """Answer one line of a checklist as the lead auditor."""
    db.session.rollback()
    version = next(one.row_version for one in lines_of(db.session(), audit_id) if one.id == line_id)
    order = AnswerOrder(f"demo-story-{line_id}", version, result, seen, interviewee="Buyer")

    def work(uow: UnitOfWork) -> None:
        answer_line(uow, uow.session.get_one(Audit, audit_id), line_id, order)

    perform(int(stage.person(LEAD)), work)
