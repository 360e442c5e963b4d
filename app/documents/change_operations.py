"""What happens by itself while a change is taken up, assessed and approved. Each is safe to run again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.accounts.models import Person
from app.documents.change_models import ChangeKind, ChangeStatus, DocumentChange
from app.documents.change_requests import note_request, open_change_id, requests_of
from app.documents.changes import change, end_change, note_band, note_deed, revision_of_change
from app.documents.drafting import prepare_draft, settle_comments, submit_draft
from app.documents.learning import ask_learners
from app.documents.models import NAME_LENGTH, DocumentRevision, RevisionStatus
from app.documents.releasing import (
    ask_audience,
    close_change,
    make_obsolete,
    plan_release,
    put_in_force,
    take_back,
)
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.records.links import LinkKind
from app.records.models import Record, RecordLink
from app.workflow import messages
from app.workflow.lifecycle import Operation, OperationCall, ParameterType, RecordView, registry
from app.workflow.models import Submission

REASSESSMENT_REQUESTED = "risk.reassessment_requested"
REASSESSMENT = "reassessment"
APPROVAL_CALL, APPROVE = "approve_change", "approve"


def refuse_request(call: OperationCall) -> Mapping[str, Any] | None:
    """Close a change that nobody takes up."""
    row = change(call.uow, call.record_id)
    end_change(call.uow, row, ChangeStatus.REJECTED)
    note_deed(call.uow, row, "document.change_refused", reason=row.request_note)
    return None


def join_open_change(call: OperationCall) -> Mapping[str, Any] | None:
    """Let everybody who asked here join the change that is on its way, and close this one."""
    uow, row = call.uow, change(call.uow, call.record_id)
    other = uow.session.get_one(DocumentChange, row.joined_id, with_for_update=True)
    for one in requests_of(uow.session, row.id):
        asked_by = {"kind": one.record_kind, "id": one.record_id, "number": one.record_number}
        key = f"{row.kind}:{row.id}:{one.request_key}"
        given = {"requested_by": asked_by, "request_key": key, "reason": one.reason or row.reason}
        note_request(uow, other, given)
    end_change(uow, row, ChangeStatus.JOINED)
    note_deed(uow, row, "document.change_joined", after={"change": other.number})
    return None


def note_impact(call: OperationCall) -> Mapping[str, Any] | None:
    """Keep when the impact was confirmed."""
    row = change(call.uow, call.record_id)
    row.impact_confirmed_at = row.impact_confirmed_at or call.uow.now
    row.impact_note = None
    note_band(call.uow, row)
    return None


def request_reassessment(call: OperationCall) -> Mapping[str, Any] | None:
    """Ask the owners of the risks the change touches to assess them again.

    Effects: one stored message for each risk; the answer is an open point of the change.
    """
    uow, row = call.uow, change(call.uow, call.record_id)
    trigger = {"kind": row.kind, "id": row.id, "number": row.number, "title": row.title}
    for link in row.risks or ():
        messages.send(
            uow,
            REASSESSMENT_REQUESTED,
            f"risk:{link['id']}",
            source=f"{row.kind}:{row.id}:{call.task_guid}",
            payload={
                "risk_id": link["id"],
                "trigger": trigger,
                "reason": _("%(number)s changes a control: %(note)s", number=row.number, note=row.risk_note),
                "severity": row.severity,
            },
        )
        row.reassessment_requested_at = uow.now
    return None


def count_reassessments(call: OperationCall) -> Mapping[str, Any] | None:
    """Count the reassessments this change asked for that are not answered, those on their way included."""
    uow, row = call.uow, change(call.uow, call.record_id)
    uow.session.flush()  # what this act wrote counts as well
    points = registry.open_points(uow.session, row.kind, row.id)
    unmet = [one for one in points if one.link_kind == REASSESSMENT and not one.is_met]
    row.open_reassessments = len(unmet)
    row.waits_for = _risks_of(uow, row, [one.link_id for one in unmet if one.link_id]) if unmet else None
    if unmet and row.effective_at is None:
        row.status = ChangeStatus.WAITING_FOR_RISK.value
    return None


def _risks_of(uow: UnitOfWork, row: DocumentChange, reassessment_ids: Sequence[int]) -> str | None:
    """Return the numbers of the risks these reassessments are of, else of those the change names.

    Shape: a restricted risk is not named.
    """
    of_them = select(RecordLink.to_id).where(
        RecordLink.from_id.in_(reassessment_ids), RecordLink.kind == LinkKind.BELONGS_TO.value
    )
    named = [int(one["id"]) for one in row.risks or ()]
    risks = Record.id.in_(of_them) if reassessment_ids else Record.id.in_(named)
    open_ones = select(Record.number).where(risks, Record.restricted_to.is_(None)).order_by(Record.id)
    return ", ".join(uow.session.scalars(open_ones))[:NAME_LENGTH] or None


def begin_approval(call: OperationCall) -> Mapping[str, Any] | None:
    """Fix what is approved; what is in force already stays so."""
    row = change(call.uow, call.record_id)
    row.approval_begun_at = call.uow.now
    note_band(call.uow, row)
    revision = revision_of_change(call.uow.session, row.id)
    if revision is not None and revision.status == RevisionStatus.IN_REVIEW.value:
        revision.status = RevisionStatus.IN_APPROVAL.value
    if row.effective_at is None:
        row.status = ChangeStatus.IN_APPROVAL.value
    return None


def record_approval(call: OperationCall) -> Mapping[str, Any] | None:
    """Keep who approved what and when, and ask the audience to read it and whom it concerns to learn it.

    Effects: the revision with its approvals; a trail entry; the messages to the audience and the learners.
    """
    uow, row = call.uow, change(call.uow, call.record_id)
    row.approved_at = row.approved_at or uow.now
    revision = revision_of_change(uow.session, row.id)
    if revision is not None and row.change_kind != ChangeKind.WITHDRAW.value:
        revision.approval = _votes(uow, row, call.instance_id)
        revision.approved_at = revision.approved_at or uow.now
        if revision.status == RevisionStatus.IN_APPROVAL.value:
            revision.status = RevisionStatus.APPROVED.value
            row.status = ChangeStatus.APPROVED.value
            ask_audience(uow, row, revision)
        ask_learners(uow, row, revision)
    note_deed(uow, row, "document.approved", after=_approved(row, revision))
    return None


def return_change(call: OperationCall) -> Mapping[str, Any] | None:
    """Open the draft again; what an emergency put in force is taken back, and goes the long way from here."""
    uow, row = call.uow, change(call.uow, call.record_id)
    row.return_note = _last_words(uow, row, call.instance_id)
    revision = revision_of_change(uow.session, row.id)
    if row.effective_at is not None and revision is not None:
        take_back(uow, row, revision)
    elif revision is not None and revision.status == RevisionStatus.IN_APPROVAL.value:
        revision.status = RevisionStatus.DRAFT.value
    row.status = ChangeStatus.DRAFTING.value
    after = {"outcome": call.parameters.get("outcome")}
    note_deed(uow, row, "document.returned", after=after, reason=row.return_note)
    return None


def reject_change(call: OperationCall) -> Mapping[str, Any] | None:
    """Close a change that the approvers rejected for good; the revision in force stays."""
    row = change(call.uow, call.record_id)
    end_change(call.uow, row, ChangeStatus.REJECTED)
    note_deed(call.uow, row, "document.change_rejected", reason=row.return_note)
    return None


def check_take_up(
    uow: UnitOfWork, record: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse to take up a change of a document that is being changed, or to join one that is not."""
    if answers.get("request_verdict") == "join":
        return _check_join(uow, record, answers)
    named = answers.get("document_id")
    document_id = named.get("id") if isinstance(named, Mapping) else None
    running = open_change_id(uow.session, document_id) if document_id else None
    if answers.get("request_verdict") != "accept" or running in {None, record.id}:
        return ()
    number = uow.session.get_one(DocumentChange, running).number
    sentence = _("%(number)s changes this document already.", number=number)
    return [Problem("document_id", "change.running", sentence, _("Let this request join it."))]


