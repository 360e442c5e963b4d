"""The register of documents: columns, filters and what a document's page adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, not_, or_, true
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.documents.change_registers import CHANGES, REVIEWS
from app.documents.currency import Currency, controls_risks, currencies, in_force, is_stale
from app.documents.document_page import (
    currency_chip,
    document_chips,
    document_doors,
    document_facts,
    document_sections,
    review_chip,
)
from app.documents.models import Document, DocumentStatus
from app.documents.reading import text_of_document
from app.documents.words import document_statuses, type_words
from app.foundation.i18n import gettext as _
from app.records.register import (
    Option,
    Register,
    RegisterColumn,
    RegisterCount,
    RegisterFilter,
    RegisterRow,
    RegisterSort,
    SortType,
)
from app.records.usual import usual_columns, usual_filters, usual_sorts
from app.web.parts import Chip

KEYS = ("number", "title", "status", "owner", "site")
KEPT = ("site", "process", "status", "owner", "state")
CURRENT, STALE, FREE = "current", "stale", "none"
OVERDUE, SOON = "overdue", "soon"
NEAR = timedelta(days=30)
IN_FORCE = (DocumentStatus.EFFECTIVE.value, DocumentStatus.UNDER_REVIEW.value)


@dataclass(frozen=True, slots=True)
class DocumentFigures:
    """What a row shows beyond its columns."""

    currency: Currency


def _figures(session: Session, rows: Sequence[Document], _now: datetime) -> Mapping[int, DocumentFigures]:
    found = currencies(session, [row.id for row in rows])
    return {document_id: DocumentFigures(currency) for document_id, currency in found.items()}


def _currency(row: RegisterRow) -> Chip | None:
    return currency_chip(row.record, row.figures.currency) if row.figures else None


def _currency_text(row: RegisterRow) -> str:
    chip = _currency(row)
    return chip.text if chip else ""


def _type_options(_session: Session, _actor: Actor) -> Sequence[Option]:
    return [Option(key, word) for key, word in type_words().items()]


def _of_type(values: Sequence[str], _now: datetime) -> ColumnElement[bool]:
    return Document.document_type.in_(values)


def _currency_options(_session: Session, _actor: Actor) -> Sequence[Option]:
    return [
        Option(STALE, _("not reflected")),
        Option(CURRENT, _("reflected")),
        Option(FREE, _("none are controlled")),
    ]


def _of_currency(values: Sequence[str], _now: datetime) -> ColumnElement[bool]:
    choices = {
        STALE: is_stale(),
        CURRENT: and_(in_force(), controls_risks(), not_(is_stale())),
        FREE: not_(controls_risks()),
    }
    found = [choices[value] for value in values if value in choices]
    return or_(*found) if found else true()


def _review_options(_session: Session, _actor: Actor) -> Sequence[Option]:
    return [Option(OVERDUE, _("overdue")), Option(SOON, _("within 30 days"))]


def _of_review(values: Sequence[str], now: datetime) -> ColumnElement[bool]:
    today = now.date()
    choices = {
        OVERDUE: Document.review_due_on < today,
        SOON: Document.review_due_on.between(today, today + NEAR),
    }
    found = [choices[value] for value in values if value in choices]
    return and_(Document.closed_at.is_(None), or_(*found) if found else true())


def _columns() -> tuple[RegisterColumn, ...]:
    usual = usual_columns(lambda status: document_statuses().get(status, status))
    found = {column.key: column for column in usual if column.key in KEYS}
    found["site"] = replace(
        found["site"], value=lambda row: row.site or (_("All sites") if row.record.is_for_all_sites else "")
    )
    return tuple(found[key] for key in KEYS)


def _all_columns() -> tuple[RegisterColumn, ...]:
    number, title, status, owner, site = _columns()
    return (
        number,
        title,
        RegisterColumn(
            "type",
            lambda: _("Type"),
            lambda row: type_words().get(row.record.document_type, row.record.document_type),
            on_phone=False,
        ),
        RegisterColumn("revision", lambda: _("Revision"), lambda row: row.record.revision_label or ""),
        RegisterColumn(
            "effective",
            lambda: _("In force from"),
            lambda row: row.record.effective_from,
            "date",
            on_phone=False,
            is_default=False,
        ),
        RegisterColumn("currency", lambda: _("Risks"), _currency, "chip", text=_currency_text),
        RegisterColumn(
            "review",
            lambda: _("Next review"),
            lambda row: review_chip(row.record),
            "chip",
            text=lambda row: row.record.review_due_on,
            sort="review",
            on_phone=False,
        ),
        status,
        replace(owner, is_default=False),
        replace(site, is_default=False),
    )


DOCUMENTS = Register(
    kind="document",
    model=Document,
    path="/documents",
    title=lambda: _("Documents"),
    singular=lambda: _("Document"),
    icon="files",
    columns=_all_columns(),
    filters=(
        *(one for one in usual_filters(document_statuses) if one.key in KEPT),
        RegisterFilter("type", lambda: _("Type is"), _type_options, _of_type),
        RegisterFilter("risks", lambda: _("Risks are"), _currency_options, _of_currency),
        RegisterFilter("review", lambda: _("Review is"), _review_options, _of_review),
    ),
    sorts=(
        *sorted(usual_sorts(), key=lambda sort: sort.key != "number"),
        RegisterSort("review", lambda: _("by next review"), Document.review_due_on, SortType.DAY),
    ),
    group=lambda: _("Control"),
    statuses=document_statuses,
    start_key="document_change",
    start_label=lambda: _("Change a document"),
    counts=(
        RegisterCount(lambda: _("In force"), {"state": ("open",), "status": IN_FORCE}),
        RegisterCount(lambda: _("Not risk-current"), {"state": ("open",), "risks": (STALE,)}, is_bad=True),
        RegisterCount(lambda: _("Review overdue"), {"state": ("open",), "review": (OVERDUE,)}, is_bad=True),
        RegisterCount(lambda: _("Review within 30 days"), {"state": ("open",), "review": (SOON,)}),
        RegisterCount(
            lambda: _("Being written"), {"state": ("open",), "status": (DocumentStatus.DRAFT.value,)}
        ),
        RegisterCount(lambda: _("Withdrawn"), {"state": ("closed",)}),
    ),
    figures=_figures,
    chips=document_chips,
    facts=document_facts,
    sections=document_sections,
    text=text_of_document,
    doors=document_doors,
)
REGISTERS = (DOCUMENTS, CHANGES, REVIEWS)
