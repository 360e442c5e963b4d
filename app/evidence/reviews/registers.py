"""The register of reviews of the trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from app.evidence.reviews.models import ReviewStatus, TrailReview
from app.foundation.i18n import gettext as _
from app.records.register import Register, Section
from app.records.usual import usual_columns, usual_filters, usual_sorts
from app.web.addresses import address
from app.web.parts import Fact


def status_words() -> Mapping[str, str]:
    """Return where a review stands."""
    return {
        ReviewStatus.OPEN.value: _("Under review"),
        ReviewStatus.TO_SIGN.value: _("To be signed off"),
        ReviewStatus.REVIEWED.value: _("Signed off"),
        ReviewStatus.CANCELLED.value: _("Cancelled"),
    }


def finding_words() -> Mapping[str, str]:
    """Return what may be found about an entry."""
    return {"right": _("In order"), "asked": _("Question asked"), "wrong": _("Not in order")}


def _sections(_session: Session, review: TrailReview) -> Sequence[Section]:
    words = finding_words()
    sample = tuple(
        Fact(
            _("Entry %(seq)s", seq=one["reference"]),
            f"{words.get(str(one.get('finding') or ''), _('not looked at yet'))}: {one['title']}",
            address("trail.entry", seq=int(one["reference"])),
            note=str(one.get("note") or ""),
        )
        for one in review.sample or ()
    )
    found = [
        Section(_("What the last check found"), review.check_result or ""),
        Section(_("Sample"), facts=sample),
        Section(_("What follows"), review.conclusion or ""),
    ]
    return [section for section in found if section.facts or section.text]


REVIEWS = Register(
    kind="trail_review",
    model=TrailReview,
    path="/trail-reviews",
    title=lambda: _("Reviews of the trail"),
    singular=lambda: _("Review of the trail"),
    icon="fingerprint",
    columns=usual_columns(lambda status: status_words().get(status, status)),
    filters=usual_filters(status_words),
    sorts=usual_sorts(),
    group=lambda: _("Control"),
    statuses=status_words,
    start_key="trail_review",
    start_label=lambda: _("Review the trail"),
    sections=_sections,
)