def _check_join(uow: UnitOfWork, record: RecordView, answers: Mapping[str, Any]) -> Sequence[Problem]:
    named = answers.get("joined_id")
    other = uow.session.get(DocumentChange, named["id"]) if isinstance(named, Mapping) else None
    if other is None or (other.closed_at is None and other.id != record.id):
        return ()
    sentence = _("This change is not on its way.")
    return [Problem("joined_id", "change.joined", sentence, _("Choose one that is still open."))]


def _votes(uow: UnitOfWork, row: DocumentChange, instance_id: int) -> list[dict[str, Any]]:
    """Return who consented since approval began, in the order of their votes."""
    names = {one.id: one.name for one in uow.session.execute(select(Person.id, Person.name))}
    given = [one for one in _submissions(uow, row, instance_id) if one.answers.get("verdict") == APPROVE]
    return [
        {
            "person_id": one.actor_id,
            "name": names.get(one.actor_id or 0),
            "meaning": (one.signature or {}).get("meaning"),
            "at": one.submitted_at.isoformat(),
            "on_behalf_of": names.get(one.on_behalf_of_id or 0),
        }
        for one in given
    ]


def _last_words(uow: UnitOfWork, row: DocumentChange, instance_id: int) -> str:
    """Return why the approvers sent it back."""
    words = [one.answers.get("comment") for one in _submissions(uow, row, instance_id)]
    said = [str(word) for word in words if word]
    return said[-1] if said else _("The approvers gave no reason.")


