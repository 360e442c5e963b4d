"""A year of audits: the programme, one audit that is closed, and one under way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from app.audits.auditors import QualificationOrder, qualify
from app.audits.checklist import AnswerOrder, LineOrder, add_line, answer_line, lines_of
from app.audits.models import Audit, AuditProgramme, ProgrammeLine
from app.audits.programme import LinePlan, launch, plan_line
from app.demo.agenda import Story
from app.demo.finding_steps import LEAD, found_again
from app.demo.nonconformity_steps import OWNERS, QUALITY_MANAGER
from app.demo.stage import Stage
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.kinds import KindKey
from app.workflow.acts import perform

BEGUN, PLANNED = 178, 170
# When each place is audited, in days before the present; one is overdue, the rest is to come.
PLACES = {
    ("SEA", "GDA"): 110,
    ("PUR", "UME"): 1,
    ("SHP", "UME"): 75,
    **dict.fromkeys(
        [
            *[(code, "GDA") for code in ("MAC", "ASM", "TST", "PUR", "SRV", "SHP")],
            *[(code, "UME") for code in ("MAC", "SEA", "ASM", "TST", "SRV")],
        ],
        -25,
    ),
}
MEMBER, TOP = "ewa.nowak", "oskar.nyberg"
QUESTIONS = (
    LineOrder(
        "How do people know which revision of the instruction to use?", "7.5.3", sampling="3 work places"
    ),
    LineOrder("How is it decided that a result is good enough to pass on?", "8.6", sampling="5 orders"),
    LineOrder(
        "What happens when a measurement is outside its limits?", "8.7", "A blocked part and its record"
    ),
)


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

    def programme(self) -> int:
        """Let the quality manager begin the programme of the year and return its id."""
        link = self.stage.company.link
        answers = {
            "title": f"Audit programme {_year()}",
            "year": str(_year()),
            "site_id": link(KindKey.SITE, "UME"),
            "sites": [link(KindKey.SITE, code) for code in ("UME", "GDA")],
        }
        return self.stage.start(QUALITY_MANAGER, "audit_programme", answers)

    def plan_months(self, programme_id: int, months: Mapping[tuple[str, str], int]) -> None:
        """Set the months of some places; the key is process and site by code."""
        for (process, site), month in months.items():
            line = self.line(programme_id, process, site)
            plan = LinePlan(4, has_changed=False, is_core=True, clauses=line.clauses, months=(month,))
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

    def launch(self, programme_id: int, process: str, site: str) -> int:
        """Launch the audit of a cell and return its id."""
        line = self.line(programme_id, process, site)
        month = line.months[0]
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
            "audit_type": "process",
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
            self._as(LEAD, partial(_add, audit_id=audit_id, question=question))
        self.stage.complete(LEAD, audit_id, "prepare_checklist", {"readiness": "ready"})

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


def audit_stories(steps: AuditSteps) -> Sequence[Story]:
    """Return the story of the programme and its two audits."""
    return (_programme(steps),)


def _programme(steps: AuditSteps) -> Story:
    stage = steps.stage
    yield BEGUN
    steps.qualified()
    programme_id = steps.programme()
    yield PLANNED
    steps.plan_months(programme_id, {place: _month(day) for place, day in PLACES.items()})
    stage.complete(
        QUALITY_MANAGER,
        programme_id,
        "build_programme",
        {
            "objectives": "Find out whether the corrective actions of the last year hold where people work.",
            "methods": "On site, by interview and sample; one lead auditor and one auditor",
            "resources": "Twelve auditor days, travel to Gdańsk",
        },
    )
    yield 166
    stage.approve(TOP, programme_id, "approve_programme")
    yield 132
    yield from _closed(steps, steps.launch(programme_id, "SEA", "GDA"))
    yield 20
    yield from _under_way(steps, steps.launch(programme_id, "PUR", "UME"))


def _closed(steps: AuditSteps, audit_id: int) -> Story:
    stage = steps.stage
    steps.plan(audit_id, "GDA", 22)
    yield from acknowledged(stage, audit_id, "GDA", 123)
    yield 112
    steps.prepared(audit_id)
    yield 110
    steps.answer(
        audit_id,
        (
            ("conform", "Followed with three orders; the records agree with what people say."),
            ("ofi", "The wall chart is from last year, but nobody uses it any more."),
            ("positive", "The lappers show wear with a colour mark of their own."),
        ),
    )
    meeting = {"closing_meeting_at": stage.moment(), "participants": "Tomasz Wilk, two shift leads, the team"}
    stage.complete(LEAD, audit_id, "carry_out_audit", meeting)
    yield 104
    report = {
        "summary": "The actions of last year are in place and used. Old charts should go.",
        "conclusion": "effective",
        "strengths": "Colour marks for wear; other sites could use them.",
    }
    stage.complete(LEAD, audit_id, "write_report", report)
    yield 102
    stage.approve(QUALITY_MANAGER, audit_id, "sign_report")
    yield 98
    why = {"risk_justification": "Nothing was found that the risks do not say already."}
    stage.complete(LEAD, audit_id, "close_audit", why)


def _under_way(steps: AuditSteps, audit_id: int) -> Story:
    steps.plan(audit_id, "UME", 19)
    yield from acknowledged(steps.stage, audit_id, "UME", 14)
    yield 2
    steps.prepared(audit_id)
    yield 1
    steps.answer(
        audit_id,
        (("conform", "Seen at four of four suppliers."),),
        most=1,
    )
    found_again(steps.stage, audit_id)


def acknowledged(stage: Stage, audit_id: int, site: str, days: int) -> Story:
    """Let the auditee answer the notice on that day before the present, or as soon as it is there.

    A turn that falls on a weekend moves to the Friday before, and the notice may come after that.
    """
    yield days
    while not stage.is_open(audit_id, "acknowledge_notice"):
        days -= 1
        yield days
    answers = {"date_answer": "possible", "constraints": "Not between 13:30 and 14:30, the shifts change."}
    stage.complete(OWNERS[site], audit_id, "acknowledge_notice", answers)


def _plan(uow: UnitOfWork, line: ProgrammeLine, plan: LinePlan) -> None:
    plan_line(uow, uow.session.get_one(AuditProgramme, line.programme_id), line.id, plan)


def _add(uow: UnitOfWork, audit_id: int, question: LineOrder) -> None:
    add_line(uow, uow.session.get_one(Audit, audit_id), question)


def _answer(uow: UnitOfWork, audit_id: int, line_id: int, order: AnswerOrder) -> None:
    answer_line(uow, uow.session.get_one(Audit, audit_id), line_id, order)


def _year() -> int:
    """Return the year of the present, seen from the day on which the programme begins."""
    return (clock.now() + timedelta(days=BEGUN)).year


def _month(days_ago: int) -> int:
    """Return the month of a day before the present, kept within the programme's year."""
    present = clock.now() + timedelta(days=PLANNED)
    day = present - timedelta(days=days_ago)
    if day.year != present.year:
        return 1 if day.year < present.year else 12
    return day.month
