"""The first paper of a pack of many records: what was asked for, by whom, and the list of what is inside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.evidence.packs.record_paper import Told
from app.foundation.i18n import gettext as _
from app.organisation.models import Site
from app.printing.paper import Facts, Heading, Paper, Part, Table, Words
from app.records.models import Record
from app.records.urls import status_word
from app.web.dates import exact_in_words

SOME = 500


def cover_of(session: Session, record_ids: Sequence[int], title: str, told: Told) -> Paper:
    """Return the cover of a pack."""
    when = exact_in_words(told.at, reader=told.reader)
    facts = [
        (_("Covers"), title),
        (_("Asked for by"), told.actor.name),
        (_("Made"), when),
        (_("Records"), str(len(record_ids))),
    ]
    how = _(
        "Each record has a folder of its own with its story as a paper, its data, its files and its part of "
        "the trail. To check that nothing was changed, run: python verify.py PACK.zip"
    )
    return Paper(
        title=_("Evidence pack"),
        subtitle=title,
        language=told.reader.locale,
        made_at=told.at,
        head=(_("Evidence"), title[:60], ""),
        foot=_("Made %(when)s for %(name)s", when=when, name=told.actor.name),
        page_words=_("Page {page} of {pages}"),
        missing_sign=_("A box stands for a sign that the fonts of this paper lack."),
        parts=[Facts(facts), Words(how), *_list(session, record_ids, told)],
    )


def index_of(session: Session, record_ids: Sequence[int]) -> Sequence[Mapping[str, Any]]:
    """Return the list of the records as plain values."""
    return [
        {
            "kind": row.kind,
            "number": row.number,
            "title": row.title,
            "status": row.status,
            "site": site,
            "opened_at": row.opened_at,
            "closed_at": row.closed_at,
        }
        for row, site in _rows(session, record_ids)
    ]


def _list(session: Session, record_ids: Sequence[int], told: Told) -> list[Part]:
    heading = Heading(_("What is inside"))
    rows = [
        (
            row.number,
            row.title,
            site,
            status_word(row.kind, row.status),
            exact_in_words(row.opened_at.astimezone(told.reader.zone_info).date(), reader=told.reader),
        )
        for row, site in _rows(session, record_ids)
    ]
    if not rows:
        return [heading, Words(_("No record that you may see fits."), is_quiet=True)]
    columns = (_("Record"), _("Title"), _("Site"), _("Status"), _("Opened"))
    return [heading, Table(columns, rows, widths=(4, 8, 3, 4, 4))]


def _rows(session: Session, record_ids: Sequence[int]) -> Iterator[tuple[Record, str]]:
    for start in range(0, len(record_ids), SOME):
        some = record_ids[start : start + SOME]
        found = session.execute(
            select(Record, Site.name).outerjoin(Site, Site.id == Record.site_id).where(Record.id.in_(some))
        )
        by_id = {row.id: (row, site or _("All sites")) for row, site in found}
        yield from (by_id[one] for one in some if one in by_id)
