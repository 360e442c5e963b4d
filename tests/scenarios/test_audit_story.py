"""The whole way: an audit of Purchasing at another site finds again what the last one found."""

from __future__ import annotations

import pytest

from app.audits.checklist import lines_of
from app.capa.models import Capa
from app.foundation.db import db
from app.risks.models import Reassessment
from app.workflow.completion import GuardRefused
from tests.scenarios import audit_story as tell
from tests.scenarios import finding_steps as steps
from tests.scenarios.dsl import Scenario


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    return tell.at_site_b(scenario)


def test_the_programme_proposes_from_history_and_the_checklist_asks_about_it(story: Scenario) -> None:
    finding_id, _risk = tell.last_years_audit(story)

    line = tell.proposed_audit(story)
    tell.begun(story)

    assert (line.minors, line.majors) == (1, 0)
    assert line.last_audit_on is not None
    asked = {(one.origin, one.origin_id) for one in lines_of(db.session(), story.record_id)}
    assert ("earlier_finding", finding_id) in asked


def test_a_minor_one_found_again_is_major_and_moves_the_risk_at_once(story: Scenario) -> None:
    first_id, risk = tell.last_years_audit(story)
    tell.proposed_audit(story)
    before = tell.exposure(risk)

    tell.found_again(tell.begun(story), risk)

    row, after = story.record, tell.exposure(risk)
    assert (row.proposed_grade, row.grade, row.repeat_of_id) == ("minor", "major", first_id)
    assert row.grade_reason.startswith("It repeats: ")
    assert (before.indicated.score, after.indicated.score) == (8, 12)
    assert after.contributions[0].event.subject_id == row.id
    capa, reassessment = story.records(Capa)[-1], story.records(Reassessment)[-1]
    assert tell.inbox_of(capa.id) == [("analyse_cause", "capa_owner")]
    assert tell.inbox_of(reassessment.id) == [("reassess_risk", "risk_owner")]


def test_the_audit_closes_after_reassessment_and_effective_capa_and_exposure_falls(story: Scenario) -> None:
    first_id, risk = tell.last_years_audit(story)
    tell.proposed_audit(story)
    audit_id = story.record_id
    finding_id = tell.found_again(tell.begun(story), risk).record_id
    steps.accept(steps.respond(story))
    tell.held(story.turn_to(audit_id))

    with pytest.raises(GuardRefused) as refused:
        story.as_("lead").complete("close_audit", {})
    steps.close(steps.verify(steps.prove_capa(story.turn_to(finding_id))))
    closed = story.turn_to(audit_id).as_("lead").complete("close_audit", {})

    assert [one.where for one in refused.value.problems] == [f"finding:{finding_id}"]
    assert (closed.outcome, closed.record.status) == ("closed", "closed")
    # lifecycles 5.1: weight times severity by three times what an effective CAPA leaves, halved in 180 days
    by_hand = 3 * 1 * 0.25 * tell.faded(finding_id) + 1 * 1 * tell.faded(first_id)
    assert float(tell.exposure(risk).indicated.pressure) == pytest.approx(by_hand, abs=1e-6)
