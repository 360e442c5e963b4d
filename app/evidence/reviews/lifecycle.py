"""The lifecycle of a review of the trail: drawn, looked at, signed off (clause 7.5.3.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.approvals.refusals import refusal_words
from app.evidence.reviews.models import OPEN, ReviewStatus, TrailReview
from app.evidence.reviews.rules import IN_ORDER, unanswered
from app.evidence.reviews.sampling import REQUESTED, SETTINGS, sample_of
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.records.facts import RecordPorts
from app.trail import Subject, record
from app.workflow.lifecycle import Lifecycle, MessageRule, Operation, OperationCall, RecordView, StartEntry

SIGN_OFF = "sign_off"


@dataclass(frozen=True)
class ReviewPorts(RecordPorts):
    """Ports of reviews: each is about the whole organisation and brings its sample."""

    def open_record(self, uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
        """Open a review with a sample that is drawn now. Errors: FactsInvalid."""
        found = sample_of(uow.session)
        kept = {key: found.pop(key) for key in ("first_seq", "last_seq")}
        title = _(
            "Review of the trail, entries %(first)s to %(last)s",
            first=kept["first_seq"],
            last=kept["last_seq"],
        )
        record_id = super().open_record(uow, {**facts, **found, "title": title})
        row = uow.session.get_one(TrailReview, record_id)
        row.first_seq, row.last_seq, row.site_id = kept["first_seq"], kept["last_seq"], None
        return record_id


PORTS = ReviewPorts(TrailReview, "TRV", ReviewStatus.OPEN.value)


def find_running(uow: UnitOfWork, _correlation_key: str, _payload: Mapping[str, Any]) -> int | None:
    """Return the review that is running, None when one may be opened."""
    return uow.session.scalar(select(TrailReview.id).where(TrailReview.status.in_(OPEN)).limit(1))


def join_running(_uow: UnitOfWork, _record_id: int, _payload: Mapping[str, Any]) -> None:
    """Leave a running review as it is: asking twice adds nothing."""


def facts_of_request(_uow: UnitOfWork, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of a review that the calendar asks for."""
    return {"reason": _("The review is due.")}


def check_sample(
    _uow: UnitOfWork, record_: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse a review that leaves an entry out, or doubts one without saying why."""
    missing, bare = unanswered(record_.values.get("sample") or (), answers.get("sample") or ())
    problems = []
    if missing:
        sentence = _("Not looked at yet: %(entries)s.", entries=", ".join(missing))
        problems.append(Problem("sample", "trail.sample", sentence, _("Say what you found.")))
    if bare:
        sentence = _("Not in order, without a word why: %(entries)s.", entries=", ".join(bare))
        problems.append(Problem("sample", "trail.reasons", sentence, _("Write a note beside it.")))
    return problems


def submit_review(call: OperationCall) -> Mapping[str, Any] | None:
    """Note that the review waits for its signature."""
    call.uow.session.get_one(TrailReview, call.record_id).status = ReviewStatus.TO_SIGN.value
    return None


def reopen_review(call: OperationCall) -> Mapping[str, Any] | None:
    """Note that the review was sent back, and what was missing."""
    review = call.uow.session.get_one(TrailReview, call.record_id)
    review.status = ReviewStatus.OPEN.value
    review.verdict_comment = refusal_words(call.uow.session, call.instance_id, SIGN_OFF)
    return None


def close_review(call: OperationCall) -> Mapping[str, Any] | None:
    """Close the review. Effects: a trail entry that says how many were not in order. Safe to call again."""
    review = call.uow.session.get_one(TrailReview, call.record_id)
    review.status, review.verdict_comment = ReviewStatus.REVIEWED.value, None
    review.closed_at = review.closed_at or call.uow.now
    rows = review.sample or []
    record(
        call.uow,
        verb="trail.reviewed",
        subject=Subject(review.kind, review.id, review.number),
        after={
            "first": review.first_seq,
            "last": review.last_seq,
            "sample": len(rows),
            "doubted": sum(one.get("finding") != IN_ORDER for one in rows),
        },
        reason=review.conclusion,
    )
    return None


REVIEW = Lifecycle(
    key="trail_review",
    package="evidence",
    title="Review of the trail",
    clause="7.5.3.2",
    record_kind="trail_review",
    ports=PORTS,
    operations=(
        Operation("evidence.submit_review", submit_review, description="Wait for the signature."),
        Operation("evidence.reopen_review", reopen_review, description="Look at the sample again."),
        Operation("evidence.close_review", close_review, description="Note what was found and close."),
    ),
    required_duties=("verify", "close"),
    proven_outcome="reviewed",
    guards={"look_at_sample": check_sample},
    messages=(MessageRule(REQUESTED, find_running, join_running, facts_of_request),),
    start=StartEntry(
        title="Review the trail",
        description="A sample of what was done is looked at and signed off.",
        minutes=20,
        icon="fingerprint",
        group="control",
        permission="trail.review",
    ),
    settings=SETTINGS,
)
