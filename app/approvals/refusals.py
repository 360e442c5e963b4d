"""Why an approval said no: the words that go back to who wrote what was refused."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.approvals.models import Approval, ApprovalStage, ApprovalVote
from app.approvals.rules import Verdict


def refusal_words(session: Session, instance_id: int, call_id: str) -> str:
    """Return what those who said no wrote in the latest approval of a call, a line for each with the name.

    Shape: "" when nobody said no.
    """
    latest = (
        select(Approval.id)
        .where(Approval.instance_id == instance_id, Approval.call_id == call_id)
        .order_by(Approval.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    said = (
        select(Person.name, ApprovalVote.comment)
        .join(Person, Person.id == ApprovalVote.person_id)
        .join(ApprovalStage, ApprovalStage.id == ApprovalVote.stage_id)
        .where(ApprovalStage.approval_id == latest, ApprovalVote.verdict == Verdict.REFUSE.value)
        .order_by(ApprovalVote.id)
    )
    session.flush()  # the vote that decided is of this very act
    return "\n".join(f"{name}: {comment}" for name, comment in session.execute(said))
