"""The register of management reviews, and what a review shows of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.foundation.i18n import gettext as _
from app.management_review.models import ManagementReview, ReviewStatus
from app.management_review.pack import is_whole
from app.records.register import Register, Section, Stage
from app.records.usual import usual_columns, usual_filters, usual_sorts
from app.web.addresses import address
from app.web.parts import Chip, Fact


def status_words() -> Mapping[str, str]:
    """Return the words of the stages."""
    return {
        ReviewStatus.SCHEDULED.value: _("Scheduled"),
        ReviewStatus.COLLECTING.value: _("Collecting comments"),
        ReviewStatus.HELD.value: _("Held"),
        ReviewStatus.MINUTES_REVIEW.value: _("Minutes in approval"),
        ReviewStatus.ACTIONS_OPEN.value: _("Decisions open"),
        ReviewStatus.CLOSED.value: _("Closed"),
        ReviewStatus.CANCELLED.value: _("Cancelled"),
    }


def _chips(_session: Session, review: ManagementReview) -> Sequence[Chip]:
    if review.pack is None:
        return ()
    if is_whole(review):
        return (Chip(_("Pack as frozen"), "ok", icon="lock"),)
    return (Chip(_("Pack was changed"), "bad", icon="alert-triangle"),)


def _facts(_session: Session, review: ManagementReview) -> Sequence[Fact]:
    yes = {"yes": _("yes"), "partly": _("partly"), "no": _("no"), None: _("not decided")}
    facts = [_pack_fact(review)]
    if review.summary:
        facts += [
            Fact(_("Suitable"), yes.get(review.suitable, "")),
            Fact(_("Adequate"), yes.get(review.adequate, "")),
            Fact(_("Effective"), yes.get(review.effective, "")),
            Fact(_("Aligned with the strategy"), yes.get(review.aligned, "")),
        ]
    return facts


def _pack_fact(review: ManagementReview) -> Fact:
    if review.pack is None:
        return Fact(_("Data pack"), _("not frozen yet"))
    door = address("review_packs.pack", record_id=review.id)
    return Fact(_("Data pack"), _("look at it"), door, note=(review.pack_sha256 or "")[:12])


def _sections(_session: Session, review: ManagementReview) -> Sequence[Section]:
    found = [
        Section(_("Who took part"), review.attendance or review.participants or ""),
        Section(_("Conclusions"), facts=tuple(_conclusion(row) for row in review.conclusions or ())),
        Section(_("Decisions"), facts=tuple(_output(row) for row in review.outputs or ())),
        Section(_("Summary"), review.summary or ""),
        Section(_("Sent back"), review.minutes_comment or ""),
    ]
    return [section for section in found if section.text or section.facts]


def _conclusion(row: Mapping[str, Any]) -> Fact:
    words = {"adequate": _("adequate"), "action": _("action is needed"), "watch": _("watch it")}
    said = words.get(str(row.get("conclusion") or ""), _("not discussed yet"))
    return Fact(f"{row.get('reference')} {row.get('title')}", said, note=str(row.get("note") or ""))


def _output(row: Mapping[str, Any]) -> Fact:
    words = {"improvement": _("Improvement"), "qms_change": _("Change"), "resource": _("Resources")}
    return Fact(
        words.get(str(row.get("category")), ""), str(row.get("text") or ""), note=str(row.get("due_on") or "")
    )


STAGES = (
    Stage(lambda: _("Collecting"), ("freeze_pack", "comment_quality", "comment_sites")),
    Stage(lambda: _("Held"), ("hold_review", "decide_outputs")),
    Stage(lambda: _("Minutes"), ("approve_minutes", "return_minutes", "request_outputs")),
    Stage(lambda: _("Decisions"), ("close_review", "record_closing")),
)
REVIEWS = Register(
    kind="management_review",
    model=ManagementReview,
    path="/reviews",
    title=lambda: _("Management reviews"),
    singular=lambda: _("Management review"),
    icon="presentation",
    columns=usual_columns(lambda status: status_words().get(status, status)),
    filters=usual_filters(status_words),
    sorts=usual_sorts(),
    group=lambda: _("Assure"),
    statuses=status_words,
    start_key="management_review",
    start_label=lambda: _("Review the system"),
    stages=STAGES,
    chips=_chips,
    facts=_facts,
    sections=_sections,
)
