"""Prepares the pages of revisions: the list of them, one to read, and two side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.models import Person
from app.accounts.people import names_of
from app.documents.access import may_read
from app.documents.comparison import Comparison, Line, Sign, compare
from app.documents.models import ContentKind, Document, DocumentRevision, RevisionStatus
from app.documents.reading import text_of
from app.documents.revisions import revisions_of
from app.documents.words import class_words, revision_statuses
from app.foundation.dates import written_day, written_moment
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.records.register import RecordText
from app.records.urls import record_url
from app.web.addresses import address
from app.web.parts import Chip, Column, Fact, Link

CONTEXT = 3
LEFT = frozenset({RevisionStatus.SUPERSEDED.value, RevisionStatus.OBSOLETE.value})
_CHIPS = {RevisionStatus.EFFECTIVE.value: "ok", RevisionStatus.CANCELLED.value: ""}


@dataclass(frozen=True, slots=True)
class RevisionsPage:
    """The revisions of a document. Shape: `compared` are the numbers that two lists to choose from offer."""

    number: str
    title: str
    url: str
    columns: tuple[Column, ...]
    rows: tuple[dict[str, object], ...]
    compared: tuple[str, ...]
    compare_url: str


@dataclass(frozen=True, slots=True)
class RevisionPage:
    """One revision to read. Shape: `watermark` stands behind one that is not in force, empty otherwise."""

    number: str
    title: str
    url: str
    label: str
    text: RecordText
    facts: tuple[Fact, ...]
    approvals: tuple[Fact, ...]
    chip: Chip
    watermark: str
    warning: str
    in_force: Link | None
    print_url: str
    archive_url: str
    printed_at: datetime


@dataclass(frozen=True, slots=True)
class Fold:
    """Lines that are the same on both sides and are left out, in words."""

    words: str


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Two revisions side by side."""

    number: str
    title: str
    url: str
    old: DocumentRevision
    new: DocumentRevision
    labels: tuple[str, ...]
    rows: tuple[Line | Fold, ...]
    summary: str
    is_same: bool
    is_file: bool
    is_whole: bool
    facts: tuple[Fact, ...]


def revisions_page(session: Session, actor: Actor, document: Document) -> RevisionsPage:
    """Return all revisions of a document with doors to those the person may read."""
    rows = revisions_of(session, document.id)
    names = names_of(session, [row.author_id for row in rows if row.author_id])
    readable = [row for row in rows if may_read(session, actor, document, row)]
    return RevisionsPage(
        number=document.number,
        title=document.title,
        url=record_url(document.kind, document.id),
        columns=_columns(),
        rows=tuple(_row(row, names, is_readable=row in readable) for row in rows),
        compared=tuple(row.label for row in readable),
        compare_url=address("document_pages.compare", record_id=document.id),
    )


def revision_page(
    session: Session, document: Document, revision: DocumentRevision, now: datetime
) -> RevisionPage:
    """Return a revision that the person may read, marked when it is not in force."""
    url = record_url(document.kind, document.id)
    is_here = revision.status == RevisionStatus.EFFECTIVE.value
    word = revision_statuses().get(revision.status, revision.status)
    title = _("Revision %(label)s", label=revision.label)
    in_force = None
    if not is_here and document.revision_label:
        in_force = Link(_("Read revision %(label)s", label=document.revision_label), url)
    return RevisionPage(
        number=document.number,
        title=revision.title,
        url=url,
        label=revision.label,
        text=text_of(session, revision, title),
        facts=_facts(session, revision),
        approvals=_approvals(revision),
        chip=Chip(word, "ok" if is_here else "bad" if revision.status in LEFT else "warn"),
        watermark="" if is_here else word,
        warning=_warning(revision),
        in_force=in_force,
        print_url=address("document_pages.paper", record_id=document.id, label=revision.label),
        archive_url=_archive_url(document, revision),
        printed_at=now,
    )


def _archive_url(document: Document, revision: DocumentRevision) -> str:
    """Return where a copy of what is not in force any more is made; whoever reads it may have one."""
    if revision.status not in LEFT:
        return ""
    return address("controlled_copies.page", record_id=document.id, label=revision.label)


