"""Prepares the pages of a checklist: its lines with their origins, what they were answered, what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.accounts.people import names_of
from app.audits.checklist import answers_of, asks_for_finding, lines_of
from app.audits.eligibility import member_ids
from app.audits.models import Audit, AuditStatus, ChecklistAnswer, ChecklistLine
from app.audits.operations import SIGNING
from app.audits.rules import ASKS_FOR_FINDING, Result
from app.audits.words import (
    conclusion_words,
    days_in_words,
    mode_words,
    origin_words,
    result_kinds,
    result_words,
    type_words,
)
from app.foundation.dates import written_day
from app.foundation.files import StoredFile
from app.foundation.i18n import gettext as _
from app.records.models import Record
from app.records.urls import record_url
from app.records.visibility import scope_of
from app.web.addresses import address
from app.web.parts import Chip, Fact, Link
from app.workflow.models import Task, TaskState

CARRY_OUT = "audits.carry_out"
_PREPARED = frozenset({AuditStatus.CONFIRMED, AuditStatus.PREPARING})
_ANSWERED = frozenset({AuditStatus.IN_PROGRESS})


@dataclass(frozen=True, slots=True)
class Choice:
    """One result a line may have."""

    value: str
    label: str
    needs_evidence: bool


@dataclass(frozen=True, slots=True)
class LineView:
    """A line as its page draws it.

    Shape: `origin_url` leads to the record it came from; `finding` is the door to its finding, or to writing
    it; `beside` are answers of others that were kept and do not stand.
    """

    id: int
    number: int
    question: str
    requirement: str
    evidence_expected: str
    sampling: str
    origin: str
    origin_words: str
    origin_url: str
    result: str
    chip: Chip
    evidence: str
    samples: str
    interviewee: str
    row_version: int
    answer_url: str
    remove_url: str
    finding: Link | None
    has_finding: bool
    files: tuple[Link, ...]
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChecklistPage:
    """Everything the pages of a checklist draw."""

    id: int
    number: str
    title: str
    url: str
    may_add: bool
    may_remove: bool
    may_answer: bool
    why_not: str
    answered: int
    choices: tuple[Choice, ...]
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Everything the report draws."""

    number: str
    title: str
    url: str
    facts: tuple[Fact, ...]
    texts: tuple[tuple[str, str], ...]
    totals: tuple[Fact, ...]
    lines: tuple[LineView, ...]
    is_approved: bool


def checklist_page(session: Session, actor: Actor, row: Audit) -> ChecklistPage:
    """Return the page of an audit's checklist as far as this person may use it."""
    is_writer = may_write(actor, row)
    lines = _views(session, row, lines_of(session, row.id))
    return ChecklistPage(
        id=row.id,
        number=row.number,
        title=row.title,
        url=record_url(row.kind, row.id),
        may_add=is_writer and row.status in _PREPARED | _ANSWERED,
        may_remove=is_writer and row.status in _PREPARED,
        may_answer=is_writer and row.status in _ANSWERED,
        why_not=_why_not(row, is_writer=is_writer),
        answered=sum(bool(line.result) for line in lines),
        choices=tuple(
            Choice(key, word, Result(key) in ASKS_FOR_FINDING) for key, word in result_words().items()
        ),
        lines=lines,
    )


def line_view(session: Session, row: Audit, line: ChecklistLine) -> LineView:
    """Return one line as its page draws it."""
    number = [one.id for one in lines_of(session, row.id)].index(line.id) + 1
    return _view(session, row, line, number, _origins(session, [line]))


def report_page(session: Session, row: Audit) -> ReportPage:
    """Return the report of an audit for reading and printing."""
    lines = _views(session, row, lines_of(session, row.id))
    words = result_words()
    counts = {key: sum(line.result == key for line in lines) for key in words}
    texts = (
        (_("Summary"), row.summary),
        (_("Strengths"), row.strengths),
        (_("Scope"), row.scope),
        (_("Criteria"), row.criteria),
        (_("Objectives"), row.objectives),
        (_("Who took part"), str((row.extra or {}).get("participants") or "")),
    )
    return ReportPage(
        number=row.number,
        title=row.title,
        url=record_url(row.kind, row.id),
        facts=_report_facts(session, row),
        texts=tuple((title, text) for title, text in texts if text),
        totals=tuple(Fact(words[key], str(count)) for key, count in counts.items() if count),
        lines=lines,
        is_approved=row.report_approved_at is not None,
    )


def may_write(actor: Actor, row: Audit) -> bool:
    """Tell whether the person belongs to the team of this audit, or stands in for somebody who does."""
    team = {row.lead_auditor_id, *member_ids(row.team)}
    is_member = bool(({actor.id} | actor.stands_in_for) & team)
    return is_member and policy.can(actor, CARRY_OUT, scope_of(row))


def _views(session: Session, row: Audit, lines: Sequence[ChecklistLine]) -> tuple[LineView, ...]:
    origins = _origins(session, lines)
    return tuple(_view(session, row, line, place, origins) for place, line in enumerate(lines, 1))


