from __future__ import annotations

from datetime import datetime

import pytest

from app.capa.service import HandoverInvalid, hand_over, holdings_of, land_history
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.records.facts import Birth
from app.trail import entries_for
from app.workflow import messages
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import analyse, check, confirmed, dispose, open_capa, waiting


def test_a_leaver_hands_over_what_they_answer_for(scenario: Scenario) -> None:
    people = scenario.company.people
    analyse(open_capa(scenario))
    dispose(confirmed(scenario.sibling(), is_product_affected=True), authority_id=str(people["capa_owner"]))
    held = [holding.count for holding in holdings_of(db.session(), people["capa_owner"])]

    with unit_of_work() as uow:
        count = hand_over(uow, people["capa_owner"], people["second_owner"], "Leaves in June.")

    assert (held, count) == ([1, 1], 2)
    assert scenario.record.capa_owner_id == scenario.record.owner_id == people["second_owner"]
    assert [one.count for one in holdings_of(db.session(), people["capa_owner"])] == [0, 0]


def test_a_hand_over_stands_in_the_trail_with_its_reason(scenario: Scenario) -> None:
    people = scenario.company.people
    analyse(open_capa(scenario))

    with unit_of_work() as uow:
        hand_over(uow, people["capa_owner"], people["second_owner"], "Leaves in June.")

    deeds = entries_for(db.session(), "capa", scenario.record_id)
    assert ("record.handed_over", "Leaves in June.") in [(deed.verb, deed.reason) for deed in deeds]


@pytest.mark.parametrize(
    ("to", "reason", "places"), [("second_owner", " ", ["reason"]), ("", "Left.", ["person"])]
)
def test_a_hand_over_needs_a_reason_and_somebody_at_work(
    scenario: Scenario, to: str, reason: str, places: list[str]
) -> None:
    people = scenario.company.people

    with pytest.raises(HandoverInvalid) as refused, unit_of_work() as uow:
        hand_over(uow, people["capa_owner"], people.get(to, 999), reason)

    assert [problem.where for problem in refused.value.problems] == places


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
