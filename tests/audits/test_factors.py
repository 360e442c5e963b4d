from __future__ import annotations

from datetime import timedelta

from app.audits.factors import known_at
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.organisation.kinds import KINDS, Entry, KindKey
from app.organisation.models import BusinessProcess
from app.organisation.service import change
from tests.scenarios import audit_steps, steps
from tests.scenarios.dsl import Scenario


def test_the_highest_indicated_risk_of_a_place_counts(scenario: Scenario) -> None:
    steps.a_risk(scenario)
    company = scenario.company

    known = known_at(db.session(), clock.now())

    assert known.max_risk.keys() == {(company.process, company.site)}
    assert known.max_risk[company.process, company.site] >= 4


def test_findings_count_by_grade_for_two_years_and_recurrences_beside(scenario: Scenario) -> None:
    company = scenario.company
    place = company.process, company.site
    steps.confirmed(scenario, source="audit", audit_kind="internal", audit_grade="major")
    for _again in range(2):
        steps.confirmed(scenario.sibling(), source="audit", audit_kind="internal", audit_grade="minor")

    today, later = (known_at(db.session(), clock.now() + timedelta(days=days)) for days in (1, 800))

    assert (today.majors, today.minors, today.recurrences) == ({place: 1}, {place: 2}, {place: 2})
    assert (later.majors, later.minors) == ({}, {})


def test_a_reported_audit_is_the_last_one_and_ends_what_counts_as_changed(scenario: Scenario) -> None:
    place = scenario.company.process, scenario.company.site
    with unit_of_work() as uow:
        row = uow.session.get_one(BusinessProcess, place[0])
        entry = Entry(row.code, "Lapping, on the robot")
        change(uow, KINDS[KindKey.PROCESS], row.id, entry, row_version=row.row_version)
    assert known_at(db.session(), clock.now()).has_changed(place, clock.now().date())

    audit_steps.auditors(scenario)
    audit_steps.answer_all(audit_steps.soon_in_progress(scenario))
    audit_steps.sign(audit_steps.write_report(audit_steps.carry_out(scenario)))

    later = clock.now() + timedelta(days=20)
    known = known_at(db.session(), later)
    assert known.last_audits[place] == (scenario.record.ends_on, "effective")
    assert not known.has_changed(place, later.date())
