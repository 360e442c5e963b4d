"""Prepares the page of packs: the form to ask for one, and those that were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.people import names_of
from app.evidence.clauses import Edition
from app.evidence.coverage_page import sites_of
from app.evidence.packs.models import EvidencePack
from app.evidence.packs.orders import may_take, packs_for
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.web.addresses import address
from app.web.fields import FieldView, Option
from app.web.forms import text_field
from app.web.parts import Chip
from app.workflow.forms.field_views import size_words

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class PackLine:
    """A pack as the list shows it. Shape: `share` counts from 0 to 100 while it is made."""

    title: str
    chip: Chip
    asked_by: str
    asked_at: datetime
    note: str
    share: int | None
    file_url: str
    remove_url: str
    manifest: str


@dataclass(frozen=True, slots=True)
class PacksPage:
    """Everything the page draws; `is_moving` while one is being made."""

    lines: Sequence[PackLine]
    is_moving: bool
    kept_days: int


def packs_page(session: Session, actor: Actor, kept_days: int) -> PacksPage:
    """Return the packs that a person may know of."""
    rows = packs_for(session, actor)
    names = names_of(session, sorted({one.asked_by_id for one in rows}))
    lines = [_line(session, actor, one, names.get(one.asked_by_id, "")) for one in rows]
    return PacksPage(lines, any(one.share is not None for one in lines), kept_days)


def pack_fields(
    session: Session, actor: Actor, edition: Edition, clause: str, today: date
) -> Sequence[FieldView]:
    """Return the fields of the form that asks for a pack."""
    clauses = [
        Option(one.number, f"{one.number} {one.title}") for one in edition.clauses if one.is_requirement
    ]
    sites = [Option(str(key), name) for key, name in sites_of(session, actor).items() if key]
    return (
        FieldView(
            "clause",
            "select",
            _("Clause"),
            clause,
            help=_("Without one: all records opened or closed in the time."),
            options=tuple(clauses),
        ),
        FieldView(
            "site", "select", _("Site"), "", help=_("Without one: all that you see."), options=tuple(sites)
        ),
        text_field("first", _("From"), (today - YEAR).isoformat(), subtype="date", is_required=True),
        text_field("last", _("To"), today.isoformat(), subtype="date", is_required=True),
    )


def _line(session: Session, actor: Actor, row: EvidencePack, asked_by: str) -> PackLine:
    is_theirs = row.asked_by_id == actor.id
    is_there = row.file_id is not None and may_take(session, actor, row)
    return PackLine(
        title=row.title,
        chip=_chip(row),
        asked_by=asked_by,
        asked_at=row.asked_at,
        note=_note(row),
        share=None if row.finished_at else (100 * row.done // row.total if row.total else 0),
        file_url=address("evidence_packs.file", pack_id=row.id) if is_there else "",
        remove_url=address("evidence_packs.remove", pack_id=row.id)
        if is_theirs and not row.removed_at
        else "",
        manifest=row.manifest_sha256,
    )


def _chip(row: EvidencePack) -> Chip:
    if row.removed_at is not None:
        return Chip(_("removed"), "line")
    if row.failure:
        return Chip(_("failed"), "bad", icon="alert-triangle")
    if row.finished_at is not None:
        return Chip(_("ready"), "ok", icon="circle-check")
    return Chip(_("being made"), "accent") if row.total else Chip(_("waiting"), "line")


def _note(row: EvidencePack) -> str:
    if row.failure:
        return row.failure
    if row.finished_at is None:
        return _("%(done)s of %(total)s records", done=row.done, total=row.total) if row.total else ""
    records = ngettext("%(num)s record", "%(num)s records", row.total)
    return f"{records}, {size_words(row.size)}" if row.size else records
