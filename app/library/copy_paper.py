"""What the controlled copy of a revision says: what it is, who approved it and how, and its content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.documents.models import ContentKind, Document, DocumentRevision, RevisionStatus
from app.documents.words import class_words, revision_statuses, type_words
from app.foundation.dates import written_day
from app.foundation.file_store import FileStore
from app.foundation.files import StoredFile
from app.foundation.i18n import gettext as _
from app.organisation.models import BusinessProcess, Site
from app.printing.paper import (
    Enclosure,
    Facts,
    Heading,
    NewPage,
    Pages,
    Paper,
    Part,
    Picture,
    Prose,
    Signature,
    Signatures,
    Words,
)
from app.printing.prose import blocks_of
from app.trail.meanings import meaning_word, method_word
from app.trail.models import Signature as SignatureRow
from app.trail.signatures import signatures_of

ORIGINAL = "original"
_PDF = "application/pdf"
_DRAWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_WRITTEN = frozenset({"text/markdown", "text/plain"})
MOST_WRITTEN = 400_000


@dataclass(frozen=True, slots=True)
class Matter:
    """A revision with what its paper tells about it.

    Shape: `signatures` are those under the change that made the revision; `file` is the file it consists of,
        None when it was written in Keel; `address` is where the version in force is read.
    """

    document: Document
    revision: DocumentRevision
    owner: str
    author: str
    site: str
    process: str
    signatures: Sequence[SignatureRow]
    file: StoredFile | None
    address: str


def matter_of(session: Session, revision: DocumentRevision, base_url: str) -> Matter:
    """Return what the paper of a revision needs to know."""
    document = session.get_one(Document, revision.document_id)
    given = signatures_of(session, "document_change", revision.change_id) if revision.change_id else []
    return Matter(
        document=document,
        revision=revision,
        owner=_name(session.get(Person, document.owner_id or 0)),
        author=_name(session.get(Person, revision.author_id or 0)),
        site=_name(session.get(Site, document.site_id or 0)),
        process=_name(session.get(BusinessProcess, document.process_id or 0)),
        signatures=given,
        file=session.get(StoredFile, revision.file_id) if revision.file_id else None,
        address=f"{base_url}/documents/{document.id}",
    )


def copy_paper(it: Matter, store: FileStore, made_at: datetime) -> Paper:
    """Return the controlled copy of a revision.

    Shape: a PDF is drawn page by page, a picture and a written text are set, any other file is attached.
    """
    content, enclosures = _content(it, store)
    return Paper(
        title=it.revision.title,
        subtitle=_("%(number)s, revision %(label)s", number=it.document.number, label=it.revision.label),
        language=it.document.language,
        made_at=made_at,
        head=(it.document.number, _("Revision %(label)s", label=it.revision.label), _standing(it.revision)),
        foot=_("Uncontrolled when printed. The version in force: %(address)s", address=it.address),
        page_words=_("Page {page} of {pages}"),
        missing_sign=_("A box stands for a sign that the fonts of this paper lack."),
        parts=(*_front(it, made_at), *content),
        watermark=_watermark(it.revision),
        enclosures=enclosures,
    )


def attached_instead(paper: Paper, it: Matter) -> Paper:
    """Return the paper with its file attached, for a PDF whose pages cannot be drawn."""
    assert it.file is not None, "only files are drawn"
    original = paper.enclosures[ORIGINAL]
    parts = [part for part in paper.parts if not isinstance(part, Pages)]
    enclosed = replace(original, attached_as=it.file.name, note=it.revision.title)
    return replace(paper, parts=[*parts, _attached_note(it.file)], enclosures={ORIGINAL: enclosed})


def _front(it: Matter, made_at: datetime) -> list[Part]:
    approvals = [_approval(one, it) for one in it.revision.approval]
    parts: list[Part] = [Facts(_facts(it, made_at)), Heading(_("Approval"))]
    if approvals:
        parts.append(Signatures((_("Name"), _("Meaning"), _("When"), _("How it is known")), approvals))
    else:
        parts.append(Words(_("Nobody has approved this revision yet."), is_quiet=True))
    if it.revision.change_summary:
        parts += [Heading(_("What changed")), Words(it.revision.change_summary)]
    return parts


def _facts(it: Matter, made_at: datetime) -> list[tuple[str, str]]:
    document, revision = it.document, it.revision
    found = [
        (_("Type"), type_words().get(document.document_type, document.document_type)),
        (_("Status"), revision_statuses().get(revision.status, revision.status)),
        (_("In force from"), _day(revision.effective_from)),
        (_("In force until"), _day(revision.ended_at)),
        (_("Owner"), it.owner),
        (_("Author"), it.author),
        (_("Site"), it.site or _("All sites")),
        (_("Process"), it.process),
        (_("Clauses"), ", ".join(document.clauses)),
        (_("Class of change"), class_words().get(revision.change_class, revision.change_class)),
        (_("SHA-256 of the content"), revision.content_sha256),
        (_("This copy was made"), _moment(made_at, "UTC")),
    ]
    return [(label, value) for label, value in found if value]


def _approval(one: Mapping[str, object], it: Matter) -> Signature:
    """Return one consent as it is shown; what an import told is never shown as a signature."""
    at = datetime.fromisoformat(str(one["at"])) if one.get("at") else None
    absent = str(one.get("on_behalf_of") or "")
    row = None if it.revision.is_historical else _signed(one, at, it.signatures)
    if it.revision.is_historical:
        proof = _("Told when the document was brought in; not signed in Keel")
    elif row is None:
        proof = _("Consented in Keel")
    else:
        proof = _(
            "Signed %(how)s; entry %(seq)s of the trail", how=method_word(row.auth_method), seq=row.trail_seq
        )
    return Signature(
        name=str(one.get("name") or ""),
        meaning=meaning_word(str(one.get("meaning") or "approval")),
        when=_moment(at, row.zone if row else "UTC") if at else "",
        proof=proof,
        on_behalf_of=_("for %(name)s", name=absent) if absent else "",
    )


def _signed(
    one: Mapping[str, object], at: datetime | None, rows: Sequence[SignatureRow]
) -> SignatureRow | None:
    return next((row for row in rows if row.signer_id == one.get("person_id") and row.signed_at == at), None)


def _content(it: Matter, store: FileStore) -> tuple[list[Part], dict[str, Enclosure]]:
    if it.revision.content_kind == ContentKind.MARKDOWN.value or it.file is None:
        return [NewPage(), Prose(blocks_of(it.revision.content))], {}
    path = store.path(it.file.sha256)
    if it.file.media_type == _PDF:
        pages = Pages(ORIGINAL, _("A page of %(title)s", title=it.revision.title))
        return [pages], {ORIGINAL: Enclosure(path, _PDF)}
    if it.file.media_type in _DRAWN:
        picture = Picture(ORIGINAL, it.revision.title)
        return [NewPage(), picture], {ORIGINAL: Enclosure(path, it.file.media_type)}
    if it.file.media_type in _WRITTEN and it.file.size <= MOST_WRITTEN:
        text = path.read_text("utf-8", "replace")
        return [NewPage(), Prose(blocks_of(text))], {}
    enclosed = Enclosure(path, it.file.media_type, it.file.name, it.revision.title)
    return [_attached_note(it.file)], {ORIGINAL: enclosed}


def _attached_note(file: StoredFile) -> Words:
    return Words(_("The content is the file %(name)s. It is attached inside this PDF.", name=file.name))


def _standing(revision: DocumentRevision) -> str:
    if revision.status == RevisionStatus.EFFECTIVE.value:
        if revision.approved_at is None and not revision.is_historical:
            return _("In force, not approved yet")
        return _("In force since %(day)s", day=_day(revision.effective_from))
    return revision_statuses().get(revision.status, revision.status)


def _watermark(revision: DocumentRevision) -> str:
    words = {
        RevisionStatus.APPROVED.value: _("NOT IN FORCE"),
        RevisionStatus.SUPERSEDED.value: _("SUPERSEDED"),
        RevisionStatus.OBSOLETE.value: _("OBSOLETE"),
    }
    return words.get(revision.status, "")


def _name(found: Person | Site | BusinessProcess | None) -> str:
    return found.name if found is not None else ""


def _day(day: date | datetime | None) -> str:
    return written_day(day) if day is not None else ""


def _moment(moment: datetime, zone: str) -> str:
    there = moment.astimezone(ZoneInfo(zone))
    return f"{_day(there)}, {there:%H:%M} {there.tzname()}"
