"""The register of reviews of the context."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.foundation.i18n import gettext as _
from app.process_map.models import ContextReview
from app.process_map.words import review_words
from app.records.register import Register, Section
from app.records.usual import usual_columns, usual_filters, usual_sorts
from app.web.parts import Fact


def _finding_words() -> Mapping[str, str]:
    return {"right": _("Still right"), "changed": _("Changed"), "gone": _("Gone")}


def _answers(rows: Sequence[Mapping[str, Any]] | None) -> tuple[Fact, ...]:
    words = _finding_words()
    return tuple(
        Fact(
            str(row.get("title") or ""),
            words.get(str(row.get("finding") or ""), _("not looked at yet")),
            note=str(row.get("note") or ""),
        )
        for row in rows or ()
    )


def _sections(_session: Session, review: ContextReview) -> Sequence[Section]:
    found = [
        Section(_("Issues"), facts=_answers(review.issue_answers)),
        Section(_("Interested parties"), facts=_answers(review.party_answers)),
    ]
    if review.climate_rationale:
        answer = _("Relevant") if review.climate_answer == "yes" else _("Not relevant")
        found.append(Section(_("Climate change"), f"{answer}: {review.climate_rationale}"))
    if review.conclusion:
        found.append(Section(_("What follows"), review.conclusion))
    return [section for section in found if section.facts or section.text]


REVIEWS = Register(
    kind="context_review",
    model=ContextReview,
    path="/context-reviews",
    title=lambda: _("Reviews of the context"),
    singular=lambda: _("Review of the context"),
    icon="world-search",
    columns=usual_columns(lambda status: review_words().get(status, status)),
    filters=usual_filters(review_words),
    sorts=usual_sorts(),
    group=lambda: _("Control"),
    statuses=review_words,
    start_key="context_review",
    start_label=lambda: _("Review the context"),
    sections=_sections,
)
