from __future__ import annotations

import pytest

from app.actions.models import Action
from app.capa.models import Capa
from app.workflow.completion import GuardRefused
from app.workflow.forms.faults import AnswersInvalid
from app.workflow.separation import SeparationBroken
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import (
    analyse,
    approve,
    check,
    close_capa,
    close_nonconformity,
    confirmed,
    do_actions,
    grant,
    hand_to,
    open_capa,
    plan,
    review_risks,
    verify,
    waiting,
)


def test_a_proven_one_closes_as_effective_and_so_does_its_nonconformity(scenario: Scenario) -> None:
    waiting(scenario)
    nonconformity = scenario.sibling().turn_to(scenario.record.extra["requested_by_id"])
    close_nonconformity(nonconformity)

    close_capa(review_risks(check(scenario.after(days=90))))

    assert (scenario.outcome, scenario.record.status) == ("closed_effective", "closed_effective")
    assert nonconformity.record.status == "closed"


def test_the_request_carries_the_facts_and_links_both_records(scenario: Scenario) -> None:
    open_capa(scenario)

    capa = scenario.record
    assert (capa.cycle, capa.severity, capa.source, capa.status) == (1, 3, "internal", "investigation")
    assert scenario.sibling().turn_to(capa.extra["requested_by_id"]).record.capa_id == capa.id
    assert scenario.steps == ["analyse_cause"]


def test_human_error_alone_goes_back_once(scenario: Scenario) -> None:
    slip = [scenario.company.link("cause_category", scenario.company.people_cause)]

    analyse(open_capa(scenario), cause_categories=slip)
    first = scenario.decided("g_cause")
    analyse(scenario, cause_categories=slip)

    assert first["verdict"] == "bounce"
    assert scenario.record.is_cause_returned
    assert scenario.steps == ["plan_actions"]


def test_human_error_with_the_condition_behind_it_is_deep_enough(scenario: Scenario) -> None:
    slip = [scenario.company.link("cause_category", scenario.company.people_cause)]

    analyse(open_capa(scenario), cause_categories=slip, condition_behind="Two plates look alike.")

    assert scenario.decided("g_cause") == {
        "verdict": "deep_enough",
        "reason": "The condition behind the human error is named.",
    }


def test_a_plan_sent_back_is_planned_again(scenario: Scenario) -> None:
    plan(analyse(open_capa(scenario)))
    scenario.as_("quality_manager").refuse("approve_plan", "Who checks it in Leeds?")

    assert (scenario.steps, scenario.record.status) == (["plan_actions"], "planning")
    assert scenario.record.extra["plan_comment"] == "Quality_Manager: Who checks it in Leeds?"
    assert scenario.records(Action) == []


@pytest.mark.parametrize(("verdict", "step"), [("approve", []), ("refuse", ["plan_actions"])])
def test_an_expensive_plan_needs_top_management(scenario: Scenario, verdict: str, step: list[str]) -> None:
    approve(plan(analyse(open_capa(scenario)), plan_cost="10000.01"))
    before = scenario.steps

    comment = {} if verdict == "approve" else {"comment": "Too dear."}
    scenario.as_("top_management").complete("approve_plan", {"verdict": verdict, **comment})

    assert (before, scenario.steps) == (["approve_plan"], step)


def test_a_plan_within_the_limit_needs_the_quality_manager_alone(scenario: Scenario) -> None:
    approve(plan(analyse(open_capa(scenario)), plan_cost="10000"))

    assert (scenario.steps, scenario.record.status) == ([], "implementing")


def test_the_owner_cannot_approve_the_own_plan(scenario: Scenario) -> None:
    grant(scenario, "capa_owner", "quality_manager")
    plan(analyse(open_capa(scenario)))
    hand_to(scenario, "approve_plan", "capa_owner")

    with pytest.raises(SeparationBroken):
        scenario.as_("capa_owner").approve("approve_plan")


def test_it_waits_until_every_action_is_verified(scenario: Scenario) -> None:
    approve(plan(analyse(open_capa(scenario))))
    before = scenario.steps

    do_actions(scenario)

    assert (before, scenario.steps) == ([], ["verify_implementation"])


def test_the_whole_cannot_be_verified_while_an_action_is_open(scenario: Scenario) -> None:
    approve(plan(analyse(open_capa(scenario))))
    scenario.hear("actions.all_verified")  # too early: somebody said so before the register did

    with pytest.raises(GuardRefused):
        verify(scenario)


def test_an_incomplete_implementation_is_planned_and_approved_again(scenario: Scenario) -> None:
    approve(plan(analyse(open_capa(scenario))))
    verify(do_actions(scenario), "incomplete")
    assert scenario.steps == ["plan_actions"]

    approve(plan(scenario))

    assert len(scenario.records(Action)) == 1
    assert scenario.steps == ["verify_implementation"]


def test_the_owner_can_verify_neither_implementation_nor_effectiveness(scenario: Scenario) -> None:
    grant(scenario, "capa_owner", "verifier")
    waiting(scenario).after(days=90)
    scenario.company.people["verifier"] = scenario.company.people["capa_owner"]

    with pytest.raises(SeparationBroken):
        check(scenario)


def test_nothing_can_be_checked_before_the_wait_is_over(scenario: Scenario) -> None:
    waiting(scenario).after(days=89, hours=23)
    early = scenario.steps

    scenario.after(hours=1)

    assert (early, scenario.steps) == ([], ["check_effectiveness"])
    assert scenario.record.status == "effectiveness_check"


