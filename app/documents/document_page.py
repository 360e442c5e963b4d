"""What the page of a document adds to a record's: revision, readers, and how it stands to its risks."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.accounts.roles import Role, title_of
from app.documents.currency import Currency, currencies
from app.documents.models import Document, DocumentStatus
from app.documents.words import type_words
from app.foundation import clock
from app.foundation.dates import written_day
from app.foundation.i18n import gettext as _
from app.records.models import Record
from app.records.register import Section
from app.records.urls import record_url
from app.records.visibility import scope_of
from app.web.addresses import address
from app.web.parts import Chip, Fact, Link


def currency_chip(document: Document, currency: Currency) -> Chip | None:
    """Return whether a document in force reflects the risks it controls; none for one that controls none."""
    if document.revision_label is None or document.closed_at is not None or not currency.risk_ids:
        return None
    if currency.is_current:
        return Chip(_("Risk-current"), "ok", icon="shield-check")
    return Chip(_("Not risk-current"), "bad", icon="alert-triangle")


def review_chip(document: Document) -> Chip | None:
    """Return the day of the next look, and say so when it is over."""
    day = document.review_due_on
    if day is None or document.closed_at is not None:
        return None
    if day < clock.now().date():
        return Chip(_("overdue"), "bad", icon="alert-triangle")
    return Chip(written_day(day), "line")


def document_chips(session: Session, row: Document) -> Sequence[Chip]:
    """Return the type of a document, whether it reflects its risks, and whether it holds everywhere."""
    chips = [Chip(type_words().get(row.document_type, row.document_type), "line")]
    standing = currency_chip(row, currencies(session, [row.id])[row.id])
    if standing is not None:
        chips.insert(0, standing)
    if row.is_for_all_sites:
        chips.append(Chip(_("Whole company"), "line", icon="building"))
    return chips


def document_facts(_session: Session, row: Document) -> Sequence[Fact]:
    """Return revision, days and readers of a document."""
    facts = []
    if row.revision_label and row.effective_from:
        since = _("in force since %(day)s", day=written_day(row.effective_from))
        url = address("document_pages.revisions", record_id=row.id)
        facts.append(Fact(_("Revision"), row.revision_label, url=url, note=since))
    if row.review_due_on is not None and row.closed_at is None:
        is_over = row.review_due_on < clock.now().date()
        note = _("overdue") if is_over else ""
        facts.append(Fact(_("Next review"), written_day(row.review_due_on), note=note))
    readers = [title_of(Role(one)) for one in row.audience if one in set(Role)]
    facts.append(Fact(_("Read by"), ", ".join(readers) or _("everybody who sees it")))
    if row.clauses:
        facts.append(Fact(_("Clauses"), ", ".join(row.clauses)))
    facts.append(Fact(_("Kept after withdrawal"), _("%(years)s years", years=row.retention_years)))
    return facts


def document_sections(session: Session, row: Document) -> Sequence[Section]:
    """Return why a document was withdrawn, where an external one comes from, and how its risks stand."""
    sections = []
    if row.obsolete_at is not None:
        sections.append(_withdrawal(session, row))
    origin = (
        (_("Issued by"), row.issuer),
        (_("Number"), row.issuer_reference),
        (_("Edition"), row.issuer_edition),
    )
    external = tuple(Fact(name, value) for name, value in origin if value)
    if external:
        sections.append(Section(_("Where it comes from"), facts=external))
    risks = risk_facts(session, row)
    if risks:
        sections.append(Section(_("Risks it controls"), facts=risks))
    return sections


def risk_facts(session: Session, row: Document) -> tuple[Fact, ...]:
    """Return the risks a document controls, and which of them it does not reflect any more."""
    standing = currencies(session, [row.id])[row.id]
    risks = session.execute(
        select(Record.id, Record.kind, Record.number, Record.title)
        .where(Record.id.in_(standing.risk_ids))
        .order_by(Record.number)
    )
    return tuple(
        Fact(
            risk.number,
            risk.title,
            url=record_url(risk.kind, risk.id),
            note=_("moved since this revision came into force") if risk.id in standing.stale else "",
        )
        for risk in risks
    )


def _withdrawal(session: Session, row: Document) -> Section:
    assert row.obsolete_at is not None, "the caller has asked"
    facts = [Fact(_("Withdrawn on"), written_day(row.obsolete_at), note=row.obsolete_reason or "")]
    successor = session.get(Document, row.replaced_by_id) if row.replaced_by_id else None
    if successor is not None:
        url = record_url(successor.kind, successor.id)
        facts.append(Fact(_("Replaced by"), f"{successor.number} {successor.title}", url=url))
    if row.archive_until is not None:
        facts.append(Fact(_("Kept until"), written_day(row.archive_until)))
    return Section(_("Withdrawn"), facts=tuple(facts))


def document_doors(_session: Session, actor: Actor, row: Document) -> Sequence[Link]:
    """Return what the menu of a document's page offers beyond a record's."""
    doors = [Link(_("Revisions"), address("document_pages.revisions", record_id=row.id))]
    if row.revision_label:
        doors.append(Link(_("Compare revisions"), address("document_pages.compare", record_id=row.id)))
    if row.revision_label and row.closed_at is None and policy.can(actor, "documents.control", scope_of(row)):
        url = address("controlled_copies.page", record_id=row.id, label=row.revision_label)
        doors.append(Link(_("Controlled copy (PDF/A)"), url))
    if policy.can(actor, "records.read"):
        doors.append(Link(_("Printed copies"), address("document_pages.copies", record_id=row.id)))
    if row.closed_at is None and policy.can(actor, "documents.change"):
        subject = {"document_id": f"document:{row.id}"}
        doors.insert(
            0, Link(_("Change this document"), address("start.form", key="document_change", **subject))
        )
        if row.status == DocumentStatus.EFFECTIVE.value:
            doors.append(Link(_("Look at it again"), address("start.form", key="document_review", **subject)))
    return doors
