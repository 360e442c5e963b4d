"""What a management review is to the engine room: operations, guards, messages, start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.foundation.dates import written_day
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.management_review.coverage import considered_before
from app.management_review.models import ManagementReview, ReviewStatus
from app.management_review.operations import OPERATIONS, said
from app.management_review.rules import Category, uncovered, undecided
from app.management_review.schedule import REVIEW_REQUESTED, SETTINGS
from app.records.facts import RecordPorts
from app.workflow.lifecycle import Lifecycle, MessageRule, RecordView, StartEntry, registry

KIND = "management_review"
PERMISSION = "reviews.hold"
RUNNING = (
    ReviewStatus.SCHEDULED.value,
    ReviewStatus.COLLECTING.value,
    ReviewStatus.HELD.value,
    ReviewStatus.MINUTES_REVIEW.value,
)


@dataclass(frozen=True)
class ReviewPorts(RecordPorts):
    """Ports of reviews: the status follows from what was answered."""

    def open_record(self, uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
        """Open a review of the whole organisation. Errors: FactsInvalid."""
        day = date.fromisoformat(str(facts.get("meeting_on") or uow.now.date())[:10])
        title = _("Management review %(day)s", day=written_day(day))
        record_id = super().open_record(uow, {**facts, "title": title})
        uow.session.get_one(ManagementReview, record_id).site_id = None
        return record_id

    def write_facts(self, uow: UnitOfWork, record_id: int, facts: Mapping[str, Any]) -> None:
        """Write answers, lay comments beside the conclusions, and restate the status.

        Errors: RecordMissing; FactsInvalid.
        """
        super().write_facts(uow, record_id, facts)
        review = uow.session.get_one(ManagementReview, record_id)
        if facts.keys() & {"quality_comments", "site_comments"}:
            review.conclusions = [_with_comments(review, row) for row in review.conclusions or ()]
        if "conclusions" in facts:
            review.held_at = review.held_at or uow.now
            review.status = ReviewStatus.HELD.value
        if "outputs" in facts or "summary" in facts:
            review.status = ReviewStatus.MINUTES_REVIEW.value


PORTS = ReviewPorts(ManagementReview, "MR", ReviewStatus.SCHEDULED.value)


def check_coverage(
    uow: UnitOfWork, view: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse a review that leaves an input without conclusion, or one without data without a word.

    An input that another meeting of the last twelve months concluded on may stay open.
    """
    pack = uow.session.get_one(ManagementReview, view.id).pack or {"inputs": ()}
    is_empty = {one["reference"]: not one["figures"] and not one["sentences"] for one in pack["inputs"]}
    rows = [
        {**row, "is_empty": is_empty.get(str(row.get("reference")))}
        for row in answers.get("conclusions") or ()
    ]
    missing = uncovered(rows, considered_before(uow.session, view.id, uow.now))
    if not missing:
        return ()
    sentence = _("Without a conclusion, or without data and without a word why: %(inputs)s.")
    problem = Problem(
        "conclusions",
        "review.coverage",
        sentence % {"inputs": ", ".join(missing)},
        _("Choose a conclusion for each input; where data are missing, write a note."),
    )
    return (problem,)


def check_outputs(
    _uow: UnitOfWork, _view: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse minutes without a decision, or a word why none is needed, for each category of 9.3.3."""
    words = {
        Category.IMPROVEMENT: ("no_improvement_reason", _("improvement")),
        Category.CHANGE: ("no_change_reason", _("changes of the system")),
        Category.RESOURCE: ("no_resource_reason", _("resources")),
    }
    return [
        Problem(
            words[one][0],
            "review.outputs",
            _("No decision on %(what)s.", what=words[one][1]),
            _("Add one, or say why none is needed."),
        )
        for one in undecided(answers.get("outputs") or (), answers)
    ]


def check_closing(
    uow: UnitOfWork, view: RecordView, _element_id: str, _answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse to close while a decision is not verified."""
    points = registry.open_points(uow.session, view.kind, view.id)
    return [Problem("", one.key, one.sentence) for one in points if not one.is_met]


def find_running(uow: UnitOfWork, _correlation_key: str, _payload: Mapping[str, Any]) -> int | None:
    """Return the review that is being prepared, None when one may be opened."""
    running = select(ManagementReview.id).where(ManagementReview.status.in_(RUNNING)).limit(1)
    return uow.session.scalar(running)


def join_running(_uow: UnitOfWork, _record_id: int, _payload: Mapping[str, Any]) -> None:
    """Leave a running review as it is: asking twice adds nothing."""


def facts_of_request(_uow: UnitOfWork, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of a review that the calendar asks for."""
    return {key: payload[key] for key in ("period_from", "period_to", "meeting_on")}


LIFECYCLE = Lifecycle(
    key=KIND,
    package="management_review",
    title="Management review",
    clause="9.3",
    record_kind=KIND,
    ports=PORTS,
    operations=OPERATIONS,
    required_duties=("assess_impact", "plan_actions", "approve_plan", "close"),
    proven_outcome="closed",
    guards={
        "hold_review": check_coverage,
        "decide_outputs": check_outputs,
        "close_review": check_closing,
    },
    messages=(MessageRule(REVIEW_REQUESTED, find_running, join_running, facts_of_request),),
    start=StartEntry(
        title="Review the system",
        description="Look at all figures together and decide what follows.",
        minutes=5,
        icon="presentation",
        group="assure",
        permission=PERMISSION,
    ),
    settings=SETTINGS,
    register_endpoint="management_review.listing",
    record_endpoint="management_review.page",
)


def _with_comments(review: ManagementReview, row: Mapping[str, Any]) -> dict[str, Any]:
    reference = str(row.get("reference"))
    words = [said(review.quality_comments, reference), said(review.site_comments, reference)]
    return {**row, "comments": "\n".join(one for one in words if one)[:4000]}
