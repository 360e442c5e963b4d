"""The review of the context: everything is gone through, top management signs off (clauses 4.1 and 4.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.approvals.refusals import refusal_words
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.process_map.context import OPEN, REVIEW_REQUESTED, row_ids, rows_to_answer
from app.process_map.maintain import end_part, subject_of
from app.process_map.measures import MEASURES, WORDS
from app.process_map.models import ContextIssue, ContextReview, InterestedParty, ReviewStatus
from app.process_map.parts import PARTS, Part, PartKey
from app.process_map.rules import unanswered
from app.process_map.settings import SETTINGS
from app.records.facts import RecordPorts
from app.trail import Subject, record
from app.workflow.lifecycle import Lifecycle, MessageRule, Operation, OperationCall, RecordView, StartEntry

GONE = "gone"
SIGN_OFF = "sign_off"
_LISTS = (("issue_answers", PartKey.ISSUE), ("party_answers", PartKey.PARTY))


@dataclass(frozen=True)
class ReviewPorts(RecordPorts):
    """Ports of reviews: each is about the whole organisation and brings what is to be gone through."""

    def open_record(self, uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
        """Open a review with a row for every issue and party in force. Errors: FactsInvalid."""
        title = _("Review of context and interested parties %(year)s", year=uow.now.year)
        record_id = super().open_record(uow, {**facts, **rows_to_answer(uow.session), "title": title})
        row = uow.session.get_one(ContextReview, record_id)
        row.site_id = None  # whoever opened it has a site; the context has none
        return record_id


PORTS = ReviewPorts(ContextReview, "CTX", ReviewStatus.OPEN.value)


def find_running(uow: UnitOfWork, _correlation_key: str, _payload: Mapping[str, Any]) -> int | None:
    """Return the review that is running, None when one may be opened."""
    running = select(ContextReview.id).where(ContextReview.status.in_(OPEN)).limit(1)
    return uow.session.scalar(running)


def join_running(_uow: UnitOfWork, _record_id: int, _payload: Mapping[str, Any]) -> None:
    """Leave a running review as it is: asking twice adds nothing."""


def facts_of_request(_uow: UnitOfWork, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of a review that the calendar asks for."""
    return {"reason": _("The yearly review is due.")}


def check_answers(
    _uow: UnitOfWork, record_: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse a review that leaves an issue or a party out, or changes one without saying why."""
    problems = []
    for key, _part in _LISTS:
        missing, bare = unanswered(record_.values.get(key) or (), answers.get(key) or ())
        if missing:
            sentence = _("Not looked at yet: %(titles)s.", titles=", ".join(missing))
            problems.append(Problem(key, "context.answers", sentence, _("Say what you found.")))
        if bare:
            sentence = _("Changed or gone, without a word why: %(titles)s.", titles=", ".join(bare))
            problems.append(Problem(key, "context.reasons", sentence, _("Write a note beside it.")))
    return problems


def submit_review(call: OperationCall) -> Mapping[str, Any] | None:
    """Note that the review waits for its signature."""
    call.uow.session.get_one(ContextReview, call.record_id).status = ReviewStatus.TO_SIGN.value
    return None


def reopen_review(call: OperationCall) -> Mapping[str, Any] | None:
    """Note that the review was sent back, and what was missing."""
    review = call.uow.session.get_one(ContextReview, call.record_id)
    review.status = ReviewStatus.OPEN.value
    review.review_verdict = "return"
    review.verdict_comment = refusal_words(call.uow.session, call.instance_id, SIGN_OFF)
    return None


def apply_review(call: OperationCall) -> Mapping[str, Any] | None:
    """Note the day at every issue and party, end those that are gone, and close the review.

    Effects: trail entries for what is gone and for the review. Safe to call again.
    """
    uow = call.uow
    review = uow.session.get_one(ContextReview, call.record_id)
    for key, part_key in _LISTS:
        _apply(uow, PARTS[part_key], row_ids(getattr(review, key) or ()), review.number)
    review.status = ReviewStatus.REVIEWED.value
    review.review_verdict, review.verdict_comment = "approve", None
    review.closed_at = review.closed_at or uow.now
    record(
        uow,
        verb="context.reviewed",
        subject=Subject(review.kind, review.id, review.number),
        after={"climate": review.climate_answer},
        reason=review.conclusion,
    )
    return None


def _apply(uow: UnitOfWork, part: Part, answers: Mapping[int, Mapping[str, Any]], number: str) -> None:
    rows = uow.session.scalars(select(part.model).where(part.model.id.in_(answers.keys())))
    for row in rows.all():
        assert isinstance(row, ContextIssue | InterestedParty), "only these are gone through"
        answer = answers[row.id]
        row.reviewed_on = uow.now.date()
        if answer["finding"] == GONE:
            end_part(uow, part, row.id, reason=str(answer.get("note") or ""))
            continue
        subject = subject_of(part, row)
        record(
            uow,
            verb=f"{subject.kind}.reviewed",
            subject=subject,
            after={"finding": answer["finding"], "review": number},
            reason=str(answer.get("note") or "") or None,
        )


REVIEW = Lifecycle(
    key="context_review",
    package="process_map",
    title="Review of the context",
    clause="4.1",
    record_kind="context_review",
    ports=PORTS,
    operations=(
        Operation("process_map.submit_review", submit_review, description="Wait for the signature."),
        Operation("process_map.reopen_review", reopen_review, description="Go through it again."),
        Operation("process_map.apply_review", apply_review, description="Note the day everywhere and close."),
    ),
    required_duties=("assess_impact", "close"),
    proven_outcome="reviewed",
    guards={"review_context": check_answers},
    messages=(MessageRule(REVIEW_REQUESTED, find_running, join_running, facts_of_request),),
    start=StartEntry(
        title="Review context and interested parties",
        description="Something changed around us, or the year is over.",
        minutes=20,
        icon="world-search",
        group="control",
        permission="processes.maintain",
    ),
    settings=SETTINGS,
    measures=MEASURES,
    measure_words=WORDS,
)
LIFECYCLES = (REVIEW,)
