"""The register of documents: columns, filters and what a document's page adds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.documents.models import Document
from app.documents.words import document_statuses, type_words
from app.foundation.i18n import gettext as _
from app.records.register import Option, Register, RegisterColumn, RegisterFilter
from app.records.usual import usual_columns, usual_filters, usual_sorts

KEYS = ("number", "title", "status", "owner", "site")


def _type_options(_session: Session, _actor: Actor) -> Sequence[Option]:
    return [Option(key, word) for key, word in type_words().items()]


def _of_type(values: Sequence[str], _now: datetime) -> ColumnElement[bool]:
    return Document.document_type.in_(values)


def _columns() -> dict[str, RegisterColumn]:
    usual = usual_columns(lambda status: document_statuses().get(status, status))
    return {column.key: column for column in usual if column.key in KEYS}


DOCUMENTS = Register(
    kind="document",
    model=Document,
    path="/documents",
    title=lambda: _("Documents"),
    singular=lambda: _("Document"),
    icon="files",
    columns=(
        *_columns().values(),
        RegisterColumn(
            "type",
            lambda: _("Type"),
            lambda row: type_words().get(row.record.document_type, row.record.document_type),
        ),
        RegisterColumn("revision", lambda: _("Revision"), lambda row: row.record.revision_label or ""),
        RegisterColumn(
            "effective", lambda: _("In force from"), lambda row: row.record.effective_from, "date"
        ),
    ),
    filters=(
        *usual_filters(document_statuses),
        RegisterFilter("type", lambda: _("Type is"), _type_options, _of_type),
    ),
    sorts=usual_sorts(),
    group=lambda: _("Control"),
    statuses=document_statuses,
)
REGISTERS = (DOCUMENTS,)
