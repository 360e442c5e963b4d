"""Prepares the pack of a review for reading: figures with verdict, trend and door, what people said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.foundation.i18n import gettext as _
from app.management_review.coverage import Considered, considered_before
from app.management_review.models import ManagementReview
from app.management_review.operations import said
from app.management_review.pack import is_whole
from app.records.models import Record
from app.records.urls import record_url
from app.records.visibility import visible
from app.web.addresses import address
from app.web.dates import exact_in_words
from app.web.parts import Chip, Column, Fact, Link
from app.web.reader import current_reader

MOST_DOORS = 8


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
class Sentence:
    """A sentence of the pack. Shape: `source` leads to its figure, `records` to what it rests on."""

    text: str
    source: Link | None
    records: Sequence[Link]


@dataclass(frozen=True, slots=True)
class Input:
    """One input with everything that belongs to it."""

    reference: str
    title: str
    figures: Sequence[Figure]
    sentences: Sequence[Sentence]
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
    meeting: Sequence[Fact]
    agenda_columns: Sequence[Column]
    agenda: Sequence[Mapping[str, Any]]
    inputs: Sequence[Input]


@dataclass(frozen=True, slots=True)
class _Table:
    """What every input is told with: doors to figures and records, and what other meetings considered."""

    review: ManagementReview
    days: Mapping[str, str]
    titles: Mapping[str, str]
    records: Mapping[int, Link]
    considered: Mapping[str, Considered]


def pack_page(session: Session, actor: Actor, review: ManagementReview, at: datetime) -> PackPage:
    """Return the page of a review whose pack is frozen."""
    pack: Mapping[str, Any] = review.pack or {}
    since, until = datetime.fromisoformat(pack["since"]), datetime.fromisoformat(pack["until"])
    days = {"first": since.date().isoformat(), "last": (until - timedelta(days=1)).date().isoformat()}
    figures = [figure for one in pack["inputs"] for figure in one["figures"]]
    table = _Table(
        review=review,
        days=days,
        titles={str(figure["key"]): str(figure["title"]) for figure in figures},
        records=_records(session, actor, pack),
        considered=considered_before(session, review.id, review.held_at or at),
    )
    return PackPage(
        number=review.number,
        title=review.title,
        url=record_url(review.kind, review.id),
        json_url=address("review_packs.pack_json", record_id=review.id),
        since=since,
        until=until - timedelta(days=1),
        digest=review.pack_sha256 or "",
        is_whole=is_whole(review),
        meeting=_meeting(review),
        agenda_columns=(
            Column("input", _("Input"), "link"),
            Column("figures", _("Figures"), "number"),
            Column("off", _("Off target"), "number"),
            Column("before", _("Considered last")),
            Column("conclusion", _("Conclusion")),
        ),
        agenda=[_agenda_row(table, one) for one in pack["inputs"]],
        inputs=[_input(table, one) for one in pack["inputs"]],
    )


def _meeting(review: ManagementReview) -> Sequence[Fact]:
    found = [
        Fact(
            _("Meeting"),
            exact_in_words(review.meeting_on, reader=current_reader())
            if review.meeting_on
            else _("not planned"),
        )
    ]
    who = review.attendance or review.participants
    return [*found, Fact(_("Participants"), who)] if who else found


def _agenda_row(table: _Table, one: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = str(one["reference"])
    other = table.considered.get(reference)
    return {
        "input": Link(f"{reference} {one['title']}", f"#input-{reference}"),
        "figures": len(one["figures"]),
        "off": sum(figure["rag"] == "red" for figure in one["figures"]),
        "before": f"{exact_in_words(other.held_at.date(), reader=current_reader())}, {other.number}"
        if other
        else _("not in a year"),
        "conclusion": _conclusion(table.review, reference) or _("open"),
    }


def _input(table: _Table, one: Mapping[str, Any]) -> Input:
    review, reference = table.review, str(one["reference"])
    spoken = (
        (_("Quality manager"), said(review.quality_comments, reference)),
        (_("Site manager"), said(review.site_comments, reference)),
    )
    return Input(
        reference=reference,
        title=str(one["title"]),
        figures=[_figure(figure, table.days) for figure in one["figures"]],
        sentences=[_sentence(table, sentence) for sentence in one["sentences"]],
        reason=str(one["reason"]),
        comments=[pair for pair in spoken if pair[1]],
        conclusion=_conclusion(review, reference),
    )


def _sentence(table: _Table, one: Mapping[str, Any]) -> Sentence:
    key = str(one["source"]).removeprefix("indicator:")
    title = table.titles.get(key)
    url = address("indicators.page", indicator_key=key, **table.days) if title else ""
    known = [table.records[number] for number in one["records"] if number in table.records]
    return Sentence(str(one["text"]), Link(title, url) if title else None, known[:MOST_DOORS])


def _records(session: Session, actor: Actor, pack: Mapping[str, Any]) -> Mapping[int, Link]:
    """Return the doors to records that sentences rest on, as far as the reader may open them."""
    ids = {
        number for one in pack["inputs"] for sentence in one["sentences"] for number in sentence["records"]
    }
    rows = session.execute(
        visible(select(Record.id, Record.kind, Record.number), actor).where(Record.id.in_(ids))
    )
    return {row.id: Link(row.number, record_url(row.kind, row.id)) for row in rows}


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
