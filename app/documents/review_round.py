"""The round of reviewers: who is asked at the same time, what they say, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.accounts.groups import group_for, members_of
from app.accounts.models import Person
from app.accounts.roles import Role
from app.documents.change_models import DocumentChange, ReviewComment
from app.documents.changes import revision_of_change
from app.foundation.unit_of_work import UnitOfWork
from app.workflow.lifecycle import Operation, OperationCall, Part, RecordView
from app.workflow.models import Submission, Task, TaskState
from app.workflow.slot_rules import Place, Slot, SlotRule

CHOSEN, BY_ROLE = "chosen", "role"  # the reasons that the page of a task knows
GRAVEST = ("not_ready", "commented", "ready")
_ROLES = ("first", "second")


def offer(uow: UnitOfWork, record: RecordView, place: Place) -> Sequence[Slot]:
    """Ask the roles that the type of the document decides, and whom the author named; never the author.

    Shape: a role nobody else holds goes to the quality manager; the owner of the process stands for its role.
    """
    author_id = record.values.get("author_id")
    slots: list[Slot] = []
    taken: set[int] = {author_id} if author_id else set()
    for key in _ROLES:
        slot = _by_role(uow, record, key, str(place.parameters.get(key) or ""), taken)
        if slot is not None:
            slots.append(slot)
            taken |= {slot.person_id} if slot.person_id else set()
    for person_id in _named(uow, record):
        if person_id not in taken:
            slots.append(Slot(f"person-{person_id}", CHOSEN, person_id=person_id))
            taken.add(person_id)
    return slots


def cast(
    uow: UnitOfWork,
    record: RecordView,
    place: Place,
    _slot_key: str,
    answers: Mapping[str, Any],
    actor_id: int,
    _on_behalf_of_id: int | None,
) -> bool:
    """Keep what a reviewer says; the round is over when everybody has spoken.

    Effects: a row for each comment.
    """
    change = uow.session.get_one(DocumentChange, record.id)
    revision = revision_of_change(uow.session, change.id)
    assert revision is not None, "a draft was locked before"
    for one in answers.get("review_comments") or ():
        uow.session.add(
            ReviewComment(
                change_id=change.id,
                revision_id=revision.id,
                round=change.review_round,
                section=str(one.get("section") or ""),
                text=str(one.get("text") or ""),
                author_id=actor_id,
                created_at=uow.now,
            )
        )
    return review(uow, record, place)


def review(uow: UnitOfWork, _record: RecordView, place: Place) -> bool:
    """Tell whether nobody is left to speak."""
    uow.session.flush()
    still_open = select(Task.id).where(
        Task.guid == place.guid, Task.slot != "", Task.state == TaskState.OPEN.value
    )
    return uow.session.scalar(still_open.limit(1)) is None


def judge_review(call: OperationCall) -> Mapping[str, Any]:
    """Say what the round comes to, and lay its comments out for the author.

    Shape: `outcome` is the gravest verdict; comments without one make it `commented`.
    """
    uow = call.uow
    verdicts = _verdicts(uow, call)
    change = uow.session.get_one(DocumentChange, call.record_id)
    comments = uow.session.execute(
        select(ReviewComment, Person.name)
        .outerjoin(Person, Person.id == ReviewComment.author_id)
        .where(ReviewComment.change_id == change.id, ReviewComment.disposition.is_(None))
        .order_by(ReviewComment.id)
    ).all()
    change.comment_answers = [
        {
            "reference": str(one.id),
            "section": one.section,
            "text": one.text,
            "by": name or "",
            "disposition": None,
            "response": None,
        }
        for one, name in comments
    ]
    change.review_wish = None
    outcome = next((one for one in GRAVEST if one in verdicts), "ready")
    return {"outcome": "commented" if outcome == "ready" and comments else outcome}


def _by_role(uow: UnitOfWork, record: RecordView, key: str, role: str, taken: set[int]) -> Slot | None:
    owner_id = record.values.get("process_owner_id")
    if role == Role.PROCESS_OWNER.value and owner_id and owner_id not in taken:
        return Slot(key, CHOSEN, person_id=owner_id)
    for each in dict.fromkeys((role, Role.QUALITY_MANAGER.value)):
        if each not in set(Role):
            continue
        group_id = group_for(uow, Role(each), record.site_id)
        free = [one for one in members_of(uow.session, group_id, uow.now.date()) if one not in taken]
        if len(free) == 1:
            return Slot(key, CHOSEN, person_id=free[0])
        if free:
            return Slot(key, BY_ROLE, group_id=group_id)
    return None


def _named(uow: UnitOfWork, record: RecordView) -> list[int]:
    ids = [int(one["person_id"]) for one in record.values.get("reviewers") or () if one.get("person_id")]
    active = select(Person.id).where(Person.id.in_(ids), Person.is_active)
    known = set(uow.session.scalars(active))
    return [one for one in dict.fromkeys(ids) if one in known]


def _verdicts(uow: UnitOfWork, call: OperationCall) -> set[str]:
    """Return what was said in the last round of this call."""
    rows = uow.session.execute(
        select(Submission.answers, Task.guid)
        .join(Task, Task.id == Submission.task_id)
        .where(Submission.instance_id == call.instance_id, Submission.call_id == call.call_id)
        .order_by(Submission.id)
    ).all()
    last = rows[-1].guid if rows else ""
    return {str(row.answers.get("review_verdict")) for row in rows if row.guid == last}


PART = Part(
    key="draft_review",
    package="documents",
    title="Review of a draft",
    operations=(Operation("documents.judge_review", judge_review, description="Gather the comments."),),
    slots={"comment_draft": SlotRule(offer, cast, review)},
)
