"""Who signs an audit report signs its findings: what happens to them later shows at the signature."""

from __future__ import annotations

import pytest

from app.foundation.db import db
from app.records.manifest import SignatureLine, manifest_of
from tests.scenarios import audit_story
from tests.scenarios import finding_steps as steps
from tests.scenarios.dsl import Scenario
from tests.trail.forgery import run_sql


@pytest.fixture
def audit_id(scenario: Scenario) -> int:
    """An audit whose report is signed with one finding in it; the story goes on with the finding."""
    audit_story.at_site_b(scenario)
    line_id = steps.seen(scenario)
    audit_id = scenario.record_id
    steps.issue(steps.write(steps.write_line(scenario, line_id)))
    finding_id = scenario.record_id
    audit_story.held(scenario.turn_to(audit_id))
    scenario.turn_to(finding_id)
    return audit_id


def signed(audit_id: int) -> SignatureLine:
    db.session.rollback()
    (one,) = manifest_of(db.session(), "audit", audit_id)
    return one


def test_a_finding_that_is_answered_leaves_the_signature_of_the_report_valid(
    scenario: Scenario, audit_id: int
) -> None:
    steps.answered(scenario)

    assert signed(audit_id).is_valid


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE finding SET statement = 'Nothing was found.' WHERE id = {id}",
        "UPDATE finding SET grade = 'ofi' WHERE id = {id}",
        "UPDATE audit_checklist_line SET result = 'conform' WHERE finding_id = {id}",
        "UPDATE finding SET audit_id = NULL WHERE id = {id}",
    ],
)
def test_a_finding_that_becomes_another_supersedes_the_signature_of_the_report(
    scenario: Scenario, audit_id: int, change: str
) -> None:
    run_sql(change.format(id=scenario.record_id))

    assert not signed(audit_id).is_valid
