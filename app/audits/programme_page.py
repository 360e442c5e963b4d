"""Prepares the page of a programme: who is audited when, its progress, the clauses it covers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audits.clause_matrix import ClauseColumn, asks, clause_columns
from app.audits.models import Audit, AuditProgramme, AuditStatus, ProgrammeLine, ProgrammeStatus
from app.audits.programme import programme_lines
from app.audits.rules import MONTHS
from app.audits.words import audit_statuses, conclusion_words
from app.foundation.dates import written_month
from app.foundation.i18n import gettext as _
from app.organisation.models import BusinessProcess, Site
from app.records.urls import record_url
from app.web.addresses import address
from app.web.parts import Chip, Count

PLANNED, OPEN, HELD, OVERDUE, DROPPED = "planned", "open", "held", "overdue", "dropped"
_HELD = frozenset(
    {AuditStatus.REPORTING, AuditStatus.REPORT_APPROVED, AuditStatus.FOLLOW_UP, AuditStatus.CLOSED}
)
_SIGNS = {
    PLANNED: {"icon": "circle-dashed", "kind": "line"},
    OPEN: {"icon": "player-play", "kind": "accent"},
    HELD: {"icon": "circle-check", "kind": "ok"},
    OVERDUE: {"icon": "alert-circle", "kind": "bad"},
    DROPPED: {"icon": "circle-x", "kind": ""},
}


@dataclass(frozen=True, slots=True)
class Wish:
    """Which rows the reader wishes to see. Shape: a state of the matrix and a clause, empty for any."""

    state: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One planned audit: its month, what became of it, and the door to it or to its launch."""

    month: int
    month_word: str
    state: str
    chip: Chip
    url: str = ""
    may_launch: bool = False


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One process at one site. `reasons` say in words why it stands where it stands."""

    line_id: int
    process: str
    site: str
    clauses: str
    score: str
    interval: int
    reasons: tuple[str, ...]
    last: str
    cells: Mapping[int, Cell]
    edit_url: str

    def asks(self, clause: str) -> bool:
        """Tell whether an audit of the row asks about a clause this year."""
        return asks(self, clause)


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """Everything the page of a programme draws."""

    id: int
    number: str
    title: str
    year: int
    url: str
    is_draft: bool
    months: tuple[str, ...]
    counts: tuple[Count, ...]
    held: int
    planned: int
    shown: str
    rows: tuple[MatrixRow, ...]
    clauses: tuple[ClauseColumn, ...]


def month_words() -> tuple[str, ...]:
    """Return the short names of the months."""
    return (
        _("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun"),
        _("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec"),
    )  # fmt: skip


def programme_page(
    session: Session, row: AuditProgramme, today: date, wish: Wish, *, may_plan: bool = False
) -> ProgrammePage:
    """Return the page of a programme, with the rows that the reader wishes to see."""
    lines = programme_lines(session, row.id)
    audits = _audits(session, lines)
    names = _Names(session)
    rows = [_row(line, row, audits, names, today, may_plan=may_plan) for line in lines]
    cells = [cell for one in rows for cell in one.cells.values()]
    return ProgrammePage(
        id=row.id,
        number=row.number,
        title=row.title,
        year=row.year,
        url=record_url(row.kind, row.id),
        is_draft=row.status == ProgrammeStatus.DRAFT,
        months=month_words(),
        counts=_counts(row, cells),
        held=sum(cell.state == HELD for cell in cells),
        planned=len(cells),
        shown=_shown_words(wish),
        rows=tuple(one for one in rows if _is_wished(one, wish)),
        clauses=clause_columns(row.id, rows, HELD),
    )


def audit_state(row: Audit, today: date) -> str:
    """Return what became of a planned audit, in the states of the matrix."""
    if row.status == AuditStatus.CANCELLED:
        return DROPPED
    if row.status in _HELD:
        return HELD
    last = row.ends_on or row.starts_on
    is_waiting = row.notice_at is not None and row.status != AuditStatus.IN_PROGRESS
    return OVERDUE if is_waiting and last is not None and last < today else OPEN


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of processes and sites, read once."""

    session: Session

    def place(self, line: ProgrammeLine) -> tuple[str, str]:
        process = self.session.get_one(BusinessProcess, line.process_id)
        return process.name, self.session.get_one(Site, line.site_id).name


