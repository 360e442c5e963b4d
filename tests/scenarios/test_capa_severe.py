from __future__ import annotations

import pytest

from app.risks.models import Reassessment
from app.workflow.completion import GuardRefused
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import (
    a_risk,
    answer_reassessments,
    check,
    close_capa,
    close_nonconformity,
    confirmed,
    do_actions,
    review_risks,
    severe,
    verify,
)


def proven(scenario: Scenario, severity: str) -> Scenario:
    """A severe CAPA whose check found it effective; only risks and closing are left."""
    verify(do_actions(severe(scenario, severity)))
    check(scenario.after(days=60))
    return review_risks(scenario)


def test_severity_four_asks_for_a_reassessment_and_the_record_shows_why(scenario: Scenario) -> None:
    risk = scenario.company.link("risk", a_risk(scenario))

    confirmed(scenario, severity="4", risks=[risk])

    assert scenario.decided("g_risk") == {"is_needed": True, "reason": "Severity 4 or above."}
    assert len(scenario.records(Reassessment)) == 1


def test_a_nonconformity_closes_only_after_its_reassessment_is_answered(scenario: Scenario) -> None:
    confirmed(scenario, severity="4", risks=[scenario.company.link("risk", a_risk(scenario))])

    with pytest.raises(GuardRefused):
        close_nonconformity(scenario)
    answer_reassessments(scenario)
    close_nonconformity(scenario)

    assert scenario.outcome == "closed"


@pytest.mark.parametrize(("severity", "days"), [("4", 60), ("5", 30)])
def test_the_wait_is_shorter_the_more_severe_it_is(scenario: Scenario, severity: str, days: int) -> None:
    verify(do_actions(severe(scenario, severity)))

    assert scenario.record.wait_days == days
    assert (scenario.after(days=days - 1).steps, scenario.after(days=1).steps) == (
        [],
        ["check_effectiveness"],
    )


def test_a_severe_one_closes_only_after_its_reassessment_is_answered(scenario: Scenario) -> None:
    proven(scenario, "4")
    with pytest.raises(GuardRefused):
        close_capa(scenario)

    answer_reassessments(scenario)
    close_capa(scenario)

    assert scenario.outcome == "closed_effective"


def test_a_critical_one_is_confirmed_by_top_management(scenario: Scenario) -> None:
    proven(scenario, "5")
    answer_reassessments(scenario)
    close_capa(scenario)
    before = scenario.outcome

    close_capa(scenario, "top_management")

    assert (before, scenario.outcome) == (None, "closed_effective")


def test_top_management_may_send_the_closing_back(scenario: Scenario) -> None:
    proven(scenario, "5")
    answer_reassessments(scenario)

    close_capa(scenario).as_("top_management").refuse("close_capa", "Say what others can learn.")

    assert scenario.steps == ["answer_refusal"]
    assert scenario.record.extra["closing_comment"] == "Top_Management: Say what others can learn."
    scenario.as_("capa_owner").complete("answer_refusal", {"closing_answer": "See the lessons."})
    assert scenario.steps == ["close_capa"]


def test_nobody_closes_it_without_saying_what_was_learnt(scenario: Scenario) -> None:
    proven(scenario, "4")
    answer_reassessments(scenario)

    with pytest.raises(GuardRefused) as refused:
        scenario.as_("quality_manager").approve("close_capa")
    assert [one.where for one in refused.value.problems] == ["lessons"]


def test_a_severe_one_needs_a_risk_to_ask_about(scenario: Scenario) -> None:
    verify(do_actions(severe(scenario, "4")))
    check(scenario.after(days=60))

    with pytest.raises(GuardRefused):
        review_risks(scenario, risks=[])


def test_the_risk_owner_may_ask_for_a_reassessment_that_no_rule_asks_for(scenario: Scenario) -> None:
    risk = scenario.company.link("risk", a_risk(scenario))
    verify(do_actions(severe(scenario, "4")))
    answer_reassessments(scenario)
    check(scenario.after(days=60))

    scenario.as_("risk_owner").complete("review_risks", {"risk_update": "update", "risks": [risk]})

    assert [key.partition(":")[0] for key in scenario.unmet] == ["reassessment"]


def test_a_failed_cycle_asks_for_a_reassessment_with_a_raised_likelihood(scenario: Scenario) -> None:
    verify(do_actions(severe(scenario, "4")))
    answer_reassessments(scenario)

    check(scenario.after(days=60), actual="9")

    last = scenario.sent("risk.reassessment_requested")[-1]
    assert (last.payload["raise_likelihood"], last.payload["reason"]) == (1, "A criterion is clearly missed.")
    assert scenario.steps == ["review_failure"]
