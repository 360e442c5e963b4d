from __future__ import annotations

import pytest

from app.capa.stages import CapaStatus, NonconformityStatus, capa_status, nonconformity_status

NC_FACTS = [
    ({}, NonconformityStatus.REPORTED),
    ({"containment_choice": "skipped"}, NonconformityStatus.CONTAINED),
    ({"containment_choice": "done", "triage_verdict": "rejected"}, NonconformityStatus.TRIAGED),
    ({"triage_verdict": "confirmed", "reverify_result": "fail"}, NonconformityStatus.TRIAGED),
    ({"triage_verdict": "confirmed", "reverify_result": "pass"}, NonconformityStatus.DISPOSED),
]
CAPA_FACTS = [
    (None, CapaStatus.DRAFT),
    ("cycle_started_at", CapaStatus.INVESTIGATION),
    ("cause_examined_at", CapaStatus.PLANNING),
    ("planned_actions", CapaStatus.PLAN_APPROVAL),
    ("actions_requested_at", CapaStatus.IMPLEMENTING),
    ("completeness", CapaStatus.VERIFIED),
    ("wait_until", CapaStatus.WAITING),
    ("wait_ended_at", CapaStatus.CHECKING),
]


@pytest.mark.parametrize(("facts", "status"), NC_FACTS)
def test_a_nonconformity_stands_where_its_facts_are(
    facts: dict[str, object], status: NonconformityStatus
) -> None:
    assert nonconformity_status(facts) is status


@pytest.mark.parametrize("count", range(len(CAPA_FACTS)))
def test_a_capa_stands_at_the_furthest_stage_its_facts_reach(count: int) -> None:
    names = [name for name, _status in CAPA_FACTS[: count + 1] if name]

    assert capa_status(dict.fromkeys(names, True)) is CAPA_FACTS[count][1]


@pytest.mark.parametrize("facts", [{"plan_verdict": "return"}, {"completeness": "incomplete"}])
def test_a_plan_sent_back_or_incomplete_is_planned_again(facts: dict[str, object]) -> None:
    reached = {"cycle_started_at": True, "planned_actions": True, "actions_requested_at": True}

    assert capa_status(reached | facts) is CapaStatus.PLANNING