def _view(
    session: Session, row: Audit, line: ChecklistLine, number: int, origins: Mapping[int, str]
) -> LineView:
    word = result_words().get(line.result or "", _("Not answered"))
    return LineView(
        id=line.id,
        number=number,
        question=line.question,
        requirement=line.requirement,
        evidence_expected=line.evidence_expected,
        sampling=line.sampling,
        origin=origin_words(line.origin),
        origin_words=line.origin_words,
        origin_url=_origin_url(origins, line.origin_id),
        result=line.result or "",
        chip=Chip(word, result_kinds().get(line.result or "", "line")),
        evidence=line.evidence,
        samples=line.samples,
        interviewee=line.interviewee,
        row_version=line.row_version,
        answer_url=address("audit_pages.answer", record_id=row.id, line_id=line.id),
        remove_url=address("audit_pages.remove_line", record_id=row.id, line_id=line.id),
        finding=_finding(session, line),
        has_finding=line.finding_id is not None,
        files=tuple(_files(session, row, line)),
        beside=tuple(_beside(session, line)),
    )


def _origins(session: Session, lines: Sequence[ChecklistLine]) -> dict[int, str]:
    ids = {line.origin_id for line in lines if line.origin_id}
    rows = session.execute(select(Record.id, Record.kind).where(Record.id.in_(ids)))
    return {record.id: record.kind for record in rows}


def _origin_url(origins: Mapping[int, str], origin_id: int | None) -> str:
    kind = origins.get(origin_id or 0)
    return record_url(kind, origin_id) if kind and origin_id else ""


def _finding(session: Session, line: ChecklistLine) -> Link | None:
    if line.finding_id is not None:
        found = session.get(Record, line.finding_id)
        return Link(found.number, record_url(found.kind, found.id)) if found else None
    if not asks_for_finding(line):
        return None
    return Link(_("Write finding"), address("finding_acts.from_line", line_id=line.id))


def _files(session: Session, row: Audit, line: ChecklistLine) -> list[Link]:
    if not line.files:
        return []
    rows = session.execute(select(StoredFile.id, StoredFile.name).where(StoredFile.id.in_(line.files)))
    return [
        Link(one.name, address("records.file", record_id=row.id, file_id=one.id))
        for one in sorted(rows, key=lambda one: one.id)
    ]


def _beside(session: Session, line: ChecklistLine) -> list[str]:
    if not line.row_version > 1:
        return []
    kept: list[ChecklistAnswer] = [one for one in answers_of(session, line.id) if one.is_beside]
    names = names_of(session, [one.answered_by_id for one in kept if one.answered_by_id])
    words = result_words()
    return [
        _(
            "%(name)s answered meanwhile: %(result)s. %(evidence)s",
            name=names.get(one.answered_by_id or 0, ""),
            result=words.get(one.result or "", ""),
            evidence=one.evidence,
        )
        for one in kept
    ]


def _why_not(row: Audit, *, is_writer: bool) -> str:
    if row.closing_meeting_at is not None or row.closed_at is not None:
        return ""
    if not is_writer:
        return _("Only the team of this audit answers its checklist.")
    if row.status not in _ANSWERED:
        return _("The checklist is answered while the audit is under way.")
    return ""


def _report_facts(session: Session, row: Audit) -> tuple[Fact, ...]:
    people = [row.lead_auditor_id, row.auditee_id, *member_ids(row.team)]
    names = names_of(session, [one for one in people if one])
    team = ", ".join(names[one] for one in member_ids(row.team) if one in names)
    facts = [
        Fact(_("Looked at"), type_words().get(row.audit_type, row.audit_type)),
        Fact(_("How"), mode_words().get(row.mode, row.mode)),
        Fact(_("Days"), days_in_words(row.starts_on, row.ends_on)),
        Fact(_("Lead auditor"), names.get(row.lead_auditor_id or 0, "")),
        Fact(_("Team"), team),
        Fact(_("Auditee"), names.get(row.auditee_id or 0, "")),
        Fact(_("Conclusion"), conclusion_words().get(row.conclusion or "", "")),
    ]
    if row.conformity is not None:
        facts.append(Fact(_("Conforms"), f"{row.conformity.normalize():f} %"))
    facts.append(Fact(_("Signed"), _signed(session, row)))
    return tuple(fact for fact in facts if fact.value)


def _signed(session: Session, row: Audit) -> str:
    """Return who signed the report that stands and when; empty before."""
    if row.report_approved_at is None:
        return ""
    signer = session.scalar(
        select(Task.completed_by_id)
        .where(Task.record_kind == row.kind, Task.record_id == row.id, Task.call_id == SIGNING)
        .where(Task.state == TaskState.DONE.value)
        .order_by(Task.id.desc())
        .limit(1)
    )
    name = names_of(session, [signer]).get(signer, "") if signer else ""
    day = written_day(row.report_approved_at)
    return _("%(name)s, %(day)s", name=name, day=day)
