"""Prepares the pack of a review for reading: figures with verdict, trend and door, what people said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.foundation.i18n import gettext as _
from app.management_review.models import ManagementReview
from app.management_review.operations import said
from app.management_review.pack import is_whole
from app.records.urls import record_url
from app.web.addresses import address
from app.web.parts import Chip


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the pack. Shape: `icon` is the sign of its trend."""

    title: str
    value: str
    previous: str
    target: str
    url: str
    icon: str
    chip: Chip | None


@dataclass(frozen=True, slots=True)
class Input:
    """One input with everything that belongs to it."""

    reference: str
    title: str
    figures: Sequence[Figure]
    sentences: Sequence[str]
    reason: str
    comments: Sequence[tuple[str, str]]
    conclusion: str


@dataclass(frozen=True, slots=True)
class PackPage:
    """Everything the page draws."""

    number: str
    title: str
    url: str
    json_url: str
    since: datetime
    until: datetime
    digest: str
    is_whole: bool
    inputs: Sequence[Input]


def pack_page(review: ManagementReview) -> PackPage:
    """Return the page of a review whose pack is frozen."""
    pack: Mapping[str, Any] = review.pack or {}
    since, until = datetime.fromisoformat(pack["since"]), datetime.fromisoformat(pack["until"])
    days = {"first": since.date().isoformat(), "last": (until - timedelta(days=1)).date().isoformat()}
    return PackPage(
        number=review.number,
        title=review.title,
        url=record_url(review.kind, review.id),
        json_url=address("review_packs.pack_json", record_id=review.id),
        since=since,
        until=until - timedelta(days=1),
        digest=review.pack_sha256 or "",
        is_whole=is_whole(review),
        inputs=[_input(review, one, days) for one in pack["inputs"]],
    )


def _input(review: ManagementReview, one: Mapping[str, Any], days: Mapping[str, str]) -> Input:
    reference = str(one["reference"])
    spoken = (
        (_("Quality manager"), said(review.quality_comments, reference)),
        (_("Site manager"), said(review.site_comments, reference)),
    )
    return Input(
        reference=reference,
        title=str(one["title"]),
        figures=[_figure(figure, days) for figure in one["figures"]],
        sentences=[str(sentence["text"]) for sentence in one["sentences"]],
        reason=str(one["reason"]),
        comments=[pair for pair in spoken if pair[1]],
        conclusion=_conclusion(review, reference),
    )


def _figure(figure: Mapping[str, Any], days: Mapping[str, str]) -> Figure:
    return Figure(
        title=str(figure["title"]),
        value=str(figure["value"]),
        previous=str(figure["previous"]),
        target=str(figure["target"]),
        url=address("indicators.page", indicator_key=str(figure["key"]), **days),
        icon=_signs().get(str(figure["trend"]), Chip("")).icon,
        chip=_verdicts().get(str(figure["rag"])),
    )


def _signs() -> Mapping[str, Chip]:
    return {
        "up": Chip("", icon="arrow-up-right"),
        "down": Chip("", icon="arrow-down-right"),
        "flat": Chip("", icon="arrow-right"),
    }


def _verdicts() -> Mapping[str, Chip]:
    return {
        "green": Chip(_("On target"), "ok", icon="check"),
        "amber": Chip(_("Close to target"), "warn", icon="alert-triangle"),
        "red": Chip(_("Off target"), "bad", icon="alert-circle"),
    }


def _conclusion(review: ManagementReview, reference: str) -> str:
    words = {"adequate": _("Adequate"), "action": _("Action is needed"), "watch": _("Watch it")}
    row = next((row for row in review.conclusions or () if row.get("reference") == reference), {})
    told = words.get(str(row.get("conclusion") or ""), "")
    note = str(row.get("note") or "")
    return f"{told}: {note}" if told and note else told
