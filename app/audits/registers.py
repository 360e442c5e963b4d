"""The registers of audits and of audit programmes: columns, filters and what their pages add."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.audits.checklist import lines_of
from app.audits.models import Audit, AuditProgramme, ProgrammeLine, ProgrammeStatus
from app.audits.words import (
    audit_statuses,
    conclusion_words,
    days_in_words,
    mode_words,
    programme_statuses,
    type_words,
)
from app.foundation.i18n import gettext as _
from app.records.register import (
    Option,
    Register,
    RegisterColumn,
    RegisterFilter,
    RegisterSort,
    Section,
    SortType,
    Stage,
)
from app.records.usual import usual_columns, usual_filters, usual_sorts
from app.records.visibility import visible
from app.web.addresses import address
from app.web.parts import Chip, Fact


def _programme_options(session: Session, actor: Actor) -> Sequence[Option]:
    rows = session.scalars(visible(select(AuditProgramme), actor).order_by(AuditProgramme.id.desc()))
    return [Option(str(row.id), row.number) for row in rows]


def _of_programme(values: Sequence[str], _now: datetime) -> ColumnElement[bool]:
    ids = [int(one) for one in values if one.isdecimal()]
    lines = select(ProgrammeLine.id).where(ProgrammeLine.programme_id.in_(ids))
    return Audit.programme_line_id.in_(lines)


def _type_options(_session: Session, _actor: Actor) -> Sequence[Option]:
    return [Option(key, word) for key, word in type_words().items()]


def _of_type(values: Sequence[str], _now: datetime) -> ColumnElement[bool]:
    return Audit.audit_type.in_(values)


def _audit_chips(_session: Session, row: Audit) -> Sequence[Chip]:
    chips = [Chip(type_words().get(row.audit_type, row.audit_type), "line")]
    if row.postponement_count:
        chips.append(Chip(_("Postponed %(count)s times", count=row.postponement_count), "warn"))
    if row.overdue_noted_at is not None:
        chips.append(Chip(_("Not held"), "bad"))
    return chips


def _audit_facts(session: Session, row: Audit) -> Sequence[Fact]:
    lines = lines_of(session, row.id)
    facts = [Fact(_("How"), mode_words().get(row.mode, row.mode))]
    if row.starts_on is not None:
        facts.append(Fact(_("Days"), days_in_words(row.starts_on, row.ends_on)))
    if row.checklist_loaded_at is not None:
        answered = sum(line.result is not None for line in lines)
        facts.append(
            Fact(
                _("Checklist"),
                _("%(done)s of %(all)s answered", done=answered, all=len(lines)),
                url=address("audit_pages.checklist", record_id=row.id),
            )
        )
    if row.conformity is not None:
        facts.append(Fact(_("Conforms"), f"{row.conformity.normalize():f} %"))
    if row.summary:
        facts.append(
            Fact(_("Report"), _("Open the report"), url=address("audit_pages.report", record_id=row.id))
        )
    return facts


def _audit_sections(_session: Session, row: Audit) -> Sequence[Section]:
    conclusion = conclusion_words().get(row.conclusion or "", "")
    texts = (
        (_("Conclusion"), conclusion),
        (_("Summary"), row.summary),
        (_("Strengths"), row.strengths),
        (_("Scope"), row.scope),
        (_("Criteria"), row.criteria),
        (_("Objectives"), row.objectives),
        (_("Why it follows up"), row.follow_up_reason),
        (_("Why no risk needs an update"), row.risk_justification),
    )
    sections = [Section(title, text) for title, text in texts if text]
    moved = tuple(
        Fact(str(one["from"]), str(one["to"]), note=str(one["reason"])) for one in row.postponements or ()
    )
    return [*sections, Section(_("Postponed from, to"), facts=moved)] if moved else sections


def _programme_facts(session: Session, row: AuditProgramme) -> Sequence[Fact]:
    lines = session.scalars(select(ProgrammeLine).where(ProgrammeLine.programme_id == row.id))
    planned = sum(len(line.months) for line in lines)
    return (
        Fact(_("Year"), str(row.year)),
        Fact(
            _("Programme"),
            _("%(count)s audits planned", count=planned),
            url=address("audit_programme_pages.plan", record_id=row.id),
        ),
    )


def _programme_sections(_session: Session, row: AuditProgramme) -> Sequence[Section]:
    texts = (
        (_("Objectives"), row.objectives),
        (_("Methods"), row.methods),
        (_("Resources"), row.resources),
        (_("What the approver said"), row.verdict_comment),
        (_("Not held, because"), row.unfinished_reason),
        (_("Lessons"), row.lessons),
    )
    return [Section(title, text) for title, text in texts if text]


def _programme_chips(_session: Session, row: AuditProgramme) -> Sequence[Chip]:
    is_fixed = row.status != ProgrammeStatus.DRAFT
    return (Chip(_("The plan stands"), "note"),) if is_fixed else ()


AUDITS = Register(
    kind="audit",
    model=Audit,
    path="/audits",
    title=lambda: _("Audits"),
    singular=lambda: _("Audit"),
    icon="clipboard-check",
    columns=(
        *usual_columns(lambda status: audit_statuses().get(status, status)),
        RegisterColumn(
            "starts_on", lambda: _("Begins"), lambda row: row.record.starts_on, "date", sort="starts"
        ),
    ),
    filters=(
        *usual_filters(audit_statuses),
        RegisterFilter("programme", lambda: _("Programme is"), _programme_options, _of_programme),
        RegisterFilter("type", lambda: _("It looks at"), _type_options, _of_type),
    ),
    sorts=(
        *usual_sorts(),
        RegisterSort("starts", lambda: _("First day"), Audit.starts_at, SortType.MOMENT),
    ),
    group=lambda: _("Assure"),
    statuses=audit_statuses,
    start_key="audit",
    start_label=lambda: _("Plan an audit"),
    stages=(
        Stage(lambda: _("Plan"), ("plan_audit", "postpone_audit")),
        Stage(lambda: _("Notice"), ("notice_due", "acknowledge_notice")),
        Stage(lambda: _("Prepare"), ("prepare_checklist",)),
        Stage(lambda: _("Carry out"), ("carry_out_audit",)),
        Stage(lambda: _("Report"), ("write_report", "sign_report")),
        Stage(lambda: _("Follow up"), ("close_audit",)),
    ),
    chips=_audit_chips,
    facts=_audit_facts,
    sections=_audit_sections,
)

PROGRAMMES = Register(
    kind="audit_programme",
    model=AuditProgramme,
    path="/audit-programmes",
    title=lambda: _("Audit programmes"),
    singular=lambda: _("Audit programme"),
    icon="calendar-stats",
    columns=(
        *usual_columns(lambda status: programme_statuses().get(status, status)),
        RegisterColumn("year", lambda: _("Year"), lambda row: str(row.record.year)),
    ),
    filters=usual_filters(programme_statuses),
    sorts=usual_sorts(),
    group=lambda: _("Assure"),
    statuses=programme_statuses,
    start_key="audit_programme",
    start_label=lambda: _("Plan a year"),
    stages=(
        Stage(lambda: _("Build"), ("build_programme",)),
        Stage(lambda: _("Approve"), ("approve_programme",)),
        Stage(lambda: _("Year"), ("year_begun", "close_programme")),
    ),
    chips=_programme_chips,
    facts=_programme_facts,
    sections=_programme_sections,
)
REGISTERS = (AUDITS, PROGRAMMES)
