"""What must hold before a step of an audit may be completed. A guard lists what is missing, never writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from app.audits.checklist import lines_of
from app.audits.eligibility import Assignment, member_ids, problems_with
from app.audits.finding_models import Finding
from app.audits.models import Audit, AuditStatus, ProgrammeLine
from app.audits.rules import NONCONFORM
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.foundation.unit_of_work import UnitOfWork
from app.workflow.lifecycle import Guard, RecordView, registry

_OVER = frozenset({AuditStatus.CLOSED, AuditStatus.CANCELLED})


def check_plan(
    uow: UnitOfWork, record: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse days in the wrong order, and a team that is not independent or not qualified on these days."""
    given = {**record.values, **answers}
    starts_on, ends_on = _day(given.get("starts_on")), _day(given.get("ends_on"))
    if starts_on is None:
        return [Problem("starts_on", "required", _("An audit needs its first day."), _("Name the day."))]
    ends_on = ends_on or starts_on
    if ends_on < starts_on:
        sentence = _("The last day is before the first one.")
        return [Problem("ends_on", "audit.days", sentence, _("Correct one of the two days."))]
    lead_id = given.get("lead_auditor_id")
    return problems_with(
        uow.session,
        Assignment(
            process_id=record.process_id,
            site_id=record.site_id,
            starts_on=starts_on,
            ends_on=ends_on,
            lead_id=int(lead_id) if lead_id else None,
            member_ids=member_ids(given.get("team")),
        ),
    )


def check_notice(
    _uow: UnitOfWork, _record: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse to ask for other days without a word about which are possible."""
    if answers.get("date_answer") != "other" or str(answers.get("constraints") or "").strip():
        return ()
    sentence = _("The auditors must know why these days are not possible.")
    return [Problem("constraints", "required", sentence, _("Say which days would be, and why."))]


def check_readiness(
    uow: UnitOfWork, record: RecordView, element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse to begin without a question, or with a qualification that has lapsed meanwhile."""
    if answers.get("readiness") != "ready":
        return ()
    problems = list(check_plan(uow, record, element_id, {}))
    if not lines_of(uow.session, record.id):
        problems.append(
            Problem(
                "readiness",
                "audit.checklist",
                _("The checklist is empty, so there is nothing to ask."),
                _("Write at least one line under “Checklist”."),
            )
        )
    return problems


def check_answers(
    uow: UnitOfWork, record: RecordView, _element_id: str, _answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse to end the audit while a line has no answer."""
    left = sum(line.result is None for line in lines_of(uow.session, record.id))
    if not left:
        return ()
    sentence = ngettext("%(num)s line has no answer yet.", "%(num)s lines have no answer yet.", left)
    mend = _("Answer them under “Carry out”; “not seen” is an answer too.")
    return [Problem("checklist", "audit.answers", sentence, mend)]


def check_findings(
    uow: UnitOfWork, record: RecordView, _element_id: str, _answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse a report while a line that does not conform has no finding."""
    return [
        Problem(
            f"line:{line.id}",
            "audit.finding",
            _("No finding is written for the line “%(question)s”.", question=line.question[:120]),
            _("Write it from the checklist."),
        )
        for line in lines_of(uow.session, record.id)
        if line.result in NONCONFORM and line.finding_id is None
    ]


def check_open_points(
    uow: UnitOfWork, record: RecordView, _element_id: str, _answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse to close while any domain names an open point, such as a finding that is not closed.

    Source: ISO 9001:2015, 9.2.2 e and 10.2.1 e.
    """
    uow.session.flush()  # what this act wrote counts as well
    points = registry.open_points(uow.session, record.kind, record.id)
    return [Problem(one.key, "open_point", one.sentence) for one in points if not one.is_met]


def check_closing(
    uow: UnitOfWork, record: RecordView, element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse to close with an open point, or without a word on the risks where no finding asked about one.

    Source: ISO 9001:2015, 9.2.2 e and 10.2.1 e.
    """
    missing = list(check_open_points(uow, record, element_id, answers))
    if not str(answers.get("risk_justification") or "").strip() and not _has_asked_about_risks(
        uow, record.id
    ):
        sentence = _("No finding asked to look at a risk again, and nobody has said why none needs it.")
        mend = _("Write why: no update needed, because …")
        missing.append(Problem("risk_justification", "audit.risks", sentence, mend))
    return missing


def _has_asked_about_risks(uow: UnitOfWork, audit_id: int) -> bool:
    asked = select(Finding.id).where(
        Finding.audit_id == audit_id, Finding.reassessment_requested_at.is_not(None)
    )
    return uow.session.scalar(asked.limit(1)) is not None


def check_programme(
    uow: UnitOfWork, record: RecordView, _element_id: str, _answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse a programme that plans no audit at all."""
    lines = uow.session.scalars(select(ProgrammeLine).where(ProgrammeLine.programme_id == record.id))
    if any(line.months for line in lines):
        return ()
    sentence = _("The programme plans no audit yet.")
    return [Problem("lines", "programme.empty", sentence, _("Set the months under “Programme”."))]


def check_programme_done(
    uow: UnitOfWork, record: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse to close a programme whose audits are not all over, unless it is said why."""
    left = unfinished(uow, record.id)
    if not left or str(answers.get("unfinished_reason") or "").strip():
        return ()
    sentence = ngettext("%(num)s planned audit is not over.", "%(num)s planned audits are not over.", left)
    return [
        Problem("unfinished_reason", "programme.unfinished", sentence, _("Say why, or finish them first."))
    ]


def unfinished(uow: UnitOfWork, programme_id: int) -> int:
    """Count the cells of a programme whose audit is missing or not over."""
    lines = uow.session.scalars(select(ProgrammeLine).where(ProgrammeLine.programme_id == programme_id)).all()
    cells = {(line.id, month) for line in lines for month in line.months}
    over = uow.session.execute(
        select(Audit.programme_line_id, Audit.planned_month).where(
            Audit.programme_line_id.in_([line.id for line in lines]), Audit.status.in_(_OVER)
        )
    )
    return len(cells - {(row.programme_line_id, row.planned_month) for row in over})


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value)[:10]) if value else None


AUDIT_GUARDS: Mapping[str, Guard] = {
    "plan_audit": check_plan,
    "acknowledge_notice": check_notice,
    "postpone_audit": check_plan,
    "prepare_checklist": check_readiness,
    "carry_out_audit": check_answers,
    "write_report": check_findings,
    "close_audit": check_closing,
}
PROGRAMME_GUARDS: Mapping[str, Guard] = {
    "build_programme": check_programme,
    "close_programme": check_programme_done,
}
