"""The steps of audit programmes and audits, as the people of the company do them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from app.audits.auditors import QualificationOrder, qualify
from app.audits.checklist import AnswerOrder, LineOrder, add_line, answer_line, lines_of
from app.audits.models import Audit, AuditProgramme, ProgrammeLine
from app.audits.programme import LinePlan, launch, plan_line, programme_lines
from app.demo.agenda import Story
from app.demo.finding_steps import LEAD
from app.demo.nonconformity_steps import OWNERS, QUALITY_MANAGER
from app.demo.stage import Stage
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.kinds import KindKey
from app.workflow.acts import perform

MEMBER = "ewa.nowak"
QUESTIONS = (
    LineOrder(
        "How do people know which revision of the instruction to use?", "7.5.3", sampling="3 work places"
    ),
    LineOrder("How is it decided that a result is good enough to pass on?", "8.6", sampling="5 orders"),
    LineOrder(
        "What happens when a measurement is outside its limits?", "8.7", "A blocked part and its record"
    ),
)

Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Report:
    """What an audit comes to. Shape: `conclusion` as the form has it."""

    summary: str
    strengths: str
    conclusion: str = "effective"


@dataclass(frozen=True, slots=True)
class AuditSteps:
    """Steps of programme and audits as the people of the company do them."""

    stage: Stage

    def qualified(self) -> None:
        """Let the quality manager note who may audit."""
        today = clock.now().date()
        for who, leads in ((LEAD, True), (MEMBER, False)):
            order = QualificationOrder(
                person_id=int(self.stage.person(who)),
                may_lead=leads,
                evidence="ISO 19011 course with examination, three audits accompanied",
                valid_from=today - timedelta(days=200),
                valid_until=today + timedelta(days=900),
            )
            self._as(QUALITY_MANAGER, partial(qualify, order=order))

    def programme(self, year: int) -> int:
        """Return the programme of a year; where the calendar has not begun it, the quality manager does."""
        found = self.programme_of(year)
        if found is not None:
            return found
        link = self.stage.company.link
        answers = {
            "title": f"Audit programme {year}",
            "year": str(year),
            "site_id": link(KindKey.SITE, "UME"),
            "sites": [link(KindKey.SITE, code) for code in ("UME", "GDA", "LEE")],
        }
        return self.stage.start(QUALITY_MANAGER, "audit_programme", answers)

    def programme_of(self, year: int) -> int | None:
        """Return the programme of a year, None before it is begun."""
        db.session.rollback()
        query = select(AuditProgramme.id).where(AuditProgramme.year == year).order_by(AuditProgramme.id)
        return db.session.scalar(query.limit(1))

    def plan_months(self, programme_id: int, months: Mapping[Cell, Sequence[int]]) -> None:
        """Set the months of each place, none where nobody goes; the key is process and site by code."""
        names = {(kind, number): code for (kind, code), number in self.stage.company.codes.items()}
        db.session.rollback()
        for line in programme_lines(db.session(), programme_id):
            cell = names[KindKey.PROCESS, line.process_id], names[KindKey.SITE, line.site_id]
            wanted = tuple(months.get(cell, ()))
            if wanted != tuple(line.months):
                plan = LinePlan(line.importance, line.has_changed, line.is_core, line.clauses, wanted)
                self._as(QUALITY_MANAGER, partial(_plan, line=line, plan=plan))

    def line(self, programme_id: int, process: str, site: str) -> ProgrammeLine:
        """Return the line of a process at a site."""
        db.session.rollback()
        codes = self.stage.company.codes
        return db.session.scalars(
            select(ProgrammeLine).where(
                ProgrammeLine.programme_id == programme_id,
                ProgrammeLine.process_id == codes[KindKey.PROCESS, process],
                ProgrammeLine.site_id == codes[KindKey.SITE, site],
            )
        ).one()

    def launch(self, programme_id: int, process: str, site: str, month: int) -> int:
        """Launch the audit of a cell and return its id."""
        line = self.line(programme_id, process, site)
        self._as(
            LEAD,
            lambda uow: launch(uow, uow.session.get_one(AuditProgramme, programme_id), line.id, month),
        )
        return self.stage.latest(Audit)

    def plan(self, audit_id: int, site: str, ahead: int) -> None:
        """Let the lead auditor plan one day, so many days ahead."""
        answers = {
            "scope": "The whole process at the site, both shifts",
            "criteria": "ISO 9001:2015, 4.4, 7.5, 8.5 to 8.7, 10.2; the instructions of the process",
            "objectives": "Do the actions of the last year hold?",
            "audit_type": self.stage.record(audit_id).audit_type,
            "mode": "onsite",
            "starts_on": self.stage.day(ahead),
            "ends_on": self.stage.day(ahead),
            "lead_auditor_id": self.stage.person(LEAD),
            "team": [{"person_id": self.stage.person(MEMBER)}],
            "auditee_id": self.stage.person(OWNERS[site]),
        }
        self.stage.complete(LEAD, audit_id, "plan_audit", answers)

    def prepared(self, audit_id: int) -> None:
        """Let the lead auditor add questions and begin."""
        for question in QUESTIONS:
            self.ask(audit_id, question)
        self.stage.complete(LEAD, audit_id, "prepare_checklist", {"readiness": "ready"})

    def acknowledged(self, audit_id: int, site: str, days: int) -> Story:
        """Let the auditee answer the notice on that day before the present, or as soon as it is there.

        A turn that falls on a weekend moves to the Friday before, and the notice may come after that.
        """
        yield days
        while not self.stage.is_open(audit_id, "acknowledge_notice"):
            days -= 1
            yield days
        answers = {
            "date_answer": "possible",
            "constraints": "Not between 13:30 and 14:30, the shifts change.",
        }
        self.stage.complete(OWNERS[site], audit_id, "acknowledge_notice", answers)

    def reported(self, audit_id: int, report: Report) -> None:
        """Let the lead auditor write the report."""
        answers = {
            "summary": report.summary,
            "conclusion": report.conclusion,
            "strengths": report.strengths,
        }
        self.stage.complete(LEAD, audit_id, "write_report", answers)

    def met(self, audit_id: int, who: str) -> None:
        """Let the lead auditor end the audit with its closing meeting."""
        meeting = {"closing_meeting_at": self.stage.moment(), "participants": who}
        self.stage.complete(LEAD, audit_id, "carry_out_audit", meeting)

    def close(self, audit_id: int) -> None:
        """Let the lead auditor close an audit, and say why no risk needs another look."""
        why = {"risk_justification": "What was found is in the assessments of the risks already."}
        self.stage.complete(LEAD, audit_id, "close_audit", why)

    def ask(self, audit_id: int, question: LineOrder) -> None:
        """Let the lead auditor add a question of their own."""
        self._as(LEAD, partial(_add, audit_id=audit_id, question=question))

    def line_ids(self, audit_id: int) -> list[int]:
        """Return the lines of a checklist in their order."""
        db.session.rollback()
        return [line.id for line in lines_of(db.session(), audit_id)]

    def line_about(self, audit_id: int, question: str) -> int:
        """Return the line of a question, or the one that asks about an earlier finding."""
        db.session.rollback()
        lines = lines_of(db.session(), audit_id)
        wanted = [one.id for one in lines if question in {one.question, one.origin}]
        return wanted[0]

    def answer(self, audit_id: int, results: Sequence[tuple[str, str]], *, most: int | None = None) -> None:
        """Answer the lines, `most` of them; `results` are used in turn."""
        db.session.rollback()
        ids = [(line.id, line.row_version) for line in lines_of(db.session(), audit_id)]
        for place, (line_id, version) in enumerate(ids[:most]):
            result, evidence = results[place % len(results)]
            order = AnswerOrder(f"demo-line-{line_id}", version, result, evidence, interviewee="Shift lead")
            self._as(LEAD, partial(_answer, audit_id=audit_id, line_id=line_id, order=order))

    def _as(self, who: str, work: Callable[[UnitOfWork], object]) -> None:
        perform(int(self.stage.person(who)), work)


def follow_up_of(audit_id: int) -> int:
    """Return the audit that follows another one."""
    db.session.rollback()
    return db.session.scalars(select(Audit.id).where(Audit.parent_id == audit_id)).one()


def _plan(uow: UnitOfWork, line: ProgrammeLine, plan: LinePlan) -> None:
    plan_line(uow, uow.session.get_one(AuditProgramme, line.programme_id), line.id, plan)


def _add(uow: UnitOfWork, audit_id: int, question: LineOrder) -> None:
    add_line(uow, uow.session.get_one(Audit, audit_id), question)


def _answer(uow: UnitOfWork, audit_id: int, line_id: int, order: AnswerOrder) -> None:
    answer_line(uow, uow.session.get_one(Audit, audit_id), line_id, order)
