from __future__ import annotations

import pytest

from app.accounts.grants import GrantOrder, give
from app.accounts.roles import Role
from app.foundation.db import db
from app.quality_events.baselines import baselines_of
from app.records.timeline import story_of
from app.risks.models import Reassessment, Risk, RiskStatus
from app.workflow import messages
from app.workflow.acts import perform
from app.workflow.separation import SeparationBroken
from tests.scenarios.company import Company
from tests.scenarios.dsl import Scenario


def rating(likelihood: int, severity: int) -> str:
    return f"{likelihood}-{severity}"


@pytest.fixture
def risk(scenario: Scenario, company: Company) -> Risk:
    """A risk of 2 by 4 in the register."""
    scenario.as_("quality_manager").start(
        "risk",
        {
            "risk_kind": "risk",
            "title": "Seals leak",
            "cause": "Lapping plates wear",
            "event": "A face is out of flatness",
            "consequence": "Pumps leak at the customer",
            "site_id": company.link("site", company.site),
            "process_id": company.link("process", company.process),
            "category": "quality",
            "risk_owner_id": company.people["risk_owner"],
        },
    )
    scenario.as_("risk_owner").complete(
        "assess_risk",
        {"inherent": rating(4, 4), "controls": [], "residual": rating(2, 4), "rationale": "Checked monthly"},
    )
    return scenario.record


def ask(risk: Risk, trigger: Risk | Reassessment, severity: int = 4, *, raised_by: int = 0) -> None:
    payload = {
        "raise_likelihood": raised_by,
        "risk_id": risk.id,
        "trigger": {"kind": trigger.kind, "id": trigger.id, "number": trigger.number, "title": trigger.title},
        "reason": "Two pumps leaked",
        "severity": severity,
    }
    perform(
        None,
        lambda uow: messages.send(
            uow,
            "risk.reassessment_requested",
            f"risk:{risk.id}",
            source=f"{trigger.kind}:{trigger.id}",
            payload=payload,
        ),
    )


def answer(scenario: Scenario, likelihood: int, severity: int) -> Scenario:
    return scenario.as_("risk_owner").complete(
        "reassess_risk",
        {"assessment": rating(likelihood, severity), "answer": "changed", "rationale": "It happened twice"},
    )


def test_an_assessed_risk_is_in_the_register_with_score_band_and_next_review(risk: Risk) -> None:
    assert (risk.status, risk.score, risk.band) == (RiskStatus.TREATMENT_PLANNED, 8, "medium")
    assert risk.next_review_on is not None
    assert risk.next_review_on.isoformat() == "2026-09-17"
    assert [(one.likelihood, one.severity) for one in baselines_of(db.session(), risk.id)] == [(2, 4)]


def test_requests_of_several_records_join_one_open_reassessment(
    scenario: Scenario, company: Company, risk: Risk
) -> None:
    other = (
        scenario.sibling().as_("quality_manager").start("risk", {**_like(risk, company), "title": "Other"})
    )
    ask(risk, risk)
    ask(risk, other.record)
    ask(risk, other.record)

    (open_one,) = scenario.records(Reassessment)
    assert open_one.risk_owner_id == company.people["risk_owner"]
    assert scenario.turn_to(other.record_id).unmet == [f"reassessment:{open_one.id}"]


def test_a_grave_trigger_wants_an_answer_in_five_working_days(scenario: Scenario, risk: Risk) -> None:
    ask(risk, risk, severity=4)

    scenario.turn_to(scenario.records(Reassessment)[0].id)
    assert scenario.task("reassess_risk").due_at.date().isoformat() == "2026-03-24"


def test_an_ineffective_capa_suggests_a_higher_likelihood(scenario: Scenario, risk: Risk) -> None:
    ask(risk, risk, raised_by=1)

    assert scenario.records(Reassessment)[0].assessment == {"likelihood": 3, "severity": 4}


def test_the_answer_raises_the_risk_and_meets_the_open_point(scenario: Scenario, risk: Risk) -> None:
    ask(risk, risk)
    scenario.turn_to(scenario.records(Reassessment)[0].id)

    answer(scenario, 4, 4)

    assert scenario.outcome == "reassessed"
    assert scenario.turn_to(risk.id).unmet == []
    assert (scenario.record.score, scenario.record.residual) == (16, {"likelihood": 4, "severity": 4})
    assert [message.correlation_key for message in scenario.sent("risk.reassessed")] == [risk.number]
    assert len(baselines_of(db.session(), risk.id)) == 2


def test_a_lower_risk_needs_a_second_pair_of_eyes(scenario: Scenario, risk: Risk) -> None:
    ask(risk, risk)
    scenario.turn_to(scenario.records(Reassessment)[0].id)
    answer(scenario, 1, 4)
    assert scenario.steps == ["confirm_lower"]

    scenario.as_("quality_manager").complete(
        "confirm_lower", {"confirmation": "returned", "confirmation_note": "It just happened"}
    )
    assert scenario.steps == ["reassess_risk"]

    answer(scenario, 1, 4).as_("quality_manager").complete(
        "confirm_lower", {"confirmation": "confirmed", "confirmation_note": "New fixture"}
    )
    assert (scenario.outcome, scenario.turn_to(risk.id).record.score) == ("reassessed", 4)


def test_the_next_request_after_an_answer_opens_another_reassessment(scenario: Scenario, risk: Risk) -> None:
    ask(risk, risk)
    scenario.turn_to(scenario.records(Reassessment)[0].id)
    first = answer(scenario, 3, 4).record
    ask(risk, first)

    assert len(scenario.records(Reassessment)) == 2


def test_who_assessed_lower_cannot_confirm_it(scenario: Scenario, company: Company, risk: Risk) -> None:
    ask(risk, risk)
    scenario.turn_to(scenario.records(Reassessment)[0].id)
    answer(scenario, 1, 4)
    company.people["quality_manager"] = company.people["risk_owner"]
    _grant_quality_manager(company)

    with pytest.raises(SeparationBroken):
        scenario.as_("quality_manager").complete(
            "confirm_lower", {"confirmation": "confirmed", "confirmation_note": "Mine"}
        )


def _grant_quality_manager(company: Company) -> None:
    perform(
        None,
        lambda uow: give(
            uow, company.people["risk_owner"], GrantOrder(Role.QUALITY_MANAGER, company.site, None)
        ),
    )


def _like(risk: Risk, company: Company) -> dict[str, object]:
    return {
        "risk_kind": "risk",
        "cause": risk.cause,
        "event": risk.event,
        "consequence": risk.consequence,
        "site_id": company.link("site", company.site),
        "process_id": company.link("process", company.process),
        "category": "quality",
        "risk_owner_id": company.people["risk_owner"],
    }


def test_the_story_names_a_rule_as_its_author_did(risk: Risk) -> None:
    rules = [line.text for line in story_of(db.session(), risk.kind, risk.id) if line.kind == "rule"]

    assert rules == ["What does the band ask for?"]