def _submissions(uow: UnitOfWork, row: DocumentChange, instance_id: int) -> Sequence[Submission]:
    """Return what approvers have answered since this approval began, the first first."""
    return uow.session.scalars(
        select(Submission)
        .where(
            Submission.instance_id == instance_id,
            Submission.call_id == APPROVAL_CALL,
            Submission.submitted_at >= (row.approval_begun_at or row.opened_at),
        )
        .order_by(Submission.id)
    ).all()


def _approved(row: DocumentChange, revision: DocumentRevision | None) -> dict[str, Any]:
    if revision is None or row.change_kind == ChangeKind.WITHDRAW.value:
        return {"kind": row.change_kind}
    names = [one["name"] for one in revision.approval]
    return {"revision": revision.label, "sha256": revision.content_sha256, "by": names}


OPERATIONS = (
    Operation("documents.refuse_request", refuse_request, description="Close it with the reason."),
    Operation("documents.join_open_change", join_open_change, description="Join the open change."),
    Operation("documents.note_impact", note_impact, description="Keep when the impact was confirmed."),
    Operation("documents.request_reassessment", request_reassessment, description="Ask the risk owners."),
    Operation("documents.prepare_draft", prepare_draft, description="Fill the form with what is in force."),
    Operation("documents.submit_draft", submit_draft, description="Keep the draft and lock it."),
    Operation("documents.settle_comments", settle_comments, description="Keep the answers to comments."),
    Operation("documents.count_reassessments", count_reassessments, description="Count open reassessments."),
    Operation("documents.begin_approval", begin_approval, description="Fix what is approved."),
    Operation("documents.record_approval", record_approval, description="Keep who approved, ask readers."),
    Operation(
        "documents.return_change",
        return_change,
        parameters={"outcome": ParameterType.TEXT},
        description="Open the draft again.",
    ),
    Operation("documents.reject_change", reject_change, description="Close it as rejected."),
    Operation("documents.plan_release", plan_release, description="Turn the day into a moment."),
    Operation("documents.put_in_force", put_in_force, description="Swap the revisions."),
    Operation("documents.make_obsolete", make_obsolete, description="Take the document out of use."),
    Operation("documents.close_change", close_change, description="Close the change."),
)
