"""Prepares the page of a draft: its text, and what reviewers said with what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.people import names_of
from app.documents.access import may_read
from app.documents.change_models import DocumentChange, ReviewComment
from app.documents.change_requests import requests_of
from app.documents.changes import revision_of_change
from app.documents.drafting import comments_of
from app.documents.models import DocumentRevision
from app.documents.ports import get_document
from app.documents.reading import text_of
from app.documents.revisions import NoSuchRevision, effective_revision
from app.documents.words import change_stands, disposition_words, revision_statuses
from app.foundation.i18n import gettext as _
from app.records.register import RecordText
from app.records.urls import record_url
from app.web.addresses import address
from app.web.parts import Chip, Fact, Link


@dataclass(frozen=True, slots=True)
class CommentLine:
    """What a reviewer said, and what the author did with it."""

    section: str
    text: str
    who: str
    at: datetime
    chip: Chip
    response: str


@dataclass(frozen=True, slots=True)
class DraftPage:
    """The draft of a change. Shape: `compare` leads to both revisions side by side, None for a first one."""

    number: str
    title: str
    url: str
    document: Link
    chip: Chip
    text: RecordText
    compare: Link | None
    rounds: tuple[tuple[int, tuple[CommentLine, ...]], ...]


def draft_page(session: Session, actor: Actor, change: DocumentChange) -> DraftPage:
    """Return the revision that a change makes, as far as the person may read it. Errors: NoSuchRevision."""
    revision = revision_of_change(session, change.id)
    document = get_document(session, revision.document_id) if revision else None
    if revision is None or document is None or not may_read(session, actor, document, revision):
        raise NoSuchRevision(_("There is no draft yet, or it is not for you to read."))
    return DraftPage(
        number=change.number,
        title=revision.title,
        url=record_url(change.kind, change.id),
        document=Link(document.number, record_url(document.kind, document.id)),
        chip=Chip(_standing(change, revision), "accent"),
        text=text_of(session, revision, _("Revision %(label)s", label=revision.label)),
        compare=_compare(session, revision),
        rounds=_rounds(session, comments_of(session, change.id)),
    )


def _standing(change: DocumentChange, revision: DocumentRevision) -> str:
    """Return where the draft stands; what holds up its change is said instead."""
    if change.waits_for:
        return change_stands(change)
    return revision_statuses().get(revision.status, revision.status)


def wishes_of(session: Session, change_id: int) -> tuple[Fact, ...]:
    """Return who wants a change and why, the first first."""
    rows = requests_of(session, change_id)
    names = names_of(session, [one.requested_by_id for one in rows if one.requested_by_id])
    return tuple(
        Fact(one.record_number or names.get(one.requested_by_id or 0, ""), one.reason) for one in rows
    )


def _compare(session: Session, revision: DocumentRevision) -> Link | None:
    in_force = effective_revision(session, revision.document_id)
    if in_force is None or in_force.id == revision.id:
        return None
    url = address(
        "document_pages.compare", record_id=revision.document_id, old=in_force.label, new=revision.label
    )
    return Link(_("Compare with %(label)s, in force", label=in_force.label), url)


def _rounds(
    session: Session, comments: Sequence[ReviewComment]
) -> tuple[tuple[int, tuple[CommentLine, ...]], ...]:
    names = names_of(session, [one.author_id for one in comments if one.author_id])
    rounds = sorted({one.round for one in comments})
    return tuple(
        (number, tuple(_line(one, names) for one in comments if one.round == number)) for number in rounds
    )


def _line(one: ReviewComment, names: Mapping[int, str]) -> CommentLine:
    words = disposition_words()
    kinds = {"accept": "ok", "modify": "note", "reject": "warn"}
    chip = Chip(words.get(one.disposition or "", _("not answered")), kinds.get(one.disposition or "", ""))
    who = names.get(one.author_id or 0, "")
    return CommentLine(one.section, one.text, who, one.created_at, chip, one.response)
