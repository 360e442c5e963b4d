"""The steps of risks and their answers with plausible facts; a scenario names only what matters to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.actions.models import Action
from app.foundation import clock
from app.risks.models import Acceptance, Reassessment, Treatment
from tests.scenarios.dsl import Scenario

TARGET = "1-4"


def registered(scenario: Scenario, residual: str, **answers: Any) -> Scenario:
    """A risk in the register, assessed by its owner."""
    company = scenario.company
    given = {
        "risk_kind": "risk",
        "title": "Seals leak",
        "cause": "Lapping plates wear",
        "event": "A face is out of flatness",
        "consequence": "Pumps leak at the customer",
        "site_id": company.link("site", company.site),
        "process_id": company.link("process", company.process),
        "category": "quality",
        "risk_owner_id": company.people["risk_owner"],
    }
    scenario.as_("quality_manager").start("risk", given | answers)
    return scenario.as_("risk_owner").complete(
        "assess_risk", {"inherent": "5-5", "controls": [], "residual": residual, "rationale": "Seen"}
    )


def treatment(scenario: Scenario) -> Scenario:
    return scenario.sibling().turn_to(scenario.records(Treatment)[-1].id)


def acceptance(scenario: Scenario) -> Scenario:
    return scenario.sibling().turn_to(scenario.records(Acceptance)[-1].id)


def planned(story: Scenario, **answers: Any) -> Scenario:
    """The owner plans one action."""
    due = (clock.now() + timedelta(days=20)).date().isoformat()
    action = {
        "text": "Measure every face.",
        "owner_id": str(story.company.people["action_owner"]),
        "due_on": due,
    }
    given = {
        "treatment_option": "reduce",
        "treatment_note": "Cheap and quick.",
        "planned_actions": [action],
        "target_on": due,
        "target": TARGET,
    }
    return story.as_("risk_owner").complete("plan_treatment", given | answers)


def carried_out(story: Scenario) -> Scenario:
    """Every action is done and verified."""
    for action in [one for one in story.records(Action) if one.closed_at is None]:
        step = story.sibling().turn_to(action.id)
        step.as_("action_owner").complete(
            "carry_out",
            {"done_text": "Done.", "done_on": clock.now().date().isoformat()},
        )
        step.as_("verifier").complete(
            "verify_action", {"verification": "accepted", "verification_note": "Seen."}
        )
    return story


def reviewed(story: Scenario, effect: str) -> Scenario:
    return story.as_("verifier").complete(
        "verify_effect", {"reached": TARGET, "effect": effect, "effect_note": "Looked at 50 faces."}
    )


def asked_to_accept(scenario: Scenario) -> Scenario:
    """The owner would rather live with the risk."""
    treatment(scenario).as_("risk_owner").complete(
        "plan_treatment", {"treatment_option": "accept", "treatment_note": "Not worth more."}
    )
    return acceptance(scenario)


def justified(story: Scenario, days: int = 80) -> Scenario:
    until = (clock.now() + timedelta(days=days)).date().isoformat()
    return story.as_("risk_owner").complete(
        "justify_acceptance", {"justification": "Rare and cheap.", "expires_on": until}
    )


def accepted(scenario: Scenario, who: str = "process_owner") -> Scenario:
    return justified(asked_to_accept(scenario)).as_(who).approve("decide_acceptance")


def reassessed(scenario: Scenario, assessment: str, **answers: Any) -> Scenario:
    """The owner answers the open reassessment, and the quality manager agrees where asked."""
    story = scenario.sibling().turn_to(scenario.records(Reassessment)[-1].id)
    given = {"assessment": assessment, "answer": "changed", "rationale": "As seen"}
    story.as_("risk_owner").complete("reassess_risk", given | answers)
    if story.steps == ["confirm_lower"]:
        story.as_("quality_manager").complete(
            "confirm_lower", {"confirmation": "confirmed", "confirmation_note": "Agreed"}
        )
    return story
