"""The steps of findings, as the people of the company do them."""

from __future__ import annotations

from collections.abc import Mapping
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


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as the lead auditor writes it. Shape: `risks` are keys of the register; `impact` 1 to 5."""

    title: str
    statement: str
    risks: tuple[str, ...]
    grade: str = "minor"
    impact: int = 3


@dataclass(frozen=True, slots=True)
class PutRight:
    """What the process owner answers, and what the auditor sees later."""

    correction: str
    cause: str
    plan: str
    seen: str
    harmless: str


@dataclass(frozen=True, slots=True)
class FindingSteps:
    """The steps of findings at one site as the people of the company do them."""

    stage: Stage
    site: str = "UME"

    def write(self, line_id: int, what: Found) -> int:
        """Let the lead auditor write a finding from a line and issue it; return its id."""
        db.session.rollback()
        lead = actor_of(db.session(), int(self.stage.person(LEAD)), clock.now())
        assert lead is not None, "the lead auditor is in the company"
        finding_id = perform(lead.id, lambda uow: write_from_line(uow, lead, line_id))
        row = self.stage.record(finding_id)
        risks = [f"risk:{self.stage.known[key]}" for key in what.risks]
        answers = {
            "site_id": f"site:{row.site_id}",
            "process_id": f"process:{row.process_id}",
            "title": what.title,
            "requirement": row.requirement,
            "evidence": row.evidence,
            "statement": what.statement,
            "proposed_grade": what.grade,
            "impact": str(what.impact),
            "occurrence": "1",
            "risks": risks,
        }
        if row.repeat_of_id:
            answers["repeat_of_id"] = f"finding:{row.repeat_of_id}"
        self.stage.complete(LEAD, finding_id, "write_finding", answers)
        self.stage.complete(LEAD, finding_id, "issue_finding", {"verdict": "issue", "risks": risks})
        return finding_id

    def respond(self, finding_id: int, what: PutRight) -> None:
        """Let the process owner answer with what was put right."""
        answers = {"response": "agree", "correction": what.correction, "correction_state": "done"}
        if self.stage.record(finding_id).route != "capa":
            answers |= {"cause": what.cause, "plan": what.plan}
        self.stage.complete(OWNERS[self.site], finding_id, "respond", answers)

    def accept(self, finding_id: int) -> None:
        """Let the lead auditor accept the answer."""
        self.stage.complete(LEAD, finding_id, "accept_response", {"acceptance": "accepted"})

    def close(self, finding_id: int, what: PutRight) -> None:
        """Let the auditor verify and the lead auditor close."""
        seen = {"verification": "verified", "verification_note": what.seen}
        self.stage.complete(LEAD, finding_id, "verify_finding", seen)
        is_asked = self.stage.record(finding_id).reassessment_requested_at is not None
        why = {} if is_asked else {"risk_justification": what.harmless}
        self.stage.complete(LEAD, finding_id, "close_finding", why)

    def improve(self, finding_id: int, answers: Mapping[str, str]) -> None:
        """Let the process owner say what becomes of an opportunity."""
        self.stage.complete(OWNERS[self.site], finding_id, "consider_improvement", answers)


def answer_one(
    stage: Stage, audit_id: int, line_id: int, result: str, seen: str, interviewee: str = "Buyer"
) -> None:
    """Answer one line of a checklist as the lead auditor."""
    db.session.rollback()
    version = next(one.row_version for one in lines_of(db.session(), audit_id) if one.id == line_id)
    order = AnswerOrder(f"demo-story-{line_id}", version, result, seen, interviewee=interviewee)

    def work(uow: UnitOfWork) -> None:
        answer_line(uow, uow.session.get_one(Audit, audit_id), line_id, order)

    perform(int(stage.person(LEAD)), work)
