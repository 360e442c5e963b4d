"""The steps of an improvement with plausible answers; a scenario names only what matters to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.foundation import clock
from tests.scenarios.dsl import Scenario


def suggest(scenario: Scenario, **answers: Any) -> Scenario:
    """Somebody at work has an idea."""
    company = scenario.company
    given = {
        "title": "Measure at the machine",
        "idea": "Carrying plates to the lab takes an hour a day.",
        "site_id": company.link("site", company.site),
        "process_id": company.link("process", company.process),
        "source": "idea",
    }
    return scenario.as_("reporter").start("improvement", given | answers)


def consider(scenario: Scenario, verdict: str = "take_up") -> Scenario:
    """The owner of the process takes it up, or says why not."""
    why = {"decision_reason": "We move out of that hall."}
    taken = {
        "improvement_owner_id": str(scenario.company.people["action_owner"]),
        "expected_benefit": "An hour a day",
    }
    answers = {"idea_verdict": verdict, **(taken if verdict == "take_up" else why)}
    return scenario.as_("process_owner").complete("consider_idea", answers)


def plan(scenario: Scenario, text: str = "Buy a gauge for the machine") -> Scenario:
    """Who carries it plans one action."""
    due = (clock.now() + timedelta(days=20)).date().isoformat()
    row = {"text": text, "owner_id": str(scenario.company.people["action_owner"]), "due_on": due}
    answers = {
        "expected_benefit": "An hour a day",
        "measure": "Time sheets of April",
        "planned_actions": [row],
    }
    return scenario.as_("action_owner").complete("plan_improvement", answers)


def judge(scenario: Scenario, reached: str = "yes", next_step: str = "close") -> Scenario:
    """Somebody else looks at what it brought."""
    more = {} if reached == "yes" else {"next_step": next_step}
    answers = {"benefit_reached": reached, "benefit_note": "Time sheets of April seen.", **more}
    return scenario.as_("quality_coordinator").complete("judge_benefit", answers)