def compare_page(
    session: Session,
    actor: Actor,
    document: Document,
    old: DocumentRevision,
    new: DocumentRevision,
    *,
    is_whole: bool,
) -> ComparePage:
    """Return two revisions that the person may read, side by side."""
    found = compare(old.content, new.content)
    labels = (
        row.label for row in revisions_of(session, document.id) if may_read(session, actor, document, row)
    )
    return ComparePage(
        number=document.number,
        title=document.title,
        url=record_url(document.kind, document.id),
        old=old,
        new=new,
        labels=tuple(labels),
        rows=tuple(found.lines) if is_whole else tuple(_folded(found.lines)),
        summary=_summary(found),
        is_same=found.is_same,
        is_file=ContentKind.FILE.value in {old.content_kind, new.content_kind},
        is_whole=is_whole,
        facts=_differences(old, new),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("revision", _("Revision"), "link"),
        Column("status", _("State"), "chip"),
        Column("class", _("Class")),
        Column("summary", _("What changed")),
        Column("author", _("Author")),
        Column("since", _("In force from"), "date"),
    )


def _row(row: DocumentRevision, names: Mapping[int, str], *, is_readable: bool) -> dict[str, object]:
    url = address("document_pages.revision", record_id=row.document_id, label=row.label)
    word = revision_statuses().get(row.status, row.status)
    return {
        "revision": Link(row.label, url) if is_readable else Link(row.label),
        "status": Chip(word, _CHIPS.get(row.status, "line")),
        "class": class_words().get(row.change_class, row.change_class),
        "summary": row.change_summary,
        "author": names.get(row.author_id or 0, _("imported") if row.is_historical else ""),
        "since": row.effective_from,
    }


def _facts(session: Session, revision: DocumentRevision) -> tuple[Fact, ...]:
    author = session.get(Person, revision.author_id) if revision.author_id else None
    facts = [Fact(_("Class"), class_words().get(revision.change_class, revision.change_class))]
    if author is not None:
        facts.append(Fact(_("Author"), author.name))
    if revision.effective_from is not None:
        facts.append(Fact(_("In force from"), written_day(revision.effective_from)))
    if revision.ended_at is not None:
        facts.append(Fact(_("In force until"), written_day(revision.ended_at)))
    return (*facts, Fact(_("Mark of the content"), revision.content_sha256[:16], note="SHA-256"))


def _approvals(revision: DocumentRevision) -> tuple[Fact, ...]:
    """Return who approved it; an imported approval is told as a fact, never shown as a signature."""
    found = []
    for one in revision.approval:
        at = written_moment(datetime.fromisoformat(one["at"])) if one.get("at") else ""
        note = _("for %(name)s", name=one["on_behalf_of"]) if one.get("on_behalf_of") else ""
        note = _("told at the import, not signed in Keel") if revision.is_historical else note
        found.append(Fact(str(one.get("name") or ""), at, note=note))
    return tuple(found)


def _warning(revision: DocumentRevision) -> str:
    if revision.status == RevisionStatus.EFFECTIVE.value and revision.approved_at is None:
        return _("It came into force as an emergency and is not approved yet.")
    if revision.status in LEFT:
        return _("It is kept in the archive. Do not work by it.")
    if revision.status != RevisionStatus.EFFECTIVE.value:
        return _("It is not in force. Do not work by it.")
    return ""


def _folded(lines: Sequence[Line]) -> list[Line | Fold]:
    """Leave out what is the same on both sides, but for three lines around each change."""
    found: list[Line | Fold] = []
    runs = [(sign, list(group)) for sign, group in groupby(lines, key=lambda line: line.sign is Sign.SAME)]
    for place, (is_same, run) in enumerate(runs):
        before = CONTEXT if place else 0
        after = CONTEXT if place < len(runs) - 1 else 0
        left_out = len(run) - before - after
        if not is_same or left_out < 2:
            found += run
            continue
        words = ngettext("%(num)s line is the same", "%(num)s lines are the same", left_out)
        found += [*run[:before], Fold(words), *run[len(run) - after :]]
    return found


def _summary(found: Comparison) -> str:
    parts = (
        (found.changed, ngettext("%(num)s line changed", "%(num)s lines changed", found.changed)),
        (found.added, ngettext("%(num)s line added", "%(num)s lines added", found.added)),
        (found.gone, ngettext("%(num)s line gone", "%(num)s lines gone", found.gone)),
    )
    return ", ".join(words for count, words in parts if count) or _("The text is the same.")


def _differences(old: DocumentRevision, new: DocumentRevision) -> tuple[Fact, ...]:
    """Return what changed around the text: the title, and the file by its mark."""
    facts = []
    if old.title != new.title:
        facts.append(Fact(_("Title"), f"{old.title} → {new.title}"))
    if ContentKind.FILE.value in {old.content_kind, new.content_kind}:
        is_same = old.content_sha256 == new.content_sha256
        facts.append(Fact(_("File"), _("the same file") if is_same else _("another file")))
    if new.change_summary:
        facts.append(Fact(_("What changed"), new.change_summary))
    return tuple(facts)
