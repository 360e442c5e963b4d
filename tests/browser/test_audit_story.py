"""The whole story in Chromium, with pictures: from a programme that proposes to an exposure that falls.

Last year's audit is the history it begins with, and the clock is moved by hand; all else people do.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.audits.finding_models import Finding
from app.risks.models import Risk
from tests.browser.audit_story import answering, auditing
from tests.browser.audit_story.telling import Telling
from tests.browser.conftest import OpenView
from tests.scenarios import audit_story as tell
from tests.scenarios.conftest import app, company, scenario, template
from tests.scenarios.dsl import Scenario

__all__ = ["app", "company", "scenario", "template"]


@pytest.fixture
def telling(app: Flask, look: OpenView, scenario: Scenario, tmp_path: Path) -> Telling:
    """A company with two sites, in whose purchasing at site B last year's audit found something."""
    tell.last_years_audit(tell.at_site_b(scenario))
    scenario.after(days=200)
    proof = tmp_path / "wear.txt"
    proof.write_text("Wear of plate 4: 0.9 mm.")
    return Telling(scenario, lambda: look(app), proof)


def test_a_finding_that_comes_back_moves_the_risk_until_its_cause_is_gone(telling: Telling) -> None:
    risk = f"/risks/{telling.story.records(Risk)[0].id}"
    plan = auditing.history_proposes_an_audit(telling)
    auditing.the_programme_is_approved(telling)
    audit = auditing.the_audit_is_launched(telling, plan)
    auditing.the_audit_begins(telling)
    auditing.the_checklist_is_answered(telling, audit)
    auditing.the_finding_is_written(telling)
    found = telling.story.records(Finding)[-1]
    auditing.it_is_issued_as_major(telling, found.title, f"/findings/{found.id}")
    answering.two_people_find_it_in_their_inboxes(telling, found.title)
    answering.the_score_says_why(telling, risk, found.number)
    auditing.the_report_is_signed(telling)
    auditing.closing_is_refused(telling, found.number)
    answering.the_owner_assesses_again(telling, "3-4", 12)
    answering.the_finding_is_answered(telling, found.title)
    answering.the_capa_proves_itself(telling, found.title)
    answering.the_fall_waits_for_people(telling, risk)
    answering.the_capa_closes(telling, found.title)
    answering.the_rest_weighs_a_quarter(telling, risk)
    auditing.all_of_it_closes(telling, found.title, audit)
    assert not telling.wrong, "\n".join(telling.wrong)
