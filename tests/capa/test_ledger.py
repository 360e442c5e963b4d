from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.capa.ledger import order_of
from app.capa.models import Nonconformity
from app.quality_events.rules import EventKind
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import (
    a_risk,
    analyse,
    check,
    open_capa,
    review_risks,
    waiting,
)

MOMENT = datetime(2026, 3, 16, 8, tzinfo=UTC)


def reported(**facts: object) -> Nonconformity:
    given = {"kind": "nonconformity", "id": 7, "source": "internal", "severity": 3, "opened_at": MOMENT}
    return Nonconformity(**(given | {"is_imported": False, "is_date_estimated": False} | facts))


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({}, EventKind.NONCONFORMITY),
        ({"source": "supplier"}, EventKind.NONCONFORMITY),
        ({"source": "audit", "audit_grade": "major"}, EventKind.MAJOR_FINDING),
        ({"source": "audit", "audit_grade": "minor"}, EventKind.MINOR_FINDING),
        ({"source": "incident", "has_people_harm": True}, EventKind.INCIDENT),
        ({"source": "incident", "has_people_harm": False}, EventKind.NEAR_MISS),
        ({"source": "complaint"}, EventKind.COMPLAINT),
        ({"source": "kpi"}, EventKind.INDICATOR_BREACH),
    ],
)
def test_the_ledger_calls_it_by_where_it_comes_from(facts: dict[str, object], kind: EventKind) -> None:
    assert order_of(reported(**facts)).kind is kind


def test_without_a_date_it_happened_when_it_was_reported() -> None:
    assert order_of(reported()).occurred_at == MOMENT


def test_a_long_requirement_is_cut_to_what_the_ledger_keeps() -> None:
    requirement = order_of(reported(requirement_ref="x" * 200)).requirement

    assert requirement is not None
    assert len(requirement) == 120


def test_a_cause_is_new_only_the_first_time_in_its_process(scenario: Scenario) -> None:
    analyse(open_capa(scenario))
    other = open_capa(scenario.sibling(), failure_mode_id=None, requirement_ref="Drawing 7")
    analyse(other)

    assert (scenario.record.is_new_cause, other.record.is_new_cause) == (True, False)
    assert scenario.record.systemic_key == other.record.systemic_key is not None


def test_a_new_cause_asks_for_a_reassessment(scenario: Scenario) -> None:
    risk = scenario.company.link("risk", a_risk(scenario))
    check(waiting(scenario).after(days=90))

    review_risks(scenario, risks=[risk])

    assert scenario.decided("g_risk")["reason"] == "The cause was not known before."
    assert [key.partition(":")[0] for key in scenario.unmet] == ["reassessment"]
