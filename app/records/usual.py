"""Columns, filters and sorts that every register has: number, title, site, severity, stage, owner, due."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts.actor import Actor, initials_of
from app.accounts.people import people
from app.accounts.policy import ALL, visible_sites
from app.foundation.i18n import gettext as _
from app.organisation.models import BusinessProcess, Site
from app.records.models import Record
from app.records.register import Option, RegisterColumn, RegisterFilter, RegisterRow, RegisterSort, SortType
from app.web.parts import Chip, Person, Severity

OPEN, CLOSED, EVERY, NONE = "open", "closed", "all", "none"
MONTH = timedelta(days=30)


def severity_words() -> Mapping[int, str]:
    """Return the words of the five severities, 1 the least."""
    return {
        1: _("Negligible"),
        2: _("Minor"),
        3: _("Moderate"),
        4: _("Major"),
        5: _("Critical"),
    }


def severity_part(level: int | None) -> Severity | None:
    """Return a severity as the kit draws it."""
    return None if level is None else Severity(level, severity_words()[level])


def person_part(name: str) -> Person | None:
    """Return a person as the kit draws them."""
    return Person(name, initials_of(name)) if name else None


def usual_columns(status_word: Callable[[str], str]) -> tuple[RegisterColumn, ...]:
    """Return the columns every register begins with; `status_word` says a status in the domain's words."""
    return (
        RegisterColumn("number", lambda: _("Number"), lambda row: row.record.number, "muted", sort="number"),
        RegisterColumn("title", lambda: _("What"), lambda row: row.record.title, "title", sort="title"),
        RegisterColumn("site", lambda: _("Site"), lambda row: row.site, on_phone=False),
        RegisterColumn(
            "severity",
            lambda: _("Severity"),
            lambda row: severity_part(row.record.severity),
            "severity",
            text=lambda row: row.record.severity,
            sort="severity",
        ),
        RegisterColumn(
            "status",
            lambda: _("Stage"),
            lambda row: Chip(status_word(row.record.status), "ok" if row.record.closed_at else "accent"),
            "chip",
            text=lambda row: status_word(row.record.status),
        ),
        RegisterColumn(
            "owner",
            lambda: _("Owner"),
            lambda row: person_part(row.owner),
            "person",
            text=lambda row: row.owner,
            on_phone=False,
        ),
        RegisterColumn("due", lambda: _("Due"), _due, "due", text=lambda row: row.record.due_at, sort="due"),
        RegisterColumn(
            "opened",
            lambda: _("Opened"),
            lambda row: row.record.opened_at,
            "past",
            sort="opened",
            on_phone=False,
            is_default=False,
        ),
    )


def usual_filters(statuses: Callable[[], Mapping[str, str]]) -> tuple[RegisterFilter, ...]:
    """Return the filters every register has; `statuses` are the domain's stages and their words."""
    return (
        RegisterFilter("site", lambda: _("Site is"), _site_options, _in_numbers(Record.site_id)),
        RegisterFilter("process", lambda: _("Process is"), _process_options, _in_numbers(Record.process_id)),
        RegisterFilter(
            "status",
            lambda: _("Stage is"),
            lambda _session, _actor: [Option(key, word) for key, word in statuses().items()],
            lambda values, _now: Record.status.in_(values),
        ),
        RegisterFilter("severity", lambda: _("Severity is at least"), _severity_options, _at_least),
        RegisterFilter("owner", lambda: _("Owner is"), _owner_options, _in_numbers(Record.owner_id)),
        RegisterFilter("due", lambda: _("Due is"), _due_options, _overdue),
        RegisterFilter("opened", lambda: _("Opened in"), _month_options, _opened_lately),
        RegisterFilter("closed", lambda: _("Closed in"), _month_options, _closed_lately),
        RegisterFilter("state", lambda: _("It is"), _state_options, _state),
    )


def usual_sorts() -> tuple[RegisterSort, ...]:
    """Return the ways to sort that every register has; the latest comes first by default."""
    return (
        RegisterSort(
            "opened", lambda: _("latest first"), Record.opened_at, SortType.MOMENT, is_descending=True
        ),
        RegisterSort("due", lambda: _("by due date"), Record.due_at, SortType.MOMENT),
        RegisterSort(
            "severity", lambda: _("by severity"), Record.severity, SortType.NUMBER, is_descending=True
        ),
        RegisterSort("number", lambda: _("by number"), Record.number, SortType.TEXT),
        RegisterSort("title", lambda: _("by title"), Record.title, SortType.TEXT),
    )


def _due(row: RegisterRow) -> datetime | None:
    due_at: datetime | None = row.record.due_at
    return None if row.record.closed_at else due_at


def _in_numbers(
    column: InstrumentedAttribute[Any],
) -> Callable[[Sequence[str], datetime], ColumnElement[bool]]:
    def condition(values: Sequence[str], _now: datetime) -> ColumnElement[bool]:
        numbers = [int(value) for value in values if value.isdecimal() and len(value) < 10]
        found = column.expression.in_(numbers)
        return or_(found, column.is_(None)) if NONE in values else found

    return condition


def _site_options(session: Session, actor: Actor) -> Sequence[Option]:
    sites = visible_sites(actor)
    statement = select(Site.id, Site.name).order_by(Site.name)
    if sites is not ALL:
        statement = statement.where(Site.id.in_(sites))
    return [
        *(Option(str(row.id), row.name) for row in session.execute(statement)),
        Option(NONE, _("no site")),
    ]


def _process_options(session: Session, _actor: Actor) -> Sequence[Option]:
    statement = select(BusinessProcess.id, BusinessProcess.name).order_by(BusinessProcess.name)
    rows = session.execute(statement)
    return [*(Option(str(row.id), row.name) for row in rows), Option(NONE, _("no process"))]


def _severity_options(_session: Session, _actor: Actor) -> Sequence[Option]:
    return [Option(str(level), word) for level, word in severity_words().items() if level > 1]


def _owner_options(session: Session, actor: Actor) -> Sequence[Option]:
    others = [Option(str(line.id), line.details.name) for line in people(session) if line.id != actor.id]
    return [Option(str(actor.id), _("me")), *others, Option(NONE, _("nobody"))]


def _due_options(_session: Session, _actor: Actor) -> Sequence[Option]:
    return [Option("overdue", _("overdue"))]


def _state_options(_session: Session, _actor: Actor) -> Sequence[Option]:
    return [Option(OPEN, _("still open")), Option(CLOSED, _("closed")), Option(EVERY, _("open or closed"))]


def _month_options(_session: Session, _actor: Actor) -> Sequence[Option]:
    return [Option("month", _("the last 30 days"))]


def _opened_lately(_values: Sequence[str], now: datetime) -> ColumnElement[bool]:
    return Record.opened_at >= now - MONTH


def _closed_lately(_values: Sequence[str], now: datetime) -> ColumnElement[bool]:
    return Record.closed_at >= now - MONTH


def _at_least(values: Sequence[str], _now: datetime) -> ColumnElement[bool]:
    levels = [int(value) for value in values if value in {"1", "2", "3", "4", "5"}]
    return Record.severity >= min(levels) if levels else true()


def _overdue(_values: Sequence[str], now: datetime) -> ColumnElement[bool]:
    return and_(Record.closed_at.is_(None), Record.due_at < now)


def _state(values: Sequence[str], _now: datetime) -> ColumnElement[bool]:
    if OPEN in values:
        return Record.closed_at.is_(None)
    return Record.closed_at.is_not(None) if CLOSED in values else true()