def test_a_clear_miss_opens_the_next_cycle_with_another_team(scenario: Scenario) -> None:
    check(waiting(scenario).after(days=90), actual="9")

    assert scenario.decided("g_eff") == {"outcome": "ineffective", "reason": "A criterion is clearly missed."}
    assert (scenario.record.cycle, scenario.record.status) == (2, "investigation")
    assert scenario.steps == ["review_failure"]


def test_the_failed_team_cannot_carry_on(scenario: Scenario) -> None:
    check(waiting(scenario).after(days=90), actual="9")
    owner = str(scenario.company.people["capa_owner"])
    same = {
        "failure_review": "Weak.",
        "capa_owner_id": owner,
        "team": [{"person_id": owner}],
        "resources": "None.",
    }

    with pytest.raises(GuardRefused):
        scenario.as_("top_management").complete("review_failure", same)


def test_the_second_cycle_runs_with_its_owner_to_a_proven_end(scenario: Scenario) -> None:
    check(waiting(scenario).after(days=90), actual="9")
    owner = str(scenario.company.people["second_owner"])
    scenario.as_("top_management").complete(
        "review_failure",
        {"failure_review": "Limit not kept.", "capa_owner_id": owner, "team": [{"person_id": owner}]},
    )
    scenario.company.people["capa_owner"] = scenario.company.people["second_owner"]

    verify(do_actions(approve(plan(analyse(scenario)))))
    close_capa(review_risks(check(scenario.after(days=90))))

    assert (scenario.outcome, scenario.record.cycle) == ("closed_effective", 2)
    assert len(scenario.records(Action)) == 2


def test_one_near_miss_gets_half_of_the_wait_once_more(scenario: Scenario) -> None:
    check(waiting(scenario).after(days=90), actual="2.2")
    assert (scenario.record.is_extended, scenario.steps) == (True, [])

    scenario.after(days=45)

    assert scenario.steps == ["check_effectiveness"]


def test_a_second_near_miss_is_closed_with_conditions(scenario: Scenario) -> None:
    check(waiting(scenario).after(days=90), actual="2.2")
    review_risks(check(scenario.after(days=45), actual="2.2"))
    condition = {
        "text": "Measure every plate for a month.",
        "owner_id": str(scenario.company.people["action_owner"]),
        "due_on": "2026-12-01",
    }

    scenario.as_("quality_manager").complete(
        "close_with_conditions",
        {"conditions": [condition], "conditions_reason": "Close.", "lessons": "Measure."},
    )

    assert (scenario.outcome, scenario.record.status) == ("closed_with_conditions", "closed_with_conditions")
    assert len(scenario.records(Action)) == 2


def test_a_recurrence_in_the_window_makes_it_ineffective_whatever_the_figures_say(scenario: Scenario) -> None:
    waiting(scenario).after(days=10)
    confirmed(scenario.sibling())

    check(scenario.after(days=80), actual="0")

    assert scenario.decided("g_eff")["reason"] == "It happened again within the window."
    assert scenario.record.cycle == 2


def test_what_happened_before_implementation_does_not_count(scenario: Scenario) -> None:
    waiting(scenario).after(days=10)
    confirmed(scenario.sibling(), occurred_at="2026-03-01T08:00:00+01:00")

    check(scenario.after(days=80))

    assert scenario.decided("g_eff")["outcome"] == "effective"


def test_new_problems_make_it_ineffective(scenario: Scenario) -> None:
    check(waiting(scenario).after(days=90), new_problems="yes", new_problems_note="Plates crack.")

    assert scenario.decided("g_eff")["reason"] == "The action brought problems of its own."


def test_a_recurrence_after_closing_marks_it_and_opens_a_child(scenario: Scenario) -> None:
    close_capa(review_risks(check(waiting(scenario).after(days=90))))

    confirmed(scenario.sibling())

    parent, child = scenario.records(Capa)
    assert (parent.is_recurred, parent.result) == (True, "ineffective")
    assert (child.parent_id, child.cycle) == (parent.id, 2)


def test_it_cannot_close_when_it_came_back_after_the_check(scenario: Scenario) -> None:
    review_risks(check(waiting(scenario).after(days=90)))
    confirmed(scenario.sibling())

    with pytest.raises(GuardRefused):
        close_capa(scenario)

    assert scenario.unmet == ["no_recurrence"]


def test_what_it_means_for_the_risks_is_answered_with_a_reason_that_stays(scenario: Scenario) -> None:
    check(waiting(scenario).after(days=90))
    assert "risks" in scenario.unmet

    with pytest.raises(AnswersInvalid):
        review_risks(scenario, risk_justification="")
    review_risks(scenario, risk_justification="No update needed, because the control holds.")
    close_capa(scenario)

    assert scenario.record.status == "closed_effective"
    assert scenario.record.risk_justification == "No update needed, because the control holds."


def test_the_owner_cannot_close_it(scenario: Scenario) -> None:
    grant(scenario, "capa_owner", "quality_manager")
    review_risks(check(waiting(scenario).after(days=90)))
    hand_to(scenario, "close_capa", "capa_owner")

    with pytest.raises(SeparationBroken):
        close_capa(scenario, "capa_owner")
