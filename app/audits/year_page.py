"""Prepares the year of audits, month by month, as far as the person may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.people import names_of
from app.audits.models import Audit, AuditStatus
from app.audits.programme_page import HELD, OVERDUE, audit_state
from app.audits.words import audit_statuses, days_in_words
from app.foundation.i18n import gettext as _
from app.organisation.models import Site
from app.records.models import Record
from app.records.urls import record_url
from app.records.visibility import visible
from app.web.addresses import address
from app.web.parts import Chip, Link

_KINDS = {HELD: "ok", OVERDUE: "bad"}


@dataclass(frozen=True, slots=True)
class YearLine:
    """One audit of a month."""

    number: str
    title: str
    url: str
    days: str
    site: str
    lead: str
    chip: Chip


@dataclass(frozen=True, slots=True)
class YearMonth:
    """A month with its audits; `is_now` for the present one."""

    name: str
    is_now: bool
    lines: tuple[YearLine, ...]


@dataclass(frozen=True, slots=True)
class YearPage:
    """The year, and the doors to the years around it."""

    year: int
    before: Link
    after: Link
    months: tuple[YearMonth, ...]
    count: int


def year_page(session: Session, actor: Actor, year: int, today: date) -> YearPage:
    """Return the audits that begin in a year, month by month; months without any are there too."""
    statement = (
        select(Audit)
        .where(Audit.starts_on >= date(year, 1, 1), Audit.starts_on <= date(year, 12, 31))
        .where(Audit.status != AuditStatus.CANCELLED.value)
        .order_by(Audit.starts_on, Record.id)
    )
    rows = session.scalars(visible(statement, actor)).all()
    leads = names_of(session, [row.lead_auditor_id for row in rows if row.lead_auditor_id])
    sites = {row.id: row.name for row in session.execute(select(Site.id, Site.name))}
    lines: dict[int, list[YearLine]] = {month: [] for month in range(1, 13)}
    for row in rows:
        assert row.starts_on is not None, "the statement asks for it"
        lines[row.starts_on.month].append(_line(row, leads, sites, today))
    return YearPage(
        year=year,
        before=Link(str(year - 1), address("audit_year.page", year=year - 1)),
        after=Link(str(year + 1), address("audit_year.page", year=year + 1)),
        months=tuple(
            YearMonth(name, (year, month) == (today.year, today.month), tuple(lines[month]))
            for month, name in enumerate(_months(), 1)
        ),
        count=len(rows),
    )


def _line(row: Audit, leads: dict[int, str], sites: dict[int, str], today: date) -> YearLine:
    state = audit_state(row, today)
    word = _("Overdue") if state == OVERDUE else audit_statuses().get(row.status, row.status)
    return YearLine(
        number=row.number,
        title=row.title,
        url=record_url(row.kind, row.id),
        days=days_in_words(row.starts_on, row.ends_on),
        site=sites.get(row.site_id or 0, ""),
        lead=leads.get(row.lead_auditor_id or 0, ""),
        chip=Chip(word, _KINDS.get(state, "line")),
    )


def _months() -> tuple[str, ...]:
    return (
        _("January"), _("February"), _("March"), _("April"), _("May"), _("June"),
        _("July"), _("August"), _("September"), _("October"), _("November"), _("December"),
    )  # fmt: skip
