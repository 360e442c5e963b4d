from __future__ import annotations

from datetime import datetime

from app.capa.service import land_history
from app.foundation.unit_of_work import unit_of_work
from app.records.facts import Birth
from app.workflow import messages
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import check, confirmed, waiting


def past(scenario: Scenario, occurred_at: str) -> int:
    company = scenario.company
    facts = {
        "title": "Seal face out of flatness",
        "occurred_at": occurred_at,
        "severity_initial": 3,
        "site_id": company.site,
        "process_id": company.process,
        "failure_mode_id": company.failure_mode,
        "product_family_id": company.family,
    }
    with unit_of_work() as uow:
        return land_history(uow, facts, Birth(opened_at=datetime.fromisoformat(occurred_at), year=2025))


def test_history_lands_closed_and_counted_without_an_instance(scenario: Scenario) -> None:
    past(scenario, "2025-06-01T08:00:00+00:00")
    second = scenario.turn_to(past(scenario, "2025-09-01T08:00:00+00:00")).record

    assert (second.status, second.is_imported, second.number) == ("closed", True, "NC-2025-0002")
    assert (second.is_recurrent, second.similar_count) == (True, 2)
    assert scenario.outcome is None


def test_history_is_shown_at_intake_but_never_marks_a_capa(scenario: Scenario) -> None:
    waiting(scenario).after(days=10)
    scenario.sibling().turn_to(past(scenario, "2026-03-20T08:00:00+00:00"))

    check(scenario.after(days=80))

    assert scenario.decided("g_eff")["outcome"] == "effective"


def test_what_is_asked_for_and_not_taken_up_keeps_a_record_open(scenario: Scenario) -> None:
    confirmed(scenario)
    source = f"nonconformity:{scenario.record_id}"
    with unit_of_work() as uow:
        messages.send(uow, "risk.reassessment_requested", "risk:1", source=source, payload={})

    assert scenario.unmet == ["on_the_way:risk.reassessment_requested"]
