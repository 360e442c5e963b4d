"""Prepares the page of evidence by clause, and the page of one clause with what shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.policy import ALL, visible_sites
from app.evidence.clauses import Clause, Edition, editions
from app.evidence.coverage import (
    Cell,
    CoveredClause,
    Place,
    counted,
    coverage,
    is_fresh,
    proofs,
    share_fresh,
)
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.organisation.models import Site
from app.records.urls import record_url
from app.web.addresses import address
from app.web.dates import day_in_words
from app.web.parts import Chip, Column, Link, Tab
from app.web.reader import Reader

MOST_PROOFS = 100


@dataclass(frozen=True, slots=True)
class ShownCell:
    """One cell: a word, a date, and the door to what stands behind it."""

    chip: Chip
    on: str
    url: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One clause. Shape: a heading has no cells; `excluded` says why it does not apply."""

    number: str
    title: str
    url: str
    cells: Sequence[ShownCell]
    excluded: str = ""


@dataclass(frozen=True, slots=True)
class CoveragePage:
    """Everything the page draws."""

    edition: Edition
    editions: Sequence[Tab]
    sites: Sequence[str]
    lines: Sequence[Line]
    fresh: int
    applicable: int
    gaps: Sequence[Link]
    gaps_by_site: Sequence[tuple[str, Sequence[Link]]]


@dataclass(frozen=True, slots=True)
class ClausePage:
    """One clause with its evidence."""

    clause: Clause
    edition: Edition
    excluded: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    counted: str
    site: str
    following: tuple[datetime, int] | None


def coverage_page(
    session: Session, actor: Actor, reader: Reader, edition: Edition, now: datetime
) -> CoveragePage:
    """Return the evidence of every clause at the sites that the person sees."""
    covered = coverage(session, edition, now)
    by_number = {one.clause.number: one for one in covered}
    sites = sites_of(session, actor)
    fresh, applicable = share_fresh(covered, now)
    gaps = [
        Link(f"{one.clause.number} {one.clause.title}", _door(edition, one.clause.number))
        for one in covered
        if not one.excluded and not is_fresh(one.last_anywhere(), one.clause, now)
    ]
    return CoveragePage(
        edition=edition,
        editions=[
            Tab(one.title, address("evidence.page", edition=one.key), one.key == edition.key)
            for one in editions().values()
        ],
        sites=list(sites.values()),
        lines=[_line(one, by_number.get(one.number), edition, sites, reader, now) for one in edition.clauses],
        fresh=fresh,
        applicable=applicable,
        gaps=gaps,
        gaps_by_site=[
            (name, _gaps_of_site(covered, edition, site_id, now))
            for site_id, name in sites.items()
            if site_id
        ],
    )


def clause_page(
    session: Session, actor: Actor, place: Place, *, before: tuple[datetime, int] | None, now: datetime
) -> ClausePage:
    """Return one clause with the steps that show it, the latest first.

    Errors: UnknownClause.
    """
    clause = place.edition.clause(place.number)
    found = {one.clause.number: one for one in coverage(session, place.edition, now)}
    names = sites_of(session, actor)
    steps = proofs(session, actor, place, before=before, most=MOST_PROOFS + 1)
    rows = [
        {
            "record": Link(
                f"{one.record_number} {one.record_title}", record_url(one.record_kind, one.record_id)
            ),
            "step": one.title,
            "site": names.get(one.site_id or 0, ""),
            "on": one.done_at.date(),
        }
        for one in steps[:MOST_PROOFS]
    ]
    columns = (
        Column("record", _("Record"), "link"),
        Column("step", _("What was done")),
        Column("site", _("Site")),
        Column("on", _("When"), "date"),
    )
    excluded = found[place.number].excluded if place.number in found else ""
    count, hidden = counted(session, actor, place)
    last = steps[MOST_PROOFS - 1] if len(steps) > MOST_PROOFS else None
    return ClausePage(
        clause=clause,
        edition=place.edition,
        excluded=excluded,
        columns=columns,
        rows=rows,
        counted=_counted_words(count, hidden),
        site=names.get(place.site_id, "") if place.site_id is not None else "",
        following=(last.done_at, last.task_id) if last else None,
    )


def _counted_words(count: int, hidden: int) -> str:
    words = ngettext("%(num)s step", "%(num)s steps", count)
    if not hidden:
        return words
    unseen = ngettext(
        "%(num)s of a record that is not for you", "%(num)s of records that are not for you", hidden
    )
    return f"{words}, {unseen}"


def _gaps_of_site(
    covered: Sequence[CoveredClause], edition: Edition, site_id: int, now: datetime
) -> Sequence[Link]:
    return [
        Link(f"{one.clause.number} {one.clause.title}", _door(edition, one.clause.number, site_id))
        for one in covered
        if not one.excluded and not one.is_fresh(site_id, now)
    ]


def sites_of(session: Session, actor: Actor) -> Mapping[int, str]:
    """Return the names of the sites that the person sees, by id; 0 is the organisation as a whole."""
    allowed = visible_sites(actor)
    rows = session.execute(select(Site.id, Site.name).where(Site.is_active).order_by(Site.name))
    seen = {row.id: row.name for row in rows if allowed is ALL or row.id in allowed}
    return {**seen, 0: _("All of us")} if allowed is ALL else seen


def _line(
    clause: Clause,
    covered: CoveredClause | None,
    edition: Edition,
    sites: Mapping[int, str],
    reader: Reader,
    now: datetime,
) -> Line:
    if covered is None:
        return Line(clause.number, clause.title, "", ())
    cells = [
        _cell(covered.cells.get(site_id, Cell()), clause, _door(edition, clause.number, site_id), reader, now)
        for site_id in sites
    ]
    return Line(
        clause.number,
        clause.title,
        _door(edition, clause.number),
        () if covered.excluded else cells,
        covered.excluded,
    )


def _cell(cell: Cell, clause: Clause, url: str, reader: Reader, now: datetime) -> ShownCell:
    if cell.last_at is None:
        return ShownCell(Chip(_("none"), "line"), "", "")
    on = day_in_words(cell.last_at.date(), today=now.date(), reader=reader)
    if is_fresh(cell.last_at, clause, now):
        return ShownCell(Chip(_("fresh"), "ok", icon="check"), on, url, cell.count)
    return ShownCell(Chip(_("old"), "warn", icon="alert-triangle"), on, url, cell.count)


def _door(edition: Edition, number: str, site_id: int | None = None) -> str:
    more = {"site": site_id} if site_id is not None else {}
    return address("evidence.clause", number=number, edition=edition.key, **more)
