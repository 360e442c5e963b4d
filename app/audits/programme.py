"""The audit programme of a year: lines with their factors, months proposed by rule, audits launched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.approvals.refusals import refusal_words
from app.audits.factors import Known, Place, known_at
from app.audits.models import AuditProgramme, ProgrammeLine, ProgrammeStatus
from app.audits.ports import programme
from app.audits.requests import request_planned
from app.audits.rules import MONTHS, Factors, proposed_months, suggest
from app.foundation.errors import Conflict, Invalid, NotFound, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.kinds import ProcessKind
from app.organisation.models import BusinessProcess, Site
from app.trail import Subject, record
from app.workflow.lifecycle import Operation, OperationCall

USUAL_CLAUSES = "4.4, 6.1, 7.5, 9.1, 10.2"
USUAL_IMPORTANCE, HIGHEST = 3, 5
APPROVING = "approve_programme"  # the call in which a programme is approved
_LAUNCHING = frozenset({ProgrammeStatus.APPROVED, ProgrammeStatus.ACTIVE})


class ProgrammeFixed(Conflict):
    """The programme is approved, so its plan stands."""


class ProgrammeNotApproved(Conflict):
    """An audit can be launched from an approved programme only."""


class LineUnknown(NotFound):
    """There is no such line in the programme."""


class LinePlanInvalid(Invalid):
    """The line cannot be planned like this."""


@dataclass(frozen=True, slots=True)
class LinePlan:
    """What a person says about a line. Units: `importance` 1 to 5; `months` 1 to 12."""

    importance: int
    has_changed: bool
    is_core: bool
    clauses: str
    months: tuple[int, ...] | None = None


def programme_lines(session: Session, programme_id: int) -> Sequence[ProgrammeLine]:
    """Return the lines of a programme, the most urgent first."""
    return session.scalars(
        select(ProgrammeLine)
        .where(ProgrammeLine.programme_id == programme_id)
        .order_by(ProgrammeLine.score.desc(), ProgrammeLine.id)
    ).all()


def collect_factors(call: OperationCall) -> None:
    """Write a line for each process at each site, with its factors and proposed months.

    Effects: rows; lines that are there get their factors again, months that a person chose stay.
    """
    row = programme(call.uow, call.record_id)
    row.starts_at = datetime(row.year, 1, 1, tzinfo=UTC)
    row.ends_at = datetime(row.year, MONTHS, 31, tzinfo=UTC)
    known = known_at(call.uow.session, call.uow.now)
    present = {(line.process_id, line.site_id): line for line in programme_lines(call.uow.session, row.id)}
    for place in _places(call.uow.session, row):
        line = present.get(place) or _fresh(call.uow, row, place)
        _fill(line, known)
        if place not in present:
            line.has_changed = known.has_changed(place, call.uow.now.date())
        suggestion = _restate(line)
        if place not in present:
            months = proposed_months(
                row.year, suggestion, line.last_audit_on, earliest=_earliest(call.uow, row)
            )
            line.months = list(months)
    _spread(call.uow, row)


def submit_programme(call: OperationCall) -> None:
    """Note who planned the programme, so that somebody else approves it."""
    row = programme(call.uow, call.record_id)
    row.planner_id = row.owner_id = call.uow.actor_id
    row.verdict = None


def return_programme(call: OperationCall) -> None:
    """Keep what was missing in the programme, for whoever plans again."""
    row = programme(call.uow, call.record_id)
    row.verdict = "return"
    row.verdict_comment = refusal_words(call.uow.session, call.instance_id, APPROVING)


def release_programme(call: OperationCall) -> None:
    """Let the approved programme stand: its plan is fixed and audits may be launched."""
    row = programme(call.uow, call.record_id)
    row.verdict, row.verdict_comment = "approve", None
    _set_status(call, ProgrammeStatus.APPROVED)


def activate_programme(call: OperationCall) -> None:
    """Note that the programme's year has begun."""
    _set_status(call, ProgrammeStatus.ACTIVE)


def close_programme(call: OperationCall) -> None:
    """Close the programme."""
    _set_status(call, ProgrammeStatus.CLOSED)
    row = programme(call.uow, call.record_id)
    row.closed_at = row.closed_at or call.uow.now


def plan_line(uow: UnitOfWork, row: AuditProgramme, line_id: int, plan: LinePlan) -> ProgrammeLine:
    """Keep what a person says about a line of a draft; score and interval follow by the rule.

    Shape: `months` None takes those that the rule proposes.
    Errors: LineUnknown; ProgrammeFixed; LinePlanInvalid.
    Effects: the line and a trail entry.
    """
    line = line_in(uow.session, row.id, line_id)
    if row.status != ProgrammeStatus.DRAFT:
        raise ProgrammeFixed(_("The programme is approved. Launch or postpone its audits instead."))
    _check(plan)
    before = _words(line)
    line.importance, line.has_changed, line.is_core = plan.importance, plan.has_changed, plan.is_core
    line.clauses = plan.clauses.strip()
    interval = _restate(line)
    months = plan.months
    if months is None:
        months = proposed_months(row.year, interval, line.last_audit_on, earliest=_earliest(uow, row))
    line.months = sorted(set(months))
    line.row_version += 1
    record(
        uow,
        verb="audit_programme.line_planned",
        subject=Subject(kind=row.kind, id=row.id, label=row.number),
        before=before,
        after=_words(line),
    )
    return line


