"""The steps of an audit with plausible answers; a scenario names only what matters to it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from app.audits.auditors import QualificationOrder, qualify
from app.audits.checklist import AnswerOrder, LineOrder, add_line, answer_line, lines_of
from app.audits.models import Audit
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from tests.factories.accounts import a_person
from tests.scenarios.dsl import Scenario


def auditors(scenario: Scenario) -> None:
    """Engage a lead auditor and an auditor, qualified for two years, and the auditee."""
    site = scenario.company.site
    with unit_of_work() as uow:
        for who, role in (("lead", "lead_auditor"), ("member", "auditor"), ("auditee", "auditee")):
            person = a_person(
                uow, f"the.{who}", roles=[(role, site)], site_id=site, mail=f"{who}@example.org"
            )
            scenario.company.people[who] = person.id
        for who in ("lead", "member"):
            _qualify(uow, scenario.company.people[who], clock.now().date() + timedelta(days=730))


def _qualify(uow: Any, person_id: int, until: date) -> int:
    start = date(2025, 1, 1)
    return qualify(uow, QualificationOrder(person_id, True, "ISO 19011 course, Jan 2025", start, until))


def start_audit(scenario: Scenario, **answers: Any) -> Scenario:
    """The lead auditor asks for an audit of the company's process."""
    company = scenario.company
    given = {
        "title": "Lapping, after two complaints",
        "site_id": company.link("site", company.site),
        "process_id": company.link("process", company.process),
        "audit_type": "process",
        "lead_auditor_id": str(company.people["lead"]),
    }
    return scenario.as_("lead").start("audit", given | answers)


def plan(scenario: Scenario, **answers: Any) -> Scenario:
    """The lead auditor plans two days in thirty days."""
    people = scenario.company.people
    first = clock.now().date() + timedelta(days=30)
    given = {
        "scope": "Lapping of seal faces, both shifts",
        "criteria": "8.5.1, WI-114",
        "audit_type": "process",
        "mode": "onsite",
        "starts_on": first.isoformat(),
        "ends_on": (first + timedelta(days=1)).isoformat(),
        "lead_auditor_id": str(people["lead"]),
        "team": [{"person_id": str(people["member"])}],
        "auditee_id": str(people["auditee"]),
    }
    return scenario.as_("lead").complete("plan_audit", given | answers)


def acknowledge(scenario: Scenario, date_answer: str = "possible") -> Scenario:
    """The auditee answers the notice two weeks before."""
    return scenario.as_("auditee").complete(
        "acknowledge_notice", {"date_answer": date_answer, "constraints": "No forklift after 14:00"}
    )


def write_line(scenario: Scenario, question: str = "Is the wear of plate 4 measured?") -> int:
    """The lead auditor adds a line to the checklist and gets its id."""
    with unit_of_work(scenario.company.people["lead"]) as uow:
        row = uow.session.get_one(Audit, scenario.record_id)
        return add_line(uow, row, LineOrder(question, "8.5.1")).id


def prepare(scenario: Scenario, readiness: str = "ready") -> Scenario:
    """The lead auditor begins the audit, or has to postpone it."""
    return scenario.as_("lead").complete("prepare_checklist", {"readiness": readiness})


def answer_all(scenario: Scenario, result: str = "conform") -> Scenario:
    """The lead auditor answers every line alike."""
    with unit_of_work(scenario.company.people["lead"]) as uow:
        row = uow.session.get_one(Audit, scenario.record_id)
        for line in lines_of(uow.session, row.id):
            order = AnswerOrder(f"device-{line.id}-{result}", line.row_version, result, "Seen at plate 4")
            answer_line(uow, row, line.id, order)
    db.session.rollback()
    return scenario


def carry_out(scenario: Scenario) -> Scenario:
    """The closing meeting is held."""
    return scenario.as_("lead").complete(
        "carry_out_audit",
        {"closing_meeting_at": clock.now().isoformat(), "participants": "Auditee, shift leads, team"},
    )


def write_report(scenario: Scenario) -> Scenario:
    """The lead auditor writes the report."""
    return scenario.as_("lead").complete(
        "write_report",
        {"summary": "Twelve lots followed.", "conclusion": "effective", "strengths": "Wall charts"},
    )


def sign(scenario: Scenario) -> Scenario:
    """The quality manager signs the report."""
    return scenario.as_("quality_manager").approve("sign_report")


def close(scenario: Scenario, why: str = "Nothing found that the risks do not say already.") -> Scenario:
    """The lead auditor closes the audit, with a reason where no finding asked about a risk."""
    return scenario.as_("lead").complete("close_audit", {"risk_justification": why})


def in_progress(scenario: Scenario) -> Scenario:
    """An audit that has begun, with one line of its own."""
    acknowledge(plan(start_audit(scenario)).after(days=17))
    write_line(scenario)
    return prepare(scenario)


def soon_in_progress(scenario: Scenario) -> Scenario:
    """An audit ten days ahead, so that its notice is due at once, and begun before its time."""
    day = (clock.now().date() + timedelta(days=10)).isoformat()
    acknowledge(plan(start_audit(scenario), starts_on=day, ends_on=day))
    write_line(scenario)
    return prepare(scenario)


def begin_programme(scenario: Scenario) -> Scenario:
    """The quality manager begins next year's programme for the site."""
    company = scenario.company
    return scenario.as_("quality_manager").start(
        "audit_programme",
        {
            "title": "Audit programme 2027",
            "year": "2027",
            "site_id": company.link("site", company.site),
            "sites": [company.link("site", company.site)],
        },
    )
