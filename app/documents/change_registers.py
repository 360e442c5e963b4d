"""The registers of changes of documents and of looks at documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.accounts.people import names_of
from app.documents.change_models import DocumentChange, DocumentReview
from app.documents.change_requests import requests_of
from app.documents.changes import revision_of_change
from app.documents.models import Document
from app.documents.reviews import triggers_of
from app.documents.words import (
    change_stands,
    change_statuses,
    class_words,
    effect_words,
    kind_words,
    review_statuses,
    source_words,
)
from app.foundation.dates import written_day
from app.foundation.i18n import gettext as _
from app.records.register import (
    Option,
    Register,
    RegisterColumn,
    RegisterFilter,
    RegisterRow,
    Section,
    Stage,
)
from app.records.urls import record_url
from app.records.usual import usual_columns, usual_filters, usual_sorts
from app.web.addresses import address
from app.web.parts import Chip, Fact, Link

SEVERITY = "severity"
CLASS_CHIPS = {"emergency": "bad", "major": "warn"}


def _class_options(_session: Session, _actor: Actor) -> Sequence[Option]:
    return [Option(key, word) for key, word in class_words().items()]


def _of_class(values: Sequence[str], _now: datetime) -> ColumnElement[bool]:
    return DocumentChange.change_class.in_(values)


def _kind_options(_session: Session, _actor: Actor) -> Sequence[Option]:
    return [Option(key, word) for key, word in kind_words().items()]


def _of_kind(values: Sequence[str], _now: datetime) -> ColumnElement[bool]:
    return DocumentChange.change_kind.in_(values)


def class_chip(change_class: str) -> Chip:
    """Return how great a change is."""
    return Chip(class_words().get(change_class, change_class), CLASS_CHIPS.get(change_class, "line"))


def _change_chips(_session: Session, row: DocumentChange) -> Sequence[Chip]:
    return (Chip(kind_words().get(row.change_kind, row.change_kind), "line"), class_chip(row.change_class))


def _change_facts(session: Session, row: DocumentChange) -> Sequence[Fact]:
    facts = [Fact(_("From"), source_words().get(row.source, row.source))]
    document = session.get(Document, row.document_id) if row.document_id else None
    if document is not None:
        facts.append(Fact(_("Document"), document.number, url=record_url(document.kind, document.id)))
    revision = revision_of_change(session, row.id)
    if revision is not None:
        url = address("document_changes.draft", record_id=row.id)
        facts.append(Fact(_("Revision"), revision.label, url=url))
    if row.risk_effect:
        facts.append(Fact(_("Effect on risks"), effect_words().get(row.risk_effect, row.risk_effect)))
    if row.retrospective_due_at is not None and row.approved_at is None:
        day = written_day(row.retrospective_due_at)
        facts.append(Fact(_("To be approved until"), day))
    elif row.effective_on is not None and row.effective_at is None and row.approved_at is not None:
        facts.append(Fact(_("In force from"), written_day(row.effective_on)))
    return facts


def _change_sections(session: Session, row: DocumentChange) -> Sequence[Section]:
    texts = (
        (_("Why"), row.reason),
        (_("What changed"), row.change_summary),
        (_("Processes and places"), row.affected_processes),
        (_("Equipment, software or stocks"), row.equipment_effect),
        (_("To be tested or validated first"), row.validation_effect),
        (_("What it does to the risks"), row.risk_note),
        (_("Why it was refused"), row.request_note),
        (_("Why it came back"), row.return_note),
        (_("Copies that did not come back"), row.copies_note),
    )
    sections = [Section(title, text) for title, text in texts if text]
    rows = requests_of(session, row.id)
    names = names_of(session, [one.requested_by_id for one in rows if one.requested_by_id])
    asked = tuple(
        Fact(
            one.record_number or names.get(one.requested_by_id or 0, ""),
            one.reason,
            url=record_url(one.record_kind, one.record_id) if one.record_kind and one.record_id else "",
        )
        for one in rows
    )
    return [*sections, Section(_("Who asked for it"), facts=asked)] if len(asked) > 1 else sections


def _change_doors(_session: Session, actor: Actor, row: DocumentChange) -> Sequence[Link]:
    if row.closed_at is not None or not policy.can(actor, "documents.change"):
        return ()
    return (Link(_("I want this as well"), address("document_changes.wish", record_id=row.id)),)


def _review_chips(_session: Session, row: DocumentReview) -> Sequence[Chip]:
    chips = [Chip(_("Regular review"), "line")] if row.is_periodic else []
    return [*chips, Chip(_("A risk moved"), "warn")] if row.is_risk_moved else chips


def _review_facts(session: Session, row: DocumentReview) -> Sequence[Fact]:
    document = session.get(Document, row.document_id) if row.document_id else None
    if document is None:
        return ()
    return (
        Fact(_("Document"), document.number, url=record_url(document.kind, document.id)),
        Fact(_("Events that name it"), str(row.recurrences)),
    )


def _review_sections(session: Session, row: DocumentReview) -> Sequence[Section]:
    reasons = tuple(Fact(written_day(one.triggered_at), one.reason) for one in triggers_of(session, row.id))
    sections = [Section(_("Why it is looked at"), facts=reasons)] if reasons else []
    return [*sections, Section(_("What was found"), row.comment)] if row.comment else sections


def _usual(statuses: Callable[[], Mapping[str, str]]) -> tuple[RegisterColumn, ...]:
    """Return the columns every register has, but for the severity: changes have a class instead."""
    columns = usual_columns(lambda status: statuses().get(status, status))
    return tuple(column for column in columns if column.key != SEVERITY)


def _change_columns() -> tuple[RegisterColumn, ...]:
    """Return the usual columns; the stage says what a change waits for."""
    return tuple(
        replace(one, value=_stage_chip, text=lambda row: change_stands(row.record))
        if one.key == "status"
        else one
        for one in _usual(change_statuses)
    )


def _stage_chip(row: RegisterRow) -> Chip:
    return Chip(change_stands(row.record), "ok" if row.record.closed_at else "accent")


CHANGES = Register(
    kind="document_change",
    model=DocumentChange,
    path="/document-changes",
    title=lambda: _("Changes of documents"),
    singular=lambda: _("Change of a document"),
    icon="file-pencil",
    columns=(
        *_change_columns(),
        RegisterColumn(
            "class",
            lambda: _("Class"),
            lambda row: class_chip(row.record.change_class),
            "chip",
            text=lambda row: row.record.change_class,
        ),
    ),
    filters=(
        *(one for one in usual_filters(change_statuses) if one.key != SEVERITY),
        RegisterFilter("class", lambda: _("Class is"), _class_options, _of_class),
        RegisterFilter("kind", lambda: _("Kind is"), _kind_options, _of_kind),
    ),
    sorts=usual_sorts(),
    group=lambda: _("Control"),
    statuses=change_statuses,
    start_key="document_change",
    start_label=lambda: _("Change a document"),
    stages=(
        Stage(lambda: _("Take up"), ("take_up_request",)),
        Stage(lambda: _("Assess"), ("assess_impact", "confirm_impact")),
        Stage(lambda: _("Write"), ("write_draft", "release_emergency")),
        Stage(lambda: _("Review"), ("review_draft", "answer_comments", "risk_answered")),
        Stage(lambda: _("Approve"), ("approve_change",)),
        Stage(
            lambda: _("Release"),
            ("set_release", "release_day", "whichever_first", "withdraw_document", "collect_copies"),
        ),
    ),
    chips=_change_chips,
    stands=change_stands,
    doors=_change_doors,
    facts=_change_facts,
    sections=_change_sections,
)

REVIEWS = Register(
    kind="document_review",
    model=DocumentReview,
    path="/document-reviews",
    title=lambda: _("Looks at documents"),
    singular=lambda: _("Look at a document"),
    icon="file-search",
    columns=_usual(review_statuses),
    filters=tuple(one for one in usual_filters(review_statuses) if one.key != SEVERITY),
    sorts=usual_sorts(),
    group=lambda: _("Control"),
    statuses=review_statuses,
    start_key="document_review",
    start_label=lambda: _("Look at a document again"),
    chips=_review_chips,
    facts=_review_facts,
    sections=_review_sections,
)