def launch(uow: UnitOfWork, row: AuditProgramme, line_id: int, month: int) -> None:
    """Ask for the audit of a cell; asked twice, it is the same audit.

    Errors: LineUnknown; ProgrammeNotApproved; LinePlanInvalid for a month that is not planned.
    Effects: one stored message, once.
    """
    line = line_in(uow.session, row.id, line_id)
    if row.status not in _LAUNCHING:
        raise ProgrammeNotApproved(_("Audits are launched once the programme is approved."))
    if month not in line.months:
        sentence = _("No audit of this process is planned in that month.")
        raise LinePlanInvalid(sentence, [Problem("month", "programme.month", sentence)])
    request_planned(uow, row, line, month)


def line_in(session: Session, programme_id: int, line_id: int) -> ProgrammeLine:
    """Return a line of a programme. Errors: LineUnknown."""
    line = session.get(ProgrammeLine, line_id)
    if line is None or line.programme_id != programme_id:
        raise LineUnknown(_("There is no such line in this programme."))
    return line


def _places(session: Session, row: AuditProgramme) -> list[Place]:
    chosen = [int(one["id"]) for one in row.sites or ()]
    sites = select(Site.id).where(Site.is_active).order_by(Site.code)
    site_ids = session.scalars(sites.where(Site.id.in_(chosen)) if chosen else sites).all()
    processes = session.scalars(
        select(BusinessProcess.id).where(BusinessProcess.is_active).order_by(BusinessProcess.code)
    ).all()
    return [(process_id, site_id) for process_id in processes for site_id in site_ids]


def _fresh(uow: UnitOfWork, row: AuditProgramme, place: Place) -> ProgrammeLine:
    process = uow.session.get_one(BusinessProcess, place[0])
    line = ProgrammeLine(
        programme_id=row.id,
        process_id=place[0],
        site_id=place[1],
        clauses=USUAL_CLAUSES,
        importance=process.importance or USUAL_IMPORTANCE,
        is_core=process.process_kind == ProcessKind.CORE,
        has_changed=False,
        months=[],
        row_version=1,
    )
    uow.session.add(line)
    return line


def _fill(line: ProgrammeLine, known: Known) -> None:
    place = (line.process_id, line.site_id)
    line.max_risk = known.max_risk.get(place, 0)
    line.majors = known.majors.get(place, 0)
    line.minors = known.minors.get(place, 0)
    line.recurrences = known.recurrences.get(place, 0)
    nothing: tuple[date | None, str | None] = (None, None)
    line.last_audit_on, line.last_result = known.last_audits.get(place, nothing)


def _restate(line: ProgrammeLine) -> int:
    """Set score and interval by rule 5.6 and return the interval."""
    suggestion = suggest(
        Factors(
            max_risk=line.max_risk,
            majors=line.majors,
            minors=line.minors,
            importance=line.importance,
            has_changed=line.has_changed,
            recurrences=line.recurrences,
            is_core=line.is_core,
        )
    )
    line.score, line.interval_months = suggestion.score, suggestion.interval_months
    return suggestion.interval_months


def _spread(uow: UnitOfWork, row: AuditProgramme) -> None:
    """Spread the first audits of places without an earlier one over the year, the most urgent first."""
    uow.session.flush()  # the order needs the scores
    never = [line for line in programme_lines(uow.session, row.id) if line.last_audit_on is None]
    for place, line in enumerate(never):
        if line.row_version == 1:
            months = proposed_months(
                row.year, line.interval_months, None, earliest=_earliest(uow, row), offset=place
            )
            line.months = list(months)


def _earliest(uow: UnitOfWork, row: AuditProgramme) -> int:
    """Return the first month an audit of the programme can fall into: none that has passed."""
    return uow.now.month if uow.now.year == row.year else 1


def _check(plan: LinePlan) -> None:
    problems = []
    if not 1 <= plan.importance <= HIGHEST:
        problems.append(Problem("importance", "range", _("Importance is a number from 1 to 5.")))
    if any(not 1 <= month <= MONTHS for month in plan.months or ()):
        problems.append(Problem("months", "range", _("A month is a number from 1 to 12.")))
    if problems:
        raise LinePlanInvalid(_("The line cannot be planned like this."), problems)


def _words(line: ProgrammeLine) -> Mapping[str, object]:
    return {
        "process": line.process_id,
        "site": line.site_id,
        "importance": line.importance,
        "changed": line.has_changed,
        "interval": line.interval_months,
        "months": list(line.months),
        "clauses": line.clauses,
    }


def _set_status(call: OperationCall, status: ProgrammeStatus) -> None:
    row = programme(call.uow, call.record_id)
    row.status = status.value
    record(
        call.uow,
        verb=f"audit_programme.{status.value}",
        subject=Subject(kind=row.kind, id=row.id, label=row.number),
        after={"year": row.year},
    )


PROGRAMME_OPERATIONS = (
    Operation("audits.collect_factors", collect_factors, description="Propose the audits of the year."),
    Operation("audits.submit_programme", submit_programme, description="Note who planned it."),
    Operation("audits.return_programme", return_programme, description="Keep what was missing."),
    Operation("audits.release_programme", release_programme, description="Let the approved plan stand."),
    Operation("audits.activate_programme", activate_programme, description="Begin the programme's year."),
    Operation("audits.close_programme", close_programme, description="Close the programme."),
)