def _audits(session: Session, lines: Sequence[ProgrammeLine]) -> dict[tuple[int, int], Audit]:
    rows = session.scalars(select(Audit).where(Audit.programme_line_id.in_([line.id for line in lines])))
    return {(one.programme_line_id or 0, one.planned_month or 0): one for one in rows}


def _row(
    line: ProgrammeLine,
    row: AuditProgramme,
    audits: Mapping[tuple[int, int], Audit],
    names: _Names,
    today: date,
    *,
    may_plan: bool,
) -> MatrixRow:
    process, site = names.place(line)
    is_draft = row.status == ProgrammeStatus.DRAFT
    cells = {
        month: _cell(row, month, audits.get((line.id, month)), today, may_plan=may_plan)
        for month in line.months
    }
    return MatrixRow(
        line_id=line.id,
        process=process,
        site=site,
        clauses=line.clauses,
        score=f"{line.score * 100:.0f}",
        interval=line.interval_months,
        reasons=tuple(_reasons(line)),
        last=_last(line),
        cells=cells,
        edit_url=address("audit_programme_pages.line", record_id=row.id, line_id=line.id)
        if may_plan and is_draft
        else "",
    )


def _cell(row: AuditProgramme, month: int, audit: Audit | None, today: date, *, may_plan: bool) -> Cell:
    word = month_words()[month - 1]
    if audit is None:
        is_past = (row.year, month) < (today.year, today.month) and row.status != ProgrammeStatus.DRAFT
        state = OVERDUE if is_past else PLANNED
        text = _("Overdue") if is_past else _("Planned")
        is_open = row.status in {ProgrammeStatus.APPROVED, ProgrammeStatus.ACTIVE}
        return Cell(month, word, state, _chip(state, text), may_launch=may_plan and is_open)
    state = audit_state(audit, today)
    text = _("Overdue") if state == OVERDUE else audit_statuses().get(audit.status, audit.status)
    return Cell(month, word, state, _chip(state, text), url=record_url(audit.kind, audit.id))


def _chip(state: str, text: str) -> Chip:
    sign = _SIGNS[state]
    return Chip(text, sign["kind"], icon=sign["icon"])


def _reasons(line: ProgrammeLine) -> Iterable[str]:
    yield _("importance %(level)s", level=line.importance)
    if line.max_risk:
        yield _("risk %(score)s", score=line.max_risk)
    if line.majors:
        yield _("%(count)s major", count=line.majors)
    if line.minors:
        yield _("%(count)s minor", count=line.minors)
    if line.recurrences:
        yield _("%(count)s came back", count=line.recurrences)
    if line.has_changed:
        yield _("changed")
    if line.is_core:
        yield _("core")


def _last(line: ProgrammeLine) -> str:
    if line.last_audit_on is None:
        return _("never audited")
    result = conclusion_words().get(line.last_result or "", "")
    return f"{written_month(line.last_audit_on)}{': ' + result if result else ''}"


def state_words() -> Mapping[str, str]:
    """Return the states of planned audits in the reader's words."""
    return {
        PLANNED: _("To come"),
        OPEN: _("Under way"),
        HELD: _("Held"),
        OVERDUE: _("Overdue"),
    }


def _counts(row: AuditProgramme, cells: Sequence[Cell]) -> tuple[Count, ...]:
    return tuple(
        Count(
            word,
            count := sum(cell.state == state for cell in cells),
            address("audit_programme_pages.plan", record_id=row.id, show=state),
            is_bad=state == OVERDUE and count > 0,
            icon=_SIGNS[state]["icon"],
        )
        for state, word in state_words().items()
    )


def _is_wished(row: MatrixRow, wish: Wish) -> bool:
    is_asked = not wish.clause or asks(row, wish.clause)
    return is_asked and (not wish.state or any(cell.state == wish.state for cell in row.cells.values()))


def _shown_words(wish: Wish) -> str:
    """Say which rows are left, empty when all are."""
    state = state_words().get(wish.state, "")
    if wish.clause and state:
        return _("Only what asks about %(clause)s and is: %(state)s", clause=wish.clause, state=state.lower())
    if wish.clause:
        return _("Only what asks about %(clause)s", clause=wish.clause)
    return _("Only what is: %(state)s", state=state.lower()) if state else ""


MONTH_NUMBERS = tuple(range(1, MONTHS + 1))
