"""Prepares the page of a controlled copy: what the paper will say, and where it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.documents.copies_page import copy_fields
from app.documents.models import Document, DocumentRevision, RevisionStatus
from app.documents.words import revision_statuses
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.library.copies import fresh_copy
from app.records.urls import record_url
from app.web.addresses import address
from app.web.fields import FieldView
from app.web.forms import with_answers
from app.web.parts import Fact


@dataclass(frozen=True, slots=True)
class CopyPage:
    """What the page draws.

    Shape: `fields` is empty for a copy of the archive; `pdf_url` is empty before one was made.
    """

    number: str
    title: str
    url: str
    post_url: str
    log_url: str
    pdf_url: str
    says: tuple[Fact, ...]
    fields: tuple[FieldView, ...]
    labels: Mapping[str, str]
    is_in_force: bool


def copy_page(
    session: Session,
    document: Document,
    revision: DocumentRevision,
    *,
    typed: Mapping[str, str],
    problems: Sequence[Problem],
) -> CopyPage:
    """Return the page for a copy of a revision in force, or for one of the archive."""
    is_in_force = revision.status == RevisionStatus.EFFECTIVE.value
    place: dict[str, str | int] = {"record_id": document.id, "label": revision.label}
    shown = with_answers(copy_fields(), typed, problems) if is_in_force else ()
    is_made = fresh_copy(session, revision.id) is not None
    return CopyPage(
        number=document.number,
        title=_("Controlled copy") if is_in_force else _("Archive copy"),
        url=record_url(document.kind, document.id),
        post_url=address("controlled_copies.make", **place),
        log_url=address("document_pages.copies", record_id=document.id),
        pdf_url=address("controlled_copies.send", **place) if is_made and not is_in_force else "",
        says=_says(document, revision, is_in_force=is_in_force),
        fields=shown,
        labels={view.key: view.label for view in shown},
        is_in_force=is_in_force,
    )


def _says(document: Document, revision: DocumentRevision, *, is_in_force: bool) -> tuple[Fact, ...]:
    word = revision_statuses().get(revision.status, revision.status)
    mark = _("Uncontrolled when printed, and where the version in force is read")
    if not is_in_force:
        mark = _("“%(state)s” across every page", state=word)
    return (
        Fact(_("Document"), f"{document.number} {revision.title}"),
        Fact(_("Revision"), revision.label),
        Fact(_("State"), word),
        Fact(_("Signatures"), _("who approved it, when, and how it was signed")),
        Fact(_("Mark"), mark),
        Fact(_("Format"), _("PDF/A, kept with its hash")),
    )
