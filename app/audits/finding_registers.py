"""The register of findings: columns, filters, stages, and what a finding's page adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.audits.finding_models import Finding
from app.audits.finding_rules import FindingSource, FindingStatus, Grade
from app.audits.finding_service import living_capas
from app.audits.models import Audit
from app.foundation.dates import written_day
from app.foundation.i18n import gettext as _
from app.records.earlier import earlier_facts
from app.records.models import Record
from app.records.register import Option, Register, RegisterColumn, RegisterFilter, RegisterRow, Section, Stage
from app.records.urls import record_url
from app.records.usual import usual_columns, usual_filters, usual_sorts
from app.web.parts import Chip, Fact

GRADE_CHIPS = {Grade.MAJOR.value: "bad", Grade.MINOR.value: "warn"}


def finding_statuses() -> Mapping[str, str]:
    """Return the words of a finding's stages."""
    return {
        FindingStatus.DRAFT.value: _("Being written"),
        FindingStatus.ISSUED.value: _("To be answered"),
        FindingStatus.DISPUTED.value: _("Disputed"),
        FindingStatus.RESPONDED.value: _("Answered"),
        FindingStatus.ACCEPTED.value: _("Answer accepted"),
        FindingStatus.ACTION.value: _("Being put right"),
        FindingStatus.VERIFIED.value: _("Verified"),
        FindingStatus.CLOSED.value: _("Closed"),
        FindingStatus.WITHDRAWN.value: _("Withdrawn"),
        FindingStatus.CANCELLED.value: _("Cancelled"),
    }


def grade_words() -> Mapping[str, str]:
    """Return the words of the grades."""
    return {
        Grade.MAJOR.value: _("Major"),
        Grade.MINOR.value: _("Minor"),
        Grade.OBSERVATION.value: _("Observation"),
        Grade.IMPROVEMENT.value: _("Opportunity"),
    }


def source_words() -> Mapping[str, str]:
    """Return the words for who found something."""
    return {
        FindingSource.INTERNAL.value: _("An audit of our own"),
        FindingSource.CERTIFICATION.value: _("The certification body"),
        FindingSource.CUSTOMER.value: _("A customer's audit"),
        FindingSource.AUTHORITY.value: _("An authority"),
    }


def grade_chip(row: Finding) -> Chip | None:
    """Return the grade as a chip; before it is graded, what the auditor proposes."""
    grade = row.grade or row.proposed_grade
    return None if grade is None else Chip(grade_words().get(grade, grade), GRADE_CHIPS.get(grade, "line"))


def _grade_column(row: RegisterRow) -> Chip | None:
    return grade_chip(row.record)


def _grade_text(row: RegisterRow) -> str:
    chip = grade_chip(row.record)
    return chip.text if chip else ""


def _grade_options(_session: Session, _actor: Actor) -> Sequence[Option]:
    return [Option(key, word) for key, word in grade_words().items()]


def _source_options(_session: Session, _actor: Actor) -> Sequence[Option]:
    return [Option(key, word) for key, word in source_words().items()]


def _yes(_session: Session, _actor: Actor) -> Sequence[Option]:
    return [Option("yes", _("yes"))]


def _of_grade(values: Sequence[str], _now: datetime) -> ColumnElement[bool]:
    return Finding.grade.in_(values)


def _of_source(values: Sequence[str], _now: datetime) -> ColumnElement[bool]:
    return Finding.source.in_(values)


def _repeats(_values: Sequence[str], _now: datetime) -> ColumnElement[bool]:
    return Finding.is_repeat.is_(True)


def _chips(_session: Session, row: Finding) -> Sequence[Chip]:
    grade = grade_chip(row)
    shown = [grade] if grade else []
    if row.is_repeat:
        shown.append(Chip(_("Found before"), "warn"))
    if row.source != FindingSource.INTERNAL.value:
        shown.append(Chip(row.body or source_words()[row.source], "line"))
    if row.is_for_next_audit and row.closed_at is None:
        shown.append(Chip(_("Left to the next audit"), "note"))
    return shown


def _facts(session: Session, row: Finding) -> Sequence[Fact]:
    facts = [Fact(_("Requirement"), row.requirement)] if row.requirement else []
    audit = session.get(Audit, row.audit_id) if row.audit_id else None
    facts += [_door(_("Audit"), audit)] if audit else [Fact(_("Found by"), source_words()[row.source])]
    earlier = session.get(Finding, row.repeat_of_id) if row.repeat_of_id else None
    if earlier is not None:
        facts.append(_door(_("Repeats"), earlier))
    for capa_id in living_capas(session, row.id):
        facts.append(_door(_("CAPA"), session.get_one(Record, capa_id)))
    if row.response_due_at is not None and row.acceptance != "accepted" and row.closed_at is None:
        facts.append(Fact(_("Answer until"), written_day(row.response_due_at)))
    return facts


def _door(label: str, row: Record) -> Fact:
    return Fact(label, row.number, url=record_url(row.kind, row.id))


def _sections(session: Session, row: Finding) -> Sequence[Section]:
    texts = (
        (_("What it means"), row.statement),
        (_("Evidence"), row.evidence),
        (_("Why this grade"), row.grade_reason),
        (_("Correction"), row.correction),
        (_("Cause"), row.cause),
        (_("Plan against the cause"), row.plan),
        (_("Why it is disputed"), row.dispute_reason),
        (_("What was decided"), row.arbitration_reason),
        (_("What the check found"), row.verification_note),
        (_("Why no risk needs an update"), row.risk_justification),
    )
    sections = [Section(title, text) for title, text in texts if text]
    if row.similar:
        sections.append(Section(_("Earlier ones"), facts=earlier_facts(session, row.similar)))
    return sections


FINDINGS = Register(
    kind="finding",
    model=Finding,
    path="/findings",
    title=lambda: _("Findings"),
    singular=lambda: _("Finding"),
    icon="zoom-exclamation",
    columns=(
        *usual_columns(lambda status: finding_statuses().get(status, status)),
        RegisterColumn("grade", lambda: _("Grade"), _grade_column, "chip", text=_grade_text),
        RegisterColumn(
            "requirement",
            lambda: _("Requirement"),
            lambda row: row.record.requirement,
            on_phone=False,
            is_default=False,
        ),
    ),
    filters=(
        *usual_filters(finding_statuses),
        RegisterFilter("grade", lambda: _("Grade is"), _grade_options, _of_grade),
        RegisterFilter("source", lambda: _("Found by is"), _source_options, _of_source),
        RegisterFilter("repeat", lambda: _("Found before is"), _yes, _repeats),
    ),
    sorts=usual_sorts(),
    group=lambda: _("Assure"),
    statuses=finding_statuses,
    start_key="finding",
    start_label=lambda: _("Note a finding"),
    stages=(
        Stage(lambda: _("Write"), ("finding_noted", "write_finding", "compare_finding")),
        Stage(lambda: _("Issue"), ("issue_finding",)),
        Stage(lambda: _("Answer"), ("respond", "arbitrate", "consider_improvement")),
        Stage(lambda: _("Accept"), ("accept_response",)),
        Stage(lambda: _("Put right"), ("actions_verified", "capa_closed")),
        Stage(lambda: _("Verify"), ("verify_finding",)),
        Stage(lambda: _("Close"), ("close_finding",)),
    ),
    chips=_chips,
    facts=_facts,
    sections=_sections,
)
