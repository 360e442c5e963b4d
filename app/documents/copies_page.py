"""Prepares the page of printed copies: who has one, where, and the form to give another one out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.copies import copies_of
from app.documents.models import Document, DocumentRevision
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.records.urls import record_url
from app.web.fields import FieldView
from app.web.forms import with_answers
from app.web.parts import Chip


@dataclass(frozen=True, slots=True)
class CopyLine:
    """One printed copy."""

    id: int
    number: int
    revision: str
    place: str
    holder: str
    issued_at: datetime
    chip: Chip
    note: str
    is_out: bool


@dataclass(frozen=True, slots=True)
class CopiesPage:
    """The log of printed copies of a document."""

    record_id: int
    number: str
    title: str
    url: str
    lines: tuple[CopyLine, ...]
    fields: tuple[FieldView, ...]
    labels: Mapping[str, str]
    may_control: bool
    is_printable: bool


def copies_page(
    session: Session,
    document: Document,
    *,
    may_control: bool,
    typed: Mapping[str, str],
    problems: Sequence[Problem],
) -> CopiesPage:
    """Return the log of printed copies; who may not control it gets no form."""
    copies = copies_of(session, document.id)
    rows = session.scalars(select(DocumentRevision).where(DocumentRevision.document_id == document.id))
    revisions = {row.id: row.label for row in rows}
    shown = with_answers(copy_fields(), typed, problems)
    return CopiesPage(
        record_id=document.id,
        number=document.number,
        title=document.title,
        url=record_url(document.kind, document.id),
        lines=tuple(
            CopyLine(
                id=one.id,
                number=one.copy_no,
                revision=revisions[one.revision_id],
                place=one.place,
                holder=one.issued_to,
                issued_at=one.issued_at,
                chip=_chip(one.recalled_at, one.returned_at),
                note=one.returned_note,
                is_out=one.returned_at is None,
            )
            for one in copies
        ),
        fields=shown,
        labels={view.key: view.label for view in shown},
        may_control=may_control,
        is_printable=document.revision_label is not None and document.closed_at is None,
    )


def _chip(recalled_at: datetime | None, returned_at: datetime | None) -> Chip:
    if returned_at is not None:
        return Chip(_("Back"), "ok", icon="check")
    if recalled_at is not None:
        return Chip(_("Recalled"), "bad", icon="alert-triangle")
    return Chip(_("Out"), "accent")


def copy_fields() -> tuple[FieldView, ...]:
    """Return the fields of a copy: where it goes, and who answers for it."""
    return (
        FieldView(
            "place",
            "textfield",
            _("Where it hangs or lies"),
            is_required=True,
            limits={"maxlength": 200},
            help=_("A place somebody finds it again: bench 4, control room."),
        ),
        FieldView(
            "issued_to",
            "textfield",
            _("Who answers for it"),
            is_required=True,
            limits={"maxlength": 200},
        ),
    )
