"""What comes of the approvals of a CAPA: a plan or a closing sent back, with the words of who did."""

from __future__ import annotations

from app.approvals.refusals import refusal_words
from app.capa.ports import CAPA
from app.workflow.lifecycle import Operation, OperationCall

PLAN, CLOSING = "approve_plan", "close_capa"  # the calls in which they are approved


def return_plan(call: OperationCall) -> None:
    """Keep what must change in the plan, for its owner; the CAPA is planned again."""
    words = refusal_words(call.uow.session, call.instance_id, PLAN)
    CAPA.write_facts(call.uow, call.record_id, {"plan_verdict": "return", "plan_comment": words})


def return_closing(call: OperationCall) -> None:
    """Keep why the CAPA was not closed, for its owner."""
    words = refusal_words(call.uow.session, call.instance_id, CLOSING)
    CAPA.write_facts(call.uow, call.record_id, {"closing_comment": words, "closing_answer": None})


OPERATIONS = (
    Operation("capa.return_plan", return_plan, description="Keep what must change in the plan."),
    Operation("capa.return_closing", return_closing, description="Keep why it was not closed."),
)
